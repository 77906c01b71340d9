/**
 * Short days of one container for the tests of daily life: a scenario with the same bank, base and
 * kits for all of them, and questions about how it went: what the crew saw (crew.ts), what quality
 * reads in verdicts, journal and EPCIS.
 */
import assert from 'node:assert/strict';
import { FAULT } from '../../firmware/core/faults.js';
import { COMMAND } from '../../firmware/core/record/schema.js';
import { custodyWordOf, nameOf } from '../../host-sim/backend/code-words.js';
import { epcisDocument } from '../../host-sim/backend/epcis.js';
import type { EpcisEvent } from '../../host-sim/backend/epcis-types.js';
import { KitFold } from '../../host-sim/backend/kit-fold.js';
import type { VisitReceiver } from '../../host-sim/backend/dock-types.js';
import { type DecodedRecord, fieldOf } from '../../host-sim/backend/record-types.js';
import type { Setup } from '../../host-sim/cli/setup.js';
import type { KitVerdict, VerdictReason } from '../../host-sim/backend/verdicts.js';
import { parseInstant, parseStart } from '../../host-sim/world/time-text.js';
import { Crew, type Picture } from './crew.js';
import { type Lived, live } from './journey.js';

const START = '2026-07-13T06:30:00+02:00';

/** Serial numbers of the kits; L1 to L4 LyoPlas, F1 FLyP, OLD expired on the day before. */
const SERIALS = { L1: '101', L2: '102', L3: '103', L4: '104', F1: '201', OLD: '301', DUE: '302' };
export type KitName = keyof typeof SERIALS;

const HEAD = `
title: A day of a container
start: ${START}
timezone: Europe/Oslo
at: bank
container:
  grai: { asset: '952123410001', serial: BOX0007 }
  giai: 952123LOG0007
  slots: 4
  slotProbes: [[0], [0, 1], [0, 1], [1]]
  startC: 20
CONTAINER
places:
  bank: { name: Blood bank, gln: '952123400001', latitude: 60.3753, longitude: 5.3597, dock: true,
    ambient: { constantC: 20 } }
  base: { name: Base, gln: '952123400002', latitude: 60.3791, longitude: 5.3412, dock: true,
    ambient: { constantC: 20 } }
vehicles:
  car: { ambient: { constantC: 20 } }
products:
  lyoplas:
    name: LyoPlas N-w
    profile: lyoplas-n-w
    gtin: '0952123420001'
    productCode: E4689V00
    bloodGroup: AB
    components: &lyo
      plasma: { lot: LP260311, expiry: 2027-06-30 }
      diluent: { lot: WFI25K07, expiry: 2028-01-31 }
  flyp:
    name: FLyP
    profile: flyp
    gtin: '0952123420002'
    productCode: E7644V00
    components: *lyo
kits:
  L1: { product: lyoplas, serial: '101', dins: [A9999 26 000101] }
  L2: { product: lyoplas, serial: '102', dins: [A9999 26 000102] }
  L3: { product: lyoplas, serial: '103', dins: [A9999 26 000103] }
  L4: { product: lyoplas, serial: '104', dins: [A9999 26 000104] }
  F1: { product: flyp, serial: '201', dins: [A9999 26 700201] }
  OLD: { product: lyoplas, serial: '301', components: { diluent: { lot: W1, expiry: 2026-07-12 } } }
  DUE: { product: lyoplas, serial: '302', components: { diluent: { lot: W2, expiry: 2026-07-13 } } }
legs:
  - { at: day 1 08:10, from: bank, to: base, by: car, duration: 25m }
`;

/** The bank packs kits 20 s apart, seals, and the container leaves its dock at 08:00. */
const packed = (kits: string): string[] => [
  'day 1 06:40, do: dock',
  'day 1 06:45, do: open-lid',
  `day 1 06:47, do: pack, kits: { ${kits} }`,
  'day 1 06:52, do: close-lid',
  'day 1 06:55, do: seal',
  'day 1 08:00, do: undock',
];

export interface DayPlan {
  /** What is packed at the bank; default `L1: 0, L2: 1, F1: 2`. */
  readonly kits?: string;
  readonly days?: number;
  /** Acts from 08:35 on, when the container is at the base. */
  readonly acts: readonly string[];
  readonly faults?: readonly string[];
  /** Lines more of the scenario's container. */
  readonly container?: string;
  /** Until then no dock reaches the backend. */
  readonly offlineUntil?: string;
}

/** A day that was lived, with what the crew saw of it. */
export interface Day extends Lived {
  readonly crew: Crew;
  readonly events: readonly EpcisEvent[];
}

/** Lives a day. */
export async function liveDay(plan: DayPlan): Promise<Day> {
  const { kits, days = 1, acts, faults = [], offlineUntil = 'day 1 06:30' } = plan;
  const container = plan.container === undefined ? '' : `  ${plan.container}`;
  const journey = [...packed(kits ?? 'L1: 0, L2: 1, F1: 2'), ...acts];
  const list = (items: readonly string[]) => items.map((item) => `  - { at: ${item} }`).join('\n');
  const failing = faults.length === 0 ? '' : `faults:\n${list(faults)}\n`;
  const head = HEAD.replace('CONTAINER', container);
  const text = `days: ${days}${head}journey:\n${list(journey)}\n${failing}`;
  let crew: Crew | undefined;
  const lived = await live({ seed: 1 }, text, {
    watch: (setup) => (crew = new Crew(setup)),
    receiver: (setup, backend) => unreachable(setup, backend, secondOf(offlineUntil)),
  });
  const { scenario, profiles } = lived.setup;
  const { document } = epcisDocument(lived.log, { ...scenario.identity, profiles });
  return { ...lived, crew: crew!, events: document.epcisBody.eventList };
}

/** A backend that no dock reaches until a second of the journey. */
function unreachable({ world }: Setup, backend: VisitReceiver, untilS: number): VisitReceiver {
  return {
    review: (journal, sgtin) => backend.review(journal, sgtin),
    recalled: (journal, order) => backend.recalled(journal, order),
    toHold: (journal) => backend.toHold(journal),
    receive: (visit) =>
      world.nowMs < untilS * 1000
        ? Promise.reject(new Error('the backend cannot be reached'))
        : backend.receive(visit),
  };
}

/** Seconds after the start of an instant like `day 1 12:00`. */
export function secondOf(instant: string): number {
  const parsed = parseInstant(instant, parseStart(START)!);
  assert.ok(parsed !== undefined, instant);
  return parsed.ms / 1000;
}

/** What the crew sees at an instant. */
export function seen({ crew }: Day, instant: string): Picture {
  return crew.at(secondOf(instant));
}

/** The signs at an instant, slot by slot: `go look empty empty`. */
export function signs(day: Day, instant: string): string {
  return seen(day, instant).signs.join(' ');
}

/** Asserts that no slot says go between two instants. */
export function assertNeverGo({ crew }: Day, from: string, to: string): void {
  for (const { atS, signs: slots, goCount } of crew.between(secondOf(from), secondOf(to))) {
    assert.ok(!slots.includes('go') && goCount === 0, `go at ${atS} s: ${slots.join(' ')}`);
  }
}

/** The last word on a kit. */
export function verdictOf({ verdicts }: Day, kit: KitName): KitVerdict {
  const found = verdicts.find(({ sgtin }) => sgtin.endsWith(`21${SERIALS[kit]}`));
  assert.ok(found !== undefined, `no verdict of ${kit}`);
  return found;
}

/** `custody, verdict: reasons` of a kit. */
export function wordOn(day: Day, kit: KitName): string {
  const { custody, verdict, reasons } = verdictOf(day, kit);
  const codes = reasons.map(({ code }) => code).sort();
  return `${custody}, ${verdict}${codes.length === 0 ? '' : `: ${codes.join(' ')}`}`;
}

/** One reason of a kit's verdict. */
export function reasonOf(day: Day, kit: KitName, code: string): VerdictReason {
  const { reasons } = verdictOf(day, kit);
  const found = reasons.find((reason) => reason.code === code);
  assert.ok(found !== undefined, `${code} in ${reasons.map((reason) => reason.code).join(' ')}`);
  return found;
}

/** The custody records of a kit in order: `taken`, `mixed emergency`. */
export function custodyOf(day: Day, kit: KitName): string[] {
  const fold = new KitFold(day.log.records);
  const { kit: number, packed: moment } = verdictOf(day, kit);
  const life = fold.lives.find((it) => it.packed.sequence === moment.sequence);
  return recordsOf(day, 'custody')
    .filter(({ fields, sequence }) => fields['kit'] === number && life?.has(sequence))
    .map((record) => {
      const word = custodyWordOf(fieldOf(record, 'custody'));
      return fieldOf(record, 'emergency') === 1 ? `${word} emergency` : word;
    });
}

export function recordsOf({ log }: Day, type: DecodedRecord['type']): DecodedRecord[] {
  return log.records.filter((record) => record.type === type);
}

/** What the container refused at the dock: `pack kitKnown`, in order. */
export function refusals(day: Day): string[] {
  return recordsOf(day, 'command').flatMap((record) => {
    const result = fieldOf(record, 'result');
    if (result >= 0) return [];
    return [`${nameOf(COMMAND, fieldOf(record, 'code'))} ${nameOf(FAULT, result)}`];
  });
}

/** Words of EPCIS for what was done with a kit: its events' custody, verdict then, emergency. */
export function handlingOf({ events }: Day, kit: KitName): string[] {
  const last = (value: unknown): string => String(value).split('/').at(-1)!;
  return events.flatMap((event) => {
    const named = JSON.stringify([event['epcList'], event['childEPCs']]);
    if (event['plasma:custody'] === undefined || !named.includes(`/21/${SERIALS[kit]}"`)) return [];
    const emergency = event['plasma:emergency'] === 1 ? ', emergency' : '';
    const custody = last(event['plasma:custody']);
    return [`${event['bizStep']}: ${custody}, shown ${last(event['plasma:verdict'])}${emergency}`];
  });
}

/** Events of a kit that tell a verdict. */
export function judgementsOf({ events }: Day, kit: KitName): string[] {
  return events.flatMap((event) => {
    const named = JSON.stringify(event['epcList'] ?? []).includes(`/21/${SERIALS[kit]}"`);
    if (event['bizStep'] !== 'inspecting' || !named) return [];
    return [String(event['plasma:verdict']).split('/').at(-1)!];
  });
}

/** Asserts that the oracle agrees, and that a dock was refused what `refused` says, no more. */
export function assertRight(day: Day, refused: readonly string[] = []): void {
  assert.deepEqual(refusals(day), refused);
  assert.deepEqual(day.journey.warnings.length, refused.length, day.journey.warnings.join());
  assert.deepEqual(day.log.problems, []);
  assert.deepEqual(day.findings, []);
}

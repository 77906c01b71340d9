/**
 * A journey of three days as a container would have logged it, made by hand: eight kits of two
 * products, a hot afternoon, a cold night, a drop, a silent hour, one kit mixed and one put back.
 * It stands in for a simulation, so that the report can be looked at and tested alone.
 */
import { REASON } from '../../../firmware/core/excursion/reasons.js';
import {
  BOOT_REASON,
  EXCURSION_PHASE,
  GAP_REASON,
  ORIGIN,
} from '../../../firmware/core/record/schema.js';
import { CUSTODY, VERDICT, WALL_SOURCE, WALL_UNKNOWN } from '../../../firmware/core/units.js';
import { identityBytes } from '../../../host-sim/backend/identity.js';
import { encodePackingList } from '../../../host-sim/backend/packing-list.js';
import { ProfileLibrary } from '../../../host-sim/backend/profile.js';
import {
  type DecodedLog,
  type DecodedRecord,
  type RecordName,
  wallSOfIso,
} from '../../../host-sim/backend/record-types.js';
import { kitVerdicts } from '../../../host-sim/backend/verdicts.js';
import { type ReportInput } from '../../../host-sim/web/report-data.js';
import { makeDin, makeGiai, makeGln, makeGrai, makeSgtin } from '../../../host-sim/world/labels.js';

export const START_S = wallSOfIso('2026-07-14T06:00:00Z');
const DAYS = 3;
const HOUR = 3600;
const NOTHING = new Uint8Array(0);

export const BANK = makeGln({ location: '735000100001' });
export const BASE = makeGln({ location: '735000100002', extension: 'HANGAR' });
export const PLACE_NAMES: ReadonlyMap<string, string> = new Map([
  [BANK, 'Blood bank <Nord> & "Sons"'],
  [BASE, 'Air ambulance base'],
]);
const GRAI = makeGrai({ asset: '735000100003', serial: 'BOX0007' });
const GIAI = makeGiai({ asset: '7350001LOG0007' });

/** Writes records in order; `at` is seconds after the start. */
class LogWriter {
  readonly records: DecodedRecord[] = [];
  private boot = 1;
  private bootedAt = -120;

  write(
    at: number,
    type: RecordName,
    fields: Record<string, number>,
    more: { tail?: Uint8Array; temperaturesCentiC?: (number | null)[] } = {},
  ): number {
    const sequence = this.records.length + 1;
    const tail = more.tail ?? NOTHING;
    const place = { sequence, boot: this.boot, uptimeS: at - this.bootedAt, wallS: START_S + at };
    const record: DecodedRecord = { ...place, type, fields, tail };
    const { temperaturesCentiC } = more;
    this.records.push(temperaturesCentiC ? { ...record, temperaturesCentiC } : record);
    return sequence;
  }

  restart(at: number, reason: number): void {
    this.boot++;
    this.bootedAt = at;
    const wall = { wallSource: WALL_SOURCE.rtc, wallS: START_S + at, wallUncertaintyS: 2 };
    this.write(at, 'boot', { bootCount: this.boot, reason, ...wall });
  }
}

/** An act or event of the journey at its second. */
type Act = readonly [at: number, act: (log: LogWriter) => void];

const verdict = (
  kit: number,
  code: number,
  reasons: readonly number[],
  budgetLeftS: number,
): Act[1] => {
  const bits = reasons.reduce((all, reason) => all | (1 << reason), 0);
  return (log) => void log.write(0, 'verdict', { kit, verdict: code, reasons: bits, budgetLeftS });
};

export async function reportFixture(): Promise<{ input: ReportInput; log: DecodedLog }> {
  const library = await ProfileLibrary.load();
  const profiles = [library.byId('lyoplas-n-w'), library.byId('flyp')];
  const log = new LogWriter();
  const wall = { wallSource: WALL_SOURCE.unset, wallS: WALL_UNKNOWN, wallUncertaintyS: 0 };
  log.write(-120, 'boot', { bootCount: 1, reason: BOOT_REASON.powerOn, ...wall });
  const config = { samplePeriodS: 60, probeCount: 2, slotCount: 8, isHardware: 0 };
  log.write(-120, 'config', config, { tail: Uint8Array.of(1, 1, 1, 1, 2, 2, 2, 3) });
  const set = { oldWallS: WALL_UNKNOWN, newWallS: START_S - 60, wallUncertaintyS: 1 };
  log.write(-60, 'clock', { wallSource: WALL_SOURCE.dock, ...set });
  log.write(-50, 'dock', { docked: 1 }, { tail: identityBytes(BANK) });
  profiles.forEach(({ hash, source }, profile) => {
    log.write(-40, 'profile', { profile, version: source.version }, { tail: hash });
  });
  for (let kit = 0; kit < 8; kit++) packKit(log, kit);
  log.write(0, 'seal', { sealed: 1 }, { tail: identityBytes('801773500010000000001') });
  travel(log);
  const records = log.records;
  const decoded: DecodedLog = {
    epoch: 1,
    firstSequence: 1,
    lastSequence: records.length,
    chainHashes: new Map(),
    records,
    chainHashAt: () => new Uint8Array(32).fill(0x5a),
    problems: [],
  };
  const input: ReportInput = {
    records,
    verdicts: kitVerdicts(decoded, library),
    profiles: library.all,
    containerGrai: GRAI,
    loggerGiai: GIAI,
    epoch: 1,
    chainHash: '5a'.repeat(32),
    checkpoint: {
      sequence: records.length - 2,
      isVerified: true,
      detail: "the container's certificate, which the root key signed",
    },
    receiptSequence: records.length - 2,
    isSimulated: true,
    localOffsetMinutes: 120,
    placeNames: PLACE_NAMES,
  };
  return { input, log: decoded };
}

const BUDGET_LEFT_S = 60_000_000;

function packKit(log: LogWriter, kit: number): void {
  const isFlyp = kit >= 5;
  const item = isFlyp ? '735000100021' : '735000100020';
  const sgtin = makeSgtin({ item: `0${item}`, serial: `KIT${1001 + kit}` });
  const expiryWallS = wallSOfIso('2027-03-31T23:59:59Z');
  const tail = encodePackingList({
    sgtin,
    units: [
      {
        din: makeDin({ facility: 'G1234', year: 26, sequence: 4711 + kit }),
        productCode: '=<E0701V00',
      },
    ],
    components: [
      { kind: 'plasma', lot: `10LP26${kit}`, expiryWallS },
      { kind: 'diluent', lot: '10WFI2201', expiryWallS: expiryWallS + 86400 * 200 },
      { kind: 'transferSet', lot: '10TS880', expiryWallS: expiryWallS + 86400 * 400 },
    ],
    bloodGroup: 'AB',
  });
  log.write(-30 + kit, 'kit', { kit, slot: kit, profile: isFlyp ? 1 : 0, expiryWallS }, { tail });
  const at = -30 + kit;
  log.write(at, 'verdict', {
    kit,
    verdict: VERDICT.usable,
    reasons: 0,
    budgetLeftS: BUDGET_LEFT_S,
  });
}

/** °C outside the box's contents at a second of the journey: warm noon of day 2, cold night 3. */
function airC(at: number): number {
  const hours = at / HOUR;
  const bump = (centre: number, width: number, height: number): number =>
    height * Math.exp(-(((hours - centre) / width) ** 2));
  const base = 18 + 2 * Math.sin(((hours - 3) / 24) * 2 * Math.PI);
  return base + bump(32.5, 2.6, 17) - bump(68.2, 1.1, 18.6) - 11 * Math.exp(-hours / 3);
}

function travel(log: LogWriter): void {
  const acts: Act[] = [...journeyActs()].sort((a, b) => a[0] - b[0]);
  let next = 0;
  let noise = 7;
  const endAt = DAYS * 24 * HOUR;
  for (let at = 60; at <= endAt; at += 60) {
    for (; next < acts.length && acts[next]![0] <= at; next++) {
      const [when, act] = acts[next]!;
      const before = log.records.length;
      act(log);
      for (let i = before; i < log.records.length; i++) {
        const record = log.records[i]!;
        const missingS = START_S + when - record.wallS!;
        log.records[i] = { ...record, wallS: START_S + when, uptimeS: record.uptimeS + missingS };
      }
    }
    if (at > 20 * HOUR && at <= 20.6 * HOUR) continue; // no power at all
    const isSilent = at > 46 * HOUR && at <= 47.1 * HOUR;
    noise = (noise * 1103515245 + 12345) % 2147483648;
    const jitter = ((noise >> 8) % 15) - 7;
    const left = Math.round(airC(at) * 100) + jitter;
    const right = Math.round(airC(at - 900) * 100) - 60 + (((noise >> 16) % 15) - 7);
    const humidityPermille = 400 + ((noise >> 10) % 40);
    const temperaturesCentiC = isSilent
      ? [null, null]
      : [left, at % (97 * 60) === 0 ? null : right];
    log.write(at, 'reading', { humidityPermille }, { temperaturesCentiC });
    if (at % HOUR === 0) log.write(at, 'power', { batteryMilliV: 6000 - at / 600, external: 0 });
  }
}

interface ExcursionParts {
  readonly kit: number;
  readonly rule: number;
  readonly phase: number;
  readonly limit: number;
  readonly used: number;
  readonly allowed: number;
  readonly startAt: number;
  /** Whose extreme is recorded; none for rules that have none. */
  readonly probe?: number;
}

/** An excursion record that names the readings it rests on, as the container would. */
function excursion({ startAt, probe, ...fields }: ExcursionParts): Act[1] {
  return (log) => {
    const stay = log.records.filter(
      ({ type, wallS }) => type === 'reading' && wallS! >= START_S + startAt,
    );
    const isHot = fields.limit >= 2500;
    let [extreme, extremeSequence] = [0, 0];
    for (const { sequence, temperaturesCentiC } of probe === undefined ? [] : stay) {
      const centiC = temperaturesCentiC?.[probe!] ?? null;
      if (centiC === null) continue;
      const isWorse = extremeSequence === 0 || (isHot ? centiC > extreme : centiC < extreme);
      if (isWorse) [extreme, extremeSequence] = [centiC, sequence];
    }
    const startSequence = stay[0]?.sequence ?? log.records.length;
    log.write(0, 'excursion', { ...fields, startSequence, extreme, extremeSequence });
  };
}

/** The excursion that the last shock is. */
function shockExcursion(kit: number, extreme: number): Act[1] {
  return (log) => {
    const shock = log.records.filter(({ type }) => type === 'shock').at(-1)!.sequence;
    const numbers = { limit: 1500, used: 0, allowed: 0, startSequence: shock, extreme };
    const rule = REASON.shockDrop;
    log.write(0, 'excursion', { kit, rule, phase: 0, ...numbers, extremeSequence: shock });
  };
}

/** The kit was away for so long since it was taken. */
function awayExcursion(kit: number, used: number): Act[1] {
  return (log) => {
    const taken = log.records.find(({ type, fields }) => {
      return type === 'custody' && fields['kit'] === kit && fields['custody'] === CUSTODY.taken;
    });
    const numbers = { limit: 0, used, allowed: 900, startSequence: taken!.sequence };
    const gap = { kit, rule: REASON.gap, ...numbers, extreme: 0, extremeSequence: 0 };
    log.write(0, 'excursion', { ...gap, phase: EXCURSION_PHASE.open });
    log.write(0, 'excursion', { ...gap, phase: EXCURSION_PHASE.close });
  };
}

const LYOPLAS = [0, 1, 3, 4];
const place = { latitudeMicroDeg: 59_651_900, longitudeMicroDeg: 17_918_600, uncertaintyM: 12 };

function* journeyActs(): Generator<Act> {
  const lid =
    (open: number): Act[1] =>
    (log) =>
      void log.write(0, 'lid', { open });
  const act =
    (type: RecordName, fields: Record<string, number>, tail: Uint8Array = NOTHING): Act[1] =>
    (log) =>
      void log.write(0, type, fields, { tail });
  const custody = (kit: number, code: number, shown: number, emergency = 0): Act[1] =>
    act('custody', {
      kit,
      custody: code,
      verdict: shown,
      emergency,
      origin: ORIGIN.slot,
      slot: kit,
    });
  yield [2 * HOUR, act('dock', { docked: 0 }, identityBytes(BANK))];
  yield [2 * HOUR + 240, act('place', { kind: 1, source: 2, ...place }, identityBytes(BANK))];
  yield [4 * HOUR, act('place', { kind: 2, source: 2, ...place }, identityBytes(BASE))];
  yield [4 * HOUR + 600, act('dock', { docked: 1 }, identityBytes(BASE))];
  yield [18 * HOUR, act('dock', { docked: 0 }, identityBytes(BASE))];
  yield [20.6 * HOUR, (log) => log.restart(20.6 * HOUR, BOOT_REASON.brownOut)];
  yield [26 * HOUR, act('place', { kind: 1, source: 2, ...place }, identityBytes(BASE))];
  yield [26.5 * HOUR, act('place', { kind: 2, source: 2, ...place, latitudeMicroDeg: 59_401_200 })];
  yield [28 * HOUR, lid(1)];
  yield [28 * HOUR + 20, act('slot', { slot: 2, filled: 0, kit: 2 })];
  yield [28 * HOUR + 20, custody(2, CUSTODY.taken, VERDICT.usable)];
  yield [28 * HOUR + 70, lid(0)];
  yield [28 * HOUR + 260, custody(2, CUSTODY.mixed, VERDICT.usable)];
  yield [28 * HOUR + 260, verdict(2, VERDICT.inspect, [REASON.mixed], BUDGET_LEFT_S - 2)];
  yield [29 * HOUR, lid(1)];
  yield [29 * HOUR + 30, custody(4, CUSTODY.taken, VERDICT.usable)];
  yield [29 * HOUR + 1230, custody(4, CUSTODY.in, VERDICT.unknown)];
  yield [29 * HOUR + 1230, awayExcursion(4, 1200)];
  const back = [REASON.gap, REASON.returnedUnscanned];
  yield [29 * HOUR + 1230, verdict(4, VERDICT.unknown, back, BUDGET_LEFT_S - 2)];
  yield [29 * HOUR + 1800, lid(0)];
  yield [30 * HOUR, act('place', { kind: 1, source: 2, ...place, latitudeMicroDeg: 59_401_200 })];
  for (const kit of LYOPLAS) {
    const at = 34.25 * HOUR + kit;
    const warm = {
      kit,
      rule: 0,
      limit: 2500,
      used: 14_400,
      allowed: 14_400,
      startAt: 30.24 * HOUR,
    };
    yield [at, excursion({ ...warm, phase: 0, probe: kit === 4 ? 1 : 0 })];
    const reasons = kit === 4 ? [0, ...back] : [0];
    yield [at, verdict(kit, VERDICT.quarantine, reasons, BUDGET_LEFT_S - 90_000)];
  }
  for (const kit of LYOPLAS) {
    const warm = { kit, rule: 0, limit: 2500, used: 19_320, allowed: 14_400 };
    const update = {
      phase: EXCURSION_PHASE.update,
      startAt: 30.24 * HOUR,
      probe: kit === 4 ? 1 : 0,
    };
    yield [35.7 * HOUR + kit, excursion({ ...warm, ...update })];
    const reasons = kit === 4 ? [0, ...back] : [0];
    yield [35.7 * HOUR + kit, verdict(kit, VERDICT.quarantine, reasons, BUDGET_LEFT_S - 95_000)];
  }
  yield [34.8 * HOUR, act('place', { kind: 2, source: 2, ...place }, identityBytes(BASE))];
  const peak = { peakXMilliG: -2100, peakYMilliG: 15_980, peakZMilliG: 8400 };
  const fall = {
    startMs: 120,
    ...peak,
    deltaVMmPerS: 2140,
    freeFallMs: 306,
    durationMs: 14,
    axis: 1,
  };
  const drop = { ...fall, flags: 1, class: 1, tiltDeg: 12, slots: 0b11111011 };
  yield [40 * HOUR, act('shock', { startUptimeS: 1, ...drop })];
  for (const kit of [0, 1, 3, 4, 5, 6, 7]) {
    const reasons = kit >= 5 ? [REASON.shockDrop] : [0, REASON.shockDrop];
    const code = kit >= 5 ? VERDICT.inspect : VERDICT.quarantine;
    yield [40 * HOUR, shockExcursion(kit, drop.deltaVMmPerS)];
    yield [40 * HOUR, verdict(kit, code, reasons, BUDGET_LEFT_S - 100_000)];
  }
  const bump = { ...drop, deltaVMmPerS: 620, freeFallMs: 0, class: 0, flags: 0, peakYMilliG: 4100 };
  yield [52 * HOUR, act('shock', { startUptimeS: 1, ...bump })];
  yield [
    46 * HOUR + 60,
    act('gap', { probe: 0, reason: GAP_REASON.busError, startUptimeS: 1, lengthS: -1 }),
  ];
  const silence = { kit: 7, rule: REASON.gap, limit: 0, allowed: 900, startAt: 46 * HOUR };
  yield [46 * HOUR + 1000, excursion({ ...silence, phase: 0, used: 940 })];
  const unknown = [REASON.gap, REASON.shockDrop];
  yield [46 * HOUR + 1000, verdict(7, VERDICT.unknown, unknown, BUDGET_LEFT_S - 100_000)];
  yield [47.1 * HOUR, excursion({ ...silence, phase: 1, used: 3960 })];
  yield [
    47.1 * HOUR,
    act('gap', { probe: 0, reason: GAP_REASON.busError, startUptimeS: 1, lengthS: 3960 }),
  ];
  const cold = { kit: 0, rule: 3, limit: 200, allowed: 1800, startAt: 67.64 * HOUR, probe: 0 };
  yield [68.15 * HOUR, excursion({ ...cold, phase: 0, used: 1800 })];
  const all = [0, 3, REASON.shockDrop];
  yield [68.15 * HOUR, verdict(0, VERDICT.quarantine, all, BUDGET_LEFT_S - 110_000)];
  yield [68.8 * HOUR, excursion({ ...cold, phase: 1, used: 4140 })];
  yield [71 * HOUR, act('dock', { docked: 1 }, identityBytes(BASE))];
  yield [71.2 * HOUR, act('checkpoint', { sequence: 4480 }, new Uint8Array(32).fill(0x5a))];
  yield [
    71.3 * HOUR,
    act('receipt', { sequence: 4480, counter: 1, backendWallS: START_S }, NOTHING),
  ];
}

/**
 * Tiny journeys for the checkers' tests: a truth that is written in one line an entry, rules with
 * one zone, and a journal as a faultless container would have written it.
 */
import type { DecodedRecord, RecordName } from '../../../host-sim/backend/record-types.js';
import { ruleNames } from '../../../host-sim/checkers/codes.js';
import { type ExpectedKit, expectationOf } from '../../../host-sim/checkers/expected.js';
import type { Rules, Truth, TruthEntry, ZoneRule } from '../../../host-sim/checkers/input.js';

export const PERIOD_S = 60;
export const START_WALL_S = 200_000_000;
/** No kit of a tiny journey expires by itself. */
export const FAR_WALL_S = START_WALL_S + 10_000_000;

export const HOT: ZoneRule = {
  operator: 'above',
  limitCentiC: 2500,
  allowance: 'single',
  allowanceS: 600,
  verdict: 'quarantine',
};

/** Rules without anything that happens by itself, with what a test is about. */
export function rules(change: Partial<Rules> = {}): Rules {
  return {
    id: 'tiny',
    isExample: true,
    zones: [HOT],
    gapAllowanceS: 300,
    budget: null,
    shock: {
      dropFreeFallMs: 140,
      dropDeltaVMmPerS: 1500,
      severeDeltaVMmPerS: 3000,
      dropVerdict: 'inspect',
      severeVerdict: 'quarantine',
    },
    lid: { allowedS: 900, verdict: 'inspect' },
    useByS: null,
    ...change,
  };
}

/** A temperature over time in centi-°C; null for a fault. */
export type Course = (atS: number) => number | null;

export interface Journey {
  readonly endS: number;
  /** One course per probe. */
  readonly probes: readonly Course[];
  readonly entries?: readonly TruthEntry[];
  readonly slotProbes?: readonly (readonly number[])[];
  /** Whether samples are taken at an instant; default: always. */
  readonly isSampled?: (atS: number) => boolean;
}

/** Kit "a" is packed at 0 into slot 0 with the tiny rules. */
export const PACK: TruthEntry = {
  kind: 'pack',
  atS: 0,
  slot: 0,
  kit: 'a',
  profile: 'tiny',
  expiryWallS: FAR_WALL_S,
};

/** The truth of a journey: boot with a clock at 0, samples every minute from 0 on. */
export function truthOf(journey: Journey): Truth {
  const { endS, probes, entries = [PACK], isSampled = () => true } = journey;
  const samples: TruthEntry[] = [];
  for (let atS = 0; atS < endS; atS += PERIOD_S) {
    if (!isSampled(atS)) continue;
    probes.forEach((course, probe) =>
      samples.push({ kind: 'sample', atS, probe, deliveredCentiC: course(atS) }),
    );
  }
  const boot: TruthEntry = { kind: 'boot', atS: 0, clockKnown: true };
  const hasBoot = entries.some(({ kind, atS }) => kind === 'boot' && atS === 0);
  const all = [...(hasBoot ? [] : [boot]), ...entries, ...samples];
  return {
    setup: {
      startWallS: START_WALL_S,
      endS,
      samplePeriodS: PERIOD_S,
      slotProbes: journey.slotProbes ?? [probes.map((_, probe) => probe)],
      isHardware: false,
    },
    entries: all.sort((a, b) => a.atS - b.atS),
  };
}

/** Warm within a span, cool outside of it. */
export function warmFrom(fromS: number, toS: number, warm = 2600, cool = 500): Course {
  return (atS) => (atS >= fromS && atS < toS ? warm : cool);
}

type Line = Omit<DecodedRecord, 'sequence' | 'wallS' | 'tail' | 'boot'> & { boot?: number };

/** A journal line: type, uptime, fields. */
export function line(
  type: RecordName,
  uptimeS: number,
  fields: Record<string, number> = {},
  more: Partial<Line> = {},
): Line {
  return { type, uptimeS, fields, ...more };
}

/** Readings and gaps as a faultless container writes them for a truth of one boot. */
export function readingLines(truth: Truth): Line[] {
  const byInstant = new Map<number, (number | null)[]>();
  for (const entry of truth.entries) {
    if (entry.kind !== 'sample') continue;
    const values = byInstant.get(entry.atS) ?? [];
    values[entry.probe] = entry.deliveredCentiC;
    byInstant.set(entry.atS, values);
  }
  const lines: Line[] = [];
  const openedAtS = new Map<number, number>();
  const gap = (atS: number, probe: number, startUptimeS: number, lengthS: number): void => {
    lines.push(line('gap', atS, { probe, reason: 1, startUptimeS, lengthS }));
  };
  for (const [atS, temperaturesCentiC] of byInstant) {
    const fields = { humidityPermille: -1 };
    lines.push(line('reading', atS, fields, { temperaturesCentiC }));
    temperaturesCentiC.forEach((value, probe) => {
      const startS = openedAtS.get(probe);
      if (value === null && startS === undefined) {
        openedAtS.set(probe, atS);
        gap(atS, probe, atS, -1);
      } else if (value !== null && startS !== undefined) {
        openedAtS.delete(probe);
        gap(atS, probe, startS, atS - PERIOD_S - startS);
      }
    });
  }
  return lines;
}

/** The KIT record of kit "a" and its first verdict. */
export const KIT_LINES: readonly Line[] = [
  line('kit', 1, { kit: 0, slot: 0, profile: 0, expiryWallS: FAR_WALL_S }),
  line('verdict', 1, { kit: 0, verdict: 0, reasons: 0, budgetLeftS: -1 }),
];

/** Puts lines into order of time and numbers them from 1. */
export function recordsOf(lines: readonly Line[]): DecodedRecord[] {
  const ordered = [...lines].sort((a, b) => (a.boot ?? 1) - (b.boot ?? 1) || a.uptimeS - b.uptimeS);
  return ordered.map((it, i) => ({
    boot: 1,
    wallS: START_WALL_S + it.uptimeS,
    tail: new Uint8Array(0),
    ...it,
    sequence: i + 1,
  }));
}

export const COOL = warmFrom(0, 0);

/** What the oracle makes of kit "a" on a journey of two hours. */
export function kitOf(journey: Partial<Journey>, change: Partial<Rules> = {}): ExpectedKit {
  const truth = truthOf({ endS: 7200, probes: [COOL], ...journey });
  return expectationOf(truth, [rules(change)]).kits[0]!;
}

/** The reasons that surely hold, as words. */
export function certain(kit: ExpectedKit): string {
  return ruleNames(kit.reasons.certain);
}

/** The reasons that may hold, as words. */
export function possible(kit: ExpectedKit): string {
  return ruleNames(kit.reasons.possible);
}

/** Episodes of a rule as [earliest record, latest record]. */
export function windows({ excursions }: ExpectedKit, rule: number): (number | null)[][] {
  return excursions
    .filter((episode) => episode.rule === rule)
    .map(({ possibleAtS, certainByS }) => [possibleAtS, certainByS]);
}

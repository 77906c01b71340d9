/**
 * Holds a container against the truth: what it measured, felt, concluded and remembered, compared
 * with what happened, by code that shares nothing with the firmware. No findings means that they
 * agree; each finding is one sentence. Where one sampling period decides, either answer passes.
 */
import type { DecodedRecord } from '../backend/record-types.js';
import { mixingTold } from './accounts.js';
import { withoutAllowedLoss } from './allowed-loss.js';
import { checkCalibration } from './check-calibration.js';
import { checkConditions } from './check-conditions.js';
import { checkExcursions, checkShocks } from './check-excursions.js';
import { Releases } from './check-releases.js';
import { checkReadings, withoutExcluded } from './check-readings.js';
import { checkCustody, checkFinalVerdict, checkVerdictRecords } from './check-verdicts.js';
import { CUSTODIES, RULE, VERDICTS } from './codes.js';
import { type ExpectedKit, type Expectation, expectationOf } from './expected.js';
import type { Finding, ReportedVerdict, Rules, Truth, TruthEntry } from './input.js';
import {
  type JournalView,
  type KitRecords,
  PACKING_S,
  clockSlackS,
  field,
  journalView,
  recordedAt,
} from './journal-view.js';
import { worldOf } from './stories.js';
import type { KitStory } from './story-types.js';
import { withThinned } from './thinned.js';

export interface Comparison {
  readonly truth: Truth;
  /** Rules of every product that was packed; see `rulesOfBody`. */
  readonly profiles: readonly Rules[];
  /** The decoded journal, in order. */
  readonly records: readonly DecodedRecord[];
  /** verdicts.json, in the order of packing; without it the last VERDICT records are taken. */
  readonly verdicts?: readonly ReportedVerdict[];
}

/** Everything on which container and truth do not agree; empty when they do. */
export function compareWithTruth(comparison: Comparison): Finding[] {
  const { profiles, records } = comparison;
  let { truth } = comparison;
  const held = journalView(truth, records);
  if (held.findings.length > 0) return [...held.findings]; // no part of a journal can be judged
  const slackS = truth.setup.samplePeriodS + clockSlackS(truth.setup.endS);
  const lookUp = (slot: number, packedAtS: number): KitRecords | undefined =>
    recordedAt(held, slot, packedAtS, nextPackingS(truth, slot, packedAtS), slackS);
  const recordedAtS = (slot: number, packedAtS: number): number | undefined =>
    lookUp(slot, packedAtS)?.packed.atS;
  truth = withoutAllowedLoss(truth, held, worldOf(truth, profiles, recordedAtS));
  const world = worldOf(truth, profiles, recordedAtS);
  const { view, findings } = withThinned(held, world);
  const readings = checkReadings(view, world);
  const lostAtS = view.all.filter(({ record }) => record.type === 'lost').map(({ atS }) => atS);
  const expectation = expectationOf(withoutExcluded(truth, readings.excluded), profiles, {
    recordedAtS,
    lostAtS,
    mixingTold: ({ slot, packedAtS }) => {
      const found = lookUp(slot, packedAtS);
      return found === undefined ? [] : mixingTold(found);
    },
  });
  const kitOf = new Map<ExpectedKit, KitRecords | undefined>(
    expectation.kits.map((kit) => [kit, lookUp(kit.story.slot, kit.story.packedAtS)]),
  );
  return [
    ...findings,
    ...readings.findings,
    ...checkShocks(view, expectation),
    ...kitFindings(truth, view, kitOf),
    ...[...kitOf].flatMap(([kit, found]) =>
      found === undefined ? [] : checkKit(view, expectation, kit, found, comparison.verdicts),
    ),
  ];
}

/** When the next kit was packed into a slot; Infinity without one. */
function nextPackingS({ entries }: Truth, slot: number, afterS: number): number {
  const isNext = (entry: TruthEntry): boolean =>
    entry.kind === 'pack' && entry.slot === slot && entry.atS > afterS;
  return entries.find(isNext)?.atS ?? Infinity;
}

/** Every kit that was packed is in the journal, and no other. */
function kitFindings(
  truth: Truth,
  view: JournalView,
  kitOf: ReadonlyMap<ExpectedKit, KitRecords | undefined>,
): Finding[] {
  const findings: Finding[] = [];
  for (const [{ story }, found] of kitOf) {
    const put = (message: string): void => {
      findings.push({ about: 'kit', kit: story.name, atS: story.packedAtS, message });
    };
    if (found === undefined) {
      if (wasRefused(story, truth)) continue;
      put(`packed into slot ${story.slot}, but no KIT record says so`);
    } else if (field(found.packed, 'expiryWallS') !== story.expiryWallS) {
      const recorded = field(found.packed, 'expiryWallS');
      put(`recorded expiryWallS ${recorded}, expected ${story.expiryWallS}`);
    }
  }
  const known = new Set(kitOf.values());
  for (const kit of view.kits) {
    if (known.has(kit)) continue;
    const { sequence } = kit.packed.record;
    const message = `record ${sequence} tells of a kit that was never packed`;
    findings.push({ about: 'kit', kit: null, atS: kit.packed.atS, message });
  }
  return findings;
}

/** An expired kit is refused when it is packed. */
function wasRefused({ expiryWallS, packedAtS }: KitStory, { setup }: Truth): boolean {
  return expiryWallS <= setup.startWallS + packedAtS + PACKING_S;
}

function checkKit(
  view: JournalView,
  expectation: Expectation,
  kit: ExpectedKit,
  found: KitRecords,
  verdicts: readonly ReportedVerdict[] | undefined,
): Finding[] {
  const reported = verdicts === undefined ? lastWord(found) : verdicts[view.kits.indexOf(found)];
  const releases = new Releases(view, expectation, kit, found);
  const findings = [
    ...checkExcursions(view, expectation, kit, found),
    ...checkConditions(view, kit, found),
    ...checkCalibration(view, expectation, kit, found, reported),
    ...checkVerdictRecords(expectation, kit, found, releases),
    ...checkCustody(expectation, kit, found),
  ];
  if (reported === undefined || reported.kit !== found.number) {
    const message = `no verdict for kit number ${found.number}`;
    return [...findings, { about: 'verdict', kit: kit.story.name, atS: null, message }];
  }
  return [...findings, ...checkFinalVerdict(expectation, kit, reported, found, releases)];
}

/** What the journal says of a kit last. */
function lastWord({ number, records }: KitRecords): ReportedVerdict | undefined {
  const verdict = records.filter(({ record }) => record.type === 'verdict').at(-1);
  const custody = records.filter(({ record }) => record.type === 'custody').at(-1);
  if (verdict === undefined) return undefined;
  const bits = field(verdict, 'reasons');
  const names = new Map<number, string>(Object.entries(RULE).map(([name, rule]) => [rule, name]));
  const rules = Array.from({ length: 32 }, (_, rule) => rule).filter((rule) => (bits >>> rule) & 1);
  return {
    kit: number,
    verdict: VERDICTS[field(verdict, 'verdict')] ?? 'none',
    custody: CUSTODIES[custody === undefined ? 1 : field(custody, 'custody')] ?? 'none',
    reasons: rules.map((rule) => ({ code: names.get(rule) ?? `zone${rule}` })),
  };
}

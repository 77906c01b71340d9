/**
 * Compares the reason `calibration` with the probes' certificates: it stands once a kit that asks
 * for calibrated probes was given a reading by none, and stays; nothing else brings it about.
 */
import { Calibrated } from './calibrated.js';
import { RULE } from './codes.js';
import type { Evidence } from './evidence.js';
import type { ExpectedKit, Expectation } from './expected.js';
import type { Finding, ReportedVerdict } from './input.js';
import { type JournalView, type KitRecords, clockSlackS, field } from './journal-view.js';

const EDGE_S = 15; // a slot's switch and a sample may overtake each other

/** Readings aboard of which no calibrated probe was part; in order of time. */
export function uncalibratedOf(
  view: JournalView,
  { world, tolerance }: Expectation,
  { story }: ExpectedKit,
): Evidence[] {
  if (story.rules.needsCalibration !== true) return [];
  const calibrated = new Calibrated(view);
  const probes = world.setup.slotProbes[story.slot]!;
  const { gapAllowanceS } = story.rules;
  return world.instants.flatMap(({ atS, byProbe }) => {
    const given = probes.filter((probe) => typeof byProbe[probe] === 'number');
    if (given.length === 0) return [];
    const slackS = clockSlackS(atS - (world.boots.filter((bootS) => bootS <= atS).at(-1) ?? 0));
    const times = [atS - slackS, atS, atS + slackS];
    const isGood = times.map((one) => given.some((probe) => calibrated.isAt(probe, one)));
    if (!isGood.includes(false)) return [];
    // One from before the kit came may still be held when it does.
    const { stays } = story;
    const isHeld = stays.some((it) => it.fromS <= atS + gapAllowanceS + EDGE_S && atS < it.toS);
    if (!isHeld) return [];
    const isIn = stays.some((it) => it.surelyFromS + EDGE_S <= atS && atS < it.toS - EDGE_S);
    const isCut = world.outages.some((it) => it.fromS <= atS + EDGE_S && atS <= it.toS);
    const untilS = atS + tolerance.delayS + (isIn ? 0 : gapAllowanceS);
    const isSure = isIn && !isCut && !isGood.includes(true);
    return [{ rule: RULE.calibration, fromS: atS, untilS, isSure }];
  });
}

/** Compares the VERDICT records of one kit, and its final verdict. */
export function checkCalibration(
  view: JournalView,
  expectation: Expectation,
  kit: ExpectedKit,
  found: KitRecords,
  reported: ReportedVerdict | undefined,
): Finding[] {
  const { story } = kit;
  const findings: Finding[] = [];
  if (view.all.some(({ record }) => record.type === 'lost')) return findings; // or a certificate
  const evidence = uncalibratedOf(view, expectation, kit);
  const perhapsS = evidence[0]?.fromS ?? Infinity;
  const surelyS = evidence.find(({ isSure }) => isSure)?.untilS ?? Infinity;
  const hasSlip = found.records.some(({ record }) => record.type === 'slip');
  const compare = (isSet: boolean, atS: number, slackS: number, where: string): void => {
    const put = (message: string): void => {
      findings.push({ about: 'verdict', kit: story.name, atS, message: `${where}: ${message}` });
    };
    if (isSet && !hasSlip && atS < perhapsS - slackS) {
      put('calibration is a reason, every reading until then rests on a calibrated probe');
    }
    if (!isSet && surelyS + slackS < atS) {
      put('calibration is missing among the reasons, no calibrated probe gave a reading');
    }
  };
  for (const timed of found.records) {
    if (timed.record.type !== 'verdict') continue;
    const isSet = (field(timed, 'reasons') & (1 << RULE.calibration)) !== 0;
    const { sequence, uptimeS } = timed.record;
    compare(isSet, timed.atS, clockSlackS(uptimeS), `record ${sequence}`);
  }
  if (reported === undefined) return findings;
  const isSet = reported.reasons.some(({ code }) => code === 'calibration');
  const { judgedS } = expectation.world;
  compare(isSet, judgedS, clockSlackS(judgedS), 'the final verdict');
  return findings;
}

/**
 * Compares what is concluded: each verdict record with its reasons and with the truth of its time,
 * the final verdicts with all reasons, and custody step by step.
 */
import { CUSTODIES, RULE, VERDICTS, ruleName, ruleNames, ruleOfCode } from './codes.js';
import { type Releases, toldBy, verdictsOf } from './check-releases.js';
import { type ExpectedKit, type Expectation } from './expected.js';
import type { Episode } from './exposure.js';
import type { Finding, ReportedVerdict } from './input.js';
import { type KitRecords, type TimedRecord, clockSlackS, field } from './journal-view.js';
import type { CustodyStep } from './story-types.js';

type Put = (atS: number | null, message: string) => void;

/** Compares the VERDICT records of one kit. */
export function checkVerdictRecords(
  { tolerance }: Expectation,
  kit: ExpectedKit,
  records: KitRecords,
  releases: Releases,
): Finding[] {
  const findings: Finding[] = [];
  const put = putter(findings, 'verdict', kit);
  for (const timed of records.records) {
    if (timed.record.type !== 'verdict') continue;
    const { sequence, uptimeS } = timed.record;
    const slackS = clockSlackS(uptimeS);
    const reasons = field(timed, 'reasons');
    const verdict = VERDICTS[field(timed, 'verdict')];
    const allowed = verdictsOf(reasons, kit.story.rules, releases.at(sequence, timed.atS));
    if (verdict === undefined || !allowed.includes(verdict)) {
      const worst = named(allowed);
      put(timed.atS, `record ${sequence} says ${verdict}, its reasons lead to ${worst}`);
    }
    for (const message of reasonFaults(
      kit.excursions,
      reasons,
      timed.atS,
      slackS,
      tolerance.delayS,
    )) {
      put(timed.atS, `record ${sequence}: ${message}`);
    }
    const fault = budgetFault(kit, timed, tolerance.periodS);
    if (fault !== undefined) put(timed.atS, `record ${sequence}: ${fault}`);
  }
  return findings;
}

/** Verdicts in words; none where `released` itself is wrong. */
const named = (verdicts: readonly string[]): string =>
  verdicts.length === 0 ? 'none: what is released is wrong' : verdicts.join(' or ');

/** Reasons that rest on excursions, at the time of a verdict record. */
function reasonFaults(
  episodes: readonly Episode[],
  reasons: number,
  atS: number,
  slackS: number,
  delayS: number,
): string[] {
  const faults: string[] = [];
  const rules = [...Array.from({ length: RULE.lidOpen + 1 }, (_, rule) => rule), RULE.disagree];
  for (const rule of rules) {
    if (rule === RULE.clockUnset || rule === RULE.probeFault) continue;
    const own = episodes.filter((episode) => episode.rule === rule);
    const isSet = (reasons & (1 << rule)) !== 0;
    if (isSet && !own.some(({ possibleAtS }) => possibleAtS - slackS <= atS)) {
      faults.push(`${ruleName(rule)} is a reason, the truth has none until then`);
    }
    const dueS = delayS + slackS;
    if (!isSet && own.some(({ certainByS }) => certainByS !== null && certainByS + dueS <= atS)) {
      faults.push(`${ruleName(rule)} is missing among the reasons`);
    }
  }
  return faults;
}

function budgetFault(kit: ExpectedKit, timed: TimedRecord, periodS: number): string | undefined {
  const { budget: course } = kit;
  const { budget } = kit.story.rules;
  if (budget === null || course === null) return undefined;
  const slackS = course.toleranceS(periodS + clockSlackS(timed.record.uptimeS));
  const used = course.usedUntil(timed.atS);
  const least = Math.max(0, budget.budgetS - used.highS - slackS);
  const most = Math.max(0, budget.budgetS - used.lowS + slackS);
  const left = field(timed, 'budgetLeftS');
  if (left >= Math.floor(least) && left <= Math.ceil(most)) return undefined;
  return `budgetLeftS ${left}, expected ${Math.floor(least)} to ${Math.ceil(most)}`;
}

/** Compares the final word on one kit. */
export function checkFinalVerdict(
  { world, tolerance }: Expectation,
  kit: ExpectedKit,
  reported: ReportedVerdict,
  found: KitRecords,
  releases: Releases,
): Finding[] {
  const findings: Finding[] = [];
  const put = putter(findings, 'verdict', kit);
  const { certain, possible } = kit.reasons;
  let reasons = 0;
  for (const { code } of reported.reasons) {
    const rule = ruleOfCode(code);
    if (rule < 0) put(null, `'${code}' is no reason`);
    else reasons |= 1 << rule;
  }
  const missing = certain & ~reasons;
  const invented = reasons & ~possible & ~toldBy(found);
  if (missing !== 0) put(null, `reasons are missing: ${ruleNames(missing)}`);
  if (invented !== 0) put(null, `reasons that the truth does not have: ${ruleNames(invented)}`);
  const allowed = verdictsOf(reasons, kit.story.rules, releases.at(Infinity, world.judgedS));
  if (!allowed.some((verdict) => verdict === reported.verdict)) {
    put(null, `verdict ${reported.verdict}, its reasons lead to ${named(allowed)}`);
  }
  const custodies = lastCustodies(kit, world.setup.endS - tolerance.delayS);
  if (!custodies.includes(reported.custody)) {
    const text = `custody ${reported.custody}, expected ${[...new Set(custodies)].join(' or ')}`;
    findings.push({ about: 'custody', kit: kit.story.name, atS: null, message: text });
  }
  return findings;
}

/** The last custody that is sure and settled before `settledS`, and all that may follow it. */
function lastCustodies({ story }: ExpectedKit, settledS: number): string[] {
  const isSettled = story.custody.map(({ isSure, atS }) => isSure && atS <= settledS);
  const last = Math.max(0, isSettled.lastIndexOf(true));
  return story.custody.slice(last).map(({ custody }) => custody);
}

/** Compares the CUSTODY records of one kit with what people did, in order and in time. */
export function checkCustody(
  { world, tolerance }: Expectation,
  kit: ExpectedKit,
  records: KitRecords,
): Finding[] {
  const findings: Finding[] = [];
  const put = putter(findings, 'custody', kit);
  const recorded = records.records.filter(({ record }) => record.type === 'custody');
  const expected = kit.story.custody.slice(1); // packing, which the KIT record tells
  let next = 0;
  let before = 'in';
  for (const timed of recorded) {
    const custody = CUSTODIES[field(timed, 'custody')] ?? 'none';
    if (custody === before) continue; // told again: changes nothing
    before = custody;
    const slackS = clockSlackS(timed.record.uptimeS);
    const fits = (step: CustodyStep): boolean =>
      step.custody === custody &&
      timed.atS >= step.atS - slackS &&
      timed.atS <= step.atS + tolerance.delayS + slackS;
    while (expected[next] && !expected[next]!.isSure && !fits(expected[next]!)) next++;
    const step = expected[next];
    if (step === undefined || !fits(step)) {
      const due = step === undefined ? 'no change' : `${step.custody} at ${Math.round(step.atS)} s`;
      put(timed.atS, `record ${timed.record.sequence} says ${custody}, expected ${due}`);
    }
    if (step?.custody === custody) next++;
  }
  for (const { atS, custody, isSure } of expected.slice(next)) {
    if (isSure && atS + tolerance.delayS <= world.setup.endS) {
      put(atS, `${custody} is not recorded`);
    }
  }
  for (const message of emergencyFaults(records)) put(null, message);
  return findings;
}

/** An act on a kit that was not usable is marked, with the verdict that stood then. */
function emergencyFaults(records: KitRecords): string[] {
  const faults: string[] = [];
  let verdict: number | undefined;
  for (const timed of records.records) {
    if (timed.record.type === 'verdict') verdict = field(timed, 'verdict');
    if (timed.record.type !== 'custody') continue;
    const shown = field(timed, 'verdict');
    const custody = CUSTODIES[field(timed, 'custody')];
    const where = `record ${timed.record.sequence}`;
    if (verdict !== undefined && shown !== verdict) {
      faults.push(`${where} was shown ${VERDICTS[shown]}, recorded before is ${VERDICTS[verdict]}`);
    }
    const isAct = custody === 'taken' || custody === 'mixed' || custody === 'used';
    if (isAct && (field(timed, 'emergency') !== 0) !== (shown !== 0)) {
      faults.push(`${where}: emergency ${field(timed, 'emergency')} at verdict ${VERDICTS[shown]}`);
    }
  }
  return faults;
}

function putter(findings: Finding[], about: Finding['about'], kit: ExpectedKit): Put {
  return (atS, message) => findings.push({ about, kit: kit.story.name, atS, message });
}

/**
 * Hands on the rules of the profiles aboard: as rows for people, each number with its source, and
 * as bands of temperature for the figure, shaded by the verdict that they lead to. Where zones
 * lie on each other the worse verdict is shown.
 */
import { VERDICT } from '../../firmware/core/units.js';
import type { Profile, ProfileSource } from '../backend/profile.js';
import type { ZoneBand, ZoneLimit, ZoneSet } from './chart-types.js';
import { durationOf, limitOf, thousandthsOf } from './format.js';
import type { ReportProfile, ReportRule } from './report-types.js';
import type { VerdictWord } from './words.js';

type Zone = ProfileSource['zones'][number];

/** "above 25.0 °C", "at or below −0.5 °C". */
export function zoneLimitText(zone: Zone): string {
  const words = {
    above: 'above',
    atOrAbove: 'at or above',
    below: 'below',
    atOrBelow: 'at or below',
  };
  return `${words[zone.operator]} ${limitOf(limitCentiC(zone))} °C`;
}

/** "4 h in total", "1 h at a stretch", "at once". */
export function allowanceText(zone: Zone): string {
  if (zone.allowanceS === undefined) return 'none: at once';
  const time = durationOf(zone.allowanceS.value);
  return zone.allowance === 'cumulative' ? `${time} in total` : `${time} at a stretch`;
}

function limitCentiC(zone: Zone): number {
  return Math.round(zone.limitC.value * 100);
}

/** A profile's rules as rows. */
export function reportProfile(profile: Profile): ReportProfile {
  const { source } = profile;
  return {
    name: source.product.name,
    id: profile.id,
    version: source.version,
    hash: Buffer.from(profile.hash).toString('hex'),
    isExample: source.example,
    rules: [...source.zones.map(zoneRule), ...otherRules(profile)],
  };
}

function zoneRule(zone: Zone): ReportRule {
  const limit = zone.limitC.source;
  const allowance = zone.allowanceS?.source;
  return {
    zone: zone.name,
    limit: zoneLimitText(zone),
    allowance: allowanceText(zone),
    verdict: zone.verdict,
    source: allowance === undefined ? limit : `Limit: ${limit}. Time: ${allowance}`,
  };
}

function otherRules({ source, stability }: Profile): ReportRule[] {
  const { shock, lid } = source;
  const fallMs = shock.dropFreeFallMs.value;
  const speed = (mmPerS: number): string => `${thousandthsOf(mmPerS)} m/s`;
  const rules: ReportRule[] = [
    {
      zone: 'no data',
      limit: 'time without a reading',
      allowance: `${durationOf(source.gapAllowanceS.value)} at a stretch`,
      verdict: 'unknown',
      source: source.gapAllowanceS.source,
    },
    {
      zone: 'drop-like shock',
      limit: `ΔV from ${speed(shock.dropDeltaVMmPerS.value)}, or free fall from ${fallMs} ms`,
      allowance: 'none: at once',
      verdict: shock.dropVerdict,
      source: `ΔV: ${shock.dropDeltaVMmPerS.source}. Fall: ${shock.dropFreeFallMs.source}`,
    },
    {
      zone: 'severe shock',
      limit: `ΔV from ${speed(shock.severeDeltaVMmPerS.value)}, or beyond what can be measured`,
      allowance: 'none: at once',
      verdict: shock.severeVerdict,
      source: shock.severeDeltaVMmPerS.source,
    },
    {
      zone: 'lid open',
      limit: 'time with the lid open',
      allowance: `${durationOf(lid.openAllowedS.value)} in total`,
      verdict: lid.verdict,
      source: lid.openAllowedS.source,
    },
    {
      zone: 'use after mixing',
      limit: 'time since mixing began',
      allowance: source.useByS.value === null ? 'not set' : durationOf(source.useByS.value),
      verdict: 'discard',
      source: source.useByS.source,
    },
  ];
  if (stability !== undefined && source.stability !== undefined) {
    const { shelfLifeMonths, shelfLifeC, activationEnergyKJPerMol, verdict } = source.stability;
    const shelfLifeText = limitOf(Math.round(shelfLifeC.value * 100));
    rules.unshift({
      zone: 'stability budget',
      limit: 'time weighted by the rate of degradation at its temperature',
      allowance: `${shelfLifeMonths.value} months at ${shelfLifeText} °C`,
      verdict,
      source: `${activationEnergyKJPerMol.source}. ${shelfLifeMonths.source}`,
    });
  }
  return rules;
}

/** One set of zones for each profile, after one for all together where there are several. */
export function zoneSets(profiles: readonly Profile[]): ZoneSet[] {
  const single = profiles.map((profile) =>
    zoneSet(profile.source.product.name, profile.source.zones),
  );
  if (single.length < 2) return single;
  const all = profiles.flatMap(({ source }) => source.zones);
  return [zoneSet('All products, the stricter rule', all), ...single];
}

function zoneSet(name: string, zones: readonly Zone[]): ZoneSet {
  const limits = [...new Set(zones.map(limitCentiC))].sort((a, b) => a - b);
  const edges = [null, ...limits, null];
  const bands: ZoneBand[] = [];
  for (let i = 0; i + 1 < edges.length; i++) {
    const [fromCentiC, toCentiC] = [edges[i] ?? null, edges[i + 1] ?? null];
    bands.push({ fromCentiC, toCentiC, verdict: bandVerdict(zones, fromCentiC, toCentiC) });
  }
  return { name, bands, limits: limits.map((centiC) => zoneLimit(zones, centiC)) };
}

function bandVerdict(
  zones: readonly Zone[],
  fromCentiC: number | null,
  toCentiC: number | null,
): VerdictWord {
  let worst: VerdictWord = 'usable';
  for (const zone of zones) {
    const limit = limitCentiC(zone);
    const isHot = zone.operator === 'above' || zone.operator === 'atOrAbove';
    const covers = isHot
      ? fromCentiC !== null && fromCentiC >= limit
      : toCentiC !== null && toCentiC <= limit;
    if (covers && VERDICT[zone.verdict] > VERDICT[worst]) worst = zone.verdict;
  }
  return worst;
}

/** The rules of one limit; of several products only those that no stricter one makes idle. */
function zoneLimit(zones: readonly Zone[], centiC: number): ZoneLimit {
  const here = zones.filter((zone) => limitCentiC(zone) === centiC);
  const texts = [...new Set(here.map(zoneLimitText))].map((limit) => {
    const same = here.filter((zone) => zoneLimitText(zone) === limit);
    const strict = same.filter((zone) => !same.some((other) => isStricter(other, zone)));
    const rules = [...new Set(strict.map(({ verdict }) => verdict))].map((verdict) => {
      const own = strict.filter((zone) => zone.verdict === verdict);
      return `${verdict} ${[...new Set(own.map(afterText))].join(' or ')}`;
    });
    return `${limit}: ${rules.join(' or ')}`;
  });
  return { centiC, text: texts.join('; ') };
}

/**
 * Whether a rule at the same limit always comes first and leads to the same or worse. A total is
 * spent no later than the same time at a stretch.
 */
function isStricter(rule: Zone, than: Zone): boolean {
  const [timeS, thanS] = [rule.allowanceS?.value ?? 0, than.allowanceS?.value ?? 0];
  const isSooner = timeS <= thanS && (rule.allowance !== 'single' || than.allowance === 'single');
  const isEqual = timeS === thanS && rule.allowance === than.allowance;
  if (isEqual) return VERDICT[rule.verdict] > VERDICT[than.verdict];
  return isSooner && VERDICT[rule.verdict] >= VERDICT[than.verdict];
}

/** "after 4 h in total", "at once". */
function afterText(zone: Zone): string {
  return zone.allowanceS === undefined ? 'at once' : `after ${allowanceText(zone)}`;
}

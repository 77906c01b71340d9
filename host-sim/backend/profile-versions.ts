/**
 * Hands on what a newer version of a profile allows that the older one did not. A newer version may
 * tighten a profile; only quality may loosen one, and then says so: where profiles are signed, what
 * is looser is refused without that word.
 */
import { VERDICT } from '../../firmware/core/units.js';
import type { Profile, ProfileSource } from './profile.js';

type Zone = ProfileSource['zones'][number];
type Shown = string | number | boolean | null;

/** A field that is looser, from what to what. */
export interface Looser {
  readonly field: string;
  readonly older: string;
  readonly newer: string;
}

/** Refuses a newer version of the same profile that is looser, or no newer; `loosen` lets it be. */
export function expectTighter(older: Profile, newer: Profile, loosen = false): void {
  if (older.id !== newer.id) return;
  const { version } = newer.source;
  if (Buffer.compare(older.hash, newer.hash) === 0) return;
  if (version <= older.source.version) {
    const expected = `expected a version above ${older.source.version}`;
    throw new Error(`Profile ${newer.id}: version ${version} differs from it, ${expected}`);
  }
  const looser = tightens(older, newer);
  if (looser.length === 0 || loosen) return;
  const lines = looser.map(({ field, older: was, newer: is }) => `  ${field}: ${was} -> ${is}`);
  throw new Error(
    `Profile ${newer.id}: version ${version} is looser than ${older.source.version}, ` +
      `expected it to be tighter or quality to say --loosen:\n${lines.join('\n')}`,
  );
}

/** Every field in which the newer version is looser than the older; none when it only tightens. */
export function tightens(older: Profile, newer: Profile): readonly Looser[] {
  const found: Looser[] = [];
  const put = (field: string, was: Shown, is: Shown): void => {
    found.push({ field, older: textOf(was), newer: textOf(is) });
  };
  const [a, b] = [older.source, newer.source];
  const atMost = (field: string, was: number, is: number): void => {
    if (is > was) put(field, was, is);
  };
  const noMilder = (field: string, was: keyof typeof VERDICT, is: keyof typeof VERDICT): void => {
    if (VERDICT[is] < VERDICT[was]) put(field, was, is);
  };
  if (a.example && !b.example) put('example', true, false);
  a.zones.forEach((zone, z) => {
    if (!b.zones.some((other) => isAsTight(zone, other))) put(`zones[${z}]`, zoneText(zone), null);
  });
  atMost('gapAllowanceS', a.gapAllowanceS.value, b.gapAllowanceS.value);
  atMost('lossAllowedS', a.lossAllowedS?.value ?? 0, b.lossAllowedS?.value ?? 0);
  atMost('useByS', a.useByS.value ?? Infinity, b.useByS.value ?? Infinity);
  for (const name of ['dropFreeFallMs', 'dropDeltaVMmPerS', 'severeDeltaVMmPerS'] as const) {
    atMost(`shock.${name}`, a.shock[name].value, b.shock[name].value);
  }
  noMilder('shock.dropVerdict', a.shock.dropVerdict, b.shock.dropVerdict);
  noMilder('shock.severeVerdict', a.shock.severeVerdict, b.shock.severeVerdict);
  atMost('lid.openAllowedS', a.lid.openAllowedS.value, b.lid.openAllowedS.value);
  noMilder('lid.verdict', a.lid.verdict, b.lid.verdict);
  for (const name of ['disagreeC', 'tiltDeg', 'humidityPercent', 'lightLux'] as const) {
    const [was, is] = [a[name], b[name]];
    if (was === undefined) continue;
    if (is === undefined) {
      put(name, was.limit.value, null);
      continue;
    }
    atMost(`${name}.limit`, was.limit.value, is.limit.value);
    noMilder(`${name}.verdict`, was.verdict, is.verdict);
    if ('allowedS' in was && 'allowedS' in is) {
      atMost(`${name}.allowedS`, was.allowedS.value, is.allowedS.value);
    }
  }
  if (a.needsCalibration !== undefined && b.needsCalibration === undefined) {
    put('needsCalibration', true, null);
  }
  return [...found, ...looserBudget(older, newer)];
}

/** A budget that is gone, is larger, or goes slower at any temperature. */
function looserBudget(older: Profile, newer: Profile): Looser[] {
  const [was, is] = [older.stability, newer.stability];
  const [a, b] = [older.source.stability, newer.source.stability];
  if (was === undefined || a === undefined) return [];
  const all = { field: 'stability', older: `${was.budgetS} s` };
  if (is === undefined || b === undefined) return [{ ...all, newer: 'none' }];
  if (VERDICT[b.verdict] < VERDICT[a.verdict]) {
    return [{ field: 'stability.verdict', older: a.verdict, newer: b.verdict }];
  }
  const slower = was.rates.findIndex(
    (rate, i) => rate * is.budgetS > (is.rates[i] ?? 0) * was.budgetS,
  );
  if (slower < 0) return [];
  const temperature = `at ${was.firstKnotC + slower} °C`;
  const days = (rate: number, budgetS: number): string =>
    `${Math.round((budgetS * 1000) / Math.max(1, rate) / 86400)} days ${temperature}`;
  const newRate = is.rates[slower] ?? 0;
  return [
    {
      field: 'stability',
      older: days(was.rates[slower]!, was.budgetS),
      newer: days(newRate, is.budgetS),
    },
  ];
}

/** Whether a zone catches all that another one catches, at least as soon and as badly. */
function isAsTight(zone: Zone, other: Zone): boolean {
  const isHot = (operator: Zone['operator']): boolean => operator.endsWith('bove');
  if (isHot(zone.operator) !== isHot(other.operator)) return false;
  const sign = isHot(zone.operator) ? 1 : -1;
  const beyond = (other.limitC.value - zone.limitC.value) * sign;
  const isInclusive = other.operator.startsWith('atOr');
  if (beyond > 0 || (beyond === 0 && zone.operator.startsWith('atOr') && !isInclusive)) {
    return false;
  }
  if (VERDICT[other.verdict] < VERDICT[zone.verdict]) return false;
  const allowedS = other.allowanceS?.value ?? 0;
  if (allowedS > (zone.allowanceS?.value ?? 0)) return false;
  // A sum is spent at the latest when a stay is; a stay may never be as long as a sum.
  return !(zone.allowance === 'cumulative' && other.allowance === 'single');
}

function zoneText({ name, operator, limitC, allowance, allowanceS, verdict }: Zone): string {
  const time = allowanceS === undefined ? '' : ` ${allowanceS.value} s`;
  return `${name}, ${operator} ${limitC.value} °C, ${allowance}${time}, ${verdict}`;
}

function textOf(value: Shown): string {
  if (value === null) return 'none';
  return value === Infinity ? 'no limit' : String(value);
}

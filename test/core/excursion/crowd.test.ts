import assert from 'node:assert/strict';
import fc from 'fast-check';
import { COMMON, KIT } from '../../../firmware/core/excursion/kits.js';
import { HUMIDITY_ABSENT } from '../../../firmware/core/units.js';
import { loadCbor } from '../../../host-sim/backend/cbor.js';
import type { Told } from './support/kit-bench.js';
import { PlaceBench, type PlaceParts } from './support/place-bench.js';

/** Four profiles as unlike as can be, in every rule. */
const PROFILES: readonly PlaceParts[] = [
  {
    zones: [
      { operator: 'above', limitCentiC: 2500, allowance: 'single', allowanceS: 300 },
      { operator: 'below', limitCentiC: 200, allowance: 'instant', verdict: 'inspect' },
    ],
    gapAllowanceS: 600,
    lid: { allowedS: 200, verdict: 'inspect' },
    disagree: { limitCentiC: 100, allowedS: 130, verdict: 'inspect' },
    humidity: { limitPermille: 550, allowedS: 250, verdict: 'quarantine' },
  },
  {
    zones: [
      { operator: 'atOrBelow', limitCentiC: 150, allowance: 'cumulative', allowanceS: 400 },
      { operator: 'atOrAbove', limitCentiC: 3000, allowance: 'instant', verdict: 'discard' },
      { operator: 'atOrAbove', limitCentiC: 2600, allowance: 'cumulative', allowanceS: 500 },
    ],
    gapAllowanceS: 120,
    budget: { firstKnotC: 10, ratesPermille: [500, 1500, 20000], budgetS: 7000 },
    shock: { dropDeltaVMmPerS: 900, severeDeltaVMmPerS: 5000 },
    useByS: 700,
    tilt: { limitDeg: 45, verdict: 'inspect' },
    light: { limitLux: 200, allowedS: 300, verdict: 'quarantine' },
    needsCalibration: true,
  },
  {
    zones: [],
    gapAllowanceS: 3600,
    budget: { firstKnotC: -2, ratesPermille: [700], budgetS: 900, verdict: 'discard' },
    lid: { allowedS: 100_000, verdict: 'discard' },
    shock: { dropFreeFallMs: 60, severeVerdict: 'discard' },
    tilt: { limitDeg: 90, verdict: 'discard' },
    humidity: { limitPermille: 300, allowedS: 100, verdict: 'inspect' },
    light: { limitLux: 900, allowedS: 60, verdict: 'inspect' },
  },
  {
    zones: Array.from({ length: 8 }, (_, z) => ({
      ...({ operator: 'above', limitCentiC: 2100 + 100 * z } as const),
      ...({ allowance: 'single', allowanceS: 100 + 90 * z } as const),
    })),
    gapAllowanceS: 300,
    useByS: 86_400,
  },
];
const PROBES = [0b01, 0b10, 0b11] as const;
const KITS = 16;
const profileOf = (kit: number): number => (kit + (kit >> 2)) % PROFILES.length;
const probesOf = (kit: number): number => PROBES[kit % PROBES.length]!;

type Act =
  | { readonly what: 'reading'; readonly centiC: readonly (number | null)[] }
  | { readonly what: 'lid'; readonly isOpen: boolean }
  | { readonly what: 'shock'; readonly deltaV: number; readonly fallMs: number; slots: number }
  | { readonly what: 'loss' }
  | { readonly what: 'air' | 'light' | 'calibrated'; readonly value: number }
  | { readonly what: 'tilt'; readonly deg: number; readonly slots: number }
  | { readonly what: 'take' | 'putBack' | 'mix'; readonly kit: number };
type Step = { readonly afterS: number } & { readonly act: Act };

const centiC = fc.constantFrom(null, -50, 150, 199, 200, 2000, 2000, 2150, 2501, 2600, 2900, 3100);
function anyValue(what: 'air' | 'light' | 'calibrated', ...values: number[]): fc.Arbitrary<Act> {
  return fc.constantFrom(...values).map((value) => ({ what, value }));
}
const anyAct: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.tuple(centiC, centiC).map((pair) => ({ what: 'reading', centiC: pair }) as const),
  },
  {
    weight: 1,
    arbitrary: fc.boolean().map((isOpen) => ({ what: 'lid', isOpen }) as const),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constant('shock' as const),
      deltaV: fc.constantFrom(0, 899, 900, 1500, 3000, 5000),
      fallMs: fc.constantFrom(0, 60, 140),
      slots: fc.nat(0xffff),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ what: 'loss' } as const) },
  { weight: 1, arbitrary: anyValue('air', 0, 300, 301, 550, 700, HUMIDITY_ABSENT) },
  { weight: 1, arbitrary: anyValue('light', 0, 200, 201, 900, 5000) },
  { weight: 1, arbitrary: anyValue('calibrated', 0b11, 0b11, 0b01, 0b10) },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constant('tilt' as const),
      deg: fc.constantFrom(45, 46, 91, 180, 255),
      slots: fc.nat(0xffff),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      what: fc.constantFrom('take' as const, 'putBack' as const, 'putBack' as const),
      kit: fc.nat(KITS - 1),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ what: fc.constant('mix' as const), kit: fc.nat(KITS - 1) }),
  },
);
const anySteps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({ afterS: fc.constantFrom(0, 1, 59, 60, 60, 60, 130, 700), act: anyAct }),
  { minLength: 5, maxLength: 60 },
);

/** One kit's story: what is told of it after each step, with steps for sequence numbers. */
type Story = string[][];

/** Does the steps to these kits, each in its slot; kit and slot k of the bench are `kits[k]`. */
function live(kits: readonly number[], steps: readonly Step[]): Story[] {
  const bench = new PlaceBench(PROFILES, { slotProbes: kits.map(probesOf) });
  bench.set(COMMON.calibrated, 0b11);
  const stepOf = new Map<number, number>();
  const stories: Story[] = kits.map(() => []);
  let nowS = 1000;
  kits.forEach((kit, own) => bench.pack(own, nowS, { profile: profileOf(kit) }));
  for (let sequence = 0; sequence <= bench.sequence; sequence++) stepOf.set(sequence, -1);
  bench.settle();
  steps.forEach(({ afterS, act }, i) => {
    nowS += afterS;
    const before = bench.sequence;
    doTo(bench, kits, act, nowS);
    // An act of one brings all forward in time, as this does; a reading does so anyway.
    if (act.what !== 'reading') bench.light(bench.words[COMMON.lightLux]!, nowS);
    if (bench.sequence > before) stepOf.set(before + 1, i);
    for (const story of stories) story.push([]);
    for (const told of bench.settle()) stories[told.kit]![i]!.push(lineOf(told, stepOf));
  });
  return stories;
}

function lineOf(told: Told, stepOf: ReadonlyMap<number, number>): string {
  const { what, used, allowed, limit, extreme, budgetLeftS } = told;
  const start = stepOf.get(told.startSequence);
  const worst = stepOf.get(told.extremeSequence);
  const spent = `${what} ${used}/${allowed} ${limit} from ${start}`;
  return `${spent}, ${extreme} at ${worst}, ${budgetLeftS}`;
}

/** The slots of the bench of those kits whose bits are set. */
function slotsOf(kits: readonly number[], bits: number): number {
  return kits.reduce((slots, kit, own) => slots | (((bits >> kit) & 1) << own), 0);
}

function doTo(bench: PlaceBench, kits: readonly number[], act: Act, nowS: number): void {
  switch (act.what) {
    case 'reading':
      bench.reading(nowS, ...act.centiC);
      break;
    case 'lid':
      bench.lid(act.isOpen, nowS);
      break;
    case 'air':
      bench.humidityPermille = act.value;
      break;
    case 'light':
      bench.light(act.value, nowS);
      break;
    case 'calibrated':
      bench.set(COMMON.calibrated, act.value);
      break;
    case 'tilt':
      bench.tilt(act.deg, slotsOf(kits, act.slots));
      break;
    case 'shock': {
      const slots = slotsOf(kits, act.slots);
      if (slots !== 0) bench.shock({ deltaV: act.deltaV, freeFallMs: act.fallMs, slots });
      break;
    }
    case 'loss':
      bench.loseTime();
      break;
    default: {
      const own = kits.indexOf(act.kit);
      if (own < 0) return;
      if (act.what === 'take' && bench.isIn(own)) bench.take(own, nowS);
      if (act.what === 'putBack' && bench.isTaken(own)) bench.putBack(own, nowS);
      if (act.what === 'mix' && bench.isTaken(own)) bench.mix(own, nowS);
    }
  }
}

describe('a kit in a crowd', function () {
  this.timeout(120_000);
  before(loadCbor);

  const all = Array.from({ length: KITS }, (_, kit) => kit);

  it('is judged as if it were alone, whichever place, slot and profile it has', () => {
    fc.assert(
      fc.property(anySteps, fc.nat(KITS - 1), (steps, first) => {
        const crowd = live(all, steps);
        for (const kit of [first, (first + 7) % KITS]) {
          assert.deepEqual(crowd[kit], live([kit], steps)[0], `kit ${kit}`);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('is judged the same in any order of kits and slots', () => {
    fc.assert(
      fc.property(anySteps, fc.shuffledSubarray(all, { minLength: KITS }), (steps, order) => {
        const inOrder = live(all, steps);
        live(order, steps).forEach((story, own) => {
          assert.deepEqual(story, inOrder[order[own]!], `kit ${order[own]}`);
        });
      }),
      { numRuns: 12 },
    );
  });

  it('leaves nothing behind for the one that is packed in its place', () => {
    fc.assert(
      fc.property(anySteps, anySteps, fc.nat(KITS - 1), (before, after, kit) => {
        const fates = [before, []].map((past) => {
          const bench = new PlaceBench(PROFILES, { slotProbes: all.map(probesOf) });
          for (const own of all) bench.pack(own, 1000, { profile: profileOf(own) });
          let nowS = 1000;
          for (const { afterS, act } of past) doTo(bench, all, act, (nowS += afterS));
          bench.lid(false, nowS);
          bench.light(0, nowS);
          bench.humidityPermille = HUMIDITY_ABSENT;
          bench.set(COMMON.calibrated, 0b11);
          bench.settle();
          nowS = 1_000_000;
          for (const own of all) bench.pack(own, nowS, { profile: profileOf(own) });
          bench.reading(nowS, 2000, 2000);
          const zeroS = nowS;
          const lines = after.flatMap(({ afterS, act }) => {
            doTo(bench, all, act, (nowS += afterS));
            return bench.settle().map(({ kit: of, what, used }) => `${of} ${what} ${used}`);
          });
          return { lines, from: bench.kit(kit, KIT.fromS) - zeroS };
        });
        assert.deepEqual(fates[0], fates[1]);
      }),
      { numRuns: 12 },
    );
  });
});

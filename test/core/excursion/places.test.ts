import assert from 'node:assert/strict';
import { COMMON } from '../../../firmware/core/excursion/kits.js';
import { HUMIDITY_ABSENT } from '../../../firmware/core/units.js';
import { loadCbor } from '../../../host-sim/backend/cbor.js';
import type { Told } from './support/kit-bench.js';
import { PlaceBench, type PlaceParts } from './support/place-bench.js';

const KIT_5 = 5;
const ALL: PlaceParts = {
  zones: [{ operator: 'above', limitCentiC: 9000, allowance: 'instant' }],
  gapAllowanceS: 180,
  disagree: { limitCentiC: 150, allowedS: 240, verdict: 'inspect' },
  tilt: { limitDeg: 60, verdict: 'unknown' },
  humidity: { limitPermille: 600, allowedS: 300, verdict: 'quarantine' },
  light: { limitLux: 500, allowedS: 400, verdict: 'discard' },
};

/** Kit 5 in slot 9 under the profile in place 2; kit 0 in slot 0 under one without any rule. */
function bench(profile: PlaceParts = ALL, beside: PlaceParts = {}): PlaceBench {
  const slotProbes = Array.from({ length: 16 }, (_, slot) => (slot === 9 ? 0b11 : 0b01));
  const it = new PlaceBench([{}, beside, profile, {}], { slotProbes });
  it.pack(0, 1000);
  it.pack(KIT_5, 1000, { slot: 9, profile: 2 });
  it.settle();
  return it;
}

const numbers = (told: Told | undefined): unknown[] => {
  const { what, used, allowed, limit, startSequence, extreme, extremeSequence } = told!;
  return [what, used, allowed, limit, startSequence, extreme, extremeSequence];
};
/** What is told of kit 5; of the other one nothing ever is. */
function own(it: PlaceBench): Told[] {
  const told = it.settle();
  assert.deepEqual(
    told.filter(({ kit }) => kit !== KIT_5),
    [],
  );
  return told;
}
const whats = (it: PlaceBench): string[] => own(it).map(({ what }) => what);
/** Readings of 20 °C, one a minute, with this humidity; answers their sequences. */
function humid(it: PlaceBench, fromS: number, ...permille: readonly number[]): number[] {
  return permille.map((value, i) => {
    it.humidityPermille = value;
    return it.reading(fromS + 60 * i, 2000, 2000);
  });
}

describe('humid air', () => {
  before(loadCbor);

  it('counts above the limit, from the first such reading to the first dry one', () => {
    const it = bench();
    const [, first, , worst] = humid(it, 1060, 600, 601, 650, 700, 640, 610, 600);
    const told = own(it);
    assert.deepEqual(
      told.map(({ what }) => what),
      ['humidity opens', 'quarantine: humidity'],
    );
    assert.deepEqual(numbers(told[0]), ['humidity opens', 300, 300, 600, first, 700, worst]);
    humid(it, 1480, 600, 600);
    assert.deepEqual(whats(it), [], 'dry air is nothing');
  });

  it('is nothing a second before its allowance is spent, whatever comes behind', () => {
    const it = bench();
    it.humidityPermille = 900;
    it.readings(1000, 1240, 60, 2000, 2000);
    it.humidityPermille = 100;
    it.reading(1299, 2000, 2000);
    it.readings(1359, 3000, 60, 2000, 2000);
    assert.deepEqual(whats(it), []);
    it.humidityPermille = 601;
    it.reading(3059, 2000, 2000);
    it.reading(3060, 2000, 2000);
    assert.deepEqual(whats(it), ['humidity opens', 'quarantine: humidity']);
  });

  it('adds up, and is told again when a spell of it ends', () => {
    const it = bench();
    const [first] = humid(it, 1060, 700, 700, 100, 100, 650, 650, 650, 650, 650);
    const [opened] = own(it);
    assert.deepEqual([opened?.used, opened?.startSequence, opened?.extreme], [360, first, 700]);
    humid(it, 1600, 800, 100);
    const [update, ...more] = own(it);
    assert.deepEqual([update?.what, update?.used], ['humidity so far', 480]);
    assert.deepEqual(more, []);
    humid(it, 1720, 100, 100, 100);
    assert.deepEqual(whats(it), []);
  });

  it('holds until the next value, at most for the gap allowance', () => {
    const it = bench();
    humid(it, 1060, 700, HUMIDITY_ABSENT, HUMIDITY_ABSENT);
    humid(it, 1240, 100);
    assert.deepEqual(whats(it), [], '180 s');
    humid(it, 1300, 700, ...Array.from({ length: 9 }, () => HUMIDITY_ABSENT));
    humid(it, 1900, 100);
    const [opened] = own(it);
    assert.deepEqual([opened?.what, opened?.used], ['humidity opens', 360], '180 s more, not 600');
  });

  it('counts from packing on, and not while the kit is away', () => {
    const it = bench();
    humid(it, 1060, 700, 700);
    it.pack(7, 1150, { slot: 7, profile: 2 });
    it.take(KIT_5, 1150);
    humid(it, 1180, 700, 700, 700);
    it.putBack(KIT_5, 1330);
    humid(it, 1360, 700, 700, 700);
    const told = it.settle().filter(({ what }) => what === 'humidity opens');
    assert.deepEqual(
      told.map(({ kit, used }) => [kit, used]),
      [[7, 330]],
    );
    humid(it, 1540, 700);
    const [opened] = own(it);
    assert.deepEqual([opened?.what, opened?.used], ['humidity opens', 300]);
  });

  it('has its own beginning for a kit that comes into it, and its first worst reading', () => {
    const it = bench();
    it.reading(1060, 2000, 2000);
    it.take(KIT_5, 1070);
    humid(it, 1120, 800, 700, 700);
    it.putBack(KIT_5, 1245);
    const back = it.sequence;
    const [first] = humid(it, 1300, 750, 750, 650, 650, 650, 650);
    const [opened] = own(it);
    assert.deepEqual(numbers(opened), ['humidity opens', 355, 300, 600, back, 750, first]);
  });

  it('that goes on is told anew before a checkpoint', () => {
    const it = bench();
    humid(it, 1060, 700, 700, 700, 700, 700, 700);
    own(it);
    humid(it, 1420, 700);
    it.pending.refresh();
    assert.deepEqual(
      own(it).map(({ what, used }) => [what, used]),
      [['humidity so far', 360]],
    );
    humid(it, 1480, 100);
    own(it);
    it.pending.refresh();
    assert.deepEqual(whats(it), []);
  });
});

describe('light', () => {
  before(loadCbor);

  it('counts above the limit from the record that says so to the one that does not', () => {
    const it = bench();
    it.light(500, 1010);
    const first = it.light(501, 1100);
    const worst = it.light(4000, 1200);
    it.light(600, 1300);
    assert.deepEqual(whats(it), []);
    it.light(500, 1499);
    assert.deepEqual(whats(it), [], '399 s');
    it.light(501, 1600);
    it.light(0, 1601);
    const [opened, ...more] = own(it);
    assert.deepEqual(numbers(opened), ['light opens', 400, 400, 500, first, 4000, worst]);
    assert.deepEqual(
      more.map(({ what }) => what),
      ['discard: light'],
    );
    it.light(501, 1700);
    it.light(0, 1710);
    assert.deepEqual(
      own(it).map(({ what, used }) => [what, used]),
      [['light so far', 410]],
    );
  });

  it('counts as time passes, without a record of its own, however long', () => {
    const it = bench();
    it.light(501, 1100);
    humid(it, 1060, 0, 0, 0, 0, 0, 0, 0);
    it.humidityPermille = 0;
    assert.deepEqual(whats(it), []);
    it.reading(1500, 2000, 2000);
    assert.deepEqual(
      own(it).map(({ what, used }) => [what, used]),
      [
        ['light opens', 400],
        ['discard: light', 0],
      ],
    );
    it.reading(1560, 2000, 2000);
    it.pending.refresh();
    assert.deepEqual(
      own(it).map(({ what, used }) => [what, used]),
      [['light so far', 460]],
    );
  });

  it('counts for a kit that comes into it from then on, with its own evidence', () => {
    const it = bench();
    const bright = it.light(2000, 1100);
    it.reading(1120, 2000, 2000);
    it.take(KIT_5, 1130);
    it.putBack(KIT_5, 1200);
    it.pack(7, 1300, { slot: 7, profile: 2 });
    const packed = it.sequence;
    it.light(0, 1700);
    const told = it.settle().filter(({ what }) => what === 'light opens');
    assert.deepEqual(
      told.map(({ kit, used, startSequence, extreme }) => [kit, used, startSequence, extreme]),
      [
        [KIT_5, 530, bright, 2000],
        [7, 400, packed, 2000],
      ],
    );
  });

  it('of one profile’s limit is not that of another’s', () => {
    const beside: PlaceParts = { light: { limitLux: 100, allowedS: 60, verdict: 'inspect' } };
    const it = bench(ALL, beside);
    it.pack(7, 1000, { slot: 7, profile: 1 });
    it.settle();
    it.light(101, 1100);
    it.light(0, 1160);
    assert.deepEqual(
      it.settle().map(({ kit, what, limit }) => [kit, what, limit]),
      [
        [7, 'light opens', 100],
        [7, 'inspect: light', 0],
      ],
    );
  });
});

describe('the lowest limit aboard', () => {
  before(loadCbor);

  const limited = (limitPermille: number, limitLux: number): PlaceParts => ({
    humidity: { limitPermille, allowedS: 120, verdict: 'inspect' },
    light: { limitLux, allowedS: 120, verdict: 'inspect' },
  });
  const low = limited(300, 100);
  const high = limited(600, 900);
  for (const [profiles, lowKit] of [
    [[low, high], 0],
    [[high, low], 1],
    [[low], 0],
    [[low, {}], 0],
    [[{}, low], 1],
  ] as const) {
    it(`decides, of ${profiles.length} that of kit ${lowKit}, as readings follow readings`, () => {
      const aboard = (): PlaceBench => {
        const it = new PlaceBench(profiles);
        profiles.forEach((_, kit) => it.pack(kit, 1000, { profile: kit }));
        it.settle();
        return it;
      };
      const opened = (it: PlaceBench): unknown[] =>
        it.settle().flatMap(({ kit, what }) => (what.endsWith('opens') ? [[kit, what]] : []));
      const humidAir = aboard();
      humid(humidAir, 1060, 0, 300, 300, 300, 300);
      assert.deepEqual(opened(humidAir), []);
      humid(humidAir, 1360, 301, 301, 301);
      assert.deepEqual(opened(humidAir), [[lowKit, 'humidity opens']]);
      const bright = aboard();
      bright.light(101, 1060);
      humid(bright, 1070, 0, 0, 0);
      assert.deepEqual(opened(bright), [[lowKit, 'light opens']]);
      const dim = aboard();
      dim.light(100, 1060);
      humid(dim, 1070, 0, 0, 0, 0);
      assert.deepEqual(opened(dim), []);
    });
  }
});

describe('tilt', () => {
  before(loadCbor);

  it('beyond the angle is an excursion, told once, with its record', () => {
    const it = bench();
    it.tilt(60);
    assert.deepEqual(whats(it), []);
    const sequence = it.tilt(61);
    const [opened, verdict] = own(it);
    assert.deepEqual(numbers(opened), ['tilt opens', 0, 0, 60, sequence, 61, sequence]);
    assert.equal(verdict?.what, 'unknown: tilt');
    it.tilt(180);
    assert.deepEqual(whats(it), []);
  });

  it('up to upside down is one, and what nobody could tell is none', () => {
    const upsideDown = bench();
    upsideDown.tilt(180);
    assert.deepEqual(whats(upsideDown), ['tilt opens', 'unknown: tilt']);
    const unknown = bench();
    for (const deg of [181, 255]) unknown.tilt(deg);
    assert.deepEqual(whats(unknown), []);
  });

  it('is the affair of the slots that had it, and of profiles that ask', () => {
    const it = bench();
    it.tilt(90, 0b1000);
    assert.deepEqual(whats(it), []);
    it.tilt(90, (1 << 9) | 1);
    assert.deepEqual(whats(it), ['tilt opens', 'unknown: tilt']);
    const without = bench({});
    without.tilt(90);
    assert.deepEqual(whats(without), []);
  });
});

describe('probes that are apart', () => {
  before(loadCbor);

  const apart = (it: PlaceBench, fromS: number, ...spreads: readonly number[]): number[] =>
    spreads.map((spread, i) => it.reading(fromS + 60 * i, 2000 + spread, 2000));

  it('for longer than allowed are an excursion, whichever of them is the warmer', () => {
    const it = bench();
    const [, first, , worst] = apart(it, 1060, 150, 151, -160, 300, 200, 170);
    const [opened, verdict] = own(it);
    assert.deepEqual(numbers(opened), ['disagree opens', 240, 240, 150, first, 300, worst]);
    assert.equal(verdict?.what, 'inspect: disagree');
    apart(it, 1420, 170, 150, 150);
    assert.deepEqual(
      own(it).map(({ what, used }) => [what, used]),
      [['disagree closes', 360]],
    );
  });

  it('start anew with each stay', () => {
    const it = bench();
    apart(it, 1060, 200, 200, 200, 0, 200, 200, 200, 0, 200, 0);
    assert.deepEqual(whats(it), []);
    apart(it, 1660, 200, 200, 200, 200, 200);
    assert.deepEqual(whats(it), ['disagree opens', 'inspect: disagree']);
  });

  it('are nothing where the profile does not ask, nor where one gives no value', () => {
    const it = bench({ ...ALL, disagree: undefined! });
    apart(it, 1060, 999, 999, 999, 999, 999, 999, 999);
    assert.deepEqual(whats(it), []);
    const alone = bench();
    for (let nowS = 1060; nowS < 2000; nowS += 60) alone.reading(nowS, 5000, null);
    assert.deepEqual(
      alone.settle().filter(({ kit }) => kit === KIT_5),
      [],
    );
  });
});

describe('a profile that asks for calibrated probes', () => {
  before(loadCbor);

  const STRICT: PlaceParts = { gapAllowanceS: 180, needsCalibration: true };

  it('is content with one of a slot’s probes, and unknown without', () => {
    for (const [calibrated, expected] of [
      [0b11, []],
      [0b01, []],
      [0b10, []],
      [0b00, ['unknown: calibration']],
      [0b100, ['unknown: calibration']],
    ] as const) {
      const it = bench(STRICT);
      it.set(COMMON.calibrated, calibrated);
      it.reading(1060, 2000, 2000);
      assert.deepEqual(whats(it), expected, `${calibrated}`);
    }
  });

  it('looks at the probes that gave a value, in every reading', () => {
    const it = bench(STRICT);
    it.set(COMMON.calibrated, 0b01);
    it.reading(1060, 2000, 2000);
    it.reading(1120, 2000, null);
    assert.deepEqual(whats(it), []);
    it.reading(1180, null, 2000);
    assert.deepEqual(
      it.settle().flatMap(({ kit, what }) => (kit === KIT_5 ? [what] : [])),
      ['unknown: calibration'],
    );
    it.reading(1240, 2000, 2000);
    assert.deepEqual(whats(it), [], 'and it stays a reason');
  });
});

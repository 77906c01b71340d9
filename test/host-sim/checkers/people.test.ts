/**
 * The oracle on what people do and what time does: custody, mixing, coming back, expiry, clocks and
 * power, each on a truth so small that the answer is plain.
 */
import assert from 'node:assert/strict';
import { type ExpectedKit, expectationOf } from '../../../host-sim/checkers/expected.js';
import type { Rules, TruthEntry, ZoneRule } from '../../../host-sim/checkers/input.js';
import {
  COOL,
  FAR_WALL_S,
  HOT,
  PACK,
  START_WALL_S,
  certain,
  kitOf,
  possible,
  rules,
  truthOf,
  warmFrom,
  windows,
} from './tiny.js';

const zone = (change: Partial<ZoneRule>): Partial<Rules> => ({ zones: [{ ...HOT, ...change }] });
const cumulative = zone({ allowance: 'cumulative' });

describe('expectation: people and time', () => {
  const act = (kind: 'take' | 'putBack' | 'scan', atS: number, slot = 0): TruthEntry => ({
    kind,
    atS,
    slot,
  });
  const press = (atS: number): TruthEntry => ({ kind: 'press', atS });
  const steps = ({ story }: ExpectedKit): string =>
    story.custody.map(({ custody, isSure }) => `${custody}${isSure ? '' : '?'}`).join(' ');

  it('after a kit is taken nothing accrues', () => {
    const kit = kitOf({ probes: [warmFrom(600, 7200)], entries: [PACK, act('take', 1020)] });
    assert.equal(kit.zones[0]!.usedHighS, 420);
    assert.equal(possible(kit), 'none');
    assert.equal(kit.custody, 'taken');
  });

  it('before it is packed neither', () => {
    const pack = { ...PACK, atS: 1500 } as TruthEntry;
    const kit = kitOf({ probes: [warmFrom(0, 1800)], entries: [pack] });
    assert.equal(kit.zones[0]!.usedHighS, 300);
  });

  it('a kit that is put back goes on, unscanned, and its time out is a gap', () => {
    const entries = [PACK, act('take', 1200), act('putBack', 2400)];
    const kit = kitOf({ probes: [warmFrom(900, 3000)], entries }, cumulative);
    assert.equal(kit.zones[0]!.usedHighS, 300 + 600);
    assert.equal(certain(kit), 'zone 0, gap, returnedUnscanned');
    assert.equal(steps(kit), 'in taken in');
    const brief = kitOf({ entries: [PACK, act('take', 1200), act('putBack', 1320)] });
    assert.equal(certain(brief), 'returnedUnscanned');
    assert.equal(possible(brief), 'returnedUnscanned');
  });

  it('a scan lifts that', () => {
    const entries = [PACK, act('take', 1200), act('putBack', 1320), act('scan', 3000)];
    assert.equal(possible(kitOf({ entries })), 'none');
  });

  it('the scan of another kit in that slot lifts nothing: it is refused', () => {
    const scan = { kind: 'scan', atS: 3000, slot: 0, kit: 'b' } as TruthEntry;
    const entries = [PACK, act('take', 1200), act('putBack', 1320), scan];
    assert.equal(certain(kitOf({ entries })), 'returnedUnscanned');
    const own = [...entries.slice(0, 3), { ...scan, kit: 'a' } as TruthEntry];
    assert.equal(possible(kitOf({ entries: own })), 'none');
  });

  it('presses step taken, mixed, used; a mixed kit is never stock again', () => {
    const kit = kitOf({
      entries: [PACK, act('take', 1200), press(1300), press(1302), press(1304)],
    });
    assert.equal(steps(kit), 'in taken mixed used');
    assert.equal(certain(kit), 'mixed');
    assert.equal(kit.verdict.atLeast, 'inspect');
  });

  it('holding wastes a kit that is out', () => {
    const hold: TruthEntry = { kind: 'hold', atS: 1300 };
    assert.equal(steps(kitOf({ entries: [PACK, act('take', 1200), hold] })), 'in taken wasted');
    assert.equal(steps(kitOf({ entries: [PACK, hold] })), 'in', 'and nothing that is in');
  });

  it('the button acts on the slot that changed last', () => {
    const other = { ...PACK, slot: 1, kit: 'b' } as TruthEntry;
    const entries = [PACK, other, act('take', 1200), act('take', 1300, 1), press(1400)];
    const truth = truthOf({ endS: 7200, probes: [COOL], entries, slotProbes: [[0], [0]] });
    const [first, second] = expectationOf(truth, [rules()]).kits;
    assert.equal(steps(first!), 'in taken');
    assert.equal(steps(second!), 'in taken mixed');
  });

  it('a mixed kit that comes back stays mixed, accrues nothing, and can still be used', () => {
    const entries = [PACK, act('take', 1200), press(1250), act('putBack', 1330)];
    const kit = kitOf({ probes: [warmFrom(1500, 7200)], entries });
    assert.equal(steps(kit), 'in taken mixed');
    assert.deepEqual([certain(kit), possible(kit)], ['mixed', 'mixed']);
    const later = kitOf({ entries: [...entries, act('take', 1400), press(1450)] });
    assert.equal(steps(later), 'in taken mixed used');
  });

  it('a kit packed into the place of one that was taken leaves that one’s fate unknown', () => {
    const other = { ...PACK, atS: 1330, kit: 'b' } as TruthEntry;
    const entries = [PACK, act('take', 1200), other, act('take', 1500)];
    const [gone, next] = expectationOf(truthOf({ endS: 7200, probes: [COOL], entries }), [
      rules(),
    ]).kits;
    assert.equal(steps(gone!), 'in taken in fateUnknown');
    assert.equal(certain(gone!), 'returnedUnscanned');
    assert.equal(steps(next!), 'in taken');
  });

  it('packed into the place of one that was mixed it leaves that one mixed', () => {
    const other = { ...PACK, atS: 1330, kit: 'b' } as TruthEntry;
    const entries = [PACK, act('take', 1200), press(1250), other, act('take', 1500), press(1550)];
    const { kits } = expectationOf(truthOf({ endS: 7200, probes: [COOL], entries }), [rules()]);
    assert.deepEqual(kits.map(steps), ['in taken mixed', 'in taken mixed']);
  });

  it('an expired kit that is refused takes no place: what was taken there counts as back', () => {
    const expired = { ...PACK, atS: 1330, kit: 'b', expiryWallS: START_WALL_S } as TruthEntry;
    const entries = [PACK, act('take', 1200), expired, act('take', 1500)];
    const [kit] = expectationOf(truthOf({ endS: 7200, probes: [COOL], entries }), [rules()]).kits;
    assert.equal(steps(kit!), 'in taken in taken');
  });

  it('a mixed kit has its use-by', () => {
    const entries = [PACK, act('take', 1200), press(1300)];
    assert.equal(certain(kitOf({ entries }, { useByS: 3600 })), 'useByElapsed, mixed');
    assert.equal(kitOf({ entries }, { useByS: 3600 }).verdict.atLeast, 'discard');
    assert.equal(possible(kitOf({ entries }, { useByS: 5900 })), 'useByElapsed, mixed');
    assert.equal(possible(kitOf({ entries }, { useByS: 6000 })), 'mixed');
  });

  it('a kit expires by the clock, and without a clock it cannot be told', () => {
    const expiring = (atS: number, more: readonly TruthEntry[] = []): ExpectedKit =>
      kitOf({ entries: [{ ...PACK, expiryWallS: START_WALL_S + atS } as TruthEntry, ...more] });
    assert.equal(certain(expiring(3600)), 'expired');
    assert.deepEqual([certain(expiring(7190)), possible(expiring(7190))], ['none', 'expired']);
    assert.equal(possible(expiring(7300)), 'none');
    const boot: TruthEntry = { kind: 'boot', atS: 0, clockKnown: false };
    assert.equal(possible(expiring(3600, [boot])), 'clockUnset');
    const set: TruthEntry = { kind: 'clock', atS: 5000, isSet: true };
    assert.equal(certain(expiring(3600, [boot, set])), 'expired');
  });

  it('what happens without power shows when it returns', () => {
    const entries: TruthEntry[] = [
      PACK,
      { kind: 'powerOff', atS: 1000 },
      act('take', 1050),
      press(1060),
      { kind: 'boot', atS: 1200, clockKnown: true },
    ];
    const kit = kitOf({ entries, isSampled: (atS) => atS < 1000 || atS >= 1200 });
    assert.equal(steps(kit), 'in taken', 'and a press is not counted');
    assert.equal(kit.story.custody[1]!.atS, 1200);
  });

  it('whom the button meant is open where two slots changed in one outage', () => {
    const entries: TruthEntry[] = [
      PACK,
      { ...PACK, slot: 1, kit: 'b' } as TruthEntry,
      { kind: 'powerOff', atS: 1000 },
      act('take', 1040, 1),
      act('take', 1050),
      { kind: 'boot', atS: 1200, clockKnown: true },
      press(1300),
    ];
    const truth = truthOf({ endS: 7200, probes: [COOL], entries, slotProbes: [[0], [0]] });
    for (const kit of expectationOf(truth, [rules()]).kits) {
      assert.equal(steps(kit), 'in taken mixed? used?');
      assert.deepEqual([certain(kit), possible(kit)], ['none', 'mixed']);
    }
  });

  it('nothing is certain that comes about after power was lost for good', () => {
    const entries: TruthEntry[] = [
      { ...PACK, expiryWallS: START_WALL_S + 5000 } as TruthEntry,
      { kind: 'powerOff', atS: 3000 },
    ];
    const kit = kitOf({ entries, isSampled: (atS) => atS < 3000 });
    assert.equal(certain(kit), 'none');
    const before = kitOf({
      entries: [{ ...PACK, expiryWallS: START_WALL_S + 2000 } as TruthEntry, entries[1]!],
      isSampled: (atS) => atS < 3000,
    });
    assert.equal(certain(before), 'expired');
  });

  it('what is due during an outage is due when power is back', () => {
    const entries: TruthEntry[] = [
      PACK,
      { kind: 'powerOff', atS: 1265 },
      { kind: 'boot', atS: 1500, clockKnown: true },
    ];
    const isSampled = (atS: number): boolean => atS < 1265 || atS >= 1500;
    const kit = kitOf({ probes: [warmFrom(600, 3000)], entries, isSampled });
    // 660 s are full at 1260, five seconds before the power goes: written at the next boot at last.
    assert.deepEqual(windows(kit, 0), [[1140, 1500 + 75]]);
  });

  it('an example profile is no evidence on hardware', () => {
    const truth = truthOf({ endS: 600, probes: [COOL] });
    const onHardware = { ...truth, setup: { ...truth.setup, isHardware: true } };
    assert.equal(certain(expectationOf(onHardware, [rules()]).kits[0]!), 'exampleProfile');
  });

  it('names the profile that it does not know', () => {
    const truth = truthOf({ endS: 600, probes: [COOL] });
    assert.throws(
      () => expectationOf(truth, [rules({ id: 'other' })]),
      /kit a has profile tiny, expected other/,
    );
    assert.ok(FAR_WALL_S > START_WALL_S + truth.setup.endS);
  });
});

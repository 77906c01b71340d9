import assert from 'node:assert/strict';
import { Lamp } from '../../firmware/app/lamp.js';
import { COMMON, KIT, kitAt, KITS_WORDS } from '../../firmware/core/excursion/kits.js';
import type { Limits } from '../../firmware/core/limits.js';
import { INDICATOR_FLAG, INDICATOR_LAYOUT, INDICATOR_SLOT } from '../../firmware/core/ports.js';
import { CUSTODY, VERDICT } from '../../firmware/core/units.js';
import { SimIndicator } from '../../host-sim/ports/indicator.js';
import { packedBench } from './support/dock.js';

const SLOT_COUNT = 4;
const limits = { slotCount: SLOT_COUNT } as Limits;

/** A lamp over words that a test fills. */
class Bench {
  readonly words = new Int32Array(KITS_WORDS);
  readonly port = new SimIndicator(SLOT_COUNT);
  readonly lamp = new Lamp(this.port, this.words, limits);
  private revision = 0;

  constructor() {
    this.words[COMMON.wallKnown] = 1;
  }

  /** Kit k in slot k, with a recorded verdict or none. */
  kit(kit: number, verdict: number | undefined, custody: number = CUSTODY.in): this {
    const at = kitAt(kit);
    this.words[at + KIT.custody] = custody;
    this.words[at + KIT.slot] = kit;
    this.words[at + KIT.recordedVerdict] = verdict === undefined ? 0 : verdict + 1;
    this.words[COMMON.slots] = this.words[COMMON.slots]! | (1 << kit);
    return this;
  }

  show({ isDocked = false, isLosing = false } = {}): {
    go: number;
    flags: number;
    slots: number[];
  } {
    this.lamp.show(++this.revision, isDocked, isLosing);
    const { shown } = this.port;
    return {
      go: shown[INDICATOR_LAYOUT.goCount]!,
      flags: shown[INDICATOR_LAYOUT.flags]!,
      slots: [...shown.subarray(INDICATOR_LAYOUT.slots)],
    };
  }
}

const { empty, go, look, no } = INDICATOR_SLOT;

describe('the indicator', () => {
  const SIGNS: readonly (readonly [keyof typeof VERDICT, number])[] = [
    ['usable', go],
    ['inspect', look],
    ['unknown', look],
    ['quarantine', no],
    ['expired', no],
    ['discard', no],
  ];
  for (const [verdict, sign] of SIGNS) {
    const word = Object.entries(INDICATOR_SLOT).find(([, code]) => code === sign)![0];
    it(`says ${word} for ${verdict}`, () => {
      const shown = new Bench().kit(1, VERDICT[verdict]).show();
      assert.deepEqual(shown.slots, [empty, sign, empty, empty]);
      assert.equal(shown.go, sign === go ? 1 : 0);
    });
  }

  it('says look for a kit that was not judged yet, and for a slot that nobody explained', () => {
    const bench = new Bench().kit(0, undefined);
    bench.words[COMMON.slots] = 0b1001;
    assert.deepEqual(bench.show().slots, [look, empty, empty, look]);
  });

  it('says nothing of kits that are out, and look where something is in their slot', () => {
    const bench = new Bench().kit(0, VERDICT.usable, CUSTODY.taken);
    bench.kit(1, VERDICT.inspect, CUSTODY.mixed);
    bench.words[COMMON.slots] = 0b0010;
    assert.deepEqual(bench.show().slots, [empty, look, empty, empty]);
  });

  it('counts what goes', () => {
    const bench = new Bench().kit(0, VERDICT.usable).kit(1, VERDICT.inspect);
    bench.kit(2, VERDICT.usable).kit(3, VERDICT.discard);
    assert.deepEqual(bench.show(), { go: 2, flags: 0, slots: [go, look, go, no] });
  });

  it('never says go while records are being lost', () => {
    const bench = new Bench().kit(0, VERDICT.usable).kit(1, VERDICT.discard);
    const shown = bench.show({ isLosing: true });
    assert.deepEqual([shown.go, shown.slots], [0, [look, no, empty, empty]]); // a no stays a no
    assert.equal(shown.flags, INDICATOR_FLAG.journalLosing);
  });

  it('shows docked, sealed and an unset clock', () => {
    const bench = new Bench();
    bench.words[COMMON.sealed] = 1;
    bench.words[COMMON.wallKnown] = 0;
    const { docked, sealed, clockUnset } = INDICATOR_FLAG;
    assert.equal(bench.show({ isDocked: true }).flags, docked | sealed | clockUnset);
  });

  it('is told when something changed, and left alone otherwise', () => {
    const bench = new Bench().kit(0, VERDICT.usable);
    bench.show();
    bench.show();
    assert.equal(bench.port.showCount, 1);
    bench.kit(0, VERDICT.inspect);
    bench.lamp.show(2, false, false); // the revision says that no record came
    assert.equal(bench.port.showCount, 1);
    bench.show();
    assert.equal(bench.port.showCount, 2);
  });

  it('says look everywhere when the container can vouch for nothing', () => {
    const bench = new Bench().kit(0, VERDICT.usable);
    bench.lamp.showUnknown();
    const { shown } = bench.port;
    assert.deepEqual([...shown], [0, INDICATOR_FLAG.journalLosing, look, look, look, look]);
  });

  it('of a container follows what happens to its kits', async () => {
    const hot = { operator: 'above', limitCentiC: 2500, allowance: 'instant' } as const;
    const { bench, dock } = await packedBench(2, { zones: [hot] });
    assert.deepEqual(bench.shown, ['go', 'go', 'empty', 'empty']);
    dock.leave();
    bench.empty(1);
    assert.deepEqual(bench.shown, ['go', 'empty', 'empty', 'empty']);
    bench.probes.centiC = [2600, 2000];
    bench.run(60);
    assert.deepEqual(bench.shown, ['no', 'empty', 'empty', 'empty']);
    bench.clock.source = 0;
    bench.run(1);
    assert.equal(bench.indicator.shown[INDICATOR_LAYOUT.flags], INDICATOR_FLAG.clockUnset);
  });
});

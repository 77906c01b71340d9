import assert from 'node:assert/strict';
import {
  discard,
  hold,
  release,
  RELEASABLE,
  slipUnknown,
  speakForLoss,
} from '../../../firmware/core/excursion/decide.js';
import { COMMON, KIT, kitAt } from '../../../firmware/core/excursion/kits.js';
import { REASON } from '../../../firmware/core/excursion/reasons.js';
import { loadCbor } from '../../../host-sim/backend/cbor.js';
import { KitBench, reasonNames } from './support/kit-bench.js';
import type { ProfileParts } from './support/profiles.js';

const KIT_5 = 5;
const PROFILE: ProfileParts = {
  zones: [
    { operator: 'above', limitCentiC: 2500, allowance: 'cumulative', allowanceS: 120 },
    { operator: 'above', limitCentiC: 3000, allowance: 'instant', verdict: 'discard' },
    { operator: 'below', limitCentiC: 200, allowance: 'instant', verdict: 'expired' },
    { operator: 'below', limitCentiC: 300, allowance: 'instant', verdict: 'inspect' },
  ],
  gapAllowanceS: 180,
  budget: { firstKnotC: 0, ratesPermille: [1000], budgetS: 900, verdict: 'inspect' },
  lid: { allowedS: 60, verdict: 'inspect' },
  useByS: 600,
};
const ALL_REASONS = 0x3fffffff;
const bitsOf = (...reasons: readonly number[]): number =>
  reasons.reduce((bits, reason) => bits | (1 << reason), 0);

/** What quality does to kit 5, as a record would, and what is told of it then. */
class Quality {
  readonly bench = new KitBench({ profiles: [{}, {}, PROFILE], slotProbes: Array(16).fill(1) });

  constructor() {
    this.bench.pack(0, 1000);
    this.bench.pack(KIT_5, 1000, { slot: 9, profile: 2 });
    this.bench.settle();
  }

  readings(fromS: number, ...centiC: readonly number[]): this {
    centiC.forEach((value, i) => this.bench.reading(fromS + 60 * i, value));
    return this;
  }

  release(reasons: number, reviewedSequence = this.bench.sequence): this {
    const { words, table } = this.bench;
    this.bench.sequence++;
    release(words, table.words, KIT_5, reasons, reviewedSequence);
    this.bench.pending.noteAll();
    return this;
  }

  /** Lets a decision be made by the next record; answers its sequence. */
  by(decide: (words: Int32Array, sequence: number) => void): number {
    decide(this.bench.words, ++this.bench.sequence);
    this.bench.pending.noteAll();
    return this.bench.sequence;
  }

  /** The verdict that is told last, or undefined when none is. */
  tell(): string | undefined {
    const lines = this.bench.settle().filter(({ kit }) => kit === KIT_5);
    return lines
      .map(({ what }) => what)
      .filter((what) => what.includes(': '))
      .at(-1);
  }
}

const released = (it: Quality): string[] => reasonNames(it.bench.kit(KIT_5, KIT.released));

describe('a release', () => {
  before(loadCbor);

  /** Kit 5 has spent zone 0, and its lid was open. */
  function spent(): Quality {
    const it = new Quality().readings(1060, 2600, 2600, 2600, 2000);
    it.bench.lid(true, 1250);
    it.bench.lid(false, 1320);
    assert.equal(it.tell(), 'quarantine: zone0, lidOpen');
    return it;
  }

  it('takes reasons out of the verdict and names them still', () => {
    const it = spent().release(bitsOf(REASON.zone0, REASON.lidOpen));
    assert.equal(it.tell(), 'usable: zone0, lidOpen, released');
    assert.equal(it.bench.verdict(0), 'usable');
    assert.equal(it.bench.kit(0, KIT.released), 0, 'the kit beside it is not released');
  });

  it('takes out only what it names', () => {
    assert.equal(
      spent().release(bitsOf(REASON.lidOpen)).tell(),
      'quarantine: zone0, lidOpen, released',
    );
    assert.equal(spent().release(bitsOf(REASON.zone0)).tell(), 'inspect: zone0, lidOpen, released');
    const it = spent().release(bitsOf(REASON.gap, REASON.hold, REASON.lost));
    assert.deepEqual([it.tell(), released(it)], [undefined, []], 'what does not hold');
  });

  it('is nothing where younger evidence speaks than was looked at', () => {
    const it = spent();
    const reviewed = it.bench.kit(KIT_5, KIT.evidenceSequence) - 1;
    assert.equal(it.release(ALL_REASONS, reviewed).tell(), undefined);
    assert.equal(it.release(ALL_REASONS, reviewed + 1).tell(), 'usable: zone0, lidOpen, released');
  });

  it('is reopened by what comes later, and by that alone', () => {
    const it = spent().release(ALL_REASONS);
    it.tell();
    assert.equal(it.readings(1380, 2000, 2000).tell(), undefined);
    it.bench.lid(true, 1450);
    it.bench.lid(false, 1451);
    assert.equal(it.tell(), 'inspect: zone0, lidOpen, released');
    assert.deepEqual(released(it), ['zone0']);
    assert.equal(it.readings(1500, 2600, 2000).tell(), 'quarantine: zone0, lidOpen');
    assert.deepEqual(released(it), []);
    assert.equal(it.release(ALL_REASONS).tell(), 'usable: zone0, lidOpen, released', 'and again');
  });

  it('is reopened by a stay that goes on: by its time, and by its readings', () => {
    const held = new Quality().readings(1060, 2600, 2600, 2600, 2600).release(ALL_REASONS);
    assert.equal(held.tell(), 'usable: zone0, released');
    assert.equal(held.readings(1300, 2000).tell(), 'quarantine: zone0', 'a minute more of it');
    const again = new Quality().readings(1060, 2600, 2600, 2600, 2000).release(ALL_REASONS);
    assert.equal(again.tell(), 'usable: zone0, released');
    assert.equal(again.readings(1300, 2600).tell(), 'quarantine: zone0', 'a reading in it');
  });

  it('of a spent budget is reopened by what a zone adds to it, not by storage', () => {
    const mild = Array.from({ length: 17 }, () => 2000);
    const it = new Quality().readings(1060, ...mild).release(ALL_REASONS);
    assert.equal(it.tell(), 'usable: budget, released');
    assert.equal(it.readings(2080, 2000, 2000, 250).tell(), 'inspect: zone3, budget, released');
    assert.deepEqual(released(it), ['budget']);
    it.readings(2260, 2000);
    it.tell();
    assert.deepEqual(released(it), []);
  });

  it('of a gap is reopened when it becomes longer', () => {
    const it = new Quality();
    const { bench } = it;
    bench.reading(1060, 2000);
    for (const nowS of [1120, 1180, 1240, 1300]) bench.reading(nowS, null);
    assert.equal(it.tell(), 'unknown: gap, probeFault');
    it.release(ALL_REASONS);
    assert.equal(it.tell(), 'unknown: gap, probeFault, released');
    bench.reading(1360, null);
    it.tell();
    assert.deepEqual(released(it), []);
  });

  it('lets a first excursion of another rule be told', () => {
    const it = spent().release(ALL_REASONS);
    it.tell();
    assert.equal(it.readings(1380, 250).tell(), 'inspect: zone0, zone3, lidOpen, released');
  });

  it('lifts nothing that leads to expired or discard', () => {
    const hot = new Quality().readings(1060, 3001, 2000);
    assert.equal(hot.tell(), 'discard: zone1');
    assert.equal(hot.release(ALL_REASONS).tell(), undefined);
    const cold = new Quality().readings(1060, 199, 2000).release(ALL_REASONS);
    assert.equal(cold.tell(), 'expired: zone2, zone3, released');
    assert.deepEqual(released(cold), ['zone3']);
  });

  it('lifts neither expiry, use-by and mixing nor what only a scan or a clock ends', () => {
    const names = reasonNames(RELEASABLE);
    for (const kept of [
      'clockUnset',
      'probeFault',
      'expired',
      'useByElapsed',
      'returnedUnscanned',
      'exampleProfile',
      'mixed',
      'discarded',
      'released',
    ]) {
      assert.ok(!names.includes(kept), kept);
    }
    assert.deepEqual(names, [
      ...['zone0', 'zone1', 'zone2', 'zone3', 'zone4', 'zone5', 'zone6', 'zone7'],
      ...['budget', 'gap', 'shockDrop', 'shockSevere', 'lidOpen', 'lost', 'calibration'],
      ...['disagree', 'tilt', 'humidity', 'light', 'hold', 'slip'],
    ]);
    const it = new Quality();
    it.bench.words[kitAt(KIT_5) + KIT.sticky] = 1 << REASON.returnedUnscanned;
    assert.equal(it.release(ALL_REASONS).tell(), 'unknown: returnedUnscanned');
  });

  it('lifts a gap, a shock and a spent budget', () => {
    const it = new Quality().readings(1060, 2000).readings(2000, 2000, 2000, 2000);
    it.bench.shock({ deltaV: 2000 });
    it.readings(2180, ...Array.from({ length: 16 }, () => 2000));
    assert.equal(it.tell(), 'unknown: budget, gap, shockDrop');
    assert.equal(it.release(ALL_REASONS).tell(), 'usable: budget, gap, shockDrop, released');
  });
});

describe('a hold', () => {
  before(loadCbor);

  it('is quarantine until it is released, for the one kit', () => {
    const it = new Quality();
    const sequence = it.by((words, by) => hold(words, KIT_5, by));
    assert.equal(it.tell(), 'quarantine: hold');
    assert.equal(it.bench.verdict(0), 'usable');
    assert.equal(it.release(ALL_REASONS, sequence - 1).tell(), undefined, 'looked at before it');
    assert.equal(it.release(ALL_REASONS, sequence).tell(), 'usable: hold, released');
  });

  it('that is given again holds again', () => {
    const it = new Quality();
    it.by((words, by) => hold(words, KIT_5, by));
    it.release(ALL_REASONS);
    it.tell();
    it.by((words, by) => hold(words, KIT_5, by));
    assert.equal(it.tell(), 'quarantine: hold');
  });

  it('has evidence of its own: what was measured is released without it', () => {
    const it = new Quality().readings(1060, 250, 2000);
    const measured = it.bench.sequence;
    it.by((words, by) => hold(words, KIT_5, by));
    assert.equal(it.tell(), 'quarantine: zone3, hold');
    assert.equal(it.release(ALL_REASONS, measured).tell(), 'quarantine: zone3, hold, released');
    assert.deepEqual(released(it), ['zone3']);
    const other = new Quality();
    const held = other.by((words, by) => hold(words, KIT_5, by));
    other.readings(1060, 250, 2000);
    assert.equal(other.tell(), 'quarantine: zone3, hold');
    assert.equal(other.release(ALL_REASONS, held).tell(), 'inspect: zone3, hold, released');
  });
});

describe('an unknown slip', () => {
  before(loadCbor);

  it('is unknown until it is released', () => {
    const it = new Quality();
    const sequence = it.by((words, by) => slipUnknown(words, KIT_5, by));
    assert.equal(it.tell(), 'unknown: slip');
    assert.equal(it.release(ALL_REASONS, sequence - 1).tell(), undefined);
    assert.equal(it.release(bitsOf(REASON.slip), sequence).tell(), 'usable: slip, released');
  });
});

describe('a discard', () => {
  before(loadCbor);

  it('is lifted by nothing', () => {
    const it = new Quality();
    it.by((words) => discard(words, KIT_5));
    assert.equal(it.tell(), 'discard: discarded');
    assert.equal(it.bench.verdict(0), 'usable');
    assert.equal(it.release(ALL_REASONS).tell(), undefined);
  });
});

describe('lost records', () => {
  before(loadCbor);

  it('are released for the kit that was looked at, and spoken for again by the next loss', () => {
    const it = new Quality();
    const lose = (): number =>
      it.by((words, by) => {
        words[COMMON.lostRecords] = words[COMMON.lostRecords]! + 1;
        speakForLoss(words, by);
      });
    const first = lose();
    assert.equal(it.tell(), 'unknown: lost');
    assert.equal(it.release(ALL_REASONS, first - 1).tell(), undefined);
    assert.equal(it.release(ALL_REASONS, first).tell(), 'usable: lost, released');
    assert.equal(it.bench.verdict(0), 'unknown');
    lose();
    assert.equal(it.tell(), 'unknown: lost');
    assert.deepEqual(released(it), []);
  });

  it('are not released where none are lost', () => {
    const it = new Quality();
    assert.equal(it.release(ALL_REASONS).tell(), undefined);
    assert.deepEqual(released(it), []);
  });
});

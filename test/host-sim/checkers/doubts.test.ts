/**
 * The oracle's own reading of the table in firmware/decisions/0012, row by row, and against the
 * firmware's on random probes: the two share no code.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Doubts, type Said, type Word } from '../../../host-sim/checkers/doubts.js';
import { Random } from '../../../host-sim/world/prng.js';
import { Judge } from '../../core/reading/support/judge.js';
import { START_WALL_S } from './tiny.js';

const SETUP = {
  startWallS: START_WALL_S,
  endS: 1e6,
  samplePeriodS: 60,
  slotProbes: [[0]],
  isHardware: false,
};
/** A container that has not said anything. */
const SILENT = (): Said => () => null;
/** A container that says the same of every probe. */
const saying = (said: Word) => (): Said => (word) => word === said;

describe('the oracle’s doubts', () => {
  it('leave a step open within two seconds of clocks, and go on as the container did', () => {
    for (const [change, expected] of [
      [1470, ['value', 'value']],
      [1490, ['step', 'value']],
      [1510, ['step', 'value']],
      [1530, ['step', 'step']],
    ] as const) {
      expected.forEach((word, i) => {
        const doubts = new Doubts(SETUP);
        doubts.judge(0, [1000], SILENT);
        const said = saying(i === 0 ? 'step' : 'value');
        assert.deepEqual(doubts.judge(60, [1000 + change], said), [word], `${change}`);
      });
    }
  });

  it('let a container say that a witnessed value is stuck one sample early or late', () => {
    const sooner = new Doubts(SETUP);
    const later = new Doubts(SETUP);
    const found: [number, number] = [0, 0];
    for (let minute = 0; minute < 80; minute++) {
      const values = [2000, (minute === 0 ? 1500 : 2000) + (minute % 2)];
      const words = [saying('stuck'), saying('value')].map((said, i) =>
        [sooner, later][i]!.judge(minute * 60, values, said),
      );
      words.forEach(([word], i) => {
        if (word === 'stuck' && found[i] === 0) found[i] = minute;
      });
    }
    assert.deepEqual(found, [59, 62]); // the limit is reached at 60;
  });

  it('remember through a boot which probe was stuck, and take either answer then', () => {
    for (const word of ['stuck', 'value'] as const) {
      const doubts = new Doubts(SETUP);
      for (let minute = 0; minute < 720; minute++) doubts.judge(minute * 60, [500], SILENT);
      assert.deepEqual(doubts.judge(720 * 60, [500], SILENT), ['stuck']);
      doubts.boot();
      assert.deepEqual(doubts.judge(50_000, [500], saying(word)), [word]);
      assert.deepEqual(doubts.judge(50_060, [500], saying(word)), [word]);
      assert.deepEqual(doubts.judge(50_120, [501], saying('value')), ['value']);
    }
  });

  it('forget all else at a boot', () => {
    const doubts = new Doubts(SETUP);
    doubts.judge(0, [500], SILENT);
    doubts.boot();
    assert.deepEqual(doubts.judge(60, [5000], SILENT), ['value']);
  });

  it('say nothing of what gave nothing', () => {
    const words = new Doubts(SETUP).judge(0, [null, undefined, 500], SILENT);
    assert.deepEqual(words, [undefined, undefined, 'value']);
  });

  it('are the container’s, on any probes that live, freeze, jump and fall silent', () => {
    const counts = { value: 0, step: 0, stuck: 0 };
    const run = (seed: number, probeCount: number): void => {
      const random = new Random(seed, 'doubts');
      const judge = new Judge(probeCount);
      const doubts = new Doubts({ ...SETUP, endS: 1e6 });
      const probes = Array.from({ length: probeCount }, () => new RandomProbe(random));
      for (let minute = 0; minute < 1200; minute++) {
        const values = probes.map((probe) => probe.next());
        const said = judge.says(minute * 60, values);
        const words = doubts.judge(minute * 60, values, (probe) => (word) => word === said[probe]);
        words.forEach((word, probe) => {
          if (word === undefined) return;
          counts[word]++;
          assert.equal(word, said[probe], `seed ${seed}, minute ${minute}, probe ${probe}`);
        });
      }
    };
    fc.assert(fc.property(fc.integer(), fc.integer({ min: 1, max: 4 }), run), { numRuns: 60 });
    assert.ok(counts.step > 500 && counts.stuck > 500 && counts.value > 10_000);
  }).timeout(20_000);
});

/** Wanders quietly; freezes for hours, jumps, and is silent, more often than any real one. */
class RandomProbe {
  private centiC = 2000;
  private driftCentiC = 0;
  private frozenFor = 0;
  private silentFor = 0;
  private readonly random: Random;

  constructor(random: Random) {
    this.random = random;
  }

  next(): number | null {
    const { random } = this;
    if (random.nextBelow(300) === 0) this.frozenFor = random.nextBelow(1000);
    if (random.nextBelow(60) === 0) this.driftCentiC = random.nextBelow(41) - 20;
    if (random.nextBelow(200) === 0) this.silentFor = random.nextBelow(30);
    if (random.nextBelow(120) === 0) this.centiC += random.nextBelow(10_001) - 5000;
    if (this.frozenFor-- <= 0) this.centiC += this.driftCentiC + random.nextBelow(3) - 1;
    this.centiC = Math.max(-4900, Math.min(9900, this.centiC));
    return this.silentFor-- > 0 ? null : this.centiC;
  }
}

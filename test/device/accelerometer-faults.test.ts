import assert from 'node:assert/strict';
import { FAULT } from '../../firmware/core/faults.js';
import { AT_REST } from './fakes/lsm6dso32.js';
import { booted, drop, MotionBench, ROTOR } from './motion-bench.js';

/** A blow twice a second. */
const SHAKEN = (ms: number) => [0, 0, ms % 500 < 8 ? 9000 : 1000] as const;

describe('an accelerometer', () => {
  it('is set up as decision 14 says: rate, range, FIFO, what wakes', () => {
    const { registers } = booted().part;
    const at = (register: number) => registers[register]!;
    assert.equal(at(0x10), 0x74, '833 Hz, ±32 g');
    assert.deepEqual([at(0x09), at(0x0a)], [0x07, 0x06], 'acceleration alone, continuous');
    assert.equal(at(0x5b) * 32, 2.5 * 64, '2.5 g');
    assert.equal((at(0x5d) >> 3) + ((at(0x5c) & 0x80) >> 2), Math.round(0.06 * 833), '60 ms');
    assert.deepEqual([at(0x5e), at(0x58), at(0x56) & 1], [0x30, 0x80, 1], 'on INT1, latched');
    assert.equal(at(0x12) & 0x30, 0, 'push-pull, active high');
  });

  const faulty: readonly [name: string, break_: (bench: MotionBench) => void, fault: number][] = [
    ['that does not answer', ({ part }) => (part.isDead = true), FAULT.busError],
    ['that is another part', ({ part }) => (part.id = 0x6b), FAULT.fieldMissing],
    ['that stays in its reset', ({ part }) => (part.isStuck = true), FAULT.timeout],
  ];
  for (const [name, break_, fault] of faulty) {
    it(`${name} is a fault, tried again every ten seconds, and well when it is well`, () => {
      const bench = new MotionBench();
      break_(bench);
      for (let i = 0; i < 25; i++) {
        bench.hurry();
        bench.run(1000);
      }
      assert.ok(bench.faults.length > 20 && bench.faults.every((other) => other === fault));
      const tries = bench.i2c.transfers.filter((transfer) => transfer === '6a: 15 > 1');
      assert.equal(tries.length, 3);
      Object.assign(bench.part, { isDead: false, id: 0x6c, isStuck: false });
      bench.hurry();
      bench.run(11_000);
      bench.hurry();
      bench.run(1000);
      bench.feel(drop(0, 20, 11));
      bench.run(5000);
      assert.equal(bench.events.length, 1);
    });
  }

  it('that has lost its power is set up again within 90 seconds', () => {
    const bench = booted();
    bench.part.losePower();
    bench.run(90_000);
    bench.feel(drop(300, 20, 11));
    bench.run(5000);
    assert.deepEqual([bench.events.length, bench.faults.length], [1, 0]);
  });

  it('that dies in a stream ends it, and is well again later', () => {
    const bench = booted();
    bench.feel(SHAKEN);
    bench.run(1000);
    bench.part.isDead = true;
    bench.run(60_000);
    assert.ok(bench.faults.length > 2 && bench.faults.every((one) => one === FAULT.busError));
    bench.part.isDead = false;
    bench.part.losePower();
    bench.feel(AT_REST);
    bench.run(300_000);
    bench.feel(drop(300, 20, 11));
    const seen = bench.events.length;
    bench.run(5000);
    assert.equal(bench.events.length, seen + 1);
  });

  it('whose line is broken does not keep the container awake', () => {
    const bench = booted();
    bench.stuckLine = true;
    const { length } = bench.i2c.transfers;
    bench.run(600_000);
    assert.equal(bench.batches.length, 0);
    assert.ok(bench.i2c.transfers.length - length < 60);
    bench.feel(ROTOR);
    bench.run(1000);
    assert.equal(bench.port.capture(), 1, 'and vibration is felt all the same');
    bench.feel(AT_REST);
    bench.hurry();
    bench.run(5000);
    bench.batches.length = 0;
    bench.stuckLine = undefined;
    bench.run(90_000);
    bench.feel(drop(300, 20, 11));
    bench.run(5000);
    assert.equal(bench.events.length, 1);
  });
});

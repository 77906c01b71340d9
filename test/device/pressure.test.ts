import assert from 'node:assert/strict';
import { getI32 } from '../../firmware/core/bytes.js';
import { FAULT } from '../../firmware/core/faults.js';
import { PRESSURE_LAYOUT } from '../../firmware/core/ports.js';
import { PressureBench } from './rigs.js';

const into = new Uint8Array(PRESSURE_LAYOUT.bytes);

/** The pressure in pascal, 0 for none yet, or a fault. */
function convert(bench: PressureBench): number {
  const started = bench.port.start();
  if (started < 0) return started;
  bench.time.nowMs += 20;
  const result = bench.port.poll(into);
  return result <= 0 ? result : getI32(into, PRESSURE_LAYOUT.pressurePa);
}

describe('the LPS22HH', () => {
  for (const pascal of [26_000, 54_020, 101_325, 126_000]) {
    it(`hands on ${pascal} Pa to the pascal`, () => {
      const bench = new PressureBench();
      bench.part.pascal = pascal;
      assert.equal(convert(bench), pascal);
    });
  }

  it('rounds 1/4096 hPa to the nearest, half up', () => {
    const bench = new PressureBench();
    for (let steps = 4_000_000; steps < 4_000_200; steps++) {
      bench.part.pascal = (steps * 100) / 4096;
      assert.equal(convert(bench), Math.floor((steps * 100) / 4096 + 0.5));
    }
  });

  it('hands on nothing that it cannot measure', () => {
    const bench = new PressureBench();
    for (const pascal of [0, 25_998, 126_002]) {
      bench.part.pascal = pascal;
      assert.equal(convert(bench), FAULT.fieldMissing);
    }
  });

  it('does not take a conversion for new that nobody fetched', () => {
    const bench = new PressureBench();
    bench.part.pascal = 90_000;
    bench.port.start();
    bench.time.nowMs += 60_000;
    bench.part.pascal = 95_000;
    assert.equal(bench.port.start(), 0);
    bench.part.isSilent = true;
    bench.time.nowMs += 20;
    assert.equal(bench.port.poll(into), 0, 'the flag of the old one is down');
    bench.part.isSilent = false;
    assert.equal(bench.port.poll(into), PRESSURE_LAYOUT.bytes);
    assert.equal(getI32(into, 0), 95_000);
  });

  it('is asked for one conversion in low-noise mode, and left alone while it converts', () => {
    const bench = new PressureBench();
    bench.port.start();
    const { length } = bench.i2c.transfers;
    bench.time.nowMs += 14;
    assert.equal(bench.port.poll(into), 0);
    assert.equal(bench.i2c.transfers.length, length);
    assert.equal(bench.i2c.transfers.at(-1), '5c: 17 19 > 0');
  });

  it('is not believed when another part answers at its address', () => {
    const bench = new PressureBench();
    bench.part.id = 0xb1; // LPS22HB
    assert.equal(convert(bench), FAULT.fieldMissing);
    bench.part.id = 0xb3;
    assert.equal(convert(bench), 101_325);
  });

  it('is a timeout a second after its supply was gone in a conversion, and well then', () => {
    const bench = new PressureBench(2 ** 31 - 500);
    bench.port.start();
    bench.part.losePower();
    bench.time.nowMs += 999;
    assert.equal(bench.port.poll(into), 0);
    bench.time.nowMs += 1;
    assert.equal(bench.port.poll(into), FAULT.timeout);
    assert.equal(convert(bench), 101_325);
  });

  it('that dies between start and poll is a bus error, and well again later', () => {
    const bench = new PressureBench();
    bench.port.start();
    bench.time.nowMs += 20;
    bench.part.isDead = true;
    assert.equal(bench.port.poll(into), FAULT.busError);
    assert.equal(convert(bench), FAULT.busError);
    bench.part.isDead = false;
    assert.equal(convert(bench), 101_325);
  });
});

import assert from 'node:assert/strict';
import { getU16 } from '../../firmware/core/bytes.js';
import { INPUT_LAYOUT } from '../../firmware/core/ports.js';
import { InputBench } from './rigs.js';

const NOT_MEASURED = 65_535;
const bytes = new Uint8Array(INPUT_LAYOUT.bytes);

function lux(bench: InputBench): number {
  bench.port.read(bytes);
  return getU16(bytes, INPUT_LAYOUT.lightLux);
}

/** A bench whose part has converted. */
function measuring(light: number, startMs = 0): InputBench {
  const bench = new InputBench(8, startMs);
  bench.opt3001.lux = light;
  lux(bench);
  bench.run(1000);
  return bench;
}

describe('the light', () => {
  it('is not measured before the part has converted', () => {
    assert.equal(lux(new InputBench()), NOT_MEASURED);
  });

  for (const [truth, expected] of [
    [0, 0],
    [0.49, 0],
    [0.5, 1],
    [40.95, 41],
    [320, 320],
    [10_000, 10_000],
    [65_000, 65_000],
    [83_000, 65_534],
    [120_000, 65_534],
  ] as const) {
    it(`of ${truth} lx is ${expected}, whatever range the part has chosen`, () => {
      assert.ok(Math.abs(lux(measuring(truth)) - expected) <= expected / 2000);
    });
  }

  it('follows the lid within a second', () => {
    const bench = measuring(0, 2 ** 31 - 1500);
    assert.equal(lux(bench), 0);
    bench.opt3001.lux = 500;
    bench.run(1001);
    assert.equal(lux(bench), 500);
  });

  it('is asked for once a second, however often the inputs are read', () => {
    const bench = measuring(20);
    const { length } = bench.i2c.transfers;
    for (let i = 0; i < 50; i++) {
      lux(bench);
      bench.run(10);
    }
    const asked = bench.i2c.transfers.slice(length).filter((one) => one.startsWith('45:'));
    assert.equal(asked.length, 2, 'whether it has, and what');
  });

  it('is not measured by a part that does not answer, or is another', () => {
    const bench = measuring(20);
    bench.opt3001.isDead = true;
    bench.run(1000);
    assert.equal(lux(bench), NOT_MEASURED);
    bench.opt3001.isDead = false;
    bench.run(1000);
    assert.equal(lux(bench), 20);
    const other = new InputBench();
    other.opt3001.id = 0x3002;
    for (let i = 0; i < 5; i++) {
      other.run(1000);
      assert.equal(lux(other), NOT_MEASURED);
    }
  });

  it('is not measured five seconds after a part has stopped converting', () => {
    const bench = measuring(20);
    assert.equal(lux(bench), 20);
    bench.opt3001.isSilent = true;
    bench.run(5000);
    assert.equal(lux(bench), 20);
    bench.run(1000);
    assert.equal(lux(bench), NOT_MEASURED);
  });

  it('goes on when the part has lost its power and forgotten that it should convert', () => {
    const bench = measuring(20);
    assert.equal(lux(bench), 20);
    bench.opt3001.losePower();
    bench.opt3001.lux = 30;
    bench.run(1000);
    assert.equal(lux(bench), 20, 'as it was last; set up again');
    bench.run(1000);
    assert.equal(lux(bench), 30);
  });
});

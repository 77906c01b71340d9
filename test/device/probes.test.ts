import assert from 'node:assert/strict';
import { getI16, getI32 } from '../../firmware/core/bytes.js';
import { FAULT } from '../../firmware/core/faults.js';
import { PROBE_LAYOUT } from '../../firmware/core/ports.js';
import { HUMIDITY_ABSENT } from '../../firmware/core/units.js';
import { I2cDevice } from '../../firmware/device/drivers/i2c-device.js';
import { FakeI2c } from './fakes/i2c.js';
import { crc8 } from './fakes/probe-parts.js';
import { ProbeBench } from './rigs.js';

const TMP117 = 0;
const SHT3X = 1;
const into = new Uint8Array(PROBE_LAYOUT.bytes);

function convert(bench: ProbeBench, probe: number): number {
  const started = bench.port.start(probe);
  if (started < 0) return started;
  bench.time.nowMs += 150;
  return bench.port.poll(probe, into);
}

const centiC = () => getI32(into, PROBE_LAYOUT.temperatureCentiC);
const permille = () => getI16(into, PROBE_LAYOUT.humidityPermille);

describe('the TMP117', () => {
  // 1/128 °C is 0.0078125 °C: 16 steps are 0.125 °C, which lies half way between two quanta.
  const roundings: readonly [steps: number, centiC: number][] = [
    [0, 0],
    [1, 1],
    [-1, -1],
    [16, 13],
    [-16, -12],
    [48, 38],
    [-48, -37],
    [3200, 2500],
    [3201, 2501],
    [-7040, -5500],
    [19_200, 15_000],
    [32_767, 25_599],
    [-32_767, -25_599],
  ];
  for (const [steps, expected] of roundings) {
    it(`rounds ${steps}/128 °C half up to ${expected / 100} °C`, () => {
      const bench = new ProbeBench();
      bench.tmp117.celsius = steps / 128;
      assert.equal(convert(bench, TMP117), PROBE_LAYOUT.bytes);
      assert.equal(centiC(), expected);
      assert.equal(centiC(), Math.floor((steps * 100) / 128 + 0.5), 'as the simulator does');
      assert.equal(permille(), HUMIDITY_ABSENT);
    });
  }

  it('hands on +256 °C for 0x8000, and never -256 °C', () => {
    const bench = new ProbeBench();
    bench.tmp117.celsius = NaN;
    convert(bench, TMP117);
    assert.equal(centiC(), 25_600);
  });

  it('does not take a conversion for new that nobody fetched in time', () => {
    const bench = new ProbeBench();
    bench.tmp117.celsius = 10;
    bench.port.start(TMP117);
    bench.time.nowMs += 60_000; // done long ago, never polled
    bench.tmp117.celsius = 30;
    assert.equal(bench.port.start(TMP117), 0);
    bench.tmp117.isSilent = true;
    bench.time.nowMs += 200;
    assert.equal(bench.port.poll(TMP117, into), 0, 'the flag of the old one is down');
    bench.tmp117.isSilent = false;
    assert.equal(bench.port.poll(TMP117, into), PROBE_LAYOUT.bytes);
    assert.equal(centiC(), 3000);
  });

  it('takes part in a conversion with 8 averages, and looks again until it is done', () => {
    const bench = new ProbeBench();
    bench.port.start(TMP117);
    bench.time.nowMs += 123;
    assert.equal(bench.port.poll(TMP117, into), 0);
    bench.time.nowMs += 1;
    assert.equal(bench.port.poll(TMP117, into), PROBE_LAYOUT.bytes);
  });

  it('leaves the bus alone while it converts', () => {
    const bench = new ProbeBench();
    bench.port.start(TMP117);
    const { length } = bench.i2c.transfers;
    bench.time.nowMs += 100;
    for (let i = 0; i < 10; i++) bench.port.poll(TMP117, into);
    assert.equal(bench.i2c.transfers.length, length);
  });

  it('is right after its supply was gone for a moment in the middle of a conversion', () => {
    const bench = new ProbeBench();
    bench.tmp117.celsius = 12.5;
    bench.port.start(TMP117);
    bench.time.nowMs += 60;
    bench.tmp117.reset();
    bench.time.nowMs += 70;
    assert.equal(bench.port.poll(TMP117, into), 0, 'its register still holds 0x8000');
    bench.time.nowMs += 130;
    assert.equal(bench.port.poll(TMP117, into), PROBE_LAYOUT.bytes);
    assert.equal(centiC(), 1250);
  });

  it('is not believed when another part answers at its address', () => {
    const bench = new ProbeBench();
    bench.tmp117.id = 0x0190; // a TMP102's neighbourhood: no such register
    assert.equal(bench.port.start(TMP117), FAULT.fieldMissing);
    bench.tmp117.id = 0x2117; // another revision of the part
    assert.equal(convert(bench, TMP117), PROBE_LAYOUT.bytes);
  });

  it('that dies between start and poll is a bus error, and well again later', () => {
    const bench = new ProbeBench();
    bench.port.start(TMP117);
    bench.time.nowMs += 130;
    bench.tmp117.isDead = true;
    assert.equal(bench.port.poll(TMP117, into), FAULT.busError);
    bench.tmp117.isDead = false;
    assert.equal(convert(bench, TMP117), PROBE_LAYOUT.bytes);
  });
});

describe('the SHT3x', () => {
  it('hands on temperature and humidity', () => {
    const bench = new ProbeBench();
    bench.sht3x.celsius = -7.25;
    bench.sht3x.humidityPercent = 33.3;
    assert.equal(convert(bench, SHT3X), PROBE_LAYOUT.bytes);
    assert.equal(centiC(), -725);
    assert.equal(permille(), 333);
  });

  const ends: readonly [celsius: number, percent: number, centiC: number, permille: number][] = [
    [-45, 0, -4500, 0],
    [130, 100, 13_000, 1000],
  ];
  for (const [celsius, percent, ...expected] of ends) {
    it(`reaches ${celsius} °C and ${percent} %`, () => {
      const bench = new ProbeBench();
      Object.assign(bench.sht3x, { celsius, humidityPercent: percent });
      convert(bench, SHT3X);
      assert.deepEqual([centiC(), permille()], expected);
    });
  }

  it('hands on no temperature with a wrong checksum', () => {
    const bench = new ProbeBench();
    bench.sht3x.hasBadTemperatureCrc = true;
    assert.equal(convert(bench, SHT3X), FAULT.badChecksum);
  });

  it('hands on the temperature when the humidity’s checksum alone is wrong', () => {
    const bench = new ProbeBench();
    bench.sht3x.hasBadHumidityCrc = true;
    assert.equal(convert(bench, SHT3X), PROBE_LAYOUT.bytes);
    assert.deepEqual([centiC(), permille()], [2000, HUMIDITY_ABSENT]);
    bench.sht3x.hasBadHumidityCrc = false;
    convert(bench, SHT3X);
    assert.equal(permille(), 450);
  });

  it('is not asked before it can answer: it would not acknowledge', () => {
    const bench = new ProbeBench();
    bench.port.start(SHT3X);
    bench.time.nowMs += 15;
    assert.equal(bench.port.poll(SHT3X, into), 0);
    bench.time.nowMs += 1;
    assert.equal(bench.port.poll(SHT3X, into), PROBE_LAYOUT.bytes);
  });

  it('is asked without clock stretching, for all it has', () => {
    const bench = new ProbeBench();
    convert(bench, SHT3X);
    assert.deepEqual(bench.i2c.transfers, ['44: 36 0 > 0', '44:  > 6']);
  });

  it('is checked as its data sheet’s example: 0xBEEF has 0x92', () => {
    assert.equal(crc8([0xbe, 0xef]), 0x92); // §4.12; the fake computes it another way
  });
});

describe('a part on the bus', () => {
  it('is waited for 20 ms at most, at 100 kHz', () => {
    const { i2c } = new ProbeBench();
    for (const { hz, timeout } of i2c.opened) assert.deepEqual([hz, timeout], [100_000, 20]);
  });

  it('is a bus error while something holds the clock', () => {
    const bench = new ProbeBench();
    bench.i2c.isHeld = true;
    for (const probe of [TMP117, SHT3X]) assert.equal(convert(bench, probe), FAULT.busError);
    bench.i2c.isHeld = false;
    for (const probe of [TMP117, SHT3X]) assert.equal(convert(bench, probe), PROBE_LAYOUT.bytes);
  });

  it('has one object, for the SDK refuses a second at the same address', () => {
    const { bus } = new FakeI2c();
    new I2cDevice(bus, 0x48);
    assert.throws(() => new I2cDevice(bus, 0x48), /duplicate address/);
    new I2cDevice(bus, 0x49);
  });
});

import assert from 'node:assert/strict';
import { FAULT } from '../../firmware/core/faults.js';
import { FIX_LAYOUT } from '../../firmware/core/ports.js';
import { PLACE_SOURCE } from '../../firmware/core/record/schema.js';
import { type Epoch, epochText, fixOf, GnssBench } from './gnss-bench.js';

const LORENSKOG = { latitude: 59.9257, longitude: 10.9551 };
const into = new Uint8Array(FIX_LAYOUT.bytes);

/** From a second on there is a fix, every second. */
function sky(fromS: number, more: Partial<Epoch> = {}) {
  return (second: number): string => {
    const dimensions = second < fromS ? 1 : 3;
    const time = `1200${String(second % 60).padStart(2, '0')}.00`;
    return epochText({ ...LORENSKOG, time, quality: 1, hdop: 0.9, dimensions, ...more });
  };
}

function search(bench: GnssBench): number {
  assert.equal(bench.port.start(), 0);
  return bench.search(into);
}

describe('a search for a position', () => {
  it('ends with a fix, and with the receiver and its UART off', () => {
    const bench = new GnssBench(2 ** 31 - 10_000);
    bench.says = sky(28);
    assert.ok(!bench.isPowered && !bench.serial.isOpen);
    assert.equal(bench.port.start(), 0);
    assert.ok(bench.isPowered && bench.serial.isOpen);
    assert.equal(bench.search(into), FIX_LAYOUT.bytes);
    assert.deepEqual(fixOf(into), {
      latitudeMicroDeg: 59_925_700,
      longitudeMicroDeg: 10_955_100,
      uncertaintyM: 9,
      source: PLACE_SOURCE.gnss,
    });
    assert.ok(!bench.isPowered && !bench.serial.isOpen);
    assert.equal(bench.port.poll(into), FAULT.absent);
  });

  it('is given up after a minute without one', () => {
    const bench = new GnssBench();
    bench.says = sky(1000);
    const startMs = bench.time.nowMs;
    assert.equal(search(bench), FAULT.absent);
    assert.ok(Math.abs(bench.time.nowMs - startMs - 60_000) <= 100);
    assert.ok(!bench.isPowered);
  });

  it('is a bus error when the receiver says nothing, or nothing whole, for ten seconds', () => {
    for (const says of [undefined, () => '$GNGGA,120000.00,,,,,0,00,,,M,,M,,*00\r\n']) {
      const bench = new GnssBench();
      bench.says = says;
      assert.equal(search(bench), FAULT.busError);
      assert.ok(bench.time.nowMs <= 10_100 && !bench.isPowered);
    }
  });

  it('waits ten seconds for better than a weak fix, and takes the latest', () => {
    const bench = new GnssBench();
    bench.says = (second) => sky(10, { hdop: 6 - second / 10 })(second);
    assert.equal(search(bench), FIX_LAYOUT.bytes);
    const { uncertaintyM } = fixOf(into);
    assert.ok(uncertaintyM <= 41 && uncertaintyM >= 35, `${uncertaintyM}`);
    assert.ok(bench.time.nowMs >= 20_000 && bench.time.nowMs <= 25_100);
  });

  it('follows a container that moves: no fix is older than a second', () => {
    const bench = new GnssBench();
    bench.says = (second) => sky(30, { latitude: 60 + second / 1000, longitude: 10 })(second);
    search(bench);
    const second = Math.round((fixOf(into).latitudeMicroDeg - 60_000_000) / 1000);
    assert.ok(bench.time.nowMs / 1000 - second <= 1.1, `${second}`);
  });

  it('does not end with a fix from before the sky was lost', () => {
    const bench = new GnssBench();
    bench.says = (second) => sky(second >= 10 && second < 14 ? 0 : 1000, { hdop: 5 })(second);
    assert.equal(search(bench), FAULT.absent);
  });

  it('loses sentences to a flash erase, and finds itself a second later', () => {
    const bench = new GnssBench();
    bench.says = (second) => {
      const text = sky(5)(second);
      return second < 12 ? text.slice(0, 70) + text.slice(150) : text;
    };
    assert.equal(search(bench), FIX_LAYOUT.bytes);
    assert.ok(bench.time.nowMs >= 12_000);
  });

  it('remembers nothing of the search before', () => {
    const bench = new GnssBench();
    bench.says = sky(3);
    assert.equal(search(bench), FIX_LAYOUT.bytes);
    bench.says = sky(1000);
    bench.run(1_800_000);
    assert.equal(search(bench), FAULT.absent);
    bench.says = sky(3);
    assert.equal(search(bench), FIX_LAYOUT.bytes);
    assert.equal(bench.serial.opened.length, 3);
  });

  it('does not read what was left in the UART by the search before', () => {
    const bench = new GnssBench();
    bench.says = sky(3);
    search(bench);
    const [gga] = sky(3)(5).match(/\$GNGGA.*\r\n/)!;
    bench.serial.receive(Buffer.from(gga, 'latin1'));
    bench.says = () => sky(3)(5).replace(gga, '');
    bench.port.start();
    bench.run(3000);
    assert.equal(bench.port.poll(into), 0);
  });

  it('is one at a time, and none that nobody has started', () => {
    const bench = new GnssBench();
    bench.says = sky(3);
    assert.equal(bench.port.poll(into), FAULT.absent);
    assert.equal(bench.port.start(), 0);
    assert.equal(bench.port.start(), FAULT.busy);
    bench.run(5000);
    assert.equal(bench.port.poll(new Uint8Array(11)), FAULT.overflow);
    assert.equal(bench.port.poll(into), FIX_LAYOUT.bytes);
  });

  it('is a bus error when its UART is taken, with the receiver off', () => {
    const bench = new GnssBench();
    bench.serial.isOpen = true;
    assert.equal(bench.port.start(), FAULT.busError);
    assert.ok(!bench.isPowered);
    bench.serial.isOpen = false;
    assert.equal(bench.port.start(), 0);
  });
});

describe('the uncertainty of a fix', () => {
  const table: readonly [name: string, more: Partial<Epoch>, uncertaintyM: number][] = [
    ['alone, a good sky', { hdop: 0.8 }, 8],
    ['alone, rounded up', { hdop: 1.21 }, 13],
    ['with corrections', { hdop: 1.5, quality: 2 }, 9],
    ['with a fixed carrier phase', { hdop: 1, quality: 4 }, 6],
    ['in two dimensions', { hdop: 2, dimensions: 2 }, 140],
    ['as bad as can be said', { hdop: 9999 }, 65_534],
  ];
  for (const [name, more, uncertaintyM] of table) {
    it(`${name}: ${uncertaintyM} m`, () => {
      const bench = new GnssBench();
      bench.says = sky(0, more);
      assert.equal(search(bench), FIX_LAYOUT.bytes);
      assert.equal(fixOf(into).uncertaintyM, uncertaintyM);
    });
  }
});

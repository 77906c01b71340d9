import assert from 'node:assert/strict';
import sinon from 'sinon';
import { getI32, getU16 } from '../../firmware/core/bytes.js';
import { FAULT } from '../../firmware/core/faults.js';
import { CLOCK_LAYOUT } from '../../firmware/core/ports.js';
import { BOOT_REASON } from '../../firmware/core/record/schema.js';
import { WALL_EPOCH_UNIX_S, WALL_SOURCE } from '../../firmware/core/units.js';
import { bootReasonOf } from '../../firmware/device/boot-reason.js';
import { Clock } from '../../firmware/device/clock.js';
import { ClockBench, FakeTicks } from './rigs.js';

const DAY_MS = 86_400_000;
const NOW_S = 207_000_000;

function read(clock: Clock) {
  const bytes = new Uint8Array(CLOCK_LAYOUT.bytes);
  clock.read(bytes);
  return {
    uptimeS: getI32(bytes, CLOCK_LAYOUT.uptimeS),
    uptimeMs: getU16(bytes, CLOCK_LAYOUT.uptimeMs),
    source: bytes[CLOCK_LAYOUT.wallSource],
    wallS: getI32(bytes, CLOCK_LAYOUT.wallS),
    uncertaintyS: getU16(bytes, CLOCK_LAYOUT.wallUncertaintyS),
  };
}

describe('the uptime', () => {
  it('goes on where the SDK’s ticks become negative, and where they begin anew', () => {
    const time = new FakeTicks();
    const clock = new Clock(time.ticks, undefined, BOOT_REASON.powerOn);
    for (let day = 1; day <= 120; day++) {
      time.nowMs += DAY_MS + 1;
      assert.deepEqual(
        [read(clock).uptimeS, read(clock).uptimeMs],
        [day * 86_400 + Math.floor(day / 1000), day % 1000],
      );
    }
    assert.ok(time.nowMs > 2 * 2 ** 32);
  });

  it('counts from the boot, whatever the ticks say then', () => {
    const time = new FakeTicks(-5000);
    const clock = new Clock(time.ticks, undefined, BOOT_REASON.powerOn);
    time.nowMs = -3999;
    assert.deepEqual([read(clock).uptimeS, read(clock).uptimeMs], [1, 1]);
  });
});

describe('the RV-3028', () => {
  it('as delivered knows no time; the container’s first setting makes it keep it', () => {
    const bench = new ClockBench();
    assert.equal(read(bench.port).source, WALL_SOURCE.unset);
    bench.port.setWall(NOW_S, WALL_SOURCE.dock);
    assert.equal(bench.rtc.registers[0x37], 0x9c, 'over to its cell; a bit of calibration stays');
    assert.equal(bench.rtc.registers[0x0f]! & 0x08, 0x08, 'and not loaded anew from EEPROM');
    bench.rtc.loseSupply();
    bench.time.nowMs += 10 * DAY_MS;
    const { wallS, source } = read(bench.boot());
    assert.deepEqual([wallS, source], [NOW_S + 864_000, WALL_SOURCE.rtc]);
  });

  it('holds seconds since 1970, and the day on which it was set', () => {
    const bench = new ClockBench();
    bench.port.setWall(NOW_S, WALL_SOURCE.dock);
    bench.rtc.write([0x1b]);
    const bytes = Buffer.from(bench.rtc.read(6));
    assert.equal(bytes.readUInt32LE(0), NOW_S + WALL_EPOCH_UNIX_S);
    assert.equal(bytes.readUInt16LE(4), Math.floor(NOW_S / 86_400));
  });

  it('goes on after 2038, when its counter no longer fits an int32', () => {
    const bench = new ClockBench();
    const wallS = Date.UTC(2039, 0, 1) / 1000 - WALL_EPOCH_UNIX_S;
    bench.port.setWall(wallS, WALL_SOURCE.dock);
    bench.time.nowMs += 1000;
    assert.equal(read(bench.boot()).wallS, wallS + 1);
  });

  it('is less sure the longer ago it was set, over boots too: 73 ppm', () => {
    const bench = new ClockBench();
    bench.port.setWall(NOW_S, WALL_SOURCE.dock);
    bench.time.nowMs += 100 * DAY_MS;
    const { uncertaintyS } = read(bench.boot());
    const driftS = 100 * 86_400 * 73e-6;
    assert.ok(uncertaintyS >= driftS && uncertaintyS <= driftS + 10, `${uncertaintyS}`);
  });

  it('is not believed with a time before 2020', () => {
    const bench = new ClockBench();
    bench.port.setWall(NOW_S, WALL_SOURCE.dock);
    bench.rtc.write([0x1b, 0, 0, 0, 0, 0, 0]);
    assert.equal(read(bench.boot()).source, WALL_SOURCE.unset);
  });

  it('is read until two readings agree, and is a bus error if they never do', () => {
    const bench = new ClockBench();
    bench.port.setWall(NOW_S, WALL_SOURCE.dock);
    bench.rtc.isRacing = true;
    assert.equal(bench.driver.load(), FAULT.busError);
    bench.rtc.isRacing = false;
    assert.equal(bench.driver.load(), 1);
  });

  it('is not believed when a setting was cut off: its mark of a lost time goes last', () => {
    const bench = new ClockBench();
    const write = sinon.stub(bench.rtc, 'write').callThrough();
    write.onCall(3).throws(); // in the middle of what a setting writes
    bench.port.setWall(NOW_S, WALL_SOURCE.dock);
    write.restore();
    assert.equal(read(bench.boot()).source, WALL_SOURCE.unset);
  });

  it('may fail to answer once at a boot', () => {
    const bench = new ClockBench();
    bench.port.setWall(NOW_S, WALL_SOURCE.dock);
    const read1 = sinon.stub(bench.rtc, 'read').callThrough();
    read1.onFirstCall().throws();
    bench.boot();
    read1.restore();
    assert.equal(read(bench.port).source, WALL_SOURCE.rtc);
  });

  it('that is dead leaves the clock unset at a boot, and is not needed until the next', () => {
    const bench = new ClockBench();
    bench.rtc.isDead = true;
    assert.equal(read(bench.boot()).source, WALL_SOURCE.unset);
    assert.equal(bench.port.setWall(NOW_S, WALL_SOURCE.dock), 0);
    bench.time.nowMs += 5000;
    assert.equal(read(bench.port).wallS, NOW_S + 5);
    assert.equal(read(bench.boot()).source, WALL_SOURCE.unset);
  });
});

describe('the reason of a boot', () => {
  const plain = { hasEpitaph: false, isRetainedDamaged: false };
  const table: readonly [resetReason: number, name: string, reason: number][] = [
    [0, 'unknown', BOOT_REASON.restart],
    [1, 'power-on', BOOT_REASON.powerOn],
    [2, 'reset pin', BOOT_REASON.powerOn],
    [3, 'software', BOOT_REASON.restart],
    [4, 'panic', BOOT_REASON.panic],
    [5, 'interrupt watchdog', BOOT_REASON.watchdog],
    [6, 'task watchdog', BOOT_REASON.watchdog],
    [7, 'another watchdog', BOOT_REASON.watchdog],
    [8, 'deep sleep', BOOT_REASON.restart],
    [9, 'brown-out', BOOT_REASON.brownOut],
    [14, 'glitch of the supply', BOOT_REASON.brownOut],
    [15, 'CPU lock-up', BOOT_REASON.panic],
    [99, 'one of a later ESP-IDF', BOOT_REASON.restart],
  ];
  for (const [resetReason, name, reason] of table) {
    it(`is told from the reset reason: ${name}`, () => {
      assert.equal(bootReasonOf(resetReason, plain), reason);
    });
  }

  it('is a panic when the restart by software left an epitaph', () => {
    assert.equal(bootReasonOf(3, { ...plain, hasEpitaph: true }), BOOT_REASON.panic);
    assert.equal(bootReasonOf(6, { ...plain, hasEpitaph: true }), BOOT_REASON.watchdog);
  });

  it('is damage to what should have outlived a restart or a sleep', () => {
    const damaged = { ...plain, isRetainedDamaged: true };
    for (const resetReason of [3, 8]) {
      assert.equal(bootReasonOf(resetReason, damaged), BOOT_REASON.retainedDamaged);
    }
    assert.equal(bootReasonOf(1, damaged), BOOT_REASON.powerOn, 'noise after power-on');
  });
});

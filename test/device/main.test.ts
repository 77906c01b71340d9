import assert from 'node:assert/strict';
import sinon from 'sinon';
import type { Ports } from '../../firmware/core/ports.js';
import { absentAccelerometer } from '../../firmware/device/absent/accelerometer.js';
import { absentLink } from '../../firmware/device/absent/link.js';
import { absentPosition } from '../../firmware/device/absent/position.js';
import { absentPressure } from '../../firmware/device/absent/pressure.js';
import { absentSigner } from '../../firmware/device/absent/signer.js';
import type { PortsOf } from '../../firmware/device/board.js';
import { FAULT } from '../../firmware/core/faults.js';
import { run } from '../../firmware/device/main.js';
import { decodeImage } from '../../host-sim/backend/decode.js';
import { DeviceBench } from './device-bench.js';
import { drop } from './motion-bench.js';

const HOUR_MS = 3_600_000;

describe('a container on the ESP32’s adapters', () => {
  it('boots and records a reading a minute, through the SDK’s flash', () => {
    const bench = new DeviceBench();
    run(bench.board);
    bench.runUntil(HOUR_MS + 500);
    const { records, problems } = decodeImage(bench.flashes.journal.cells);
    assert.deepEqual(problems, []);
    const readings = records.filter(({ type }) => type === 'reading');
    assert.equal(readings.length, 61);
    assert.deepEqual(readings[7]!.temperaturesCentiC, [2000, 2000]);
    assert.equal(records[0]!.type, 'boot');
    assert.equal(bench.silicon.isWatching, true);
  });

  it('feeds the watchdog well within a minute, always', () => {
    const bench = new DeviceBench();
    run(bench.board);
    let [fed, fedMs] = [0, 0];
    for (let ms = 500; ms <= 600_000; ms += 500) {
      bench.runUntil(ms);
      if (bench.silicon.feedCount > fed) fedMs = ms;
      assert.ok(ms - fedMs <= 25_500, `silent for ${ms - fedMs} ms`);
      fed = bench.silicon.feedCount;
    }
  });

  it('sees a kit that is taken within a second, and not at the next sample', () => {
    const bench = new DeviceBench();
    bench.switches.pulledDown = 0b11;
    run(bench.board);
    bench.runUntil(90_500);
    bench.switches.pulledDown = 0b01;
    bench.runUntil(92_000);
    const { records } = decodeImage(bench.flashes.journal.cells);
    const slots = records.filter(({ type }) => type === 'slot');
    const last = slots.at(-1)!;
    assert.deepEqual([last.fields.slot, last.fields.filled, last.uptimeS], [1, 0, 91]);
  });

  it('records a fall, of which its interrupt tells', () => {
    const bench = new DeviceBench();
    run(bench.board);
    bench.runUntil(90_000);
    bench.lsm6dso32.signal = drop(431, 20, 11, 90_300);
    for (let ms = 90_000; ms <= 96_000; ms += 20) bench.runUntil(ms);
    const { records } = decodeImage(bench.flashes.journal.cells);
    const shocks = records.filter(({ type }) => type === 'shock');
    assert.equal(shocks.length, 1);
    const { startUptimeS, startMs, freeFallMs, deltaVMmPerS } = shocks[0]!.fields;
    assert.ok(Math.abs(Number(freeFallMs) - 431) <= 43, String(freeFallMs));
    assert.ok(Math.abs(1000 * Number(startUptimeS) + Number(startMs) - 90_731) <= 5);
    assert.ok(Number(deltaVMmPerS) > 1300, String(deltaVMmPerS));
  });

  it('records a flight, of which the rotor’s line tells through the FIFO', () => {
    const bench = new DeviceBench();
    run(bench.board);
    bench.runUntil(130_000);
    bench.lsm6dso32.signal = (ms) => [0, 0, 1000 + 300 * Math.sin(2 * Math.PI * 0.0245 * ms)];
    bench.runUntil(300_000);
    const { records } = decodeImage(bench.flashes.journal.cells);
    const flights = records.filter(({ type }) => type === 'flight');
    assert.deepEqual(
      flights.map(({ fields }) => [fields.flying, fields.detectors]),
      [[1, 1]],
    );
    assert.equal(records.filter(({ type }) => type === 'shock').length, 0);
  });

  it('goes on after the ticks wrap, 24.8 days after it booted', () => {
    const bench = new DeviceBench(2 ** 31 - 90_000);
    run(bench.board);
    bench.runUntil(300_500);
    const { records, problems } = decodeImage(bench.flashes.journal.cells);
    const readings = records.filter(({ type }) => type === 'reading');
    assert.deepEqual([problems.length, readings.length], [0, 6]);
    const other = new DeviceBench();
    run(other.board);
    other.runUntil(300_500);
    assert.equal(bench.silicon.feedCount, other.silicon.feedCount, 'and steps as often');
  });

  it('does not take a step for due in 49 days that the ticks’ wrap came before', () => {
    for (let beforeMs = 1; beforeMs <= 30; beforeMs++) {
      const bench = new DeviceBench(2 ** 31 - beforeMs);
      bench.timer.latenessMs = 4;
      run(bench.board);
      bench.runUntil(61_000);
      const { records } = decodeImage(bench.flashes.journal.cells);
      assert.equal(records.filter(({ type }) => type === 'reading').length, 2, `${beforeMs} ms`);
    }
  });

  it('records a probe that is dead as a gap, and goes on', () => {
    const bench = new DeviceBench();
    bench.tmp117.isDead = true;
    run(bench.board);
    bench.runUntil(200_000);
    const { records } = decodeImage(bench.flashes.journal.cells);
    assert.equal(records.filter(({ type }) => type === 'gap').length, 1);
    const readings = records.filter(({ type }) => type === 'reading');
    assert.deepEqual(readings.at(-1)!.temperaturesCentiC, [null, 2000]);
  });

  it('survives a restart: the journal goes on with the next boot', () => {
    const first = new DeviceBench();
    run(first.board);
    first.runUntil(150_000);
    const second = new DeviceBench(0, first.flashes);
    run(second.board);
    second.runUntil(150_000);
    const { records, problems } = decodeImage(second.flashes.journal.cells);
    assert.deepEqual(problems, []);
    assert.deepEqual([...new Set(records.map(({ boot }) => boot))], [1, 2]);
  });
});

describe('a container that throws', () => {
  it('is buried and restarted, once', () => {
    const bench = new DeviceBench();
    run(bench.board);
    bench.runUntil(60_500);
    const error = new RangeError('assert 999');
    sinon.stub(bench.board.ports.clock, 'read').throws(error);
    bench.runUntil(200_000);
    assert.deepEqual(bench.buried, [error]);
    assert.equal(bench.restarts, 1);
  });

  it('is restarted even if it cannot be buried', () => {
    const bench = new DeviceBench();
    sinon.stub(bench.board, 'bury').throws(new Error('no room'));
    sinon.stub(bench.board, 'tend').throws(new Error('first'));
    run(bench.board);
    assert.throws(() => bench.runUntil(1000), /no room/);
    assert.equal(bench.restarts, 1);
  });

  it('may do so already when it is made: limits that cannot be', () => {
    const bench = new DeviceBench();
    Object.assign(bench.board.limits, { slotCount: 17 });
    run(bench.board);
    bench.runUntil(1000);
    assert.match(String(bench.buried[0]), /assert 101/);
    assert.equal(bench.restarts, 1);
  });
});

describe('a port whose hardware a board does not have', () => {
  it('answers absent to every call', () => {
    const sensors = [absentAccelerometer, absentPosition, absentPressure];
    const absents = [...sensors, absentLink, absentSigner];
    for (const port of absents) {
      const methods = Object.values(port).filter((value) => typeof value === 'function');
      assert.ok(methods.length > 0);
      for (const method of methods) assert.equal((method as () => number)(), FAULT.absent);
    }
  });

  it('is a compile error where it is claimed, and so is one that is not there', () => {
    const { ports } = new DeviceBench().board;
    type Some = PortsOf<Exclude<keyof Ports, 'link'>>;
    const honest: Some = { ...ports, link: absentLink };
    // @ts-expect-error -- the board claims a link and hands in the absent one
    const claimed: PortsOf<keyof Ports> = { ...ports, link: absentLink };
    const without: Omit<Ports, 'link'> = ports;
    // @ts-expect-error -- the board forgets one
    const forgetful: PortsOf<keyof Ports> = without;
    // @ts-expect-error -- the board claims none and hands in a real one
    const shy: Some = { ...ports };
    assert.equal(new Set([honest, claimed, forgetful, shy]).size, 4);
  });
});

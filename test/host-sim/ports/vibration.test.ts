import assert from 'node:assert/strict';
import { getI16, getI32, getU16 } from '../../../firmware/core/bytes.js';
import { FAULT } from '../../../firmware/core/faults.js';
import {
  ACCELERATION_LAYOUT as LAYOUT,
  CAPTURE_MS,
  PRESSURE_LAYOUT,
  REST_MILLI_G,
} from '../../../firmware/core/ports.js';
import { RotorLine } from '../../../firmware/core/shock/rotor.js';
import { CONVERSION_MS } from '../../../host-sim/ports/pressure.js';
import { at } from '../world/fixture.js';
import { makeRig } from './fixture.js';

const LEGS = [
  '{ at: day 1 09:00, to: scene, by: helicopter, duration: 30m }',
  '{ at: day 1 11:00, to: base, by: car, duration: 1h }',
];
type Rig = ReturnType<typeof makeRig>;

/** Every batch that polls give until a 0. */
function drain(rig: Rig): Uint8Array[] {
  const batches: Uint8Array[] = [];
  const { accelerometer } = rig.ports;
  for (;;) {
    const into = new Uint8Array(LAYOUT.samples + 32 * LAYOUT.sampleBytes);
    const count = accelerometer.poll(into);
    if (count === 0) return batches;
    batches.push(into.slice(0, LAYOUT.samples + count * LAYOUT.sampleBytes));
  }
}

const countOf = (batch: Uint8Array): number => (batch.length - LAYOUT.samples) / LAYOUT.sampleBytes;

function lineOf(batches: readonly Uint8Array[]): number {
  const rotor = new RotorLine();
  rotor.begin();
  for (const batch of batches) rotor.add(batch, countOf(batch));
  return rotor.end();
}

describe('a capture of the accelerometer', () => {
  it('holds a second or more, up to the pre-trigger, and ends with a 0', () => {
    const rig = makeRig({ legs: LEGS });
    rig.world.advanceTo(at(1, '09:10'));
    assert.equal(rig.ports.accelerometer.capture(), 1);
    assert.equal(rig.ports.accelerometer.capture(), FAULT.busy);
    const batches = drain(rig);
    const rateHz = getU16(batches[0]!, LAYOUT.rateHz);
    const samples = batches.reduce((sum, batch) => sum + countOf(batch), 0);
    assert.ok(rateHz >= 100 && samples / rateHz >= CAPTURE_MS / 1000);
    const startS = getI32(batches[0]!, 0) + getU16(batches[0]!, LAYOUT.startMs) / 1000;
    const endS = startS + samples / rateHz;
    assert.ok(Math.abs(endS - (at(1, '09:10') / 1000 - 0.2)) < 0.02, `${startS} to ${endS} s`);
    assert.deepEqual(drain(rig), []);
  });

  it('has the rotor’s line in a helicopter, and none in a car', () => {
    const rig = makeRig({ legs: LEGS });
    for (let minute = 1; minute < 29; minute++) {
      rig.world.advanceTo(at(1, '09:00') + minute * 60_000);
      assert.equal(rig.ports.accelerometer.capture(), 1);
      assert.ok(Math.abs(lineOf(drain(rig)) - 245) <= 3);
    }
    for (let minute = 1; minute < 59; minute++) {
      rig.world.advanceTo(at(1, '11:00') + minute * 60_000);
      if (rig.ports.accelerometer.capture() === 1) assert.equal(lineOf(drain(rig)), 0);
    }
  });

  it('is nothing at all where the part feels that it rests', () => {
    const rig = makeRig({ legs: LEGS });
    rig.world.advanceTo(at(1, '08:30'));
    assert.equal(rig.ports.accelerometer.capture(), 0);
    assert.deepEqual(drain(rig), []);
    rig.world.advanceTo(at(1, '09:10'));
    rig.ports.accelerometer.capture();
    const [batch] = drain(rig);
    const values = Array.from({ length: 32 }, (_, i) => getI16(batch!, LAYOUT.samples + 4 + 6 * i));
    assert.ok(Math.max(...values) - Math.min(...values) > REST_MILLI_G);
  });

  it('waits until a shock is over and read, and repeats none of its samples', () => {
    const rig = makeRig({ legs: LEGS });
    rig.world.advanceTo(at(1, '09:29') + 40_100); // the landing
    assert.equal(rig.ports.accelerometer.capture(), FAULT.busy);
    rig.world.advanceTo(at(1, '09:29') + 41_500);
    assert.equal(rig.ports.accelerometer.capture(), FAULT.busy);
    const shock = drain(rig);
    assert.ok(shock.length > 0);
    assert.equal(rig.ports.accelerometer.capture(), FAULT.busy);
    rig.world.advanceTo(at(1, '09:29') + 44_000);
    assert.equal(rig.ports.accelerometer.capture(), 1);
  });
});

describe('the barometer', () => {
  const read = (rig: Rig): number => {
    const into = new Uint8Array(PRESSURE_LAYOUT.bytes);
    assert.equal(rig.ports.pressure.start(), 0);
    assert.equal(rig.ports.pressure.poll(into), 0);
    rig.world.advanceTo(rig.world.nowMs + CONVERSION_MS);
    assert.equal(rig.ports.pressure.poll(into), PRESSURE_LAYOUT.bytes);
    return getI32(into, PRESSURE_LAYOUT.pressurePa);
  };

  it('measures the pressure of the world, within a few pascals', () => {
    const rig = makeRig({ legs: LEGS });
    for (const clock of ['08:10', '09:00', '09:15', '12:00']) {
      rig.world.advanceTo(at(1, clock));
      assert.ok(Math.abs(read(rig) - rig.world.pressurePa()) < 10);
    }
  });

  it('answers once for each start, and forgets it over a boot', () => {
    const rig = makeRig();
    const into = new Uint8Array(PRESSURE_LAYOUT.bytes);
    read(rig);
    assert.equal(rig.ports.pressure.poll(into), FAULT.absent);
    rig.ports.pressure.start();
    rig.boot(0);
    assert.equal(rig.ports.pressure.poll(into), FAULT.absent);
  });
});

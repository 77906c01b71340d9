/**
 * What every accelerometer port keeps to: nothing at rest, a fall whole with what was before it,
 * honest times, and a capture of vibration. A rig is looked at ten times a second, as a container
 * does while there is a stream.
 */
import assert from 'node:assert/strict';
import { getI16, getI32, getU16 } from '../../firmware/core/bytes.js';
import { FAULT } from '../../firmware/core/faults.js';
import {
  ACCELERATION_LAYOUT as LAYOUT,
  type AccelerometerPort,
  CAPTURE_MS,
} from '../../firmware/core/ports.js';
import { ShockDetector } from '../../firmware/core/shock/detector.js';
import { SHOCK_EVENT as E } from '../../firmware/core/shock/event.js';
import { SHOCK_STATE_WORDS } from '../../firmware/core/shock/state.js';

export type Feels = 'rest' | 'fall' | 'rotor';

/** Of the fall, which begins in the second after the rig was made. */
export const FALL_CM = 40;

export interface AccelerometerRig {
  /** Of a container that has been up for half a minute. */
  readonly port: AccelerometerPort;
  /** Since the boot. */
  readonly uptimeMs: number;
  advance(ms: number): void;
}

interface Batch {
  readonly startMs: number;
  readonly rateHz: number;
  readonly rangeMilliG: number;
  readonly samples: readonly (readonly number[])[];
}

const TURN_MS = 100;

export function accelerometerPortContract(
  name: string,
  make: (feels: Feels) => AccelerometerRig,
): void {
  describe(`the accelerometer port of ${name}`, () => {
    const poll = (rig: AccelerometerRig, room = 32): Batch | number => {
      const bytes = new Uint8Array(LAYOUT.samples + room * LAYOUT.sampleBytes);
      const count = rig.port.poll(bytes);
      if (count <= 0) return count;
      assert.ok(count <= room);
      return {
        startMs: 1000 * getI32(bytes, LAYOUT.startUptimeS) + getU16(bytes, LAYOUT.startMs),
        rateHz: getU16(bytes, LAYOUT.rateHz),
        rangeMilliG: getU16(bytes, LAYOUT.rangeMilliG),
        samples: Array.from({ length: count }, (_, i) =>
          [0, 2, 4].map((at) => getI16(bytes, LAYOUT.samples + LAYOUT.sampleBytes * i + at)),
        ),
      };
    };
    const gather = (rig: AccelerometerRig, ms: number, room?: number): Batch[] => {
      const batches: Batch[] = [];
      for (let passed = 0; passed < ms; passed += TURN_MS) {
        rig.advance(TURN_MS);
        for (let one = poll(rig, room); one !== 0; one = poll(rig, room)) {
          if (typeof one === 'number') assert.fail(`fault ${one}`);
          batches.push(one);
        }
      }
      return batches;
    };
    const expectWhole = (batches: readonly Batch[]): void => {
      for (let i = 1; i < batches.length; i++) {
        const [before, batch] = [batches[i - 1]!, batches[i]!];
        const endMs = before.startMs + (1000 * before.samples.length) / before.rateHz;
        assert.ok(Math.abs(batch.startMs - endMs) <= 8, `${batch.startMs} after ${endMs}`);
        assert.equal(batch.rateHz, batches[0]!.rateHz);
      }
    };

    it('has nothing while nothing happens', () => {
      assert.deepEqual(gather(make('rest'), 10_000), []);
    });

    it('hands over a fall in one piece, from before it began, at 200 Hz or more', () => {
      const rig = make('fall');
      const batches = gather(rig, 8000);
      expectWhole(batches);
      const { rateHz, rangeMilliG, startMs } = batches[0]!;
      assert.ok(rateHz >= 200 && rateHz <= 1700 && rangeMilliG >= 16_000);
      const samples = batches.flatMap((batch) => batch.samples);
      assert.ok(samples.flat().every((value) => Math.abs(value) <= rangeMilliG));
      const fallAt = samples.findIndex((sample) => Math.hypot(...sample) < 400);
      assert.ok(fallAt / rateHz >= 0.15, 'what was before');
      const weights = samples.slice(0, fallAt).map((sample) => Math.hypot(...sample));
      const weight = weights.reduce((sum, one) => sum + one, 0) / fallAt;
      assert.ok(Math.abs(weight - 1000) < 100, `${weight} milli-g`);
      const endMs = startMs + (1000 * samples.length) / rateHz;
      assert.ok(endMs <= rig.uptimeMs && startMs >= rig.uptimeMs - 9000, `${startMs} ${endMs}`);
      assert.equal(poll(rig), 0, 'and is at rest');
    });

    it('lets the fall be found, to a tenth of its free fall', () => {
      const detector = new ShockDetector(new Int32Array(SHOCK_STATE_WORDS));
      const falls: number[] = [];
      for (const { startMs, rateHz, rangeMilliG, samples } of gather(make('fall'), 8000)) {
        const bytes = Buffer.alloc(LAYOUT.samples + samples.length * LAYOUT.sampleBytes);
        bytes.writeInt32LE(Math.floor(startMs / 1000), LAYOUT.startUptimeS);
        bytes.writeUInt16LE(startMs % 1000, LAYOUT.startMs);
        bytes.writeUInt16LE(rateHz, LAYOUT.rateHz);
        bytes.writeUInt16LE(rangeMilliG, LAYOUT.rangeMilliG);
        samples.flat().forEach((value, i) => bytes.writeInt16LE(value, LAYOUT.samples + 2 * i));
        while (detector.addBatch(bytes, samples.length) === 1) {
          falls.push(detector.event[E.freeFallMs]!);
        }
      }
      if (detector.endStream() === 1) falls.push(detector.event[E.freeFallMs]!);
      const fallMs = 1000 * Math.sqrt((2 * FALL_CM) / 980.665);
      const found = falls.filter((ms) => Math.abs(ms - fallMs) <= fallMs / 10);
      assert.equal(found.length, 1, `${falls.join()} of ${fallMs}`);
    });

    it('hands over the same in smaller pieces, and needs room for one sample', () => {
      const [whole, pieces] = [gather(make('fall'), 8000), gather(make('fall'), 8000, 7)];
      expectWhole(pieces);
      const peak = (batches: readonly Batch[]) =>
        Math.max(...batches.flatMap(({ samples }) => samples.flat().map(Math.abs)));
      assert.ok(Math.abs(peak(whole) - peak(pieces)) <= peak(whole) / 10);
      const rig = make('fall');
      rig.advance(5000);
      assert.equal(rig.port.poll(new Uint8Array(LAYOUT.samples + 5)), FAULT.overflow);
    });

    it('captures a second or more of vibration, at 100 Hz or more, and then is at rest', () => {
      const rig = make('rotor');
      assert.equal(rig.port.capture(), 1);
      assert.equal(rig.port.capture(), FAULT.busy);
      const calledMs = rig.uptimeMs;
      const batches = gather(rig, 3000);
      expectWhole(batches);
      const { rateHz, startMs } = batches[0]!;
      const count = batches.reduce((sum, { samples }) => sum + samples.length, 0);
      assert.ok(rateHz >= 100 && count / rateHz >= CAPTURE_MS / 1000, `${count} at ${rateHz}`);
      assert.ok(startMs >= calledMs - 3000 && startMs <= calledMs + 1000);
      assert.equal(poll(rig), 0);
    });

    it('captures nothing at rest', () => {
      const rig = make('rest');
      assert.equal(rig.port.capture(), 0);
      assert.deepEqual(gather(rig, 3000), []);
    });
  });
}

import assert from 'node:assert/strict';
import { SHOCK_CLASS, SHOCK_FLAG } from '../../../firmware/core/record/schema.js';
import { itWithShared, sharedFile } from '../../support/shared.js';
import { type Recording, STANDARD_GRAVITY, detect, readRecording } from './signals.js';

/** The longest time that the recorded magnitude stays below 0.4 g, from the file's own times. */
function longestFall(recording: Recording): { endS: number; ms: number } {
  let longest = { endS: 0, ms: 0 };
  let startS: number | undefined;
  recording.magnitudes.forEach((g, i) => {
    const nowS = recording.seconds[i]!;
    if (g < 0.4) startS ??= nowS;
    else if (startS !== undefined) {
      const ms = (nowS - startS) * 1000;
      if (ms > longest.ms) longest = { endS: nowS, ms };
      startS = undefined;
    }
  });
  return longest;
}

describe('shock/detector, on recordings of a falling phone', () => {
  for (const name of ['fall-200hz-1.csv', 'fall-200hz-2.csv']) {
    itWithShared(`finds the one fall of ${name}`, () => {
      const recording = readRecording(sharedFile(`data/shock/${name}`));
      const events = detect(recording.samples, recording.part);
      assert.equal(events.length, 1);
      const event = events[0]!;
      const fall = longestFall(recording);
      assert.ok(fall.ms > 500, 'the recording holds a fall of more than half a second');
      assert.ok(
        Math.abs(event.freeFallMs - fall.ms) <= 0.1 * fall.ms,
        `${event.freeFallMs} ms of free fall, measured ${fall.ms}`,
      );
      const startS = recording.seconds[0]! + event.startUptimeS + event.startMs / 1000;
      assert.ok(Math.abs(startS - fall.endS) < 0.03, `impact at ${startS}, fall to ${fall.endS}`);
      // What the fall gave it, less what clipping took; at most twice as much by a full rebound.
      const speedMmPerS = STANDARD_GRAVITY * fall.ms;
      assert.ok(event.deltaVMmPerS > 0.8 * speedMmPerS && event.deltaVMmPerS < 2 * speedMmPerS);
      assert.equal(event.flags, SHOCK_FLAG.clipped);
      assert.equal(event.class, SHOCK_CLASS.severe);
    });
  }

  itWithShared('finds nothing in the recording at rest', () => {
    const recording = readRecording(sharedFile('data/shock/still-200hz.csv'));
    assert.deepEqual(detect(recording.samples, recording.part), []);
  });
});

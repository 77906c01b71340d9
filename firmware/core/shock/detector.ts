/**
 * Hands on shock events from the accelerometer's FIFO batches (ACCELERATION_LAYOUT). A pulse begins
 * where the acceleration without gravity reaches 3 g, or where a free fall of 60 ms ends in any
 * contact above 1.6 g, and ends 20 ms after the last contact. An event gathers pulses until half a
 * second of rest has shown the tilt. A pulse that changes the velocity by less than 0.5 m/s after
 * no free fall is nothing: half a cycle of a 17 Hz rotor line at 1.5 g changes it by 0.28 m/s. Free
 * fall goes unseen where the part itself feels more than 0.4 g of spin (2 turns/s at 25 mm).
 */
import { getI16, getI32, getU16 } from '../bytes.js';
import { FAULT } from '../faults.js';
import { ACCELERATION_LAYOUT as LAYOUT } from '../ports.js';
import { type ShockThresholds, DEFAULT_SHOCK_THRESHOLDS, SHOCK_EVENT_WORDS } from './event.js';
import { closeEvent, endPulse } from './episode.js';
import { takeSample } from './sample.js';
import { SHOCK_STATE as S } from './state.js';
import { advance, followBatch, startStream } from './stream.js';

const RATE_HZ_MIN = 25;
const RATE_HZ_MAX = 3200;
const RANGE_MILLI_G_MIN = 1000;
/** Uptime from which on a stream could outlast an int32. */
const START_S_MAX = 0x7fff0000;
/** What a sample of a part with more range ends at. */
const RANGE_MILLI_G_MAX = 32767;

/** Finds shocks in one accelerometer's stream; `state` holds all that it remembers. */
export class ShockDetector {
  /** The last completed event, SHOCK_EVENT; valid until the next call. */
  readonly event = new Int32Array(SHOCK_EVENT_WORDS);
  private readonly state: Int32Array;
  private readonly thresholds: ShockThresholds;

  /** `state` has SHOCK_STATE_WORDS words: zero at first, or as an earlier detector left them. */
  constructor(state: Int32Array, thresholds: ShockThresholds = DEFAULT_SHOCK_THRESHOLDS) {
    this.state = state;
    this.thresholds = thresholds;
  }

  /**
   * Takes the samples of a batch up to the one that completes an event. 1: read `event`, then call
   * again with the same batch; 0: all are taken; malformed or truncated: none is.
   */
  addBatch(bytes: Uint8Array, sampleCount: number): number {
    if (sampleCount <= 0) return 0;
    const state = this.state;
    const fault = this.readHeader(bytes, sampleCount);
    if (fault < 0) return fault;
    if (state[S.taken] === 0 && this.joinStream(bytes) === 1) return 1;
    for (let i = state[S.taken]!; i < sampleCount; i++) {
      const at = LAYOUT.samples + i * LAYOUT.sampleBytes;
      const x = getI16(bytes, at);
      const y = getI16(bytes, at + 2);
      const isOver = takeSample(state, x, y, getI16(bytes, at + 4));
      advance(state);
      if (!isOver) continue;
      closeEvent(state, this.event, this.thresholds);
      state[S.taken] = i + 1;
      return 1;
    }
    state[S.taken] = 0;
    state[S.batchSamples] = sampleCount;
    return 0;
  }

  /** Ends the stream: 1 when that completed an event, else 0. */
  endStream(): number {
    const state = this.state;
    if (state[S.inPulse] === 1) endPulse(state);
    const isOpen = state[S.open] === 1;
    if (isOpen) closeEvent(state, this.event, this.thresholds);
    state.fill(0);
    return isOpen ? 1 : 0;
  }

  /** Notes the header of the batch in work; a remainder of another one is dropped. */
  private readHeader(bytes: Uint8Array, sampleCount: number): number {
    if (bytes.length < LAYOUT.samples + sampleCount * LAYOUT.sampleBytes) return FAULT.truncated;
    const rateHz = getU16(bytes, LAYOUT.rateHz);
    const startS = getI32(bytes, LAYOUT.startUptimeS);
    const startMs = getU16(bytes, LAYOUT.startMs);
    if (rateHz < RATE_HZ_MIN || rateHz > RATE_HZ_MAX) return FAULT.malformed;
    if (getU16(bytes, LAYOUT.rangeMilliG) < RANGE_MILLI_G_MIN) return FAULT.malformed;
    if (startS < 0 || startS > START_S_MAX || startMs > 999) return FAULT.malformed;
    const state = this.state;
    if (startS !== state[S.batchS] || startMs !== state[S.batchMs]) state[S.taken] = 0;
    state[S.batchS] = startS;
    state[S.batchMs] = startMs;
    return 0;
  }

  /** Begins a stream where the batch does not continue one; 1 when that completed an event. */
  private joinStream(bytes: Uint8Array): number {
    const state = this.state;
    const rateHz = getU16(bytes, LAYOUT.rateHz);
    const fullScale = getU16(bytes, LAYOUT.rangeMilliG);
    const rangeMilliG = fullScale < RANGE_MILLI_G_MAX ? fullScale : RANGE_MILLI_G_MAX;
    const isSame = state[S.rateHz] === rateHz && state[S.rangeMilliG] === rangeMilliG;
    if (state[S.streaming] === 1 && isSame && followBatch(state)) return 0;
    const startS = state[S.batchS]!;
    const startMs = state[S.batchMs]!;
    const answer = this.endStream();
    state[S.batchS] = startS;
    state[S.batchMs] = startMs;
    startStream(state, rateHz, rangeMilliG);
    return answer;
  }
}

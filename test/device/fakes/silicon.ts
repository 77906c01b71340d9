/**
 * The native module and the SDK's timer. RTC memory holds noise after power-on; the functions check
 * lengths as silicon.c does. The timer deletes a one-shot when its callback returns, even one that
 * was scheduled anew there (SDK 8.2.3, modules/base/timer/mc/timer.c).
 */
import { randomFillSync } from 'node:crypto';
import type { TimerApi } from '../../../firmware/device/board.js';
import type { RandomSource } from '../../../firmware/device/entropy.js';
import type { RetainedMemory } from '../../../firmware/device/retained.js';
import type { WatchdogTimer } from '../../../firmware/device/watchdog.js';

export class FakeSilicon implements RandomSource, RetainedMemory, WatchdogTimer {
  readonly retainedBytes = 6240;
  readonly memory = new Uint8Array(this.retainedBytes);
  /** The build has a task watchdog. */
  hasWatchdog = true;
  isWatching = false;
  feedCount = 0;

  /** Seeded noise, so that a test that fails fails again. */
  powerOn(seed = 1): void {
    let state = seed;
    for (let i = 0; i < this.memory.length; i++) {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
      this.memory[i] = state >> 16;
    }
  }

  fillRandom(into: Uint8Array, length: number): void {
    expectLength(into, length);
    randomFillSync(into, 0, length);
  }

  readRetained(offset: number, into: Uint8Array, length: number): void {
    expectLength(into, length);
    this.expectRange(offset, length);
    into.set(this.memory.subarray(offset, offset + length));
  }

  writeRetained(offset: number, bytes: Uint8Array, length: number): void {
    expectLength(bytes, length);
    this.expectRange(offset, length);
    this.memory.set(bytes.subarray(0, length), offset);
  }

  startWatchdog(): void {
    this.isWatching = this.hasWatchdog;
  }

  feedWatchdog(): boolean {
    if (this.isWatching) this.feedCount += 1;
    return this.isWatching;
  }

  private expectRange(offset: number, length: number): void {
    if (offset < 0 || length < 0 || offset + length > this.retainedBytes) {
      throw new RangeError('outside retained memory');
    }
  }
}

function expectLength(buffer: unknown, length: number): void {
  if (!(buffer instanceof Uint8Array)) throw new TypeError('invalid buffer');
  if (length < 0 || length > buffer.length) throw new RangeError('length outside buffer');
}

interface Timed {
  readonly callback: () => void;
  dueMs: number;
  repeatMs: number;
}

export class FakeTimer implements TimerApi {
  nowMs = 0;
  /** How late a timer is called: something else was going on. */
  latenessMs = 0;
  private readonly timers = new Set<Timed>();

  set(callback: () => void, ms: number, repeatMs: number): object {
    const timer: Timed = { callback, dueMs: this.nowMs + ms, repeatMs };
    this.timers.add(timer);
    return timer;
  }

  schedule(timer: object, ms: number, repeatMs: number): void {
    const timed = timer as Timed;
    if (!this.timers.has(timed)) throw new TypeError('no host data');
    timed.dueMs = this.nowMs + ms;
    timed.repeatMs = repeatMs;
  }

  stop(): void {
    this.timers.clear();
  }

  /**
   * Goes to the next timer that is due by `untilMs` and calls it; else to `untilMs`, and answers
   * false. `onTime` hears the time first.
   */
  next(untilMs: number, onTime: (nowMs: number) => void): boolean {
    const timer = [...this.timers].sort((a, b) => a.dueMs - b.dueMs)[0];
    const isDue = timer !== undefined && timer.dueMs <= untilMs;
    this.nowMs = isDue ? timer.dueMs + this.latenessMs : untilMs;
    onTime(this.nowMs);
    if (!isDue) return false;
    timer.dueMs = this.nowMs + timer.repeatMs;
    timer.callback();
    if (timer.repeatMs === 0) this.timers.delete(timer);
    return true;
  }
}

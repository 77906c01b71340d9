/**
 * The composition root on the ESP32: makes the container from a board's ports and steps it. One
 * timer drives everything: it looks after the board, steps the container when that is due or an
 * input has changed, and sleeps until the earlier of both. The one catch of the firmware is here:
 * what was thrown is kept as an epitaph, and the ESP32 restarts. Entry points are the modules in
 * boards/, each of which hands its board to `run`.
 */
import { createContainer, type Container } from '../app/container.js';
import type { Board } from './board.js';

/** The task watchdog allows 60 s at most: the container is stepped well before. */
const SLEEP_MS_MAX = 25_000;
/** The timer's own least; 0 would delete it. */
const SLEEP_MS_MIN = 1;

/** Runs a container on a board until power fails; returns at once. */
export function run(board: Board): void {
  new Loop(board).start();
}

class Loop {
  private readonly board: Board;
  private container: Container | undefined;
  private timer: object | undefined;
  private stepDueMs = 0;
  private seenRevision = -1;

  constructor(board: Board) {
    this.board = board;
  }

  start(): void {
    this.stepDueMs = this.board.ticksMs();
    this.timer = this.board.timer.set(() => this.turn(), SLEEP_MS_MIN, SLEEP_MS_MIN);
    this.board.onWake(() => this.sleep(SLEEP_MS_MIN));
  }

  private turn(): void {
    try {
      this.sleep(this.work());
    } catch (error) {
      this.die(error);
    }
  }

  /** Does what is due, and answers how many milliseconds until something is again. */
  private work(): number {
    const { board } = this;
    this.container ??= createContainer(board.ports, board.limits);
    let tendMs = board.tend(board.ticksMs());
    const revision = board.revision();
    const isDue = ((board.ticksMs() - this.stepDueMs) | 0) >= 0;
    if (isDue || revision !== this.seenRevision) {
      this.seenRevision = revision;
      const restMs = this.container.step();
      this.stepDueMs = (board.ticksMs() + (restMs < SLEEP_MS_MAX ? restMs : SLEEP_MS_MAX)) | 0;
      tendMs = board.tend(board.ticksMs()); // the step may have begun what wants looking after
    }
    const stepMs = (this.stepDueMs - board.ticksMs()) | 0;
    return tendMs < stepMs ? tendMs : stepMs;
  }

  private sleep(ms: number): void {
    const wholeMs = ms < SLEEP_MS_MIN ? SLEEP_MS_MIN : ms;
    this.board.timer.schedule(this.timer!, wholeMs, wholeMs);
  }

  private die(error: unknown): void {
    try {
      this.board.bury(error);
    } finally {
      this.board.restart();
    }
  }
}

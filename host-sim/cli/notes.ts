/**
 * Hands on what happens in a journey as sentences in the order of time: what people did, power
 * losses, hand-overs, warnings. A dock asks several times within minutes while people pack; those
 * hand-overs become one sentence, and what happens meanwhile waits for it.
 */
import { plural } from '../web/format.js';

/** Hand-overs of one dock that are closer than this are one to a reader. */
const TOGETHER_MS = 5 * 60_000;

export type NoteSink = (atMs: number, text: string) => void;

interface Note {
  readonly atMs: number;
  readonly text: string;
}

interface HandOver {
  readonly dock: string;
  lastMs: number;
  records: number;
  count: number;
}

export class Notes {
  private readonly sink: NoteSink;
  private waiting: Note[] = [];
  private handOver: HandOver | undefined;

  constructor(sink: NoteSink) {
    this.sink = sink;
  }

  say(atMs: number, text: string): void {
    this.pass(atMs);
    if (this.handOver === undefined) this.sink(atMs, text);
    else this.waiting.push({ atMs, text });
  }

  handedOver(atMs: number, dock: string, records: number): void {
    this.pass(atMs);
    if (this.handOver?.dock !== dock) this.tellHandOver();
    this.handOver ??= { dock, lastMs: atMs, records: 0, count: 0 };
    this.handOver.lastMs = atMs;
    this.handOver.records += records;
    this.handOver.count += 1;
  }

  /** Time has gone on to `nowMs`: what need not wait any longer is told. */
  pass(nowMs: number): void {
    const { handOver } = this;
    if (handOver !== undefined && nowMs - handOver.lastMs > TOGETHER_MS) this.tellHandOver();
  }

  /** The journey is over: tells what still waits. */
  finish(): void {
    this.tellHandOver();
  }

  private tellHandOver(): void {
    const { handOver, waiting } = this;
    if (handOver === undefined) return;
    this.handOver = undefined;
    this.waiting = [];
    const { dock, lastMs, records, count } = handOver;
    const times = count === 1 ? '' : ` in ${count} hand-overs`;
    const text = `${dock}: ${plural(records, 'record')} handed over${times}`;
    const all = [...waiting, { atMs: lastMs, text }].sort((a, b) => a.atMs - b.atMs);
    for (const note of all) this.sink(note.atMs, note.text);
  }
}

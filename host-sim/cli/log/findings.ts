/**
 * Hands on what is broken or missing in a journal, with its place in the file: each segment must
 * lead to the chain hash that the next one follows. Where it does not, the first byte that cannot
 * be right is named, and the records and the time that are missing with it.
 */
import { SHA256_DIGEST_BYTES } from '../../../firmware/core/sha256.js';
import type { DecodedLog, DecodedRecord } from '../../backend/record-types.js';
import { bridgeProblem } from '../../backend/thinned.js';
import { type Finding, fault, note, numbersText, placeText } from './finding.js';
import { rangeText, timesText } from './finding.js';
import { flipInFrame, flipInTail } from './flip.js';
import { lastSequenceOf, type SegmentView, type SegmentWalk } from './segments.js';

/** A segment whose header can be read. */
interface Readable {
  readonly view: SegmentView;
  readonly walk: SegmentWalk;
}

/** Searching for a flipped bit reads a segment anew for each: only so many are looked at. */
const FLIP_SEARCHES_MAX = 16;

export class ChainFindings {
  readonly findings: Finding[] = [];
  private readonly log: DecodedLog;
  private searches = 0;

  constructor(log: DecodedLog, views: readonly SegmentView[]) {
    this.log = log;
    for (const view of views) this.addConflicts(view);
    const readable = views.flatMap((view): Readable[] => {
      const { walk, segment } = view;
      return walk === undefined || !log.chainHashes.has(segment) ? [] : [{ view, walk }];
    });
    readable.forEach((before, i) => {
      const after = readable[i + 1];
      if (after === undefined) this.addTail(before);
      else if (!this.isBetween(before, after) && !this.isJoined(before, after)) {
        this.addBreak(before, after);
      }
    });
    this.addHashes(readable);
  }

  private addConflicts(view: SegmentView): void {
    for (const conflict of view.conflicts) {
      const { segment, offset, address, visit, value, otherVisit, otherValue } = conflict;
      const text =
        `${placeText(segment, offset, address)}: visit ${visit} brought byte ${hex(value)}, ` +
        `visit ${otherVisit} brought ${hex(otherValue)}, which is taken`;
      this.findings.push(fault(text, { segment, offset, address }));
    }
  }

  /** Whether segments stand between that came in another form; the decoder follows the chain. */
  private isBetween(before: Readable, after: Readable): boolean {
    const [from, to] = [before.view.segment, after.view.segment];
    return [...this.log.chainHashes.keys()].some((segment) => from < segment && segment < to);
  }

  private isJoined(before: Readable, after: Readable): boolean {
    const chain = this.log.chainHashes.get(before.view.segment);
    return chain !== undefined && sameBytes(chain.chainAfter, after.walk.header.chainBefore);
  }

  private addBreak({ view, walk }: Readable, after: Readable): void {
    const end = after.walk.header.firstSequence;
    const last = lastSequenceOf(walk, end);
    const range = { fromSequence: last + 1, toSequence: end - 1 };
    const hole = { ...range, chainBefore: after.walk.header.chainBefore };
    if (last + 1 < end && bridgeProblem(this.log.records, hole) === undefined) {
      this.findings.push(thinnedNote(range));
      return;
    }
    const skipped = after.view.segment - view.segment - 1;
    const isShort = walk.isUnreadable || (last < end - 1 && skipped === 0);
    if (isShort) this.addBadFrame({ view, walk }, after, skipped === 0);
    else if (last === end - 1) this.addAltered({ view, walk }, after);
    if (skipped > 0 && last < end - 1) {
      const numbers = Array.from({ length: skipped }, (_, i) => view.segment + 1 + i);
      const many = skipped === 1 ? 'segment' : 'segments';
      const which = `${many} ${numbersText(numbers)} cannot be read`;
      const text = `${which}${this.lossText(last + 1, end - 1)}`;
      this.findings.push(fault(text, { segment: numbers[0], ...range }));
    }
  }

  /** The frame where the segment's records end too early. */
  private addBadFrame({ view, walk }: Readable, after: Readable, isNext: boolean): void {
    const { segment } = view;
    const { firstSequence: end, chainBefore } = after.walk.header;
    const last = lastSequenceOf(walk, end);
    const range = isNext ? { fromSequence: last + 1, toSequence: end - 1 } : {};
    const isSearched = isNext && this.searches++ < FLIP_SEARCHES_MAX;
    const flip = isSearched
      ? flipInFrame(segment, view.bytes, walk.stopAt, end, chainBefore)
      : undefined;
    const loss = isNext ? this.lossText(last + 1, end - 1) : '';
    if (flip !== undefined) {
      const place = placeText(segment, flip.offset, view.addressOf(flip.offset));
      const change = `byte ${hex(flip.value)}, one bit of it was flipped: it was ${hex(flip.was)}`;
      const text = `${place}: ${change}, as the chain hash proves${loss}`;
      this.add(view, flip.offset, text, range);
      return;
    }
    const place = placeText(segment, walk.stopAt, view.addressOf(walk.stopAt));
    const what = walk.isUnreadable ? 'a frame that cannot be read' : 'no frame';
    this.add(view, walk.stopAt, `${place}: ${what}, expected record ${last + 1}${loss}`, range);
  }

  /** All frames can be read, but they are not those that were written. */
  private addAltered({ view, walk }: Readable, after: Readable): void {
    const { segment } = view;
    const { good, bad } = this.witnesses(walk);
    const spans = walk.spans.filter(({ sequence }) => sequence > good && sequence <= bad);
    const from = spans[0]?.offset ?? walk.framesAt;
    const to = spans.at(-1);
    const isWhole = to === undefined || walk.version === 1;
    const until = isWhole ? walk.stopAt : to.offset + to.bytes;
    const place = placeText(segment, from, view.addressOf(from));
    const records = rangeText(spans[0]?.sequence ?? 0, to?.sequence ?? -1);
    const text =
      `${place} to ${until - 1}: altered, the chain hash after segment ${segment} is not the one ` +
      `that segment ${after.view.segment} follows; concerned: ${records || 'its header'}`;
    const range = { fromSequence: spans[0]?.sequence, toSequence: to?.sequence };
    this.add(view, from, text, range);
  }

  /** The last record of a segment that a checkpoint or receipt confirms, the first it denies. */
  private witnesses({ header, spans }: SegmentWalk): { good: number; bad: number } {
    let good = header.firstSequence - 1;
    let bad = spans.at(-1)?.sequence ?? good;
    for (const { sequence, hash } of this.covers()) {
      if (!spans.some((span) => span.sequence === sequence)) continue;
      const isRight = isHash(this.log, sequence, hash);
      if (isRight && sequence > good) good = sequence;
      else if (!isRight && sequence < bad) bad = sequence;
    }
    return { good, bad };
  }

  private *covers(): Generator<{ sequence: number; hash: Uint8Array; record: DecodedRecord }> {
    for (const record of this.log.records) {
      if (record.type !== 'checkpoint' && record.type !== 'receipt') continue;
      if (record.tail.length !== SHA256_DIGEST_BYTES) continue;
      yield { sequence: record.fields['sequence'] ?? -1, hash: record.tail, record };
    }
  }

  /** Hashes that the log itself names: the chain must lead to each. */
  private addHashes(readable: readonly Readable[]): void {
    if (this.findings.some(({ isFault }) => isFault)) return; // those places are named already
    for (const { sequence, hash, record } of this.covers()) {
      const at = readable.filter(({ walk }) => walk.header.firstSequence <= sequence).at(-1);
      if (at?.walk.spans.some((span) => span.sequence === sequence) !== true) continue;
      if (isHash(this.log, sequence, hash)) continue;
      const named = `record ${record.sequence} (${record.type})`;
      const text = `${named} names another chain hash after record ${sequence} than it has`;
      this.findings.push(fault(text, { segment: at.view.segment }));
      return;
    }
  }

  /** What stands behind the last record: a torn frame, or damage that no later hash can tell. */
  private addTail({ view, walk }: Readable): void {
    if (!walk.hasMore) return;
    const { segment, bytes } = view;
    const last = lastSequenceOf(walk, Infinity);
    const flip = flipInTail(bytes, walk);
    if (flip !== undefined) {
      const place = placeText(segment, flip.offset, view.addressOf(flip.offset));
      const end = lastSequenceOf(flip.walk, Infinity);
      const change = `byte ${hex(flip.value)}, one bit of it was flipped: it was ${hex(flip.was)}`;
      const text = `${place}: ${change}, as the frames behind it show`;
      const range = { fromSequence: last + 1, toSequence: end };
      this.add(view, flip.offset, `${text}${this.lossText(last + 1, end)}`, range);
      return;
    }
    const place = placeText(segment, walk.stopAt, view.addressOf(walk.stopAt));
    const why = 'torn by a power cut, or damaged';
    const loss = `record ${last + 1} and any behind it cannot be read${this.afterText(last)}`;
    const what = walk.isUnreadable ? 'a frame that cannot be read' : 'no frame, but more behind it';
    const text = `${place}: ${what} (${why}): ${loss}`;
    this.add(view, walk.stopAt, text, { fromSequence: last + 1 });
  }

  private add(view: SegmentView, offset: number, text: string, range: Partial<Finding>): void {
    const { segment } = view;
    const address = view.addressOf(offset);
    this.findings.push(fault(text, { segment, offset, address, ...range }));
  }

  private lossText(from: number, to: number): string {
    const range = rangeText(from, to);
    return range === '' ? '' : `; missing: ${range}${this.timesOf(from, to)}`;
  }

  private timesOf(from: number, to: number): string {
    const { records } = this.log;
    const before = records.filter(({ sequence }) => sequence < from).at(-1);
    const after = records.find(({ sequence }) => sequence > to);
    return timesText(before?.wallS ?? null, after?.wallS ?? null);
  }

  private afterText(sequence: number): string {
    const record = this.log.records.find((r) => r.sequence === sequence);
    return timesText(record?.wallS ?? null, null);
  }
}

/**
 * What is missing of a journal whose first records are not in the file: `lost` are the numbers of
 * older segments that must have been there.
 */
export function startFinding(log: DecodedLog, lost: readonly number[]): Finding | undefined {
  const first = log.firstSequence;
  if (first <= 1) return undefined;
  const range = { fromSequence: 1, toSequence: first - 1 };
  if (lost.length === 0) {
    if (isThinned(log)) return thinnedNote(range);
    return note(`starts with record ${first}: those before were given up for room`, range);
  }
  const which = `segment${lost.length === 1 ? '' : 's'} ${numbersText(lost)} cannot be read`;
  const records = lost[0] === 0 ? rangeText(1, first - 1) : `records up to ${first - 1}`;
  const before = timesText(null, log.records[0]?.wallS ?? null);
  return fault(`${which}; missing: ${records}${before}`, { segment: lost[0], ...range });
}

/** Whether all that stood before the first segment is kept or summed up. */
function isThinned({ records, chainHashes, firstSequence }: DecodedLog): boolean {
  const [chain] = chainHashes.values();
  if (chain === undefined) return false;
  const hole = { fromSequence: 1, toSequence: firstSequence - 1, chainBefore: chain.chainBefore };
  return bridgeProblem(records, hole) === undefined;
}

function thinnedNote(range: { fromSequence: number; toSequence: number }): Finding {
  const records = rangeText(range.fromSequence, range.toSequence);
  return note(`of ${records} the readings were thinned for room`, range);
}

/** Why a hand-off does not begin with the journal's first record, where it does not. */
export function handoffStart(log: DecodedLog): Finding | undefined {
  const range = { fromSequence: 1, toSequence: log.firstSequence - 1 };
  if (log.chainHashes.size === 0 || log.firstSequence <= 1) return undefined;
  if (isThinned(log)) return thinnedNote(range);
  const records = rangeText(1, log.firstSequence - 1);
  const before = timesText(null, log.records[0]?.wallS ?? null);
  return fault(`${records} are not in this file${before}`, range);
}

/** `; missing: records from 12 on, after …`: what stood behind the last record. */
export function endText(log: DecodedLog): string {
  const after = timesText(log.records.at(-1)?.wallS ?? null, null);
  return `; missing: records from ${log.lastSequence + 1} on${after}`;
}

/** Whether that is the chain hash after a record; also where the record is not at its own place. */
export function isHash(log: DecodedLog, sequence: number, hash: Uint8Array): boolean {
  try {
    return sameBytes(log.chainHashAt(sequence), hash);
  } catch {
    return false;
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, '0')}`;
}

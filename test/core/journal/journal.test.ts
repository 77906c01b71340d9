import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { putI32 } from '../../../firmware/core/bytes.js';
import { FAULT } from '../../../firmware/core/faults.js';
import { HEADER_BYTES } from '../../../firmware/core/journal/layout.js';
import { StateReader } from '../../../firmware/core/journal/state.js';
import { JOURNAL_RAM_BYTES_MAX, SECTOR_BYTES } from '../../../firmware/core/limits.js';
import { RECORD } from '../../../firmware/core/record/schema.js';
import { TEMPERATURE_ABSENT } from '../../../firmware/core/units.js';
import { JournalBox, textOf } from '../../support/journal-box.js';
import { anyRecord, anyWalk, makeReading, makeRecord } from '../../support/records.js';

/** A record that fills a sixteenth of a segment. */
function makeBig(uptimeS: number): ReturnType<typeof makeRecord> {
  const list = new Uint8Array(200).map((_, i) => (uptimeS * 31 + i * 7) & 255);
  return makeRecord(RECORD.kit, uptimeS, [1, 2, 0, uptimeS], list);
}

function bootedBox(): JournalBox {
  const box = new JournalBox();
  assert.equal(box.boot(), 0);
  return box;
}

/** Stores big records until this segment is open. */
function fillTo(box: JournalBox, segment: number): void {
  for (let i = 0; box.journal.segment < segment; i++) assert.ok(box.store(makeBig(i)) > 0);
}

const chainHashOf = (box: JournalBox): string => {
  const hash = new Uint8Array(32);
  box.journal.chainHash(hash, 0);
  return Buffer.from(hash).toString('hex');
};

describe('the journal', () => {
  it('gives back what was appended, numbered from 1', () => {
    const mixed = fc.array(
      fc.oneof(
        anyRecord(2).map((record) => [record]),
        anyWalk(2),
      ),
      {
        maxLength: 30,
      },
    );
    const property = fc.property(mixed, (batches) => {
      const box = bootedBox();
      for (const record of batches.flat()) {
        if (record.type === RECORD.lost || record.type === RECORD.receipt) continue;
        assert.equal(box.store(record), box.journal.nextSequence - 1);
      }
      assert.deepEqual(box.stored(), box.fold.applied);
      assert.equal(box.journal.lastStoredSequence, box.fold.applied.length);
    });
    fc.assert(property, { numRuns: 60 });
  });

  it('makes each record durable with one program command, two where a page ends in it', () => {
    const box = bootedBox();
    box.store(makeReading(0, 400, 500, 510));
    const before = box.flash.counters.programs;
    for (let i = 1; i <= 1000; i++) box.store(makeReading(60 * i, 400, 500 + (i % 3), 510));
    const programs = box.flash.counters.programs - before;
    assert.ok(programs <= 1020, `${programs} commands for 1000 readings`);
  });

  it('opens a segment with its number, time, first sequence, chain hash and the state', () => {
    const box = bootedBox();
    box.journal.anchor(1234, 5678, 9);
    fillTo(box, 1);
    const stateBefore = box.fold.words.slice();
    for (let i = 100; box.journal.offset + 250 <= SECTOR_BYTES; i++) {
      box.store(makeBig(i));
      stateBefore.set(box.fold.words);
    }
    const chainBefore = chainHashOf(box);
    const firstSequence = box.store(makeBig(200));
    const { header } = box.journal.reader;
    assert.equal(box.journal.reader.peek(2), 0);
    assert.equal(header.segment, 2);
    assert.equal(header.firstSequence, firstSequence);
    assert.deepEqual([header.uptimeS, header.wallS, header.bootCount], [1234, 5678, 9]);
    assert.equal(Buffer.from(header.chainBefore).toString('hex'), chainBefore);
    const words = new Int32Array(stateBefore.length);
    const { stateBytes, stateCrc } = header;
    const at = 2 * SECTOR_BYTES + HEADER_BYTES;
    const reader = new StateReader(box.flash, { mark: 0, tables: new Int32Array(0) });
    assert.equal(reader.load(at, stateBytes, stateCrc, words), 0);
    assert.deepEqual(words, stateBefore);
  });

  it('chains the canonical bytes of its records with SHA-256', () => {
    const box = bootedBox();
    const start = Buffer.alloc(4);
    putI32(start, 0, box.journal.epoch);
    const root = createHash('sha256').update('plasmavakt').update(start).digest();
    assert.equal(chainHashOf(box), root.toString('hex'));
    const expected = createHash('sha256')
      .update(root)
      .update(start)
      .update(Buffer.of(1, 0, 0, 0));
    for (let i = 0; i < 10; i++) {
      box.store(i % 3 === 0 ? makeBig(i) : makeReading(60 * i, 400, 500 + i, 510));
      expected.update(Buffer.from(box.fold.applied[i]!.split(':')[1]!, 'hex'));
      assert.equal(chainHashOf(box), expected.copy().digest('hex'));
    }
  });

  it('erases the next sector ahead and never waits in an append', () => {
    const box = bootedBox();
    assert.equal(box.journal.hasRoom(1), false);
    assert.equal(box.journal.poll(), 0); // started
    assert.equal(box.journal.poll(), 0); // still erasing
    assert.equal(box.journal.append(makeBig(0)), FAULT.journalFull);
    box.nowMs += 45;
    for (let page = 0; page < 16; page++) assert.equal(box.journal.poll(), 0); // is it blank?
    assert.equal(box.journal.poll(), 1);
    assert.equal(box.flash.counters.erases, 1);
    assert.equal(box.journal.hasRoom(1), true);
    assert.equal(box.journal.segment, 0);
    while (box.journal.poll() === 0) box.nowMs += 10; // the one behind it
    for (let i = 0; i < 50; i++) assert.equal(box.journal.poll(), 1); // once is enough
    assert.equal(box.flash.counters.erases, 2);
  });
});

describe('the journal and its receipts', () => {
  it('erases what was receipted and keeps what was not', () => {
    const box = bootedBox();
    fillTo(box, 10);
    const receipted = box.journal.lastStoredSequence;
    box.storeReceipt(receipted);
    fillTo(box, 18);
    box.rest();
    assert.equal(box.journal.oldestSegment, 4); // 19 is erased ahead, in the sector of 3
    assert.deepEqual(box.stored(), box.fold.applied.slice(box.journal.oldestSequence() - 1));
    for (let i = 0; box.journal.lostCount === 0; i++) box.store(makeBig(1000 + i));
    assert.ok(box.journal.oldestSequence() <= receipted + 1);
    assert.equal(box.journal.poll(), FAULT.journalFull);
  });

  it('does not go back to an older receipt', () => {
    const box = bootedBox();
    box.storeReceipt(50);
    box.storeReceipt(20);
    assert.equal(box.journal.receiptedSequence, 50);
  });

  it('keeps room for events when it fills up: readings are lost first', () => {
    const box = bootedBox();
    fillTo(box, 15 - 4);
    for (let i = 0; box.journal.lostCount === 0; i++) {
      const stored = box.store(makeReading(60 * i, 400, 500, 510));
      assert.ok(stored > 0 || stored === FAULT.journalFull);
    }
    assert.equal(box.journal.accepts(RECORD.reading), false);
    assert.equal(box.journal.accepts(RECORD.excursion), true);
    assert.ok(box.store(makeRecord(RECORD.excursion, 7, [1, 2, 0])) > 0);
  });
});

/** Fills the journal with unreceipted records until it loses one. */
function fullBox(): JournalBox {
  const box = bootedBox();
  for (let i = 0; box.journal.lostCount === 0; i++) box.store(makeBig(i));
  return box;
}

describe('a full journal', () => {
  it('counts what it cannot store, by number and time', () => {
    const box = fullBox();
    const first = box.journal.lostFirst;
    assert.equal(first, box.journal.lastStoredSequence + 1);
    for (let i = 0; i < 5; i++) {
      assert.equal(box.store(makeReading(9000 + i, 1, 2, 3)), FAULT.journalFull);
    }
    assert.equal(box.journal.lostCount, 6);
    assert.equal(box.journal.lostFirst, first);
    assert.equal(box.journal.nextSequence, first + 6);
    assert.equal(box.journal.lastStoredSequence, first - 1);
  });

  it('stores nothing more before LOST, not even what is small enough for the rest', () => {
    const box = fullBox();
    assert.ok(box.journal.offset < SECTOR_BYTES - 30, 'the segment has some room left');
    assert.equal(box.journal.append(makeRecord(RECORD.lid, 1, [1])), FAULT.journalFull);
    assert.equal(box.journal.lostCount, 2);
  });

  it('says LOST when a receipt makes room, and the numbers go on behind it', () => {
    const box = fullBox();
    for (let i = 0; i < 3; i++) box.store(makeBig(500 + i));
    const first = box.journal.lostFirst;
    const storedBefore = box.stored();
    box.storeReceipt(first - 1); // lost too: there is no room yet
    assert.equal(box.journal.lostCount, 5);
    const next = box.store(makeRecord(RECORD.lid, 777, [1]));
    assert.equal(next, first + 6); // five lost, LOST itself, the lid
    const stored = box.stored();
    const kept = storedBefore.filter((text) => parseInt(text) >= box.journal.oldestSequence());
    assert.deepEqual(stored.slice(0, -2), kept);
    const count = (5).toString(16).padStart(2, '0');
    assert.match(stored.at(-2)!, new RegExp(`^${first + 5}:17.{16}${count}000000`));
    assert.match(stored.at(-1)!, new RegExp(`^${next}:05`));
    assert.equal(box.journal.lostCount, 0);
  });

  it('numbers on rightly in the same segment, readings included', () => {
    const box = bootedBox();
    fillTo(box, 15 - 4);
    for (let i = 0; box.journal.lostCount < 4; i++) box.store(makeReading(60 * i, 1, 500 + i, 3));
    box.storeReceipt(40);
    for (let i = 0; i < 5; i++) box.store(makeReading(90_000 + 60 * i, 1, 900 + i, 3));
    assert.deepEqual(box.stored(), keptOf(box));
    const { applied } = box.fold;
    box.boot();
    assert.deepEqual(box.stored().slice(-5), applied.slice(-5));
    assert.equal(box.journal.nextSequence, parseInt(applied.at(-1)!) + 1);
  });

  it('lets a reading that was not written out of the model of those that follow', () => {
    const box = new JournalBox({ probeCount: 8 });
    box.boot();
    const gaps = Array<number>(6).fill(TEMPERATURE_ABSENT);
    box.store(makeReading(0, 400, 500, 510, ...gaps));
    const { offset } = box.journal;
    const plainBytes = offset - box.journal.framesAt(0);
    const appendKit = (bytes: number): unknown =>
      box.journal.append(makeRecord(RECORD.kit, 0, [1], new Uint8Array(bytes)));
    appendKit(0);
    const kitBytes = box.journal.offset - offset;
    // All but a plain reading's bytes, and one less: enough for LOST.
    const left = (): number => SECTOR_BYTES - box.journal.offset - (plainBytes - 1);
    while (left() > 2 * kitBytes + 200) appendKit(100);
    if (left() > kitBytes + 200) appendKit(100);
    appendKit(left() - kitBytes);
    assert.equal(left(), 0);
    assert.equal(
      box.journal.append(makeReading(60, 400, 500, TEMPERATURE_ABSENT, ...gaps)),
      FAULT.journalFull,
    );
    box.store(makeReading(120, 400, 500, TEMPERATURE_ABSENT, ...gaps));
    const [lost, following] = box.stored().slice(-2);
    assert.match(lost!, /^\d+:17/);
    assert.equal(following, textOf(box.ledger.record, 8));
  });
});

/** What was applied and stored, without what was lost, from the oldest that is still there. */
function keptOf(box: JournalBox): string[] {
  const oldest = box.journal.oldestSequence();
  const lost = new Set<number>();
  for (const text of box.fold.applied) {
    const bytes = Buffer.from(text.split(':')[1]!, 'hex');
    if (bytes[0] !== RECORD.lost) continue;
    for (let i = 0; i < bytes.readInt32LE(9); i++) lost.add(bytes.readInt32LE(5) + i);
  }
  return box.fold.applied.filter((text) => parseInt(text) >= oldest && !lost.has(parseInt(text)));
}

describe('reading from the journal', () => {
  it('finds the segment of a sequence number with few header reads', () => {
    const box = new JournalBox({ sectorCount: 64 });
    box.boot();
    fillTo(box, 40);
    const firsts: number[] = [];
    for (let segment = 0; segment <= 40; segment++) {
      box.journal.reader.peek(segment);
      firsts.push(box.journal.reader.header.firstSequence);
    }
    for (let sequence = 1; sequence < box.journal.nextSequence; sequence += 7) {
      const before = box.flash.counters.reads;
      const found = box.journal.segmentOf(sequence);
      assert.ok(box.flash.counters.reads - before <= 7);
      assert.equal(found, firsts.filter((first) => first <= sequence).length - 1);
    }
    assert.equal(box.journal.segmentOf(0), 0);
    assert.equal(box.journal.segmentOf(1_000_000), 40);
  });

  it('finds the segment of a time, whatever boot it was in, with few header reads', () => {
    const box = new JournalBox({ sectorCount: 64 });
    const begun: (readonly [boot: number, uptimeS: number, segment: number])[] = [];
    for (let boot = 1; boot <= 4; boot++) {
      box.boot();
      box.storeBoot();
      for (let uptimeS = 0; uptimeS < 60; uptimeS++) {
        box.journal.anchor(uptimeS, 0, boot);
        const { segment } = box.journal;
        box.store(makeRecord(RECORD.kit, uptimeS, [1, 1, 0, 7], new Uint8Array(190)));
        if (box.journal.segment !== segment) begun.push([boot, uptimeS, box.journal.segment]);
      }
    }
    assert.ok(begun.length > 8);
    for (const [boot, uptimeS, segment] of begun) {
      const before = box.flash.counters.reads;
      assert.equal(box.journal.segmentAt(boot, uptimeS), segment);
      assert.ok(box.flash.counters.reads - before <= 8);
      assert.equal(box.journal.segmentAt(boot, uptimeS - 1), segment - 1);
    }
    assert.equal(box.journal.segmentAt(0, 0), 0);
    assert.equal(box.journal.segmentAt(9, 0), box.journal.segment);
  });

  it('answers the oldest segment for what was erased, and its first number as oldest', () => {
    const box = bootedBox();
    assert.equal(box.journal.oldestSequence(), 1);
    fillTo(box, 12);
    box.storeReceipt(box.journal.lastStoredSequence);
    fillTo(box, 20);
    box.rest();
    const oldest = box.journal.oldestSequence();
    assert.equal(box.journal.oldestSegment, 6); // 21 is erased ahead, in the sector of 5
    assert.equal(parseInt(box.stored()[0]!), oldest);
    assert.equal(box.journal.segmentOf(oldest - 1), 6);
    assert.ok(box.journal.framesAt(6) > HEADER_BYTES);
    assert.equal(box.journal.framesAt(6 + 16), FAULT.absent);
  });

  it('hands out stored bytes, never what lies behind the last record', () => {
    const box = bootedBox();
    fillTo(box, 2);
    const into = new Uint8Array(300);
    const { offset } = box.journal;
    assert.equal(box.journal.readBytes(2, offset - 10, into, 300), 10);
    assert.equal(box.journal.readBytes(2, offset, into, 300), 0);
    assert.equal(box.journal.readBytes(1, SECTOR_BYTES - 50, into, 300), 50);
    assert.equal(box.journal.readBytes(0, 0, into, 4), 4);
    assert.equal(Buffer.from(into).toString('latin1', 0, 4), 'PVJ1');
    assert.equal(box.journal.readBytes(3, 0, into, 4), FAULT.absent);
    assert.equal(box.journal.readBytes(-1, 0, into, 4), FAULT.absent);
  });
});

describe('the memory of the journal', () => {
  /** Bytes of all typed arrays that can be reached, each buffer once. */
  function bytesFrom(root: object, without: readonly object[]): number {
    const seen = new Set<object>(without);
    const buffers = new Set<ArrayBufferLike>();
    const outside = new Set(without.flatMap((it) => (ArrayBuffer.isView(it) ? [it.buffer] : [])));
    const queue: unknown[] = [root];
    while (queue.length > 0) {
      const value = queue.pop();
      if (typeof value !== 'object' || value === null || seen.has(value)) continue;
      seen.add(value);
      if (ArrayBuffer.isView(value)) buffers.add(value.buffer);
      else queue.push(...(Object.values(value) as unknown[]));
    }
    let bytes = 0;
    for (const buffer of buffers) if (!outside.has(buffer)) bytes += buffer.byteLength;
    return bytes;
  }

  it('is what limits.ts says, and does not grow', () => {
    const box = new JournalBox({ probeCount: 8 });
    box.boot();
    const state = (box.journal as unknown as { state: Int32Array }).state;
    const count = (): number => bytesFrom(box.journal, [box.flash, box.fold.words, state]);
    const before = count();
    assert.ok(before > 1000 && before <= JOURNAL_RAM_BYTES_MAX, `${before} bytes`);
    fillTo(box, 3);
    assert.equal(count(), before);
  });
});

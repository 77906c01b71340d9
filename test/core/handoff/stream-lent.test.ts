import assert from 'node:assert/strict';
import { FAULT } from '../../../firmware/core/faults.js';
import { ENCODING } from '../../../firmware/core/handoff/protocol.js';
import { RecordStream } from '../../../firmware/core/handoff/stream.js';
import { OBJECT_BYTES_MAX, SECTOR_BYTES } from '../../../firmware/core/limits.js';
import { COMPACT_MODEL_WORDS } from '../../../firmware/core/record/compact-model.js';
import { RecordBuffer } from '../../../firmware/core/record/record.js';
import { RECORD } from '../../../firmware/core/record/schema.js';
import { SessionBench } from './support/session-bench.js';

const ROOM = 237;

function filledBench(): SessionBench {
  const bench = new SessionBench();
  for (let i = 0; i < 900; i++) {
    if (i % 3 === 2) bench.fillJournal(1);
    else {
      bench.append(RECORD.reading, (record) => {
        record.fields.set([500 + (i % 7), 400 + ((i * 37) % 11), 450 - ((i * 31) % 5)]);
      });
    }
  }
  return bench;
}

function streamOf(bench: SessionBench, workBytes = OBJECT_BYTES_MAX): RecordStream {
  const stream = new RecordStream(bench.journal, {
    work: new Uint8Array(workBytes),
    spare: new RecordBuffer(),
    sectorCount: bench.flash.size() / SECTOR_BYTES,
  });
  stream.begin(0, 0, ENCODING.compact);
  return stream;
}

/** All pieces of a stream, with their places; `between` is called after each step. */
function drain(stream: RecordStream, between: (step: number) => void): string[] {
  const into = new Uint8Array(ROOM);
  const pieces: string[] = [];
  for (let step = 0; !stream.isAtEnd; step++) {
    if (step > 100_000) throw new Error('The stream does not end');
    const length = stream.read(into, ROOM);
    assert.ok(length >= 0 || length === FAULT.busy, `fault ${length}`);
    if (length > 0) {
      const { segment, offset } = stream;
      pieces.push(`${segment}:${offset} ${Buffer.from(into).toString('hex', 0, length)}`);
      stream.advance(into, length);
    }
    between(step);
  }
  return pieces;
}

describe('a stream in the compact form, with what it is lent,', () => {
  it('has the same bytes when somebody left the reader at this place elsewhere', () => {
    const bench = filledBench();
    const { reader } = bench.journal;
    const expected = drain(streamOf(bench), () => undefined);
    const stream = streamOf(bench);
    const pieces = drain(stream, (step) => {
      if (step % 7 !== 3) return;
      const { offset } = reader;
      reader.open((stream.segment + 1) % 3, SECTOR_BYTES);
      reader.offset = offset;
    });
    assert.deepEqual(pieces, expected);
  });

  it('tells a fault, and no bytes, where these are too few to work in', () => {
    const bench = filledBench();
    for (const room of [20, ROOM - 1]) {
      const stream = streamOf(bench, 4 * COMPACT_MODEL_WORDS + room);
      let result: number = FAULT.busy;
      while (result === FAULT.busy) result = stream.read(new Uint8Array(ROOM), ROOM);
      assert.equal(result, FAULT.overflow, `${room} bytes`);
    }
  });
});

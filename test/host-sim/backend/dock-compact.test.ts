import assert from 'node:assert/strict';
import { ENCODING } from '../../../firmware/core/handoff/protocol.js';
import { RECORD } from '../../../firmware/core/record/schema.js';
import { isCompact } from '../../../host-sim/backend/compact-decode.js';
import { DockLink } from '../../../host-sim/backend/dock-link.js';
import { decodeAnswer, encodeRead } from '../../../host-sim/backend/protocol.js';
import type { FlashBlock } from '../../../host-sim/backend/record-types.js';
import { SessionBench } from '../../core/handoff/support/session-bench.js';
import { readAll } from '../../core/handoff/support/readings.js';
import { seededEntropy } from './support/fixtures.js';

/** Whether the nth piece of a reading is lost on the way. */
type Loss = (index: number, segment: number, offset: number) => boolean;

function fill(bench: SessionBench, count: number): void {
  for (let i = 0; i < count; i++) {
    bench.append(RECORD.reading, (record) => {
      record.fields.set([500 + (i % 7), 400 + ((i * 37) % 201), 450 - ((i * 31) % 175)]);
    });
  }
}

function benchWith(count: number): SessionBench {
  const bench = new SessionBench();
  fill(bench, count);
  return bench.connect();
}

/** A dock reads the journal from its first record over a link that loses pieces. */
function read(bench: SessionBench, loss: Loss = () => false): [FlashBlock[], DockLink] {
  const link = new DockLink(244);
  const script = link.read(1, 'compact');
  let state = script.next();
  let pieces = 0;
  for (let round = 0; round < 20_000 && state.done !== true; round++) {
    for (const request of link.outgoing.splice(0)) bench.link.toContainer.push(request);
    bench.session.step();
    for (const message of bench.link.toDock.splice(0)) {
      const answer = decodeAnswer(message);
      const isLost = answer.type === 'data' && loss(pieces++, answer.segment, answer.offset);
      if (!isLost && state.done !== true) state = script.next(message);
    }
  }
  assert.ok(state.done, 'the reading does not end');
  return [state.value, link];
}

/** What a link without loss brings. */
function expectedOf(bench: SessionBench): { segment: number; offset: number; hex: string }[] {
  const bySegment = new Map<number, { offset: number; hex: string }>();
  for (const { segment, offset, bytes } of readAll(bench, encodeRead(1, 8, ENCODING.compact))[0]) {
    const entry = bySegment.get(segment) ?? { offset, hex: '' };
    entry.hex += Buffer.from(bytes).toString('hex');
    bySegment.set(segment, entry);
  }
  return [...bySegment].map(([segment, entry]) => ({ segment, ...entry }));
}

const asHex = (blocks: readonly FlashBlock[]): ReturnType<typeof expectedOf> =>
  blocks.map(({ segment, offset, bytes }) => {
    return { segment, offset, hex: Buffer.from(bytes).toString('hex') };
  });

describe('backend/dock-link: a reading in the compact form', () => {
  it('gives one block a segment, marked as compact', () => {
    const bench = benchWith(3000);
    const [blocks, link] = read(bench);
    assert.ok(blocks.length >= 3);
    assert.ok(blocks.every(isCompact));
    assert.deepEqual(asHex(blocks), expectedOf(bench));
    assert.equal(link.retries, 0);
  });

  const losses: [string, Loss][] = [
    ['the first piece', (i) => i === 0],
    ['a piece in the middle', (i) => i === 4],
    [
      'a piece with the start of a segment',
      losing((segment, offset) => segment === 1 && offset < 99),
    ],
    [
      'a piece with the end of a segment',
      losing((segment, offset) => segment === 0 && offset > 999),
    ],
    ['the same piece, three times', losing((segment, offset) => segment === 1 && offset > 99, 3)],
  ];
  for (const [what, loss] of losses) {
    it(`gives the same when ${what} is lost`, () => {
      const bench = benchWith(3000);
      const [blocks, link] = read(bench, loss);
      assert.deepEqual(asHex(blocks), expectedOf(bench));
      assert.ok(link.retries > 0);
    });
  }

  it('gives the same when every tenth piece or so is lost', () => {
    const bench = benchWith(3000);
    const dice = seededEntropy('compact losses');
    const [blocks] = read(bench, () => dice(1)[0]! < 26);
    assert.deepEqual(asHex(blocks), expectedOf(bench));
  });

  it('gives all that there is when the journal went on while its last piece was lost', () => {
    const bench = benchWith(1500);
    const last = expectedOf(bench).at(-1)!;
    const length = last.offset + last.hex.length / 2;
    let isLost = false;
    bench.link.maxBytes = 64;
    const [blocks] = read(bench, (_, segment, offset) => {
      if (isLost || segment !== last.segment || offset < length - 57) return false;
      isLost = true;
      fill(bench, 3);
      return true;
    });
    assert.ok(isLost);
    assert.deepEqual(asHex(blocks), expectedOf(bench));
  });
});

/** Loses pieces at a place, so many times. */
function losing(isThere: (segment: number, offset: number) => boolean, times = 1): Loss {
  let left = times;
  return (_, segment, offset) => isThere(segment, offset) && left-- > 0;
}

/**
 * A visit of a container that had to thin its journal: the receiver takes it although readings are
 * missing, if everything else is there, and only then. The journal is the container's own; what a
 * faulty one might tell is planted between decoder and receiver.
 */
import assert from 'node:assert/strict';
import type { Authority } from '../../../host-sim/backend/authority.js';
import { decodeBlocks } from '../../../host-sim/backend/decode.js';
import type { DecodedRecord, Decoder } from '../../../host-sim/backend/record-types.js';
import { blocksOfImage } from '../../../host-sim/backend/segments.js';
import { type ThinnedRange, goneRanges } from '../../../host-sim/backend/thinned.js';
import {
  type KnownCheckpoint,
  checkLink,
  checkVisit,
} from '../../../host-sim/backend/visit-check.js';
import { EPOCH } from '../../support/journal-box.js';
import { testAuthority } from './support/fixtures.js';
import { thinnedImages, visitOfImage } from './support/thinned-visit.js';

describe('backend/visit-check: a visit of a thinned journal', function () {
  this.timeout(60_000);
  let authority: Authority;
  let early: Uint8Array;
  let late: Uint8Array;

  before(async () => {
    authority = await testAuthority();
    ({ early, late } = thinnedImages());
  });

  const check = (decode: Decoder) =>
    checkVisit(visitOfImage(authority, late), authority.rootPublicKey, decode);

  type Change = (records: readonly DecodedRecord[]) => readonly DecodedRecord[];
  /** What is wrong with how the late visit joins what is known. */
  function link(known?: KnownCheckpoint, change: Change = (records) => records) {
    const decode: Decoder = (blocks) => {
      const log = decodeBlocks(blocks);
      return { ...log, records: change(log.records) };
    };
    return checkLink(check(decode), known);
  }

  const lateLog = () => decodeBlocks(blocksOfImage(late));
  /** The record that sums up a range is told with other numbers. */
  const retold =
    (range: ThinnedRange, fields: Record<string, number>, tail = range.record.tail): Change =>
    (records) =>
      records.map((record) =>
        record.sequence === range.record.sequence
          ? { ...record, fields: { ...record.fields, ...fields }, tail }
          : record,
      );
  function rangesBefore(): ThinnedRange[] {
    const { firstSequence, records } = lateLog();
    return goneRanges(records).filter(({ lastSequence }) => lastSequence < firstSequence);
  }
  function knownAt(sequence: number): KnownCheckpoint {
    return { sequence, chainHash: decodeBlocks(blocksOfImage(early)).chainHashAt(sequence) };
  }

  it('was thinned twice over, or these tests say nothing', () => {
    const { epoch, firstSequence, records } = lateLog();
    assert.equal(epoch, EPOCH);
    assert.ok(firstSequence > 20_000);
    assert.ok(rangesBefore().length > 10);
    assert.ok(rangesBefore().some(({ keptCount }) => keptCount > 0));
    const again = records.filter(({ type, keptAt }) => type === 'thinned' && keptAt !== undefined);
    assert.ok(again.length > 0, 'what sums up was kept itself');
  });

  it('is taken where nothing is known: from the first record on all is told of', () => {
    assert.equal(link(), undefined);
  });

  it('is taken where the store has a part that was thinned since, wherever that ends', () => {
    const [first] = rangesBefore();
    const { lastSequence } = first!;
    for (const sequence of [1, 2, 400, lastSequence - 1, lastSequence, lastSequence + 1, 2900]) {
      assert.equal(link(knownAt(sequence)), undefined, `known to ${sequence}`);
    }
  });

  it('is refused with a hole: a range of which nobody tells', () => {
    for (const range of [rangesBefore()[0]!, rangesBefore().at(-1)!, rangesBefore()[3]!]) {
      const without: Change = (records) =>
        records.filter(({ sequence }) => sequence !== range.record.sequence);
      const problem = link(undefined, without)!;
      assert.equal(problem.isFork, false);
      const { firstSequence, lastSequence } = range;
      assert.ok(
        problem.message.includes(`Records ${firstSequence} to ${lastSequence} are missing`) ||
          problem.message.includes(`are summed up as`), // where the record itself stood in a range
        problem.message,
      );
    }
  });

  it('is refused without one of the events that were kept', () => {
    const { records } = lateLog();
    const kept = records.filter(({ keptAt }) => keptAt !== undefined);
    assert.ok(kept.length > 20);
    for (const event of [kept[0]!, kept[10]!, kept.at(-1)!]) {
      const without: Change = (all) => all.filter(({ sequence }) => sequence !== event.sequence);
      assert.match(link(undefined, without)!.message, /are summed up as|are missing/);
    }
  });

  it('is refused with another number of readings or of copies', () => {
    for (const range of rangesBefore().slice(0, 3)) {
      for (const fields of [
        { readingCount: range.readingCount + 1 },
        { readingCount: range.readingCount - 1 },
        { keptCount: range.keptCount + 1 },
      ]) {
        assert.match(link(undefined, retold(range, fields))!.message, /summed up as/);
      }
    }
  });

  it('is refused when its last range ends with another hash than its first segment follows', () => {
    const range = rangesBefore().at(-1)!;
    const tail = range.record.tail.slice();
    tail[0]! ^= 1;
    const problem = link(undefined, retold(range, {}, tail))!;
    assert.equal(problem.isFork, false);
    assert.match(problem.message, /says that the chain hash after record \d+ is/);
  });

  it('is a fork where a range ends at the stored checkpoint with another hash', () => {
    const [range] = rangesBefore();
    const { lastSequence: sequence, chainHash } = range!;
    assert.deepEqual(knownAt(sequence).chainHash, chainHash, 'the container says what it was');
    const other = chainHash.slice();
    other[31]! ^= 0x80;
    const problem = link({ sequence, chainHash: other })!;
    assert.equal(problem.isFork, true);
    assert.match(problem.message, new RegExp(`^Fork: the chain hash after record ${sequence} is`));
  });

  it('proves ranges that follow one another without a gap, from the first record on', () => {
    const { records } = check(decodeBlocks);
    let next = 1;
    for (const { firstSequence, lastSequence } of goneRanges(records)) {
      assert.equal(firstSequence, next);
      next = lastSequence + 1;
    }
    assert.equal(next, lateLog().firstSequence);
  });
});

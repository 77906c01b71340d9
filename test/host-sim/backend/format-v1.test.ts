import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { HEADER_BYTES } from '../../../firmware/core/journal/layout.js';
import { SECTOR_BYTES } from '../../../firmware/core/limits.js';
import { RECORD_SCHEMAS } from '../../../firmware/core/record/fields.js';
import { RECORD } from '../../../firmware/core/record/schema.js';
import { decodeImage } from '../../../host-sim/backend/decode.js';
import { readSegmentV1 } from '../../../host-sim/backend/format-v1.js';
import { readSegment } from '../../support/format-v1.js';
import { canonicalOf, RECORD_TYPES } from '../../support/records.js';

const FOLDER = join(__dirname, '../../golden/format-v1');
/** What version 1 knew. */
const TYPES = RECORD_TYPES.filter((type) => type < RECORD.thinned);

function golden(name: string): Buffer {
  const text = readFileSync(join(FOLDER, `${name}.hex`), 'latin1');
  return Buffer.from(text.replaceAll(/\s/g, ''), 'hex');
}

/** A header of version 1 as golden bytes have it, without a snapshot, then these frames. */
function sectorWith(...frames: readonly Uint8Array[]): Buffer {
  const header = golden('segment').subarray(0, HEADER_BYTES);
  const { stateBytes } = readSegmentV1(golden('segment'))!.header;
  const snapshot = golden('segment').subarray(HEADER_BYTES, HEADER_BYTES + stateBytes);
  return Buffer.concat([header, snapshot, ...frames]);
}

describe('segments of format version 1', () => {
  for (const [name, probeCount] of [
    ['segment', 2],
    ['segment-of-four-probes', 4],
  ] as const) {
    it(`are read as a decoder written from FORMAT.md alone reads them: ${name}`, () => {
      const bytes = golden(name);
      const segment = readSegmentV1(bytes)!;
      const expected = readSegment(
        Buffer.concat([bytes, Buffer.alloc(SECTOR_BYTES - bytes.length, 0xff)]),
      )!;
      assert.equal(segment.header.probeCount, probeCount);
      for (const [key, value] of Object.entries(expected.header)) {
        const own = segment.header[key as keyof typeof segment.header];
        if (key === 'chainBefore') assert.deepEqual(Buffer.from(own as Uint8Array), value);
        else assert.equal(own, value, key);
      }
      const records = segment.records.map((record) => canonicalOf(record, probeCount));
      assert.deepEqual(records, expected.records);
      assert.equal(records.length, 122);
      assert.deepEqual(
        segment.records.map(({ sequence }) => sequence),
        records.map((_, i) => segment.header.firstSequence + i),
      );
      assert.equal(segment.endsAt, bytes.length);
      assert.equal(segment.isBlankAtEnd, true);
    });
  }

  it('in an image are decoded with their chain, like today’s', () => {
    const segment = golden('segment');
    const image = Buffer.alloc(3 * SECTOR_BYTES, 0xff);
    const { segment: number } = readSegmentV1(segment)!.header;
    segment.copy(image, (number % 3) * SECTOR_BYTES);
    const log = decodeImage(image);
    assert.deepEqual(log.problems, []);
    assert.equal(log.records.length, 122);
    const whole = Buffer.concat([segment, Buffer.alloc(SECTOR_BYTES - segment.length, 0xff)]);
    const expected = readSegment(whole)!;
    assert.deepEqual(Buffer.from(log.chainHashAt(log.lastSequence)), expected.chainAfter);
  });

  it('with a torn frame at the end of an image say where', () => {
    const image = Buffer.alloc(SECTOR_BYTES, 0xff);
    const segment = golden('segment');
    segment.copy(image);
    image[segment.length] = 0xfe;
    const { problems } = decodeImage(image);
    assert.equal(problems.length, 1);
    assert.match(problems[0]!, new RegExp(`the frame at offset ${segment.length} cannot be read`));
  });

  it('hold every record type that there was', () => {
    const frames = TYPES.map((type) => golden(RECORD_SCHEMAS[type]!.name));
    const segment = readSegmentV1(sectorWith(...frames))!;
    assert.deepEqual(
      segment.records.map(({ type }) => type),
      TYPES,
    );
    segment.records.forEach((record, i) => {
      const canonical = frames[i]!.subarray(4, -2);
      assert.deepEqual(canonicalOf(record, 2), canonical);
    });
    const lost = segment.records.find(({ type }) => type === RECORD.lost)!;
    assert.equal(lost.sequence, lost.fields[0]! + lost.fields[1]!);
  });

  it('end at a frame that is torn', () => {
    const bytes = Buffer.concat([golden('segment'), golden('lid')]);
    const at = bytes.length - golden('lid').length;
    assert.equal(readSegmentV1(bytes)!.records.length, 123);
    for (let i = at + 1; i < bytes.length; i++) {
      const torn = Buffer.from(bytes);
      torn[i]! |= ~torn[i]! & (torn[i]! + 1); // one zero fewer
      if (torn[i] === bytes[i]) continue;
      const segment = readSegmentV1(torn)!;
      assert.equal(segment.records.length, 122);
      assert.equal(segment.endsAt, at);
      assert.equal(segment.isBlankAtEnd, false);
    }
  });

  it('are not seen where there are none', () => {
    assert.equal(readSegmentV1(new Uint8Array(SECTOR_BYTES).fill(0xff)), undefined);
    assert.equal(readSegmentV1(new Uint8Array(0)), undefined);
    const bytes = golden('segment');
    for (let at = 0; at < 68; at++) {
      const other = Buffer.from(bytes);
      other[at]! ^= 1;
      assert.equal(readSegmentV1(other), undefined);
    }
  });

  it('never make the reader throw, whatever the bytes', () => {
    const bytes = golden('segment-of-four-probes');
    const damage = fc.tuple(fc.integer({ min: HEADER_BYTES, max: 600 }), fc.uint8Array());
    const property = fc.property(damage, ([at, some]) => {
      const other = Buffer.alloc(SECTOR_BYTES, 0xff);
      other.set(bytes);
      other.set(some, at);
      const segment = readSegmentV1(other)!;
      assert.ok(segment.endsAt <= SECTOR_BYTES);
    });
    fc.assert(property, { numRuns: 300 });
  });
});

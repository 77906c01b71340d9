/** `npm run log` on damaged files: what is missing is named, and where; nothing is made up. */
import assert from 'node:assert/strict';
import { encodeHandoff, groupVisits } from '../../../../host-sim/backend/handoff-file.js';
import type { DecodedRecord } from '../../../../host-sim/backend/record-types.js';
import { type SegmentWalk, walkSegment } from '../../../../host-sim/cli/log/segments.js';
import { isoOf } from '../../../../host-sim/web/format.js';
import { type Day, loggedDay } from './fixture.js';

const SECTOR = 4096;

describe('npm run log, of a damaged file', function () {
  this.timeout(60_000);
  let day: Day;
  let records: readonly DecodedRecord[];
  let walks: SegmentWalk[];
  before(async () => {
    day = await loggedDay();
    records = day.lived.log.records;
    walks = [];
    for (let at = 0; at < day.image.length; at += SECTOR) {
      const walk = walkSegment(day.image.subarray(at, at + SECTOR));
      if (walk !== undefined) walks.push(walk);
    }
    assert.ok(walks.length >= 4, 'the day begins several segments');
  });
  after(() => day.folder.remove());

  const onImage = (damage: (bytes: Uint8Array) => void, ...args: string[]) =>
    day.folder.runOn(day.image, damage, ...args);
  const onHandoff = (damage: (bytes: Uint8Array) => void, ...args: string[]) =>
    day.folder.runOn(day.handoff, damage, ...args);
  const timeOf = (sequence: number): string =>
    isoOf(records.find((record) => record.sequence === sequence)!.wallS!);
  const hex = (value: number): string => `0x${value.toString(16)}`;
  /** First and last record of a segment. */
  const rangeOf = (segment: number): [number, number] => [
    walks[segment]!.header.firstSequence,
    walks[segment + 1]!.header.firstSequence - 1,
  ];
  const numbersOf = (lines: readonly string[]): number[] =>
    lines.map((line) => Number(/^ *(\d+) /.exec(line)![1]));

  describe('an image', () => {
    it('with one flipped bit in a frame: the byte, and what it was', async () => {
      const span = walks[1]!.spans[9]!;
      const at = SECTOR + span.offset;
      const was = day.image[at]!;
      const { code, err, lines } = await onImage((bytes) => (bytes[at] = was ^ 0x10));
      assert.equal(code, 1);
      const [, last] = rangeOf(1);
      const byte = (value: number): string => `0x${value.toString(16).padStart(2, '0')}`;
      const text =
        `segment 1, offset ${span.offset} (${hex(at)} in the file): byte ${byte(was ^ 0x10)}, ` +
        `one bit of it was flipped: it was ${byte(was)}, as the chain hash proves; ` +
        `missing: records ${span.sequence} to ${last}`;
      assert.ok(err.includes(text), err);
      const times = `between ${timeOf(span.sequence - 1)} and ${timeOf(last + 1)}`;
      assert.ok(err.includes(times), err);
      const gone = records.filter((r) => r.sequence < span.sequence || r.sequence > last);
      assert.deepEqual(
        numbersOf(lines),
        gone.map((r) => r.sequence),
      );
    });

    it('with a hole in the middle of a segment: where it begins', async () => {
      const span = walks[1]!.spans[20]!;
      const from = SECTOR + span.offset;
      const { code, err } = await onImage((bytes) => bytes.fill(0xff, from, from + 60));
      assert.equal(code, 1);
      const text =
        `segment 1, offset ${span.offset} (${hex(from)} in the file): no frame, expected record ` +
        `${span.sequence}; missing: records ${span.sequence} to ${rangeOf(1)[1]} (`;
      assert.ok(err.includes(text), err);
    });

    it('without one segment, or with headers that cannot be read', async () => {
      const [first, last] = rangeOf(2);
      const missing = `segment 2 cannot be read; missing: records ${first} to ${last} (`;
      const wiped = await onImage((bytes) => bytes.fill(0xff, 2 * SECTOR, 3 * SECTOR));
      assert.equal(wiped.code, 1);
      assert.ok(wiped.err.includes(missing), wiped.err);
      assert.match(wiped.err, /segment 2, offset 0 \(0x2000 in the file\): blank, expected/);
      const garbage = await onImage((bytes) => bytes.fill(0x55, 2 * SECTOR, 2 * SECTOR + 80));
      assert.ok(garbage.err.includes(missing), garbage.err);
      assert.match(garbage.err, /segment 2, offset 0 \(0x2000 in the file\): no valid header/);
      const was = day.image[2 * SECTOR + 40]!;
      const flipped = await onImage((bytes) => (bytes[2 * SECTOR + 40] = was ^ 1));
      assert.ok(flipped.err.includes(missing), flipped.err);
      const flip = `byte ${hex(was ^ 1)}, one bit of it was flipped: it was ${hex(was)}`;
      const byte = `(0x2028 in the file): ${flip}`;
      assert.ok(flipped.err.includes(byte), flipped.err);
    });

    it('without its first segments', async () => {
      const { code, err } = await onImage((bytes) => bytes.fill(0, 0, 2 * SECTOR));
      assert.equal(code, 1);
      const last = rangeOf(1)[1];
      const text = `segments 0 to 1 cannot be read; missing: records 1 to ${last} (`;
      assert.ok(err.includes(text), err);
    });

    it('without the header of its newest segment', async () => {
      const newest = walks.length - 1;
      const { firstSequence } = walks[newest]!.header;
      const at = newest * SECTOR;
      const { code, err } = await onImage((bytes) => bytes.fill(0x20, at, at + 30));
      assert.equal(code, 1);
      const text = `segment ${newest} cannot be read; missing: records from ${firstSequence} on`;
      assert.ok(err.includes(text), err);
    });

    it('with a torn last record: a record that was never promised may be missing', async () => {
      const newest = walks.length - 1;
      const span = walks[newest]!.spans.at(-1)!;
      const end = newest * SECTOR + span.offset + span.bytes;
      const { code, err, lines } = await onImage((bytes) => (bytes[end - 1] = 0xff));
      assert.equal(code, 1);
      assert.equal(lines.length, records.length - 1);
      const place = `segment ${newest}, offset ${span.offset} `;
      assert.ok(err.includes(place) && /torn by a power cut, or damaged/.test(err), err);
    });

    it('with a hole in its newest segment: more stands behind it', async () => {
      const newest = walks.length - 1;
      const span = walks[newest]!.spans[5]!;
      const from = newest * SECTOR + span.offset;
      const { code, err, lines } = await onImage((bytes) => bytes.fill(0xff, from, from + 90));
      assert.equal(code, 1);
      assert.equal(lines.length, span.sequence - 1);
      const place = `segment ${newest}, offset ${span.offset} (${hex(from)} in the file): no frame`;
      assert.ok(err.includes(place), err);
    });

    it('that was altered so that every frame can be read', async () => {
      // Sectors of another journal's segment: valid by itself, but not part of this chain.
      const { code, err } = await onImage((bytes) => {
        bytes.copyWithin(3 * SECTOR, 2 * SECTOR, 3 * SECTOR);
      });
      assert.equal(code, 1);
      assert.match(err, /sector 3 \(0x3000\) holds segment 2, expected one of number n x 32 \+ 3/);
    });

    it('with a state that cannot be right, though every record is', async () => {
      const at = SECTOR + 76 + 5;
      const { code, err, lines } = await onImage((bytes) => (bytes[at] = bytes[at]! ^ 2));
      assert.deepEqual([code, lines.length], [1, records.length]);
      assert.match(err, /segment 1, offset 76 \(0x104c in the file\): the state of \d+ bytes/);
    });

    it('that is cut off: how many bytes are missing', async () => {
      const cut = day.folder.write('cut.bin', day.image.subarray(0, 2 * SECTOR + 1500));
      const { code, err, lines } = await day.folder.run(cut);
      assert.equal(code, 1);
      assert.match(err, /the file ends at 0x25dc: 2596 bytes are missing/);
      assert.ok(lines.length > rangeOf(1)[1] && lines.length < records.length);
      assert.deepEqual(
        numbersOf(lines),
        records.slice(0, lines.length).map((r) => r.sequence),
      );
    });

    it('wherever one bit is flipped: told, and every record printed is a true one', async () => {
      // When a record was written may stand in another one, what it says may not.
      const saying = (line: string): string => line.replace(/"time":[^,]+,/, '');
      const whole = await onImage(() => undefined, '--format', 'jsonl');
      const truth = new Set(whole.lines.map(saying));
      let tried = 0;
      for (const [sector, { stopAt }] of walks.entries()) {
        for (let offset = 1; offset < stopAt; offset += 311) {
          if (offset === 70 || offset === 71) continue; // reserved: without meaning
          const at = sector * SECTOR + offset;
          const flip = (bytes: Uint8Array) => (bytes[at] = bytes[at]! ^ 0x08);
          const { code, lines } = await onImage(flip, '--format', 'jsonl');
          assert.equal(code, 1, `byte ${at}`);
          assert.ok(
            lines.every((line) => truth.has(saying(line))),
            `byte ${at}`,
          );
          tried++;
        }
      }
      assert.ok(tried > 15);
    });
  });

  describe('a hand-off file', () => {
    it('cut off in the middle of a block: what the last checkpoint misses', async () => {
      const path = day.folder.write('cut.bin', day.handoff.subarray(0, -700));
      const { code, err, lines } = await day.folder.run(path);
      assert.equal(code, 1);
      const last = numbersOf(lines).at(-1)!;
      const { sequence } = day.lived.journey.handoffs.at(-1)!;
      assert.match(err, /bytes from 0x[0-9a-f]+ on are a section that is cut off/);
      assert.ok(err.includes(`records ${last + 1} to ${sequence} are missing`), err);
      assert.ok(last > day.lived.journey.handoffs.at(-2)!.sequence, 'the cut block is read, too');
    });

    it('with a damaged head, or a section whose length is none: the rest is read', async () => {
      const headless = await onHandoff((bytes) => bytes.fill(0, 0, 4), '--as', 'handoff');
      assert.equal(headless.code, 1);
      assert.match(headless.err, /the first bytes are not 'PVH1'/);
      const whole = await day.folder.run(day.folder.write('whole.bin', day.handoff));
      assert.deepEqual(headless.lines, whole.lines);
      const visits = groupVisits(day.lived.journey.received);
      const second = encodeHandoff(visits[0]!).length;
      const lost = await onHandoff((bytes) => (bytes[second + 4] = 0x7f));
      assert.equal(lost.code, 1);
      assert.ok(lost.err.includes(`bytes from ${hex(second)} on cannot be read`), lost.err);
      assert.ok(lost.lines.length > 0);
    });

    it('where visits contradict each other: both bytes, and the one that can be read', async () => {
      const visits = groupVisits(day.lived.journey.received);
      const at = encodeHandoff(visits[0]!).length - 3;
      const { code, err, lines } = await onHandoff((bytes) => (bytes[at] = bytes[at]! ^ 4));
      assert.equal(code, 1);
      const place = new RegExp(`\\(${hex(at)} in the file\\): visit 1 brought byte 0x.., visit 2`);
      assert.match(err, place);
      const whole = await day.folder.run(day.folder.write('whole.bin', day.handoff));
      assert.equal(lines.length, whole.lines.length);
      assert.match(err, /not proven under .*root\.pub: Visit 1 /);
    });

    it('with a dock that is none', async () => {
      const { code, err } = await onHandoff((bytes) => (bytes[10] = 0x90));
      assert.equal(code, 1);
      assert.match(err, /a visit to '.*' \(0x4 in the file\), expected a dock's GLN/);
    });

    it('without its first visit', async () => {
      const visits = groupVisits(day.lived.journey.received);
      const later = encodeHandoff(visits.slice(-1).flat());
      const { code, err } = await day.folder.run(day.folder.write('later.bin', later));
      assert.equal(code, 1);
      assert.match(err, /records 1 to \d+ \(\S+ records\) are not in this file, before 2026-/);
    });
  });
});

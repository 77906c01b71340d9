import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { FAULT } from '../../../firmware/core/faults.js';
import { PROBE_COUNT_MAX, TAIL_BYTES_MAX } from '../../../firmware/core/limits.js';
import {
  COMPACT_HEAD_BYTES,
  type CompactHead,
  OPENING_BYTES,
} from '../../../firmware/core/record/compact.js';
import { chanceBelow, STEP_MAX } from '../../../firmware/core/record/compact-model.js';
import type { RecordBuffer } from '../../../firmware/core/record/record.js';
import { RECORD_SCHEMAS } from '../../../firmware/core/record/fields.js';
import { RECORD } from '../../../firmware/core/record/schema.js';
import { HUMIDITY_ABSENT, TEMPERATURE_ABSENT } from '../../../firmware/core/units.js';
import { isWhole } from '../../../host-sim/backend/compact-decode.js';
import { makeWorkload } from '../../../host-sim/cli/benches/journal-workload.js';
import {
  anyRecord,
  anyWalk,
  canonicalOf,
  fitWidth,
  makeReading,
  makeRecord,
  RECORD_TYPES,
  widthsOf,
} from '../../support/records.js';
import { decodeCompact, encodeCompact, HEAD } from './support/compact-box.js';
import { readByPage } from './support/compact-by-page.js';

const START = OPENING_BYTES + COMPACT_HEAD_BYTES;
const withProbes = (probeCount: number): CompactHead => ({ ...HEAD, probeCount });

function assertRoundTrip(records: readonly RecordBuffer[], head = HEAD): Uint8Array {
  const bytes = encodeCompact(records, { head });
  const { canonical, result } = decodeCompact(bytes);
  const expected = records.map((record) => canonicalOf(record, head.probeCount));
  assert.deepEqual(canonical, expected);
  assert.equal(result, 0);
  return bytes;
}

/** Records of every kind between readings, in a journal of some probes. */
const anySegment = fc
  .integer({ min: 1, max: PROBE_COUNT_MAX })
  .chain((probeCount) =>
    fc.record({
      probeCount: fc.constant(probeCount),
      walk: anyWalk(probeCount),
      others: fc.array(fc.tuple(fc.nat(60), anyRecord(probeCount)), { maxLength: 12 }),
    }),
  )
  .map(({ probeCount, walk, others }) => {
    const records = [...walk];
    for (const [at, record] of others) records.splice(at, 0, record);
    return { head: withProbes(probeCount), records };
  });

/** A reading's channels in the order of the form, null where absent. */
function channelsOf(fields: Int32Array, probeCount: number): (number | null)[] {
  const [humidity, ...temperatures] = fields;
  const probes = temperatures.slice(0, probeCount);
  return [
    ...probes.map((value) => (value === TEMPERATURE_ABSENT ? null : value)),
    humidity === HUMIDITY_ABSENT ? null : humidity!,
  ];
}

/** Some readings and other records, always the same. */
function someRecords(): RecordBuffer[] {
  const records = [makeRecord(RECORD.boot, 7000, [3, 1, 2, 160_000_000, 1])];
  for (let i = 0; i < 40; i++) {
    const wave = ((i * 37) % 11) - 5;
    const late = i === 20 ? 1 : 0;
    records.push(makeReading(7000 + 60 * i + late, 551 + (wave >> 2), 799 + wave, 895 - 3 * i));
  }
  records.push(makeRecord(RECORD.power, 9360, [4120, 0]));
  records.push(makeRecord(RECORD.power, 9361, [4118, 1]));
  return records;
}

describe('the compact form', () => {
  it('gives back every record, whatever it holds', () => {
    fc.assert(
      fc.property(anySegment, ({ head, records }) => {
        assertRoundTrip(records, head);
      }),
    );
  });

  it('gives back a record of every type with the largest and smallest values', () => {
    for (const type of RECORD_TYPES) {
      const widths = widthsOf(type, 2);
      const most = widths.map((width) => 2 ** (8 * Math.abs(width) - (width < 0 ? 1 : 0)) - 1);
      const least = widths.map((width, i) => (width < 0 ? -most[i]! - 1 : 0));
      const records = [most, least, most].map((fields, i) =>
        makeRecord(type, i === 1 ? -(2 ** 31) : 2 ** 31 - 1, fields),
      );
      assertRoundTrip(records);
    }
  });

  it('gives back the head and the opening', () => {
    const { reader } = decodeCompact(encodeCompact([]));
    const { header } = reader;
    for (const name of Object.keys(HEAD) as (keyof CompactHead)[]) {
      assert.deepEqual(header[name], HEAD[name], name);
    }
    assert.deepEqual([reader.isWhole, reader.isUnreadable], [true, false]);
  });

  it('says that the container could not read on', () => {
    const { reader, result } = decodeCompact(encodeCompact([], { isUnreadable: true }));
    assert.deepEqual([reader.isUnreadable, result], [true, 0]);
  });

  it('numbers the records, and leaps over what was lost', () => {
    const lost = makeRecord(RECORD.lost, 7120, [1003, 500, 7090]);
    const reading = makeReading(7180, 500, 500, 500);
    const records = [makeReading(7000, 500, 500, 500), makeReading(7060, 500, 500, 500)];
    const { sequences } = decodeCompact(encodeCompact([...records, lost, reading]));
    assert.deepEqual(sequences, [1001, 1002, 1503, 1504]);
  });

  it('takes probes that come and go', () => {
    const absent = TEMPERATURE_ABSENT;
    assertRoundTrip([
      makeReading(7000, HUMIDITY_ABSENT, absent, absent),
      makeReading(7060, HUMIDITY_ABSENT, absent, 451),
      makeReading(7120, 500, 2000, 452),
      makeReading(7180, 501, 2000, absent),
      makeReading(7240, HUMIDITY_ABSENT, absent, -32767),
      makeReading(7300, 0, 32767, 32767),
    ]);
  });

  it('has the same bytes in pieces of any size', () => {
    const records = someRecords();
    const whole = encodeCompact(records);
    for (const pieceBytes of [1, 2, 57, 100, 237]) {
      assert.deepEqual(encodeCompact(records, { pieceBytes }), whole, `${pieceBytes} bytes`);
    }
  });

  it('goes on from any place with the same bytes', () => {
    const records = someRecords();
    const whole = encodeCompact(records);
    for (let from = 0; from <= whole.length + 2; from++) {
      assert.deepEqual(encodeCompact(records, { from }), whole.subarray(from));
    }
  });

  it('has the bytes that it had when this was written', () => {
    const bytes = Buffer.from(encodeCompact(someRecords()));
    assert.equal(bytes.toString('hex', 0, 4), 'b3ffffff');
    assert.equal(bytes.toString('hex', OPENING_BYTES, START), '123c00e90300000300581b000000688909');
    assert.equal(
      bytes.toString('hex', START),
      'fc371ca67e697dec05a939fa101bf8112eb613137823425b28fe68a2838895138fa92223d8d2ae28' +
        'b9c1e9ae465c04f9fbd5ccf1d89b6b50c7d86f49f03589ef9e8a050575a4d0c969398236f647ce92',
    );
  });

  it('fits the longest records one after the other', () => {
    const tail = new Uint8Array(TAIL_BYTES_MAX).fill(0xa5);
    const records = Array.from({ length: 30 }, (_, i) => {
      const type = i % 3 === 0 ? RECORD.thinned : RECORD.kept;
      const fields = widthsOf(type, 2).map((width, j) => fitWidth((i + j) % 2 ? -1 : 0, width));
      return makeRecord(type, -i * 2 ** 26, fields, tail);
    });
    const bytes = encodeCompact(records);
    assert.equal(decodeCompact(bytes).canonical.length, records.length);
  });
});

describe('the page about the compact form', () => {
  const page = readFileSync('firmware/core/record/FORMAT.md', 'utf8');

  it('is all that a reader needs', () => {
    const shapes = RECORD_SCHEMAS.map(({ fields }) => ({ fields: fields.length }));
    fc.assert(
      fc.property(anySegment, ({ head, records }) => {
        const { probeCount } = head;
        const bytes = encodeCompact(records, { head });
        const read = readByPage(bytes, shapes);
        assert.equal(read.length, bytes.length);
        const expected = records.map(({ type, uptimeS, fields, tail, tailLength }) => {
          const isReading = type === RECORD.reading;
          const own = isReading ? channelsOf(fields, probeCount) : fields;
          const count = isReading ? probeCount + 1 : shapes[type]!.fields;
          const bytesOfTail = [...tail.subarray(0, tailLength)];
          return { type, uptimeS, fields: [...own].slice(0, count), tail: bytesOfTail };
        });
        assert.deepEqual(read.records, expected);
      }),
    );
  });

  it('has the curve of the code', () => {
    const [, list] = /K is the logistic curve.*rounded: ([0-9, ]+)\./.exec(page)!;
    const curve = list!.split(', ').map(Number);
    assert.equal(curve.length, 33);
    for (let k = 0; k < 32; k++) {
      assert.equal(chanceBelow(k, 256 * k, 1024) - k - STEP_MAX, curve[k], `knot ${k}`);
    }
  });
});

describe('compact bytes that are damaged', () => {
  const whole = encodeCompact(someRecords());
  const expected = decodeCompact(whole).canonical;

  it('are told when they are cut short, and give what stands before', () => {
    for (let length = 0; length < whole.length; length++) {
      const cut = decodeCompact(whole.subarray(0, length));
      assert.equal(cut.result, FAULT.truncated, `${length} bytes`);
      assert.deepEqual(cut.canonical, expected.slice(0, cut.canonical.length));
      assert.equal(cut.reader.isWhole, false);
    }
    assert.ok(decodeCompact(whole.subarray(0, -1)).canonical.length > 35);
  });

  it('are told when bytes follow their end', () => {
    assert.equal(isWhole(whole), true);
    assert.equal(isWhole(Uint8Array.from([...whole, 0])), false);
  });

  it('are told when their head is none', () => {
    const { malformed } = FAULT;
    for (const first of [0x02, 0x10, 0x19, 0x22, 0xff]) {
      const bytes = whole.slice();
      bytes[OPENING_BYTES] = first;
      assert.equal(decodeCompact(bytes).result, malformed, `first byte ${first}`);
    }
  });

  it('never throw, and come to an end, whatever they are', () => {
    const damage = fc.array(fc.tuple(fc.nat(whole.length), fc.nat(255)), { maxLength: 4 });
    fc.assert(
      fc.property(damage, fc.uint8Array({ maxLength: 300 }), (flips, noise) => {
        const flipped = whole.slice();
        for (const [at, byte] of flips) flipped[at] = byte;
        const noisy = Uint8Array.from([...whole.subarray(0, START), ...noise]);
        for (const bytes of [flipped, noisy]) {
          const { result, reader } = decodeCompact(bytes);
          assert.ok(result <= 0);
          assert.equal(result === 0, reader.isWhole);
        }
      }),
    );
  });
});

describe('the size of the compact form', () => {
  /** Bytes a sample of segments with as many samples as frames of that size fill. */
  function bytesPerSample(probeCount: number, perSegment: number, hasBattery: boolean): number {
    const count = 20 * perSegment;
    const columns = makeWorkload({ count, seed: 1, probeCount: 2 });
    const channels = [...columns.temperaturesCentiC];
    if (hasBattery) channels.push(columns.batteryMilliV);
    assert.equal(channels.length, probeCount);
    let bytes = 0;
    for (let from = 0; from < count; from += perSegment) {
      const uptimeS = columns.uptimeS[from]!;
      const records = Array.from({ length: perSegment }, (_, i) => {
        const values = channels.map((channel) => channel[from + i]!);
        const at = columns.uptimeS[from + i]!;
        return makeReading(at, columns.humidityPermille[from + i]!, ...values);
      });
      const head = { ...withProbes(probeCount), uptimeS };
      bytes += assertRoundTrip(records, head).length - OPENING_BYTES;
    }
    return bytes / count;
  }

  it('is below 1.56 bytes a sample of two temperatures, humidity and battery', () => {
    const size = bytesPerSample(3, 1340, true);
    assert.ok(size < 1.56, `${size.toFixed(3)} B`);
  });

  it('is below 1.2 bytes a sample of two temperatures and humidity', () => {
    const size = bytesPerSample(2, 1600, false);
    assert.ok(size < 1.2, `${size.toFixed(3)} B`);
  });

  it('is a few bits for what does not change', () => {
    const records = Array.from({ length: 2000 }, (_, i) => makeReading(7000 + 60 * i, 500, 400, 9));
    const bytes = assertRoundTrip(records).length - START;
    assert.ok(bytes < 60, `${bytes} B`);
  });

  it('is half of its canonical bytes for an hourly battery record', () => {
    const records = Array.from({ length: 100 }, (_, i) =>
      makeRecord(RECORD.power, 7000 + 3600 * i, [4150 - 3 * i, 0]),
    );
    const bytes = assertRoundTrip(records).length - START;
    assert.ok(bytes / 100 < 5, `${bytes / 100} B`);
  });
});

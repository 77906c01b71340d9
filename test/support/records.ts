/**
 * Records for tests of codec and journal: one of each type by number, any by property, and walks of
 * readings as a container makes them.
 */
import fc from 'fast-check';
import { encodeCanonical, RecordBuffer } from '../../firmware/core/record/record.js';
import { RECORD_SCHEMAS } from '../../firmware/core/record/fields.js';
import { RECORD } from '../../firmware/core/record/schema.js';
import { TEMPERATURE_ABSENT } from '../../firmware/core/units.js';

/** Every record type. */
export const RECORD_TYPES: readonly number[] = RECORD_SCHEMAS.map((_, type) => type).slice(1);

/** A value cut to a field's width. */
export function fitWidth(value: number, width: number): number {
  const shift = 32 - 8 * Math.abs(width);
  return width < 0 ? (value << shift) >> shift : (value << shift) >>> shift;
}

/** Widths of a record's fields in a journal of that many probes. */
export function widthsOf(type: number, probeCount: number): number[] {
  if (type === RECORD.reading) return Array<number>(1 + probeCount).fill(-2);
  return RECORD_SCHEMAS[type]!.fields.map(([, width]) => width);
}

/** A record with these fields, the rest 0. */
export function makeRecord(
  type: number,
  uptimeS: number,
  fields: readonly number[] = [],
  tail: Uint8Array = new Uint8Array(0),
): RecordBuffer {
  const record = new RecordBuffer();
  record.begin(type, uptimeS);
  fields.forEach((value, i) => (record.fields[i] = value));
  record.setTail(tail, 0, tail.length);
  return record;
}

/** A reading: humidity, then one temperature per probe. */
export function makeReading(
  uptimeS: number,
  humidityPermille: number,
  ...temperaturesCentiC: readonly number[]
): RecordBuffer {
  return makeRecord(RECORD.reading, uptimeS, [humidityPermille, ...temperaturesCentiC]);
}

/** The canonical bytes of a record. */
export function canonicalOf(record: RecordBuffer, probeCount: number): Buffer {
  const bytes = new Uint8Array(512);
  const length = encodeCanonical(record, probeCount, bytes, 0);
  if (length < 0) throw new Error(`record of type ${record.type} has no canonical bytes`);
  return Buffer.from(bytes.subarray(0, length));
}

/** A record of any type with field values that fit their widths; KEPT holds another record. */
export function anyRecord(probeCount: number): fc.Arbitrary<RecordBuffer> {
  const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
  return fc
    .record({
      type: fc.constantFrom(...RECORD_TYPES.filter((type) => type !== RECORD.kept)),
      uptimeS: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
      values: fc.array(int32, { minLength: 16, maxLength: 16, size: 'max' }),
      tail: fc.uint8Array({ maxLength: 208, size: 'max' }),
    })
    .map(({ type, uptimeS, values, tail }) => {
      const fields = widthsOf(type, probeCount).map((width, i) => fitWidth(values[i]!, width));
      const hasTail = RECORD_SCHEMAS[type]!.tail !== '';
      return makeRecord(type, uptimeS, fields, hasTail ? tail : undefined);
    });
}

/** Readings as a container makes them: a walk of the temperatures, sometimes late or missing. */
export function anyWalk(probeCount: number, lengthMax = 60): fc.Arbitrary<RecordBuffer[]> {
  const step = fc.record({
    late: fc.constantFrom(0, 0, 0, 0, 0, 0, 1, -1, 3, 4000),
    deltas: fc.array(fc.integer({ min: -40, max: 40 }), {
      minLength: probeCount + 1,
      maxLength: probeCount + 1,
      size: 'max',
    }),
    isAbsent: fc.constantFrom(false, false, false, false, false, true),
    jump: fc.constantFrom(0, 0, 0, 0, 0, 9000),
  });
  return fc.array(step, { maxLength: lengthMax, size: 'max' }).map((steps) => {
    let uptimeS = 0;
    const values = Array<number>(probeCount + 1).fill(500);
    return steps.map(({ late, deltas, isAbsent, jump }) => {
      uptimeS += 60 + late;
      deltas.forEach((delta, i) => {
        values[i] = Math.max(0, Math.min(9000, values[i]! + delta + jump));
      });
      const [humidity, ...temperatures] = values;
      if (isAbsent) temperatures[0] = TEMPERATURE_ABSENT;
      return makeReading(uptimeS, humidity!, ...temperatures);
    });
  });
}

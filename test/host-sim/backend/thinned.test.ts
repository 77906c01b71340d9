import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { DecodedRecord } from '../../../host-sim/backend/record-types.js';
import { bridgeProblem, goneRanges, thinnedRange } from '../../../host-sim/backend/thinned.js';
import { thinnedRanges, wallSAt } from '../../../host-sim/backend/thinned.js';
import { START_WALL_S } from './support/fixtures.js';
import { type ThinnedParts, thinnedParts } from './support/thinned-log.js';

function record(sequence: number, more: Partial<DecodedRecord> = {}): DecodedRecord {
  const place = { sequence, boot: 1, uptimeS: sequence * 60, wallS: START_WALL_S + sequence * 60 };
  return { ...place, type: 'lid', fields: { open: 1 }, tail: new Uint8Array(0), ...more };
}
const thinned = (sequence: number, parts: ThinnedParts): DecodedRecord =>
  record(sequence, { type: 'thinned', ...thinnedParts(parts) });
const reading = (sequence: number): DecodedRecord => record(sequence, { type: 'reading' });
const hashOf = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);

describe('backend/thinned: what a THINNED record says', () => {
  it('its range, and least, greatest and mean of each probe and of humidity', () => {
    const range = thinnedRange(
      thinned(90, {
        firstSequence: 5,
        lastSequence: 40,
        boot: 3,
        firstUptimeS: 300,
        lastUptimeS: 2400,
        readingCount: 30,
        keptCount: 2,
        chainHash: hashOf(7),
        temperatures: [[-512, 2500, 1999], null],
        humidity: [300, 555, 401],
      }),
    );
    const { record: its, ...rest } = range;
    assert.equal(its.sequence, 90);
    assert.deepEqual(rest, {
      firstSequence: 5,
      lastSequence: 40,
      boot: 3,
      firstUptimeS: 300,
      lastUptimeS: 2400,
      readingCount: 30,
      keptCount: 2,
      chainHash: hashOf(7),
      temperatures: [{ minimum: -512, maximum: 2500, mean: 1999 }, null],
      humidity: { minimum: 300, maximum: 555, mean: 401 },
    });
  });

  it('nothing of humidity where there was none', () => {
    const parts = { firstSequence: 1, lastSequence: 2, readingCount: 2 };
    assert.equal(thinnedRange(thinned(3, parts)).humidity, null);
  });

  it('and names itself when its tail is none', () => {
    const good = thinned(90, { firstSequence: 1, lastSequence: 2, readingCount: 2 });
    for (const bytes of [0, 31, 32, 38, 43, 45]) {
      const bad = { ...good, tail: new Uint8Array(bytes) };
      assert.throws(() => thinnedRange(bad), new RegExp(`^Error: Record 90 .* ${bytes} bytes`));
    }
  });

  it('ranges come in order, whatever the order of their records', () => {
    const records = [21, 1, 11].map((first, i) =>
      thinned(30 + i, { firstSequence: first, lastSequence: first + 9, readingCount: 10 }),
    );
    const order = thinnedRanges(records).map(({ firstSequence }) => firstSequence);
    assert.deepEqual(order, [1, 11, 21]);
  });
});

describe('backend/thinned: of which ranges readings are gone', () => {
  const range = thinned(20, { firstSequence: 1, lastSequence: 10, readingCount: 9 });
  const held = (count: number) =>
    [record(1), ...[2, 3, 4, 5, 6, 7, 8, 9, 10].map(reading)].slice(0, count + 1);

  it('of one that is still there none, of one that is there in part some', () => {
    assert.deepEqual(goneRanges([...held(9), range]), []);
    assert.equal(goneRanges([...held(8), range]).length, 1);
    assert.equal(goneRanges([...held(0), range]).length, 1);
  });

  it('readings before and behind it do not count', () => {
    assert.equal(goneRanges([...held(8), reading(11), range]).length, 1);
  });

  it('and of one without readings none', () => {
    const empty = thinned(20, { firstSequence: 1, lastSequence: 10, readingCount: 0 });
    assert.deepEqual(goneRanges([empty]), []);
  });
});

describe('backend/thinned: when a range was', () => {
  const range = thinnedRange(
    thinned(50, { firstSequence: 11, lastSequence: 20, readingCount: 10, boot: 2 }),
  );
  const timed = (sequence: number, boot: number, offsetS: number | null): DecodedRecord =>
    record(sequence, {
      boot,
      wallS: offsetS === null ? null : offsetS + sequence * 60,
    });

  it('by the record before it in its boot, not by one of another', () => {
    const records = [timed(5, 1, 9000), timed(10, 2, 1000), timed(21, 2, 1500), timed(30, 3, 7000)];
    assert.equal(wallSAt(records, range, 700), 1700);
  });

  it('by the first one behind it where its boot has none before', () => {
    const records = [timed(10, 2, null), timed(21, 2, 1500), timed(22, 2, 1600)];
    assert.equal(wallSAt(records, range, 700), 2200);
  });

  it('nobody knows where its boot had no clock', () => {
    assert.equal(wallSAt([timed(10, 2, null), timed(30, 3, 7000)], range, 700), null);
  });
});

describe('backend/thinned: what bridges a hole', () => {
  /** 1 to 10: eight readings, events 3 and 7, kept. Then 11 to 20, where 15 and 16 kept those. */
  const first = { firstSequence: 1, lastSequence: 10, readingCount: 8, chainHash: hashOf(1) };
  const second = {
    firstSequence: 11,
    lastSequence: 20,
    readingCount: 7,
    keptCount: 2,
    chainHash: hashOf(2),
  };
  const events = [record(3, { keptAt: 33 }), record(7, { keptAt: 34 })];
  const told = (one: Partial<ThinnedParts> = {}, two: Partial<ThinnedParts> = {}) => [
    ...events,
    { ...thinned(17, { ...first, ...one }), keptAt: 35 },
    thinned(40, { ...second, ...two }),
  ];
  const hole = { fromSequence: 1, toSequence: 20, chainBefore: hashOf(2) };

  it('ranges that follow one another, the first of them thinned again', () => {
    assert.equal(bridgeProblem(told(), hole), undefined);
  });

  it('a hole that begins within a range: the first part was handed over', () => {
    const own = [reading(1), reading(2), reading(4)];
    assert.equal(bridgeProblem([...own, ...told()], { ...hole, fromSequence: 5 }), undefined);
  });

  it('not ranges that leave some out: before, between or behind them', () => {
    const problems = [
      bridgeProblem(told({ firstSequence: 2 }), hole),
      bridgeProblem(told({}, { firstSequence: 12, readingCount: 6 }), hole),
      bridgeProblem(told(), { ...hole, toSequence: 25 }),
      bridgeProblem([], hole),
    ];
    assert.deepEqual(problems, [
      'Records 1 to 1 are missing',
      'Records 11 to 11 are missing',
      'Records 21 to 25 are missing',
      'Records 1 to 20 are missing',
    ]);
  });

  it('no range that reaches beyond the hole', () => {
    const problem = bridgeProblem(told(), { ...hole, toSequence: 19 });
    assert.equal(problem, 'Records 11 to 19 are missing');
  });

  it('ranges that overlap, if each is accounted for', () => {
    const wide = thinned(41, {
      ...second,
      firstSequence: 6,
      readingCount: 11,
      chainHash: hashOf(2),
    });
    const records = [...told().slice(0, 3), wide];
    assert.equal(bridgeProblem(records, hole), undefined);
    const short = thinned(41, { ...second, firstSequence: 6, readingCount: 10 });
    assert.match(
      bridgeProblem([...told().slice(0, 3), short], hole)!,
      /^Records 6 to 20 are summed up as 10 readings, with them 14 are told of, expected 15$/,
    );
  });

  it('not with a count off by one, or without one of the records that were kept', () => {
    for (const off of [-1, 1]) {
      const counts = [
        told({ readingCount: first.readingCount + off }),
        told({ keptCount: off === 1 ? 1 : 0, readingCount: off === 1 ? 8 : 7 }),
        told({}, { readingCount: second.readingCount + off }),
        told({}, { keptCount: second.keptCount + off }),
      ];
      for (const records of counts) {
        assert.match(bridgeProblem(records, hole)!, /^Records \d+ to \d+ are summed up as/);
      }
    }
    for (const event of told().slice(0, 3)) {
      assert.notEqual(
        bridgeProblem(
          told().filter((it) => it.sequence !== event.sequence),
          hole,
        ),
        undefined,
      );
    }
  });

  it('not with another chain hash than that which the next segment follows', () => {
    assert.equal(
      bridgeProblem(told({}, { chainHash: hashOf(3) }), hole),
      'Record 40 says that the chain hash after record 20 is 030303030303, ' +
        'the segment behind it follows 020202020202',
    );
  });

  it('lost records are told of by LOST', () => {
    const lost = record(10, {
      type: 'lost',
      fields: { firstSequence: 8, count: 2, firstUptimeS: 1 },
    });
    const records = (readingCount: number) => [
      ...events,
      lost,
      thinned(40, { ...first, readingCount }),
    ];
    const ten = { ...hole, toSequence: 10, chainBefore: hashOf(1) };
    assert.equal(bridgeProblem(records(5), ten), undefined);
    assert.match(bridgeProblem(records(6), ten)!, /11 are told of, expected 10/);
  });

  it('whatever ranges are made of: with all of it, and not when anything is taken away', () => {
    const part = fc.array(fc.constantFrom('reading', 'kept', 'event'), {
      minLength: 1,
      maxLength: 12,
    });
    const property = (parts: readonly (readonly string[])[], pick: number): void => {
      const records: DecodedRecord[] = [];
      let next = 1;
      parts.forEach((kinds, i) => {
        const count = (kind: string): number => kinds.filter((it) => it === kind).length;
        kinds.forEach((kind, at) => {
          if (kind === 'event') records.push(record(next + at));
        });
        const lastSequence = next + kinds.length - 1;
        const range = { firstSequence: next, lastSequence, chainHash: hashOf(i) };
        const counts = { readingCount: count('reading'), keptCount: count('kept') };
        records.push(thinned(1000 + i, { ...range, ...counts }));
        next = lastSequence + 1;
      });
      const all = { fromSequence: 1, toSequence: next - 1, chainBefore: hashOf(parts.length - 1) };
      assert.equal(bridgeProblem(records, all), undefined);
      const less = records.filter((_, i) => i !== pick % records.length);
      assert.notEqual(bridgeProblem(less, all), undefined);
    };
    fc.assert(fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), fc.nat(99), property), {
      numRuns: 200,
    });
  });
});

/**
 * The oracle on readings that a container summed up: it knows what they were, so that every number
 * that is not theirs is found and named, and whatever rests on them is checked as before.
 */
import assert from 'node:assert/strict';
import type { DecodedRecord } from '../../../host-sim/backend/record-types.js';
import { compareWithTruth } from '../../../host-sim/checkers/compare.js';
import type { Truth } from '../../../host-sim/checkers/input.js';
import { growing, thinOut } from '../backend/support/thinned-log.js';
import { KIT_LINES, PERIOD_S, line, readingLines, recordsOf, rules, truthOf } from './tiny.js';

/** Two hours; one probe rises, the other falls and is silent for a while. */
const truth: Truth = truthOf({
  endS: 7200,
  slotProbes: [[0, 1]],
  probes: [
    (atS) => 500 + Math.floor(atS / 20),
    (atS) => (atS >= 1500 && atS < 1740 ? null : -100 - Math.floor(atS / 30)),
  ],
});
const RANGE = { fromS: 600, toS: 3000 };

function faultless(): DecodedRecord[] {
  return recordsOf([...KIT_LINES, ...readingLines(truth), line('lid', 1801, { open: 0 })]);
}

/** The journal with its readings from ten to fifty minutes summed up, and how that is told. */
function thinnedJournal(): DecodedRecord[] {
  const records = faultless();
  const inside = records.filter(
    ({ type, uptimeS }) => type === 'reading' && uptimeS >= RANGE.fromS && uptimeS < RANGE.toS,
  );
  return thinOut(growing(records), inside[0]!.sequence, inside.at(-1)!.sequence);
}

function findings(records: readonly DecodedRecord[]): string[] {
  return compareWithTruth({ truth, profiles: [rules()], records }).map(({ message }) => message);
}

/** The journal with a THINNED record that says something else. */
function retold(change: (record: DecodedRecord) => Partial<DecodedRecord>): DecodedRecord[] {
  return thinnedJournal().map((record) =>
    record.type === 'thinned' ? { ...record, ...change(record) } : record,
  );
}
const withField = (name: string, off: number) =>
  retold(({ fields }) => ({ fields: { ...fields, [name]: fields[name]! + off } }));

/** Another number in its tail: 0 least, 1 greatest, 2 mean. */
function withNumber(probe: number, number: number, off: number): DecodedRecord[] {
  return retold(({ tail }) => {
    const bytes = Buffer.from(tail);
    const at = 32 + 6 * probe + 2 * number;
    bytes.writeInt16LE(bytes.readInt16LE(at) + off, at);
    return { tail: Uint8Array.from(bytes) };
  });
}

describe('checkers/thinned', () => {
  it('finds nothing in what is summed up rightly', () => {
    assert.deepEqual(findings(faultless()), []);
    const records = thinnedJournal();
    assert.equal(faultless().length + 1 - records.length, (RANGE.toS - RANGE.fromS) / PERIOD_S);
    assert.deepEqual(findings(records), []);
  });

  for (const probe of [0, 1]) {
    for (const [number, name] of ['least', 'greatest', 'mean'].entries()) {
      for (const off of [-1, 1]) {
        it(`finds a ${name} of probe ${probe} that is off by ${off}`, () => {
          const [first] = findings(withNumber(probe, number, off));
          assert.match(
            first!,
            /^record \d+ \(thinned\): .*, expected 530\/647\/589 and -198\/-120\/-160$/,
          );
        });
      }
    }
  }

  for (const off of [-1, 1]) {
    it(`finds a number of readings that is off by ${off}`, () => {
      const [first] = findings(withField('readingCount', off));
      const count = (RANGE.toS - RANGE.fromS) / PERIOD_S;
      assert.match(first!, new RegExp(`tells of ${count + off} records .* expected ${count}$`));
    });
  }

  it('finds copies where there were none, and a reading told as a copy', () => {
    assert.match(findings(withField('keptCount', 1))[0]!, /tells of 41 records/);
    const records = retold(({ fields }) => ({
      fields: { ...fields, readingCount: 39, keptCount: 1 },
    }));
    assert.match(findings(records)[0]!, /of its probes, expected/);
  });

  it('finds another time, and a boot that never was', () => {
    assert.match(findings(withField('firstUptimeS', 600))[0]!, /of its probes, expected/);
    assert.match(findings(withField('bootCount', 1))[0]!, /boot 2 never happened/);
  });

  it('finds a probe told as silent, and one told as heard', () => {
    const silent = retold(({ tail }) => {
      const bytes = Buffer.from(tail);
      for (const at of [0, 2, 4]) bytes.writeInt16LE(-32768, 32 + 6 + at);
      return { tail: Uint8Array.from(bytes) };
    });
    assert.match(findings(silent)[0]!, /and none of its probes, expected/);
  });

  it('finds an event that was not kept', () => {
    const records = thinnedJournal().filter(({ type }) => type !== 'lid');
    assert.match(findings(records)[0]!, /tells of 40 records that are not there, expected 41/);
  });

  it('finds readings that are missing and that nobody sums up', () => {
    const records = thinnedJournal().filter(({ type }) => type !== 'thinned');
    assert.notDeepEqual(findings(records), []);
  });

  it('checks what rests on them as if they were there', () => {
    const wrong = (records: readonly DecodedRecord[]) =>
      records.map((record) =>
        record.type === 'verdict'
          ? { ...record, fields: { ...record.fields, verdict: 3, reasons: 1 } }
          : record,
      );
    assert.deepEqual(findings(wrong(thinnedJournal())), findings(wrong(faultless())));
    assert.notDeepEqual(findings(wrong(faultless())), []);
  });
});

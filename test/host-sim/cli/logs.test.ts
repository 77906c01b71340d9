/** The decoded log as CSV and as JSON lines: nothing is lost on the way. */
import assert from 'node:assert/strict';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { csvLine, logCsv, logJsonl, logObject } from '../../../host-sim/cli/logs.js';
import type { DecodedRecord } from '../../../host-sim/backend/record-types.js';
import { reportFixture } from '../web/report-fixture.js';

const BASE = { sequence: 7, boot: 2, uptimeS: 60, wallS: 0, tail: new Uint8Array(0) };
const READING: DecodedRecord = {
  ...BASE,
  type: 'reading',
  fields: { humidityPermille: 455 },
  temperaturesCentiC: [-50, null],
};

describe('a record as a JSON object', () => {
  it('of a reading: temperatures by probe, absent ones as null', () => {
    assert.deepEqual(logObject(READING, true), {
      sequence: 7,
      boot: 2,
      uptimeS: 60,
      time: '2020-01-01T00:00:00Z',
      type: 'reading',
      handedOver: true,
      humidityPermille: 455,
      temperaturesCentiC: [-50, null],
    });
  });

  it('codes keep their number and get their word', () => {
    const fields = { kit: 3, verdict: 3, reasons: 0b1_0000_0001, budgetLeftS: 5 };
    const object = logObject({ ...BASE, type: 'verdict', fields }, true);
    assert.equal(object['verdict'], 3);
    assert.equal(object['verdictWord'], 'quarantine');
    assert.equal(object['reasonsWord'], 'zone0 budget');
  });

  it('what is not known is null: time, humidity, wall clock', () => {
    const humidity = { ...READING, fields: { humidityPermille: -1 }, wallS: null };
    assert.equal(logObject(humidity, true)['humidityPermille'], null);
    assert.equal(logObject(humidity, true)['time'], null);
    const fields = { wallSource: 0, oldWallS: -2147483648, newWallS: 9, wallUncertaintyS: 0 };
    assert.equal(logObject({ ...BASE, type: 'clock', fields }, true)['oldWallS'], null);
  });

  it('a checkpoint has its own number and the number of the last record that it covers', () => {
    const object = logObject({ ...BASE, type: 'checkpoint', fields: { sequence: 5 } }, true);
    assert.deepEqual([object['sequence'], object['coveredSequence']], [7, 5]);
  });

  it('bytes are text where they are text, else hex, under their own name', () => {
    const dock = Uint8Array.from(Buffer.from('4147350001000015'));
    const object = logObject({ ...BASE, type: 'dock', fields: { docked: 1 }, tail: dock }, true);
    assert.equal(object['dockId'], '4147350001000015');
    const tail = Uint8Array.of(0, 254);
    const hash = logObject({ ...BASE, type: 'roles', fields: { counter: 1 }, tail }, true);
    assert.equal(hash['hash'], '00fe');
  });
});

describe('log.csv', () => {
  const rowsOf = (text: string): string[][] => parse(text, { record_delimiter: '\r\n' });

  it('has a header and one line per record, with units in the names', async () => {
    const { log } = await reportFixture();
    const text = [...logCsv(log.records, log.lastSequence)].join('');
    const [head, ...rows] = rowsOf(text);
    assert.deepEqual(head, [
      'sequence',
      'boot',
      'uptimeS',
      'timeUtc',
      'type',
      'handedOver',
      'temperature1C',
      'temperature2C',
      'humidityPercent',
      'details',
    ]);
    assert.equal(rows.length, log.records.length);
    rows.forEach((row, i) => assert.equal(row[0], String(log.records[i]!.sequence)));
  });

  it('writes readings as numbers and leaves gaps empty', () => {
    const [, row] = rowsOf([...logCsv([READING], 7)].join(''));
    assert.deepEqual(row, [
      '7',
      '2',
      '60',
      '2020-01-01T00:00:00Z',
      'reading',
      'yes',
      '-0.50',
      '',
      '45.5',
      '',
    ]);
  });

  it('writes other records as words', () => {
    const fields = { probe: 0, reason: 1, startUptimeS: 5, lengthS: -1 };
    const [, row] = rowsOf([...logCsv([{ ...BASE, type: 'gap', fields }], 7)].join(''));
    assert.equal(row!.at(-1), 'probe=0; reason=busError; startUptimeS=5; lengthS=-1');
  });

  it('marks what was not handed over: it is aboard only, and no signature covers it', () => {
    const records = [5, 6, 7].map((sequence) => ({ ...READING, sequence }));
    const [head, ...rows] = rowsOf([...logCsv(records, 6)].join(''));
    const column = head!.indexOf('handedOver');
    assert.deepEqual(
      rows.map((row) => row[column]),
      ['yes', 'yes', 'no'],
    );
    const objects = [...logJsonl(records, 6)].map((line) => JSON.parse(line) as object);
    assert.deepEqual(
      objects.map((object) => 'handedOver' in object && object.handedOver),
      [true, true, false],
    );
  });

  it('quotes by RFC 4180: what a reader reads is what was written', () => {
    const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\r', '\n', ';', ' ', 'å') });
    fc.assert(
      fc.property(fc.array(field, { minLength: 2, maxLength: 5 }), (fields) => {
        assert.deepEqual(rowsOf(csvLine(fields)), [fields]);
      }),
    );
  });
});

describe('log.jsonl', () => {
  it('is one object per line, each with sequence, boot, uptime, time and type', async () => {
    const { log } = await reportFixture();
    const lines = [...logJsonl(log.records, log.lastSequence)].join('').trimEnd().split('\n');
    assert.equal(lines.length, log.records.length);
    lines.forEach((line, i) => {
      const { sequence, type } = JSON.parse(line) as { sequence: number; type: string };
      assert.deepEqual([sequence, type], [log.records[i]!.sequence, log.records[i]!.type]);
    });
  });
});

/** Numbers as people read them. */
import assert from 'node:assert/strict';
import {
  celsiusOf,
  countOf,
  dayOf,
  durationOf,
  identityOf,
  isoOf,
  limitOf,
  minuteOf,
  offsetName,
  plural,
  tailText,
  thousandthsOf,
} from '../../../host-sim/web/format.js';
import { fieldWord, reasonWords } from '../../../host-sim/web/words.js';

describe('numbers in words', () => {
  const rows: [actual: string, expected: string][] = [
    [isoOf(0), '2020-01-01T00:00:00Z'],
    [isoOf(-1), '2019-12-31T23:59:59Z'],
    [minuteOf(3600, 120), '2020-01-01 03:00'],
    [dayOf(86399), '2020-01-01'],
    [dayOf(86400), '2020-01-02'],
    [dayOf(43200), '2020-01-01 12:00'],
    [offsetName(-210), 'UTC-03:30'],
    [offsetName(60), 'UTC+01:00'],
    [durationOf(15_120), '4 h 12 min'],
    [durationOf(-90), '-1 min 30 s'],
    [celsiusOf(-50), '-0.50'],
    [celsiusOf(2500), '25.00'],
    [limitOf(2500), '25.0'],
    [limitOf(-55), '-0.55'],
    [thousandthsOf(4224), '4.22'],
    [thousandthsOf(-996), '-1.00'],
    [countOf(1234567), '1\u202f234\u202f567'],
    [plural(1, 'kit'), '1 kit'],
    [plural(0, 'entry', 'entries'), '0 entries'],
    [identityOf('010735000100020621KIT1'), '(01) 07350001000206 (21) KIT1'],
    [identityOf('8003073500010000391'), '(8003) 073500010000391'],
    [identityOf('4147350001000015254A'), '(414) 7350001000015 (254) A'],
    [identityOf('something else'), 'something else'],
    [tailText(Uint8Array.from(Buffer.from('414735'))), '414735'],
    [tailText(Uint8Array.of(0, 255)), '00ff'],
    [tailText(new Uint8Array(0)), ''],
  ];
  for (const [actual, expected] of rows) {
    it(expected || '(empty)', () => assert.equal(actual, expected));
  }
});

describe('words for codes', () => {
  it('name coded fields, the same field differently by record type', () => {
    assert.equal(fieldWord('gap', 'reason', 9), 'noPower');
    assert.equal(fieldWord('boot', 'reason', 2), 'brownOut');
    assert.equal(fieldWord('verdict', 'verdict', 3), 'quarantine');
    assert.equal(fieldWord('excursion', 'rule', 2), 'zone2');
    assert.equal(fieldWord('command', 'result', -41), 'notAllowed');
    assert.equal(fieldWord('power', 'batteryMilliV', 3), undefined);
  });

  it('keep a code that no table knows', () => {
    assert.equal(fieldWord('verdict', 'verdict', 77), 'code 77');
    assert.deepEqual(reasonWords((1 << 0) | (1 << 9) | (1 << 30)), ['zone0', 'gap', 'reason30']);
  });
});

import assert from 'node:assert/strict';
import type { DecodedRecord } from '../../../host-sim/backend/record-types.js';
import { checkConditions } from '../../../host-sim/checkers/check-conditions.js';
import { RULE } from '../../../host-sim/checkers/codes.js';
import type { ExpectedKit } from '../../../host-sim/checkers/expected.js';
import type { Rules } from '../../../host-sim/checkers/input.js';
import type { JournalView, TimedRecord } from '../../../host-sim/checkers/journal-view.js';

const RULES: Rules = {
  id: 'test',
  isExample: true,
  zones: [],
  gapAllowanceS: 300,
  budget: null,
  shock: {
    dropFreeFallMs: 140,
    dropDeltaVMmPerS: 1500,
    severeDeltaVMmPerS: 3000,
    dropVerdict: 'inspect',
    severeVerdict: 'discard',
  },
  lid: { allowedS: 3600, verdict: 'inspect' },
  useByS: null,
  humidity: { limit: 600, allowedS: 600, verdict: 'inspect' },
  light: { limit: 500, allowedS: 600, verdict: 'unknown' },
  tilt: { limit: 60, allowedS: 0, verdict: 'quarantine' },
};
const EXPECTED = { story: { name: 'K', slot: 2, rules: RULES } } as unknown as ExpectedKit;

let sequence = 0;
function at(atS: number, type: string, fields: Record<string, number>): TimedRecord {
  const record = { sequence: ++sequence, type, fields, uptimeS: atS, tail: new Uint8Array() };
  return { atS, record: record as unknown as DecodedRecord };
}
const humid = (atS: number, humidityPermille: number): TimedRecord =>
  at(atS, 'reading', { humidityPermille });
const opens = (atS: number, rule: number, limit: number, extreme = limit + 1): TimedRecord =>
  at(atS, 'excursion', { kit: 0, rule, phase: 0, limit, allowed: rule === 23 ? 0 : 600, extreme });

/** What is found of a kit that was packed at 0, with these records besides. */
function found(...all: readonly TimedRecord[]): string[] {
  const packed = at(0, 'kit', { kit: 0, slot: 2 });
  const own = all.filter(({ record }) => record.fields['kit'] === 0);
  const view: JournalView = { all: [packed, ...all], kits: [], findings: [] };
  const kit = { number: 0, packed, records: own };
  return checkConditions(view, EXPECTED, kit).map(({ message }) => message);
}

/** Readings every 100 s from 0 on. */
const humidUntil = (toS: number, permille = 601): TimedRecord[] =>
  Array.from({ length: toS / 100 + 1 }, (_, i) => humid(i * 100, permille));

describe('the oracle of humidity, light and tilt', () => {
  it('accepts what is spent and told once, and nothing where it is not', () => {
    assert.deepEqual(found(...humidUntil(700), opens(600, RULE.humidity, 600)), []);
    assert.deepEqual(found(...humidUntil(500)), []);
    assert.deepEqual(found(...humidUntil(5000, 600)), []);
  });

  it('notices one that is missing, too early, doubled, or of another rule', () => {
    assert.match(found(...humidUntil(700))[0]!, /700 s of 600 s used, no record/);
    assert.match(found(...humidUntil(500), opens(500, RULE.humidity, 600))[0]!, /but 500 s/);
    assert.match(found(...humidUntil(900), opens(300, RULE.humidity, 600))[0]!, /opened by/);
    const twice = [opens(600, RULE.humidity, 600), opens(700, RULE.humidity, 600)];
    assert.match(found(...humidUntil(900), ...twice)[0]!, /opened again/);
    assert.match(found(...humidUntil(700), opens(600, RULE.humidity, 700))[0]!, /limit 700/);
  });

  it('counts a reading for the gap allowance at most, and only while the kit is in', () => {
    assert.deepEqual(found(humid(0, 700), humid(5000, 700), humid(5200, 500)), []);
    const away = [
      at(300, 'custody', { kit: 0, custody: 2 }),
      at(600, 'custody', { kit: 0, custody: 1 }),
    ];
    assert.deepEqual(found(...humidUntil(800), ...away), []);
  });

  it('adds light from its record on, and forgets what is dark', () => {
    const light = (atS: number, lux: number): TimedRecord => at(atS, 'light', { lux });
    const bright = [light(0, 800), humid(300, 0), light(700, 0)];
    assert.match(found(...bright)[0]!, /light: 700 s of 600 s used/);
    assert.deepEqual(found(...bright, opens(700, RULE.light, 500)), []);
    assert.deepEqual(found(light(0, 500), light(5000, 0)), []);
  });

  it('knows a tilt of its slot from one of another, and from one that nobody could tell', () => {
    const shock = (tiltDeg: number, slots: number): TimedRecord =>
      at(50, 'shock', { tiltDeg, slots });
    assert.match(found(shock(61, 0b100))[0]!, /tilt: .*no record/);
    assert.deepEqual(found(shock(61, 0b100), opens(50, RULE.tilt, 60)), []);
    for (const none of [shock(60, 0b100), shock(61, 0b011), shock(255, 0b100)]) {
      assert.deepEqual(found(none), []);
      assert.match(found(none, opens(50, RULE.tilt, 60))[0]!, /opened by/);
    }
  });
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { loadCbor } from '../../../host-sim/backend/cbor.js';
import { type Profile, parseProfile } from '../../../host-sim/backend/profile.js';
import { expectTighter, tightens } from '../../../host-sim/backend/profile-versions.js';

const FOLDER = join(__dirname, '../../../host-sim/backend/profiles');
/** A path in the YAML, and what stands there then; without it, nothing. */
type Change = readonly [path: string, value?: string | number | boolean];

/** An example, and the same with changes, as its next version. */
function versions(id: string, ...changes: readonly Change[]): [older: Profile, newer: Profile] {
  const text = readFileSync(join(FOLDER, `${id}.yaml`), 'utf8');
  const document = parseDocument(text);
  document.set('version', 2);
  for (const [path, value] of changes) {
    const keys = path.split('.').map((key) => (/^\d+$/.test(key) ? Number(key) : key));
    if (value === undefined) document.deleteIn(keys);
    else document.setIn(keys, value);
  }
  return [parseProfile(text, 'older'), parseProfile(document.toString(), 'newer')];
}

const looser = (id: string, ...changes: readonly Change[]): string[] =>
  tightens(...versions(id, ...changes)).map(({ field }) => field);

describe('a newer version of a profile', () => {
  before(loadCbor);

  it('that changes nothing, or only tightens, loosens nothing', () => {
    assert.deepEqual(looser('lyoplas-n-w'), []);
    const tighter = looser(
      'lyoplas-n-w',
      ['zones.0.limitC.value', 24],
      ['zones.0.allowanceS.value', 7200],
      ['zones.0.verdict', 'discard'],
      ['gapAllowanceS.value', 600],
      ['stability.shelfLifeMonths.value', 12],
      ['useByS.value', 3600],
      ['lid.openAllowedS.value', 60],
    );
    assert.deepEqual(tighter, []);
  });

  const LOOSER: readonly (readonly [field: string, id: string, change: Change])[] = [
    ['example', 'flyp', ['example', false]],
    ['zones[0]', 'flyp', ['zones.0.limitC.value', 25.1]],
    ['zones[3]', 'flyp', ['zones.3.limitC.value', 1.9]],
    ['zones[0]', 'flyp', ['zones.0.allowanceS.value', 28801]],
    ['zones[0]', 'flyp', ['zones.0.allowance', 'single']],
    ['zones[0]', 'flyp', ['zones.0.verdict', 'inspect']],
    ['zones[1]', 'flyp', ['zones.1.operator', 'above']],
    ['zones[4]', 'flyp', ['zones.4']],
    ['gapAllowanceS', 'flyp', ['gapAllowanceS.value', 901]],
    ['shock.dropFreeFallMs', 'flyp', ['shock.dropFreeFallMs.value', 141]],
    ['shock.severeVerdict', 'flyp', ['shock.severeVerdict', 'inspect']],
    ['lid.openAllowedS', 'flyp', ['lid.openAllowedS.value', 7201]],
    ['humidityPercent', 'flyp', ['humidityPercent']],
    ['humidityPercent.limit', 'flyp', ['humidityPercent.limit.value', 89.1]],
    ['humidityPercent.allowedS', 'flyp', ['humidityPercent.allowedS.value', 28801]],
    ['stability', 'flyp', ['stability']],
    ['stability', 'flyp', ['stability.shelfLifeMonths.value', 25]],
    ['lossAllowedS', 'who-type-2', ['lossAllowedS.value', 1801]],
    ['tiltDeg.limit', 'watched-2-25', ['tiltDeg.limit.value', 61]],
    ['needsCalibration', 'watched-2-25', ['needsCalibration']],
  ];
  for (const [field, id, change] of LOOSER) {
    it(`is looser in ${field} of ${id} with ${change.join(' = ')}`, () => {
      assert.deepEqual(looser(id, change), [field]);
    });
  }

  it('is refused with every field that is looser, unless quality says so', () => {
    const [older, newer] = versions(
      'flyp',
      ['gapAllowanceS.value', 1800],
      ['zones.0.limitC.value', 26],
    );
    const refused = (expected: RegExp): void =>
      assert.throws(() => expectTighter(older, newer), expected);
    refused(/version 2 is looser than 1.*--loosen/);
    refused(/zones\[0\]: label, warm, above 25 °C/);
    refused(/gapAllowanceS: 900 -> 1800/);
    expectTighter(older, newer, true);
  });

  it('has a higher version, and is refused without', () => {
    const [older, newer] = versions('flyp', ['version', 1], ['gapAllowanceS.value', 600]);
    assert.throws(() => expectTighter(older, newer), /version 1 differs.*above 1/);
    expectTighter(older, older);
  });
});

describe('a profile’s rules behind its zones', () => {
  before(loadCbor);

  const REFUSED: readonly (readonly [path: string, value: number | boolean | undefined])[] = [
    ['humidityPercent.limit.value', 100],
    ['tiltDeg.limit.value', 180],
    ['lightLux.allowedS.source', undefined],
    ['needsCalibration.value', false],
    ['disagreeC.limit.value', 0],
  ];
  for (const [path, value] of REFUSED) {
    it(`are refused with ${path} ${value}, by its path`, () => {
      const change: Change = value === undefined ? [path] : [path, value];
      const text = new RegExp(path.replaceAll('.', '\\.'));
      assert.throws(() => versions('watched-2-25', change), text);
    });
  }

  it('take a place each, of eight with the zones', () => {
    const text = readFileSync(join(FOLDER, 'watched-2-25.yaml'), 'utf8');
    const zone = /zones:\n([^]*?)\n {2}- name: label, cold/.exec(text)![1]!;
    const withMore = (count: number): string =>
      text.replace(zone, Array.from({ length: count + 1 }, () => zone).join('\n'));
    assert.equal(parseProfile(withMore(1), 'one more').source.zones.length, 4);
    assert.throws(() => parseProfile(withMore(2), 'two more'), /at most 8 together/);
  });
});

/**
 * From records to what the report shows: gaps stay gaps, excursions are drawn where the limit
 * really was passed, kits keep their own story although numbers are used again.
 */
import assert from 'node:assert/strict';
import { CUSTODY } from '../../../firmware/core/units.js';
import type { DecodedRecord, RecordName } from '../../../host-sim/backend/record-types.js';
import { encodePackingList } from '../../../host-sim/backend/packing-list.js';
import { ProfileLibrary } from '../../../host-sim/backend/profile.js';
import { kitVerdicts } from '../../../host-sim/backend/verdicts.js';
import { packingListOf } from '../backend/support/fixtures.js';
import { toyLog } from '../backend/support/toy-journal.js';
import { LogIndex } from '../../../host-sim/web/log-index.js';
import { type ReportInput, buildReportData } from '../../../host-sim/web/report-data.js';
import { zoneSets } from '../../../host-sim/web/report-zones.js';
import { legsOf } from '../../../host-sim/web/report-lanes.js';
import { readingRuns, silentSpans } from '../../../host-sim/web/report-series.js';
import type { ReportData, ReportEvent } from '../../../host-sim/web/report-types.js';
import { START_S, reportFixture } from './report-fixture.js';

const CONFIG = { samplePeriodS: 60, probeCount: 1, slotCount: 1, isHardware: 0 };

function record(
  sequence: number,
  wallS: number | null,
  type: RecordName,
  more: Partial<DecodedRecord> = {},
): DecodedRecord {
  const tail = more.tail ?? new Uint8Array(0);
  return { sequence, boot: 1, uptimeS: sequence, wallS, type, fields: {}, ...more, tail };
}

function indexOf(readings: readonly (readonly [wallS: number, centiC: number | null])[]): LogIndex {
  const config = record(1, 0, 'config', { fields: CONFIG, tail: Uint8Array.of(1) });
  const rest = readings.map(([wallS, centiC], i) =>
    record(i + 2, wallS, 'reading', { temperaturesCentiC: [centiC] }),
  );
  return new LogIndex([config, ...rest], [], new Map());
}

describe('readings as runs', () => {
  it('one run while the step is the same', () => {
    const runs = readingRuns(
      indexOf([
        [60, 500],
        [120, 510],
        [180, null],
        [240, 530],
      ]),
    );
    assert.deepEqual(runs, [{ startS: 60, stepS: 60, values: [[500, 510, null, 530]] }]);
  });

  it('a pause begins a run of its own, so that no line bridges it', () => {
    const runs = readingRuns(
      indexOf([
        [60, 500],
        [120, 510],
        [1200, 700],
        [1260, 710],
      ]),
    );
    assert.deepEqual(
      runs.map(({ startS, values }) => [startS, values[0]]),
      [
        [60, [500, 510]],
        [1200, [700, 710]],
      ],
    );
  });

  it('another step goes on where the last run ended', () => {
    const runs = readingRuns(
      indexOf([
        [60, 500],
        [120, 510],
        [150, 520],
        [180, 530],
      ]),
    );
    assert.deepEqual(
      runs.map(({ startS, stepS, values }) => [startS, stepS, values[0]]),
      [
        [60, 60, [500, 510]],
        [120, 30, [510, 520, 530]],
      ],
    );
  });

  it('time that goes back begins anew', () => {
    const runs = readingRuns(
      indexOf([
        [600, 500],
        [660, 510],
        [300, 520],
      ]),
    );
    assert.deepEqual(
      runs.map(({ startS }) => startS),
      [600, 300],
    );
  });

  it('no value is lost or made up, whatever the times', () => {
    const readings: [number, number | null][] = [];
    for (let i = 0, at = 0; i < 500; i++) {
      at += [60, 60, 60, 61, 30, 400][(i * 7) % 6]!;
      readings.push([at, i % 11 === 0 ? null : i]);
    }
    const seen = new Map<number, number | null>();
    for (const { startS, stepS, values } of readingRuns(indexOf(readings))) {
      values[0]!.forEach((value, i) => seen.set(startS + i * stepS, value));
    }
    assert.deepEqual([...seen], readings);
  });
});

describe('time without data', () => {
  it('from the last reading before to the first after, and to the end of the log', () => {
    const spans = silentSpans(
      indexOf([
        [60, 500],
        [120, null],
        [180, null],
        [240, 530],
      ]),
      900,
    );
    assert.deepEqual(
      spans.map(({ fromS, toS }) => [fromS, toS]),
      [
        [60, 240],
        [240, 900],
      ],
    );
  });
});

describe('the fixture journey as report data', () => {
  let data: ReportData;
  before(async () => {
    data = buildReportData((await reportFixture()).input);
  });

  it('counts what the log holds', () => {
    const { facts } = data;
    assert.equal(facts.firstSequence, 1);
    assert.equal(facts.recordCount, facts.lastSequence);
    assert.equal(facts.bootCount, 2);
    assert.equal(facts.samplePeriodS, 60);
  });

  it('draws an excursion while the limit was passed, though cumulative ones never end', () => {
    const warm = data.chart.excursions.filter(({ text }) => text === 'label, warm');
    assert.equal(warm.length, 1);
    const hours = (wallS: number): number => (wallS - START_S) / 3600;
    assert.ok(Math.abs(hours(warm[0]!.fromS) - 30.25) < 0.1);
    assert.ok(hours(warm[0]!.toS) > 35 && hours(warm[0]!.toS) < 36);
    assert.equal(warm[0]!.detail, 'Kit 1, Kit 2, Kit 4, Kit 5');
  });

  it('finds the two silences and their reasons', () => {
    const silences = data.chart.gaps.map(({ detail, fromS, toS }) => [detail, toS - fromS > 1800]);
    assert.deepEqual(silences, [
      ['No readings: not recorded', true],
      ['No readings: bus error', true],
    ]);
  });

  it('shows a kit thin while it is out, with its marks', () => {
    const lane = data.chart.lanes.find(({ name }) => name === 'Kit 3')!;
    assert.deepEqual(
      lane.marks.map(({ shape }) => shape),
      ['in', 'out', 'mixed'],
    );
    assert.deepEqual(
      lane.bars.map(({ tone, isThin }) => [tone, isThin]),
      [
        ['usable', false],
        ['usable', true],
        ['inspect', true],
      ],
    );
  });

  it('gives an excursion without an end its latest numbers, counted from its opening', () => {
    const warm = data.excursions.filter(({ rule }) => rule === 'label, warm');
    assert.equal(warm.length, 4, 'an update is no excursion of its own');
    for (const { usedText, start, alarm, end, asOf } of warm) {
      assert.equal(usedText, '5 h 22 min');
      assert.equal(end, null);
      assert.ok(start.sequence < alarm.sequence && alarm.sequence < asOf.sequence);
    }
  });

  it('repeats in no story what only brings numbers up to date, but lists it as an event', () => {
    const isUpdate = ({ text }: ReportEvent): boolean => /so far|still/.test(text);
    assert.ok(!data.kits.some(({ timeline }) => timeline.some(isUpdate)));
    const updates = data.events.filter(isUpdate).map(({ text }) => text);
    assert.equal(updates.length, 8);
    assert.match(
      updates[0]!,
      /^Kit 1: excursion "label, warm" so far: 5 h 22 min of 4 h allowed, extreme 37\.\d\d °C$/,
    );
    assert.equal(
      updates[1],
      'Kit 1: verdict still quarantine, "label, warm"; its budget as of now',
    );
  });

  it('tells kits that were out, or whose slot was silent, among what is missing', () => {
    const ofKits = data.gaps.filter(({ text }) => text.startsWith('Kit'));
    assert.deepEqual(
      ofKits.map(({ text }) => text),
      [
        'Kit 5: out of the container for 20 min, allowed 15 min',
        'Kit 8: no reading for 1 h 6 min, allowed 15 min',
      ],
    );
    const { sequence } = ofKits[0]!;
    const began = data.events.find((event) => event.sequence === sequence);
    assert.match(began!.text, /^Kit 5 taken out/);
    const told = data.kits[4]!.timeline.filter(({ kind }) => kind === 'verdict');
    assert.match(told[1]!.text, /: verdict unknown, "out of the container", "put back, not/);
    const rules = data.excursions.map(({ rule }) => rule);
    assert.deepEqual(
      rules.filter((rule) => /data|out/.test(rule)),
      ['out of the container', 'no data'],
    );
  });

  it('joins opening and closing of an excursion', () => {
    const cold = data.excursions.find(({ rule }) => rule === 'label, cold')!;
    assert.equal(cold.usedText, '1 h 9 min');
    assert.ok(cold.end!.sequence > cold.alarm.sequence);
    assert.ok(cold.start.sequence < cold.alarm.sequence);
  });

  it("leaves handling shocks out of the kits' stories, but not out of the table", () => {
    assert.equal(data.shocks.length, 2);
    const shocks = data.kits[0]!.timeline.filter(({ kind }) => kind === 'shock');
    assert.deepEqual(
      shocks.map(({ text }) => text.slice(0, 9)),
      ['Drop-like'],
    );
    assert.deepEqual(
      data.shocks[0]!.kitNames,
      [1, 2, 4, 5, 6, 7, 8].map((n) => `Kit ${n}`),
    );
  });

  it("shades the stricter of two products' rules, and each alone", () => {
    const names = data.chart.zoneSets.map(({ name }) => name);
    assert.deepEqual(names, ['All products, the stricter rule', 'LyoPlas N-w', 'FLyP']);
    const verdictAt = (set: number, centiC: number): string =>
      data.chart.zoneSets[set]!.bands.find(
        ({ fromCentiC, toCentiC }) =>
          (fromCentiC ?? -Infinity) <= centiC && centiC < (toCentiC ?? Infinity),
      )!.verdict;
    assert.equal(verdictAt(0, 4700), 'discard');
    assert.equal(verdictAt(2, 4700), 'quarantine');
    assert.equal(verdictAt(0, 2000), 'usable');
  });
});

describe('the limits of several products together', () => {
  it('name of the same limit only the rule that comes first', async () => {
    const library = await ProfileLibrary.load();
    const [together] = zoneSets([library.byId('lyoplas-n-w'), library.byId('flyp')]);
    const texts = together!.limits.map(({ text }) => text);
    const at = (limit: string) => texts.find((text) => text.startsWith(limit));
    assert.equal(at('above 25.0'), 'above 25.0 °C: quarantine after 4 h in total');
    const both = 'quarantine after 30 min at a stretch or after 8 h in total';
    assert.equal(at('below 2.0'), `below 2.0 °C: ${both}`, 'two products, neither always first');
  });

  it('name two where neither always comes first; above and below stand apart', async () => {
    const profile = (await ProfileLibrary.load()).byId('lyoplas-n-w');
    const value = (number: number) => ({ value: number, source: 'a source for this test' });
    type Zone = (typeof profile.source.zones)[number];
    const zone = { name: 'z', limitC: value(30), verdict: 'quarantine' } as const;
    const zones: Zone[] = [
      { ...zone, operator: 'above', allowance: 'single', allowanceS: value(3600) },
      { ...zone, operator: 'above', allowance: 'cumulative', allowanceS: value(7200) },
      { ...zone, operator: 'above', allowance: 'cumulative', allowanceS: value(9000) },
      { ...zone, operator: 'above', allowance: 'single', allowanceS: value(7200) },
      { ...zone, operator: 'atOrBelow', allowance: 'instant', verdict: 'discard' },
    ];
    const [set] = zoneSets([{ ...profile, source: { ...profile.source, zones } }]);
    assert.deepEqual(set!.limits, [
      {
        centiC: 3000,
        text:
          'above 30.0 °C: quarantine after 1 h at a stretch or after 2 h in total; ' +
          'at or below 30.0 °C: discard at once',
      },
    ]);
  });
});

describe('kits whose number is used again', () => {
  let library: ProfileLibrary;
  let input: ReportInput;
  before(async () => {
    library = await ProfileLibrary.load();
    ({ input } = await reportFixture());
  });

  it('keep their own records', () => {
    const kit = (sequence: number): DecodedRecord =>
      record(sequence, sequence, 'kit', {
        fields: { kit: 0, slot: 2, profile: 0, expiryWallS: 9 },
        tail: encodePackingList(packingListOf(`K${sequence}`)),
      });
    const custody = { kit: 0, custody: CUSTODY.used, verdict: 0, emergency: 0, origin: 1, slot: 2 };
    const shock = (sequence: number): DecodedRecord =>
      record(sequence, sequence, 'shock', { fields: { class: 1, slots: 0b100 } });
    const used = record(2, 2, 'custody', { fields: custody });
    const records = [kit(1), used, shock(3), kit(4), shock(5)];
    const verdicts = kitVerdicts(toyLog(records), library);
    const { kits, shocks } = buildReportData({ ...input, records, verdicts });
    assert.deepEqual(
      kits.map(({ timeline }) => timeline.map(({ sequence }) => sequence)),
      [
        [1, 2],
        [4, 5],
      ],
    );
    assert.deepEqual(
      shocks.map(({ kitNames }) => kitNames),
      [[], ['Kit 1']],
      'a kit that was used is not in its slot any more',
    );
  });
});

describe('places and ways', () => {
  it('a fix alone is neither arrival nor departure; undocking is no departure', () => {
    const gln = Uint8Array.from(Buffer.from('4147350001000015'));
    const place = { source: 2, latitudeMicroDeg: 0, longitudeMicroDeg: 0, uncertaintyM: 5 };
    const records = [
      record(1, 10, 'dock', { fields: { docked: 1 }, tail: gln }),
      record(2, 20, 'dock', { fields: { docked: 0 }, tail: gln }),
      record(3, 30, 'place', { fields: { ...place, kind: 0 } }),
      record(4, 40, 'place', { fields: { ...place, kind: 1 }, tail: gln }),
      record(5, 50, 'place', { fields: { ...place, kind: 2, latitudeMicroDeg: 59_000_000 } }),
    ];
    const legs = legsOf(new LogIndex(records, [], new Map()));
    assert.deepEqual(
      legs.map(({ kind, place: name, from, to }) => [kind, name, from.sequence, to?.sequence]),
      [
        ['stay', '(414) 7350001000015', 1, 4],
        ['way', '', 4, 5],
        ['stay', '59.0000, 0.0000', 5, undefined],
      ],
    );
  });
});

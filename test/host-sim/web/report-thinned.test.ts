/**
 * Readings that were summed up in the report: their extremes count, the figure draws them as bands,
 * and nowhere do they look like silence.
 */
import assert from 'node:assert/strict';
import vm from 'node:vm';
import { CHART_LOOK } from '../../../host-sim/web/chart-look.js';
import { chartOption, chartSource } from '../../../host-sim/web/chart-option.js';
import type { ChartData } from '../../../host-sim/web/chart-types.js';
import { type ReportInput, buildReportData } from '../../../host-sim/web/report-data.js';
import { stillFigure } from '../../../host-sim/web/report-figure.js';
import { reportHead } from '../../../host-sim/web/report-head.js';
import { renderReport } from '../../../host-sim/web/report.js';
import { START_S } from './report-fixture.js';
import { thinnedFixture } from './thinned-fixture.js';

const HOUR = 3600;
/** The hot noon of day 2. */
const HOT = [30, 35] as const;

describe('readings that were summed up, in the report', () => {
  it('count for the extremes, which have a span instead of a moment', async () => {
    const { input, whole, thinned } = await thinnedFixture(HOT);
    const before = buildReportData(whole).temperature!;
    const { temperature } = buildReportData(input);
    assert.equal(temperature!.maximumCentiC, before.maximumCentiC);
    const { sequence, wallS, untilS } = temperature!.maximum;
    assert.equal(sequence, thinned[0]!.sequence);
    assert.deepEqual([wallS, untilS], [START_S + 30 * HOUR, START_S + 35 * HOUR - 60]);
    assert.ok(wallS! <= before.maximum.wallS! && before.maximum.wallS! <= untilS!);
    assert.deepEqual(temperature!.minimum, before.minimum, 'a single reading, with its moment');
  });

  it('are no silence: the gaps are those that there were', async () => {
    const { input, whole } = await thinnedFixture(HOT, [35, 41], [44, 46]);
    const { gaps } = buildReportData(input).chart;
    assert.deepEqual(gaps, buildReportData(whole).chart.gaps);
  });

  it('and silence between two ranges, or behind one, stays silence', async () => {
    const { input, whole } = await thinnedFixture([40, 46.02], [47.1, 50]);
    const { gaps } = buildReportData(input).chart;
    const before = buildReportData(whole).chart.gaps;
    assert.deepEqual(
      gaps.map(({ detail }) => detail),
      before.map(({ detail }) => detail),
    );
  });

  it('become bands between least and greatest of each probe, with the mean', async () => {
    const { input, whole } = await thinnedFixture(HOT);
    const [band, ...more] = buildReportData(input).chart.bands;
    assert.deepEqual(more, []);
    const inside = whole.records.filter(
      ({ type, wallS }) => type === 'reading' && band!.fromS <= wallS! && wallS! <= band!.toS,
    );
    band!.probes.forEach((values, probe) => {
      const all = inside.flatMap(({ temperaturesCentiC }) => temperaturesCentiC?.[probe] ?? []);
      assert.equal(values!.minimum, Math.min(...all));
      assert.equal(values!.maximum, Math.max(...all));
      assert.ok(Math.abs(values!.mean - all.reduce((a, b) => a + b) / all.length) <= 0.5);
    });
    assert.deepEqual(buildReportData(whole).chart.bands, []);
  });

  it('are named in words: ranges that follow one another as one', async () => {
    const { input } = await thinnedFixture(HOT, [35, 41], [44, 45]);
    const data = buildReportData(input);
    assert.deepEqual(
      data.chart.summedUp.map(({ fromS, toS, text, detail }) => [
        Math.round((fromS - START_S) / HOUR),
        Math.round((toS - START_S) / HOUR),
        text,
        detail,
      ]),
      [
        [30, 41, 'summed up', '660 readings summed up for want of room'],
        [44, 45, 'summed up', '60 readings summed up for want of room'],
      ],
    );
    assert.ok(stillFigure(data.chart).includes('>summed up</text>'));
    const words = renderReport(data).replace(/\s+/g, ' ');
    assert.match(words, /Readings from 2026-07-15 12:00 to 2026-07-15 22:59, .* were summed up:/);
  });

  it('are counted at the head, with the time that an extreme may be of', async () => {
    const { input, whole, thinned } = await thinnedFixture(HOT);
    const text = (of: ReportInput): string =>
      reportHead(buildReportData(of))
        .toString()
        .replace(/<[^>]*>/g, '')
        .replace(/\s+/g, ' ');
    assert.match(text(input), /one every 1 min; 300 summed up, because the container's memory/);
    assert.match(
      text(input),
      new RegExp(
        `°C \\(at some time from 2026-07-15 12:00 14:00 local to 2026-07-15 16:59 ` +
          `18:59 local #${thinned[0]!.sequence}\\)`,
      ),
    );
    assert.doesNotMatch(text(whole), /summed up|some time/);
  });

  it('of a boot without a clock are not drawn, but count', async () => {
    const { input } = await thinnedFixture(HOT);
    const records = input.records.map((record) => ({ ...record, wallS: null }));
    const { temperature, chart } = buildReportData({ ...input, records });
    assert.deepEqual([chart.bands, chart.summedUp], [[], []]);
    assert.deepEqual(temperature!.maximum, { sequence: records.at(-1)!.sequence, wallS: null });
  });

  it('are drawn alike on the host and in the page', async () => {
    const { chart } = buildReportData((await thinnedFixture(HOT)).input);
    const text = `${chartSource()}
      JSON.stringify(composeChart(data, look, [
        temperaturePart(data, look, 0), shockPart(data, look), lanePart(data, look)]));`;
    const inPage = vm.runInNewContext(text, { data: chart, look: CHART_LOOK }) as string;
    assert.equal(inPage, JSON.stringify(chartOption(chart, CHART_LOOK, 0)));
  });
});

describe('a curve of many readings with a hole', () => {
  it('has a hole in the figure too, however few pixels there are', async () => {
    const { chart } = buildReportData((await thinnedFixture(HOT)).input);
    const values = Array.from({ length: 40_000 }, (_, i) => 2000 + (i % 7));
    const stepS = 20;
    const [fromS, toS] = [chart.fromS, chart.fromS + 100_000 * stepS];
    const startS = fromS + 60_000 * stepS;
    const runs = [
      { startS: fromS, stepS, values: [values] },
      { startS, stepS, values: [values] },
    ];
    const bare: ChartData = {
      ...chart,
      fromS,
      toS,
      probes: ['Probe 1'],
      runs,
      bands: [],
      lanes: [],
    };
    const svg = stillFigure({ ...bare, summedUp: [], excursions: [], gaps: [] });
    const curves = [...svg.matchAll(/<path d="([^"]*)"[^>]* stroke="#0b4f8a"/g)];
    const parts = curves.flatMap(([, path]) => path!.match(/M/g) ?? []);
    assert.equal(parts.length, 2);
  });
});

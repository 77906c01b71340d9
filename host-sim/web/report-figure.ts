/**
 * Hands on the figure's section: a still picture, drawn here on the host, which is what paper and
 * readers without scripts see, and the place where the page draws the same figure for zooming. A
 * sentence says what the figure shows, for those who do not see it.
 */
import * as echarts from 'echarts';
import { CHART_LOOK } from './chart-look.js';
import { chartLayout, chartOption } from './chart-option.js';
import type { ChartData } from './chart-types.js';
import { celsiusOf, minuteOf, plural } from './format.js';
import { type Markup, html, trusted } from './html.js';
import { section } from './report-parts.js';
import type { ReportData } from './report-types.js';

/** Wide enough for all labels, narrow enough that they stay readable on A4. */
const STILL_WIDTH = 860;

/** The figure as SVG text; the same bytes for the same data, however many were drawn before. */
export function stillFigure(data: ChartData): string {
  const look = { ...CHART_LOOK, isStill: true };
  const { height } = chartLayout(data, look);
  const size = { width: STILL_WIDTH, height };
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, ...size });
  chart.setOption(chartOption(data, look, 0));
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg
    .replace(/zr\d+-/g, 'still-') // numbers that count the drawings of this process
    .replace(/<style[\s\S]*?<\/style>/g, '') // colours below a pointer, counted likewise
    .replace(/ class="[^"]*"/g, '')
    .replace(/^<svg width="\d+" height="\d+"/, '<svg aria-hidden="true" focusable="false"');
}

export function figureSection(data: ReportData): Markup {
  const { chart, facts } = data;
  if (facts.firstWallS === null) {
    const body = html`<p class="none">No clock was set, so nothing can be drawn over time.</p>`;
    return section({ id: 'figure', title: 'The journey in one figure', body });
  }
  return section({
    id: 'figure',
    title: 'The journey in one figure',
    lead: html`Temperature above; shocks in the middle; below them places, lid, dock, and each kit
    with its verdict over time. Times are UTC.`,
    body: html`${controls(data)}
      <figure aria-describedby="figure-text">
        <div class="live" id="live" role="img" aria-label="${description(data)}" hidden></div>
        <div class="still" role="img" aria-label="${description(data)}">
          ${trusted(stillFigure(chart))}
        </div>
        <figcaption id="figure-text">${description(data)} ${legend()}</figcaption>
      </figure>`,
  });
}

/** Buttons that only work with scripts, and are only shown with them. */
function controls({ chart }: ReportData): Markup {
  const edge = Math.round((chart.toS - chart.fromS) * 0.012) + 1; // what the axis has beyond
  const zooms = chart.excursions.slice(0, 8).map(({ fromS, toS, text }, i) => {
    const margin = Math.max(1800, Math.round((toS - fromS) * 0.4));
    const label = `Excursion ${i + 1}: ${text}`;
    return zoomButton(fromS - margin, toS + margin, label);
  });
  return html`<div class="controls" hidden>
    <span class="group" role="group" aria-label="Zoom"
      >${zoomButton(chart.fromS - edge, chart.toS + edge, 'Whole journey')}${zooms}</span
    >
    ${
      chart.zoneSets.length > 1 &&
      html`<label
        >Shade the rules of
        <select id="zone-set">
          ${chart.zoneSets.map(({ name }, i) => html`<option value="${i}">${name}</option>`)}
        </select></label
      >`
    }
  </div>`;
}

function zoomButton(fromS: number, toS: number, label: string): Markup {
  return html`<button type="button" data-from="${fromS}" data-to="${toS}">${label}</button>`;
}

/** The figure in words. */
function description({ chart, temperature, shocks, excursions, gaps }: ReportData): string {
  const range =
    temperature === null
      ? 'No temperature was read'
      : `Temperature between ${celsiusOf(temperature.minimumCentiC)} and ` +
        `${celsiusOf(temperature.maximumCentiC)} °C`;
  const span = `from ${minuteOf(chart.fromS)} to ${minuteOf(chart.toS)} UTC`;
  const counts = [plural(excursions.length, 'excursion'), plural(shocks.length, 'shock')];
  const missing = plural(gaps.length, 'entry', 'entries');
  const told = chart.summedUp.length === 0 ? '' : ` ${summedUpText(chart)}`;
  return `${range} ${span}; ${counts.join(', ')}, ${missing} on missing data.${told}`;
}

function summedUpText({ summedUp }: ChartData): string {
  const spans = summedUp.map(({ fromS, toS }) => `${minuteOf(fromS)} to ${minuteOf(toS)}`);
  const shown = spans.slice(0, 3).join(', ');
  const more = spans.length > 3 ? ` and ${spans.length - 3} more times` : '';
  const left = 'least, greatest and mean are left. No excursion is drawn in them';
  return `Readings from ${shown}${more} were summed up: ${left}.`;
}

function legend(): Markup {
  return html`<b>How to read it.</b> Dark bar and tint: time inside a zone whose allowance was
    spent. Grey: no data. Pale band with a line: readings summed up, from least to greatest, and
    their mean. Dashed: limits of the rules. Thin bar: the kit is out of its slot. ▼ packed or put
    back, ▲ taken, ● mixed, ■ used or wasted, ❙ device started or its clock set.`;
}

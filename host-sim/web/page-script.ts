/**
 * What runs in the page: draws the figure again so that it can be zoomed and asked, with the same
 * functions that drew the still picture. These functions are put into the page as their own
 * source text; they use nothing but their arguments and each other, and without them the page is
 * complete.
 */
import type { ChartLayout, ChartLook, ChartPart, Option } from './chart-look.js';
import { chartSource } from './chart-option.js';
import type { ChartData } from './chart-types.js';

/** What of an element of the page is used here. */
export interface PageElement {
  hidden: boolean;
  readonly clientWidth: number;
  readonly dataset: Readonly<Record<string, string | undefined>>;
  readonly style: { height: string };
  readonly value: string;
  readonly textContent: string | null;
  readonly classList: { add(name: string): void };
  addEventListener(event: string, act: () => void): void;
}

/** What of the browser is used here; the page passes its own globals. */
export interface Page {
  readonly document: {
    readonly documentElement: PageElement;
    querySelector(selector: string): PageElement | null;
    querySelectorAll(selector: string): Iterable<PageElement>;
  };
  readonly window: {
    addEventListener(event: string, act: () => void): void;
    setTimeout(act: () => void, ms: number): number;
    clearTimeout(timer: number): void;
  };
  readonly echarts: {
    init(element: PageElement, theme: null, options: Option): PageChart;
    readonly format: { encodeHTML(text: string): string };
  };
  /** The chart's functions, which are other source text in the same script. */
  readonly chart: {
    layout(data: ChartData, look: ChartLook): ChartLayout;
    parts(data: ChartData, look: ChartLook, zoneSet: number): readonly ChartPart[];
    compose(data: ChartData, look: ChartLook, parts: readonly ChartPart[]): Option;
  };
}

export interface PageChart {
  setOption(option: Option, notMerge: boolean): void;
  resize(size: Option): void;
  dispatchAction(action: Option): void;
}

/** Draws the figure, and again whenever its width or the shaded rules change. */
function startFigure(page: Page, data: ChartData, baseLook: ChartLook): void {
  const { document, window, echarts } = page;
  const live = document.querySelector('#live');
  if (live === null) return;
  live.hidden = false;
  document.documentElement.classList.add('has-live');
  let zoneSet = 0;
  let width = 0;
  let chart: PageChart | undefined;
  const draw = (): void => {
    width = live.clientWidth;
    const look = { ...baseLook, isStill: false, isNarrow: width < 640 };
    const layout = page.chart.layout(data, look);
    live.style.height = `${layout.height}px`;
    chart ??= echarts.init(live, null, { renderer: 'svg' });
    chart.resize({ width, height: layout.height });
    const option = page.chart.compose(data, look, page.chart.parts(data, look, zoneSet));
    chart.setOption({ ...option, ...liveParts(page, data, look, layout) }, true);
  };
  draw();
  let timer = 0;
  window.addEventListener('resize', () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => (live.clientWidth === width ? undefined : draw()), 120);
  });
  connectControls(page, data, {
    zoom: (fromMs, toMs) => {
      chart?.dispatchAction({
        type: 'dataZoom',
        dataZoomIndex: 0,
        startValue: fromMs,
        endValue: toMs,
      });
    },
    shade: (index) => {
      zoneSet = index;
      draw();
    },
  });
}

function connectControls(
  page: Page,
  data: ChartData,
  acts: { zoom(fromMs: number, toMs: number): void; shade(index: number): void },
): void {
  const { document } = page;
  const controls = document.querySelector('.controls');
  if (controls !== null) controls.hidden = false;
  for (const button of document.querySelectorAll('[data-from]')) {
    const msOf = (text: string | undefined): number => (data.epochUnixS + Number(text)) * 1000;
    button.addEventListener('click', () => {
      acts.zoom(msOf(button.dataset['from']), msOf(button.dataset['to']));
    });
  }
  const choice = document.querySelector('#zone-set');
  choice?.addEventListener('change', () => acts.shade(Number(choice.value)));
}

/** Zoom and pointer, which a still picture has not. */
function liveParts(page: Page, data: ChartData, look: ChartLook, layout: ChartLayout): Option {
  const zoom = { xAxisIndex: [0, 1, 2], filterMode: 'weakFilter' };
  return {
    dataZoom: [
      {
        type: 'slider',
        ...zoom,
        left: layout.left,
        right: layout.right,
        bottom: 10,
        height: 26,
        brushSelect: false,
        showDetail: false,
        borderColor: look.colours.line,
        fillerColor: 'rgba(11,79,138,0.12)',
        handleStyle: { color: '#ffffff', borderColor: look.colours.line },
      },
      // The wheel belongs to the page; a finger drags the slider.
      { type: 'inside', ...zoom, zoomOnMouseWheel: 'ctrl', disabled: look.isNarrow },
    ],
    tooltip: {
      trigger: 'axis',
      confine: true,
      transitionDuration: 0,
      backgroundColor: 'rgba(255,255,255,0.97)',
      borderColor: look.colours.line,
      padding: [6, 10],
      textStyle: { color: look.colours.ink },
      axisPointer: {
        type: 'line',
        axis: 'x',
        lineStyle: { color: look.colours.ink, type: 'solid' },
      },
      formatter: (points: readonly { axisValue: number }[]) =>
        momentHtml(page, data, (points[0]?.axisValue ?? 0) / 1000 - data.epochUnixS),
    },
  };
}

/** Everything that was so at one moment, as HTML; texts of the log are escaped. */
function momentHtml(page: Page, data: ChartData, atS: number): string {
  const escape = (text: string): string => page.echarts.format.encodeHTML(text);
  const clock = (s: number): string =>
    new Date((data.epochUnixS + s) * 1000).toISOString().slice(0, 16).replace('T', ' ');
  const offset = data.localOffsetMinutes ?? 0;
  const local = offset === 0 ? '' : ` (${clock(atS + offset * 60).slice(11)} local)`;
  const lines = [`<b>${clock(atS)} UTC</b>${local}`];
  data.probes.forEach((name, probe) => {
    const centiC = valueAt(data, probe, atS);
    const text = centiC === null ? bandText(data, probe, atS) : `${(centiC / 100).toFixed(2)} °C`;
    lines.push(`${escape(name)}: <b>${text}</b>`);
  });
  for (const span of data.excursions) {
    if (span.fromS <= atS && atS <= span.toS) {
      lines.push(`Excursion "${escape(span.text)}": ${escape(span.detail)}`);
    }
  }
  for (const shock of data.shocks) {
    if (Math.abs(shock.atS - atS) <= 90) lines.push(escape(shock.detail));
  }
  const kits = new Map<string, string[]>();
  for (const lane of data.lanes) {
    for (const bar of lane.bars) {
      if (bar.fromS > atS || atS >= bar.toS) continue;
      if (!lane.isKit) lines.push(escape(bar.detail));
      else kits.set(bar.text, [...(kits.get(bar.text) ?? []), lane.shortName]);
    }
    for (const mark of lane.marks) {
      if (Math.abs(mark.atS - atS) <= 90) lines.push(`<b>${escape(mark.detail)}</b>`);
    }
  }
  for (const [verdict, names] of kits) lines.push(`${verdict}: ${names.join(', ')}`);
  return `<div class="tip">${lines.map((line) => `<p>${line}</p>`).join('')}</div>`;
}

/** The reading closest to a moment, within its run's step; null where there is none. */
function valueAt(data: ChartData, probe: number, atS: number): number | null {
  for (const run of data.runs) {
    const values = run.values[probe] ?? [];
    const index = Math.round((atS - run.startS) / run.stepS);
    if (index >= 0 && index < values.length) return values[index] ?? null;
  }
  return null;
}

/** What is left of readings that were summed up, else that there is none. */
function bandText(data: ChartData, probe: number, atS: number): string {
  for (const band of data.bands) {
    const values = band.probes[probe] ?? null;
    if (values === null || atS < band.fromS || atS > band.toS) continue;
    const [least, greatest, mean] = [values.minimum, values.maximum, values.mean].map((centiC) =>
      (centiC / 100).toFixed(2),
    );
    return `${least} to ${greatest} °C, mean ${mean} °C (summed up)`;
  }
  return 'no reading';
}

/** The script of the page: chart data and look are read from the page itself. */
export function pageScript(): string {
  const functions = [startFigure, connectControls, liveParts, momentHtml, valueAt, bandText].map(
    String,
  );
  return [
    "'use strict';",
    '(() => {',
    chartSource(),
    ...functions,
    "const { data, look } = JSON.parse(document.getElementById('report-data').textContent);",
    'startFigure({ document, window, echarts, chart: {',
    '  layout: chartLayout,',
    '  parts: (d, l, z) => [temperaturePart(d, l, z), shockPart(d, l), lanePart(d, l)],',
    '  compose: composeChart,',
    '} }, data, look);',
    '})();',
  ].join('\n');
}

/**
 * Hands on the upper part of the figure as an ECharts axis and series: temperature of each probe
 * over time, the zones of a product's rules behind it, excursions and time without data shaded.
 * Like all parts it runs on the host and, as its own source text, in the page: it uses only its
 * arguments.
 */
import type { ChartLook, ChartPart, Option, RenderApi, RenderParams } from './chart-look.js';
import type { ChartData, ChartSpan, ZoneSet } from './chart-types.js';

type Point = [unixMs: number, celsius: number | null];

/** `zoneSet` is the index of the product whose zones are shaded. */
export function temperaturePart(data: ChartData, look: ChartLook, zoneSet: number): ChartPart {
  return {
    axis: temperatureAxis(data, look, zoneSet),
    series: [
      zoneSeries(data.zoneSets[zoneSet], look),
      shadeSeries(data, look),
      ...bandSeries(data, look),
      ...probeSeries(data, look),
    ],
  };
}

/** Whole degrees around all readings and the limits close to them, at least ten of them. */
function temperatureRange(data: ChartData, zoneSet: number): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const run of data.runs) {
    for (const values of run.values) {
      for (const value of values) {
        if (value === null) continue;
        if (value < low) low = value;
        if (value > high) high = value;
      }
    }
  }
  for (const { probes } of data.bands) {
    for (const values of probes) {
      if (values === null) continue;
      low = Math.min(low, values.minimum);
      high = Math.max(high, values.maximum);
    }
  }
  if (low > high) [low, high] = [1500, 2500];
  const reach = [low, high];
  for (const { centiC } of data.zoneSets[zoneSet]?.limits ?? []) {
    if (centiC > low - 600 && centiC < high + 600) reach.push(centiC);
  }
  const from = Math.floor(Math.min(...reach) / 100 - 1.5);
  const to = Math.ceil(Math.max(...reach) / 100 + 2.5);
  return to - from >= 10 ? [from, to] : [from - 4, to + 4];
}

function temperatureAxis(data: ChartData, look: ChartLook, zoneSet: number): Option {
  const [min, max] = temperatureRange(data, zoneSet);
  return {
    type: 'value',
    gridIndex: 0,
    min,
    max,
    name: 'Temperature, °C',
    nameLocation: 'end',
    nameGap: 8,
    nameTextStyle: { align: 'left', color: look.colours.ink, fontSize: look.fontSize },
    axisLabel: {
      color: look.colours.ink,
      fontSize: look.fontSize,
      showMinLabel: false,
      showMaxLabel: false,
    },
    splitLine: { lineStyle: { color: look.colours.grid } },
    axisLine: { show: true, lineStyle: { color: look.colours.line } },
  };
}

/** Bands of one product's rules, and a line with its text at each limit. */
function zoneSeries(zones: ZoneSet | undefined, look: ChartLook): Option {
  const bands = (zones?.bands ?? []).filter((band) => band.verdict !== 'usable');
  return {
    type: 'line',
    name: 'zones',
    data: [],
    silent: true,
    tooltip: { show: false },
    markArea: {
      silent: true,
      data: bands.map(({ fromCentiC, toCentiC, verdict }) => [
        {
          yAxis: fromCentiC === null ? -300 : fromCentiC / 100,
          itemStyle: { color: look.colours.tones[verdict], opacity: 0.13 },
        },
        { yAxis: toCentiC === null ? 300 : toCentiC / 100 },
      ]),
    },
    markLine: {
      silent: true,
      symbol: 'none',
      lineStyle: { color: look.colours.limit, width: 1, type: [5, 3] },
      label: {
        position: 'insideEndTop',
        distance: 2,
        color: look.colours.limit,
        fontSize: look.fontSize - 1,
        backgroundColor: 'rgba(255,255,255,0.72)',
        padding: [1, 3],
      },
      data: (zones?.limits ?? []).map(({ centiC, text }) => ({
        yAxis: centiC / 100,
        label: { formatter: look.isNarrow ? (centiC / 100).toFixed(1) : text },
      })),
    },
  };
}

/** Behind the curves: excursions with a bar on top, and time without data in grey. */
function shadeSeries(data: ChartData, look: ChartLook): Option {
  const toItem = (kind: number) => (span: ChartSpan) => [
    (data.epochUnixS + span.fromS) * 1000,
    (data.epochUnixS + span.toS) * 1000,
    kind,
  ];
  return {
    type: 'custom',
    name: 'shades',
    tooltip: { show: false },
    silent: true,
    clip: true,
    z: 1,
    encode: { x: [0, 1], y: -1 },
    data: [...data.gaps.map(toItem(0)), ...data.excursions.map(toItem(1))],
    renderItem: (params: RenderParams, api: RenderApi) => {
      const { x, y, width, height } = params.coordSys;
      const from = Math.max(x, api.coord([api.value(0), 0])[0]);
      const to = Math.min(x + width, Math.max(from + 1.5, api.coord([api.value(1), 0])[0]));
      if (to <= from) return null;
      const isExcursion = api.value(2) === 1;
      const fill = isExcursion ? look.colours.excursion : look.colours.gap;
      const shape = { x: from, y, width: to - from, height };
      const area = { type: 'rect', shape, style: { fill, opacity: isExcursion ? 0.16 : 0.4 } };
      if (!isExcursion) return area;
      const bar = { type: 'rect', shape: { ...shape, height: 5 }, style: { fill } };
      return { type: 'group', children: [area, bar] };
    },
  };
}

/** Readings summed up: a band for each probe with its mean, and below all of them the words. */
function bandSeries(data: ChartData, look: ChartLook): Option[] {
  if (data.bands.length === 0) return [];
  const base = { type: 'custom', tooltip: { show: false }, silent: true, clip: true };
  const msOf = (wallS: number): number => (data.epochUnixS + wallS) * 1000;
  const bands = data.probes.map((name, probe) => ({
    ...base,
    name, // the same as that of its curve: the legend hides both
    z: 2,
    itemStyle: { color: look.colours.probes[probe % look.colours.probes.length] },
    encode: { x: [0, 1], y: [2, 3] },
    data: data.bands.flatMap(({ fromS, toS, probes }) => {
      const values = probes[probe] ?? null;
      if (values === null) return [];
      const { minimum, maximum, mean } = values;
      return [[msOf(fromS), msOf(toS), minimum / 100, maximum / 100, mean / 100]];
    }),
    renderItem: (_params: RenderParams, api: RenderApi) =>
      bandShape(api, look.colours.probes[probe % look.colours.probes.length]),
  }));
  const words = {
    ...base,
    name: 'summed up',
    z: 4,
    encode: { x: [0, 1], y: -1 },
    data: data.summedUp.map(({ fromS, toS }) => [msOf(fromS), msOf(toS)]),
    renderItem: (params: RenderParams, api: RenderApi) => bandWords(params, api, look),
  };
  return [...bands, words];
}

/** From least to greatest, at least a pixel high, with a line at the mean. */
function bandShape(api: RenderApi, fill: string | undefined): Option {
  const [x, top] = api.coord([api.value(0), api.value(3)]);
  const [right, bottom] = api.coord([api.value(1), api.value(2)]);
  const [, mean] = api.coord([api.value(0), api.value(4)]);
  const width = Math.max(1, right - x);
  const shape = { x, y: top, width, height: Math.max(1, bottom - top) };
  const line = { x1: x, y1: mean, x2: x + width, y2: mean };
  return {
    type: 'group',
    children: [
      { type: 'rect', shape, style: { fill, opacity: 0.28 } },
      { type: 'line', shape: line, style: { stroke: fill, lineWidth: 1.6 } },
    ],
  };
}

/** A bar at the foot of the figure, and what it means where there is room for it. */
function bandWords(params: RenderParams, api: RenderApi, look: ChartLook): Option | null {
  const { x, y, width, height } = params.coordSys;
  const from = Math.max(x, api.coord([api.value(0), 0])[0]);
  const to = Math.min(x + width, api.coord([api.value(1), 0])[0]);
  if (to <= from) return null;
  const foot = y + height;
  const bar = {
    type: 'rect',
    shape: { x: from, y: foot - 4, width: Math.max(1.5, to - from), height: 4 },
    style: { fill: look.colours.gap },
  };
  if (to - from < 5.5 * look.fontSize) return bar;
  const style = {
    text: 'summed up',
    x: (from + to) / 2,
    y: foot - 7,
    align: 'center',
    verticalAlign: 'bottom',
    fill: look.colours.ink,
    fontSize: look.fontSize - 1,
    fontFamily: look.font,
  };
  return { type: 'group', children: [bar, { type: 'text', style }] };
}

function probeSeries(data: ChartData, look: ChartLook): Option[] {
  return data.probes.map((name, probe) => {
    const color = look.colours.probes[probe % look.colours.probes.length];
    return {
      type: 'line',
      name,
      showSymbol: false,
      symbolSize: 5,
      z: 3,
      sampling: 'minmax',
      connectNulls: false,
      lineStyle: { width: 1.6, color },
      itemStyle: { color },
      data: probePoints(data, probe),
    };
  });
}

/**
 * All points of a probe. Between runs that do not touch there are empty ones, so that no line
 * bridges: as many as readings would fit there, but no more than survive when a curve of so many
 * points is drawn in a few hundred pixels.
 */
function probePoints(data: ChartData, probe: number): Point[] {
  const points: Point[] = [];
  const count = data.runs.reduce((sum, { values }) => sum + (values[probe]?.length ?? 0), 0);
  const emptyMax = 2 + Math.ceil(count / 100);
  let endS = -Infinity;
  for (const run of data.runs) {
    const values = run.values[probe] ?? [];
    const isTouching = run.startS === endS;
    const holeS = run.startS - endS;
    const empty = Math.max(1, Math.min(emptyMax, Math.round(holeS / run.stepS) - 1));
    for (let i = 1; points.length > 0 && !isTouching && i <= empty; i++) {
      points.push([(data.epochUnixS + endS + (holeS * i) / (empty + 1)) * 1000, null]);
    }
    for (let i = isTouching ? 1 : 0; i < values.length; i++) {
      const centiC = values[i] ?? null;
      const ms = (data.epochUnixS + run.startS + i * run.stepS) * 1000;
      points.push([ms, centiC === null ? null : centiC / 100]);
    }
    endS = run.startS + (values.length - 1) * run.stepS;
  }
  return points;
}

/** For the page: every function above by its name. */
export const TEMPERATURE_FUNCTIONS = Object.freeze([
  temperaturePart,
  temperatureRange,
  temperatureAxis,
  zoneSeries,
  shadeSeries,
  bandSeries,
  bandShape,
  bandWords,
  probeSeries,
  probePoints,
]);

/**
 * Hands on the figure as an ECharts option: three parts above each other on one time axis, for
 * temperature, shocks, and places and kits. The same functions run on the host (still picture for
 * paper and for readers without scripts) and, as their own source text, in the page (the figure
 * that can be zoomed), so that both show the same.
 */
import { LANE_FUNCTIONS, lanePart } from './chart-lanes.js';
import type { ChartLayout, ChartLook, ChartPart, Option } from './chart-look.js';
import { SHOCK_FUNCTIONS, shockPart } from './chart-shocks.js';
import { TEMPERATURE_FUNCTIONS, temperaturePart } from './chart-temperature.js';
import type { ChartData } from './chart-types.js';

/** The option of a still picture. */
export function chartOption(data: ChartData, look: ChartLook, zoneSet: number): Option {
  return composeChart(data, look, [
    temperaturePart(data, look, zoneSet),
    shockPart(data, look),
    lanePart(data, look),
  ]);
}

/** How high the figure is and where its parts lie: depends on the number of lanes alone. */
export function chartLayout(data: ChartData, look: ChartLook): ChartLayout {
  const laneHeight = look.isNarrow ? 20 : 24;
  const heights: [number, number, number] = [
    look.isNarrow ? 240 : 300,
    data.shocks.length > 0 ? 84 : 40,
    Math.max(1, data.lanes.length) * laneHeight,
  ];
  const first = 46;
  const second = first + heights[0] + 34;
  const third = second + heights[1] + 22;
  const foot = look.isStill ? 40 : 78;
  return {
    left: look.isNarrow ? 44 : 74,
    right: look.isNarrow ? 10 : 18,
    tops: [first, second, third],
    heights,
    height: third + heights[2] + foot,
  };
}

/** The option from its parts, which come as arguments because the page knows no modules. */
function composeChart(data: ChartData, look: ChartLook, parts: readonly ChartPart[]): Option {
  const layout = chartLayout(data, look);
  return {
    useUTC: true,
    animation: false,
    aria: { enabled: false },
    textStyle: { fontFamily: look.font, color: look.colours.ink },
    grid: layout.tops.map((top, index) => ({
      left: layout.left,
      right: layout.right,
      top,
      height: layout.heights[index],
    })),
    legend: {
      data: [...data.probes],
      top: 4,
      left: layout.left,
      itemWidth: 22,
      itemHeight: 4,
      icon: 'roundRect',
      textStyle: { color: look.colours.ink, fontSize: look.fontSize },
    },
    axisPointer: { link: [{ xAxisIndex: 'all' }], lineStyle: { color: look.colours.ink } },
    xAxis: parts.map((_part, index) => timeAxis(data, look, index)),
    yAxis: parts.map(({ axis }) => axis),
    series: parts.flatMap(({ series }) => series),
  };
}

function timeAxis(data: ChartData, look: ChartLook, index: number): Option {
  const margin = Math.round((data.toS - data.fromS) * 0.012); // room for marks at both ends
  return {
    type: 'time',
    gridIndex: index,
    min: (data.epochUnixS + data.fromS - margin) * 1000,
    max: (data.epochUnixS + data.toS + margin) * 1000,
    axisLine: { lineStyle: { color: look.colours.line } },
    axisTick: { show: index === 2 },
    axisLabel: {
      show: index === 2,
      color: look.colours.ink,
      fontSize: look.fontSize,
      hideOverlap: true,
      formatter: {
        year: '{d} {MMM}\n{yyyy}',
        month: '{d} {MMM}',
        day: '{ee} {d} {MMM}',
        hour: '{HH}:{mm}',
        minute: '{HH}:{mm}',
        second: '{HH}:{mm}:{ss}',
        none: '{HH}:{mm}:{ss}',
      },
    },
    splitLine: { show: true, lineStyle: { color: look.colours.grid } },
    axisPointer: { label: { show: false } },
  };
}

/** For the page: the source text of all functions that make an option. */
export function chartSource(): string {
  return [
    ...TEMPERATURE_FUNCTIONS,
    ...SHOCK_FUNCTIONS,
    ...LANE_FUNCTIONS,
    chartLayout,
    composeChart,
    timeAxis,
  ]
    .map(String)
    .join('\n');
}

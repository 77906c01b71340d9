/**
 * Hands on the lower part of the figure as an ECharts axis and series: one lane each for place,
 * lid and dock, and one for each kit with its verdict over time, thin while it is out of its
 * slot, with a mark where it was packed, taken, put back or mixed. It runs on the host and, as
 * its own source text, in the page: it uses only its arguments. Its series have no tooltips of
 * their own: a pointer would jump from bar to bar.
 */
import type { ChartLook, ChartPart, Option, RenderApi, RenderParams } from './chart-look.js';
import type { ChartData, LaneBar } from './chart-types.js';

export function lanePart(data: ChartData, look: ChartLook): ChartPart {
  return { axis: laneAxis(data, look), series: [barSeries(data, look), markSeries(data, look)] };
}

function laneAxis(data: ChartData, look: ChartLook): Option {
  return {
    type: 'category',
    gridIndex: 2,
    inverse: true,
    data: data.lanes.map((lane) => (look.isNarrow ? lane.shortName : lane.name)),
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { color: look.colours.ink, fontSize: look.fontSize, interval: 0 },
    splitLine: { show: true, lineStyle: { color: look.colours.grid } },
    axisPointer: { show: false },
  };
}

function barSeries(data: ChartData, look: ChartLook): Option {
  const bars: LaneBar[] = [];
  const items: number[][] = [];
  data.lanes.forEach((lane, index) => {
    for (const bar of lane.bars) {
      const fromMs = (data.epochUnixS + bar.fromS) * 1000;
      items.push([fromMs, (data.epochUnixS + bar.toS) * 1000, index, bars.length]);
      bars.push(bar);
    }
  });
  return {
    type: 'custom',
    name: 'lanes',
    tooltip: { show: false },
    xAxisIndex: 2,
    yAxisIndex: 2,
    clip: true,
    encode: { x: [0, 1], y: 2 },
    data: items,
    renderItem: (params: RenderParams, api: RenderApi) =>
      barShape(bars[api.value(3)], look, params, api),
  };
}

/** A bar, at least two pixels wide, with its text where there is room for it. */
function barShape(
  bar: LaneBar | undefined,
  look: ChartLook,
  params: RenderParams,
  api: RenderApi,
): Option | null {
  if (bar === undefined) return null;
  const { x: left, width } = params.coordSys;
  const lane = api.value(2);
  const start = api.coord([api.value(0), lane]);
  const from = Math.max(left, start[0]);
  const to = Math.min(left + width, Math.max(api.coord([api.value(1), lane])[0], start[0] + 2));
  if (to <= from) return null;
  const laneHeight = api.size([0, 1])[1];
  const height = laneHeight * (bar.isThin ? 0.26 : 0.74);
  const shape = { x: from, y: start[1] - height / 2, width: to - from, height };
  const isPale = bar.tone === 'way' || bar.tone === 'power';
  const area = { type: 'rect', shape, style: { fill: look.colours.tones[bar.tone] } };
  const room = to - from - 14;
  const size = look.fontSize - 1;
  const needed = bar.text.length * size * 0.56;
  if (bar.isThin || bar.text === '' || needed > room) return area;
  const label = {
    type: 'text',
    style: {
      text: bar.text,
      x: from + 9,
      y: start[1],
      fill: isPale ? look.colours.ink : '#ffffff',
      font: `${size}px ${look.font}`,
      verticalAlign: 'middle',
    },
  };
  return { type: 'group', children: [area, label] };
}

function markSeries(data: ChartData, look: ChartLook): Option {
  const shapes = ['in', 'out', 'mixed', 'end', 'boot', 'clock'];
  const items = data.lanes.flatMap((lane, index) =>
    lane.marks.map((mark) => [
      (data.epochUnixS + mark.atS) * 1000,
      index,
      shapes.indexOf(mark.shape),
    ]),
  );
  return {
    type: 'custom',
    name: 'marks',
    tooltip: { show: false },
    xAxisIndex: 2,
    yAxisIndex: 2,
    z: 5,
    clip: true,
    encode: { x: 0, y: 1 },
    data: items,
    renderItem: (_params: RenderParams, api: RenderApi) => {
      const [x, y] = api.coord([api.value(0), api.value(1)]);
      return markShape(shapes[api.value(2)] ?? 'boot', x, y, look.colours.ink);
    },
  };
}

/** In: a triangle downwards. Out: upwards. Mixed: a drop. End of a kit: a cross. Else a bar. */
function markShape(shape: string, x: number, y: number, ink: string): Option {
  const style = { fill: ink, stroke: '#ffffff', lineWidth: 1.2 };
  const polygon = (points: readonly (readonly [number, number])[]): Option => ({
    type: 'polygon',
    shape: { points: points.map(([dx, dy]) => [x + dx, y + dy]) },
    style,
  });
  switch (shape) {
    case 'in':
      return polygon([
        [-6, -5],
        [6, -5],
        [0, 6],
      ]); // prettier-ignore -- one triangle, one line
    case 'out':
      return polygon([
        [-6, 5],
        [6, 5],
        [0, -6],
      ]); // prettier-ignore -- one triangle, one line
    case 'mixed':
      return { type: 'circle', shape: { cx: x, cy: y, r: 5.5 }, style };
    case 'end':
      return polygon([
        [-5, -5],
        [5, -5],
        [5, 5],
        [-5, 5],
      ]); // prettier-ignore -- one square
    default:
      return { type: 'rect', shape: { x: x - 1.5, y: y - 8, width: 3, height: 16 }, style };
  }
}

/** For the page: every function above by its name. */
export const LANE_FUNCTIONS = Object.freeze([
  lanePart,
  laneAxis,
  barSeries,
  barShape,
  markSeries,
  markShape,
]);

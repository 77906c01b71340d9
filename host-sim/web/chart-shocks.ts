/**
 * Hands on the middle part of the figure as an ECharts axis and series: one stem for each shock,
 * as high as the change of speed, with a head whose shape and size tell its class, and the limits
 * of the rules. It runs on the host and, as its own source text, in the page: it uses only its
 * arguments.
 */
import type { ChartLook, ChartPart, Option, RenderApi, RenderParams } from './chart-look.js';
import type { ChartData } from './chart-types.js';

export function shockPart(data: ChartData, look: ChartLook): ChartPart {
  return { axis: shockAxis(data, look), series: [shockSeries(data, look)] };
}

function shockAxis(data: ChartData, look: ChartLook): Option {
  const peaks = data.shocks.map((shock) => shock.deltaVMmPerS / 1000);
  const limits = data.shockLimits.map((limit) => limit.deltaVMmPerS / 1000);
  const max = Math.ceil(Math.max(1, ...peaks, ...limits) * 1.2);
  return {
    type: 'value',
    gridIndex: 1,
    min: 0,
    max,
    interval: Math.max(1, Math.ceil(max / 3)),
    name: data.shocks.length > 0 ? 'Shocks, change of speed ΔV in m/s' : 'Shocks: none recorded',
    nameLocation: 'end',
    nameGap: 8,
    nameTextStyle: { align: 'left', color: look.colours.ink, fontSize: look.fontSize },
    axisLabel: { color: look.colours.ink, fontSize: look.fontSize },
    splitLine: { lineStyle: { color: look.colours.grid } },
    axisLine: { show: true, lineStyle: { color: look.colours.line } },
  };
}

/** A stem with a head for each shock: round, diamond, square, larger when worse. */
function shockSeries(data: ChartData, look: ChartLook): Option {
  const classes = ['handling', 'dropLike', 'severe'];
  return {
    type: 'custom',
    name: 'shocks',
    tooltip: { show: false },
    xAxisIndex: 1,
    yAxisIndex: 1,
    clip: true,
    encode: { x: 0, y: 1 },
    data: data.shocks.map((shock) => [
      (data.epochUnixS + shock.atS) * 1000,
      shock.deltaVMmPerS / 1000,
      classes.indexOf(shock.class),
    ]),
    renderItem: (_params: RenderParams, api: RenderApi) => {
      const worst = api.value(2);
      const colour = look.colours.shocks[worst] ?? look.colours.ink;
      const [x, y] = api.coord([api.value(0), api.value(1)]);
      const foot = api.coord([api.value(0), 0])[1];
      const stem = { x1: x, y1: foot, x2: x, y2: y };
      const size = 5 + 2 * worst;
      const square = { x: x - size / 2, y: y - size / 2, width: size, height: size };
      const turned = worst === 1 ? { rotation: Math.PI / 4, originX: x, originY: y } : {};
      const head =
        worst === 0
          ? { type: 'circle', shape: { cx: x, cy: y, r: size / 2 }, style: { fill: colour } }
          : { type: 'rect', shape: square, style: { fill: colour }, ...turned };
      const line = { type: 'line', shape: stem, style: { stroke: colour, lineWidth: 1.5 } };
      return { type: 'group', children: [line, head] };
    },
    markLine: {
      silent: true,
      symbol: 'none',
      lineStyle: { color: look.colours.limit, width: 1, type: [5, 3] },
      label: { position: 'insideEndTop', color: look.colours.limit, fontSize: look.fontSize - 1 },
      data: data.shockLimits.map(({ deltaVMmPerS, text }) => ({
        yAxis: deltaVMmPerS / 1000,
        label: { formatter: text },
      })),
    },
  };
}

/** For the page: every function above by its name. */
export const SHOCK_FUNCTIONS = Object.freeze([shockPart, shockAxis, shockSeries]);

// One line over days on a canvas, by uPlot: a point for each day that was recorded, joined to the
// next day only; the mean of the fortnight; the person's usual; spans in which a pattern was open.

import { ink } from "./ink.js";
import { number } from "./numbers.js";
import { marks } from "./span.js";

export const GUTTER = 30; // pixels at the left, for the scale
const FEW = 7; // of 14: a mean of fewer days is drawn thin
const NEAR = 1; // point to either side of the usual: what is called a small change

/**
 * @param series as `trends` has it
 * @param colour the name of a custom property
 * @param spans [{ first, last }] places
 * @param axis whether the days are named below it
 * @returns { element, mark(place), redraw(), fit(), onPlace(listener), end() }
 */
export function panel(uPlot, { series, dates, colour, spans, axis, height, bars }) {
  const places = dates.map((_, place) => place);
  const { mean, answered } = series.fortnight;
  const thin = mean.map((value, at) => ([at - 1, at, at + 1].some((near) => answered[near] < FEW) ? value : null));
  const firm = mean.map((value, at) => (answered[at] < FEW ? null : value));
  const [low, high] = ends(series);
  let marked = dates.length - 1;

  const element = document.createElement("div");
  element.className = "panel";
  const options = {
    width: 300,
    height,
    padding: [8, 10, axis ? 0 : 6, 0],
    cursor: { show: false },
    legend: { show: false },
    scales: { x: { time: false, range: [-0.5, dates.length - 0.5] }, y: { range: [low, high] } },
    axes: [days(dates, axis), scale(low, high)],
    series: [
      {},
      { stroke: () => faded(colour, 0.5), width: 1, spanGaps: false,
        points: { show: true, size: dates.length > 60 ? 4 : 6, width: 0, fill: () => ink(colour) } },
      { stroke: () => ink(colour), width: 1.25, dash: [3, 3], spanGaps: false, points: { show: false } },
      { stroke: () => ink(colour), width: 2.75, spanGaps: false, points: { show: false } },
    ],
    hooks: {
      drawClear: [(plot) => behind(plot, { series, spans, bars, colour })],
      draw: [(plot) => inFront(plot, { series, marked, colour })],
    },
  };
  const plot = new uPlot(options, [places, series.value, thin, firm], element);

  return {
    element,
    mark(place) {
      marked = place;
      plot.redraw(false);
    },
    redraw: () => plot.redraw(false, true),
    fit() {
      const width = element.clientWidth;
      if (width && width !== plot.width) plot.setSize({ width, height });
    },
    onPlace(listener) {
      const tell = (event) => {
        const { left } = plot.over.getBoundingClientRect();
        listener(Math.round(plot.posToVal(event.clientX - left, "x")));
      };
      plot.over.addEventListener("pointermove", (event) => event.pointerType === "mouse" && tell(event));
      plot.over.addEventListener("click", tell);
    },
    end: () => plot.destroy(),
  };
}

/** The ends of the scale: its own, or what the values need. */
function ends({ low, high, max, min }) {
  const top = Math.max(...max.filter((value) => value !== null), low ?? 0);
  if (high === 24) return [0, Math.max(12, Math.ceil(top))]; // hours of sleep
  const bottom = low ?? Math.min(0, ...min.filter((value) => value !== null));
  return [bottom, high ?? (top > bottom ? Math.ceil(top * 1.1) : bottom + 1)];
}

const days = (dates, shown) => {
  const named = marks(dates);
  return {
    scale: "x",
    size: shown ? 24 : 0,
    gap: 4,
    font: "12px system-ui, sans-serif",
    stroke: () => ink("--soft"),
    grid: { show: false },
    ticks: { show: false },
    splits: () => named.map(({ at }) => at),
    values: () => (shown ? named.map(({ label }) => label) : named.map(() => "")),
  };
};

const scale = (low, high) => ({
  scale: "y",
  size: GUTTER,
  gap: 4,
  font: "12px system-ui, sans-serif",
  stroke: () => ink("--soft"),
  grid: { stroke: () => ink("--line"), width: 1 },
  ticks: { show: false },
  splits: () => [low, (low + high) / 2, high],
  values: (_, splits) => splits.map(number),
});

function behind(plot, { series, spans, bars, colour }) {
  const { ctx, bbox } = plot;
  const x = (place) => plot.valToPos(place, "x", true);
  const y = (value) => plot.valToPos(value, "y", true);
  ctx.save();
  ctx.fillStyle = ink("--span");
  for (const { first, last } of spans) {
    const from = Math.max(x(first - 0.5), bbox.left);
    ctx.fillRect(from, bbox.top, x(last + 0.5) - from, bbox.height);
  }
  if (series.usual) {
    const { mean } = series.usual;
    if (series.high === 10) {
      ctx.fillStyle = faded(colour, 0.13);
      const top = y(Math.min(mean + NEAR, 10));
      ctx.fillRect(bbox.left, top, bbox.width, y(Math.max(mean - NEAR, 0)) - top);
    }
    ctx.strokeStyle = faded(colour, 0.7);
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([5 * devicePixelRatio, 4 * devicePixelRatio]);
    line(ctx, bbox.left, y(mean), bbox.left + bbox.width, y(mean));
  }
  if (bars) {
    ctx.setLineDash([]);
    ctx.strokeStyle = faded(colour, 0.28);
    ctx.lineWidth = Math.max(2, bbox.width / series.value.length - 2 * devicePixelRatio) * 0.6;
    series.value.forEach((value, at) => {
      if (value !== null) line(ctx, x(at), y(series.min[at]), x(at), y(series.max[at]) - 1);
    });
  }
  ctx.restore();
}

function inFront(plot, { series, marked, colour }) {
  const { ctx, bbox } = plot;
  const at = plot.valToPos(marked, "x", true);
  ctx.save();
  ctx.strokeStyle = ink("--ink");
  ctx.globalAlpha = 0.55;
  ctx.lineWidth = devicePixelRatio;
  line(ctx, at, bbox.top, at, bbox.top + bbox.height);
  ctx.globalAlpha = 1;
  const value = series.value[marked];
  if (value !== null && value !== undefined) {
    ctx.beginPath();
    ctx.arc(at, plot.valToPos(value, "y", true), 5 * devicePixelRatio, 0, 2 * Math.PI);
    ctx.fillStyle = ink(colour);
    ctx.fill();
    ctx.strokeStyle = ink("--sheet");
    ctx.lineWidth = 2 * devicePixelRatio;
    ctx.stroke();
  }
  ctx.restore();
}

function line(ctx, fromX, fromY, toX, toY) {
  ctx.beginPath();
  ctx.moveTo(fromX, fromY);
  ctx.lineTo(toX, toY);
  ctx.stroke();
}

/** A colour of the page, this much of it: canvases know no opacity of their own for a stroke. */
function faded(name, share) {
  return `color-mix(in srgb, ${ink(name)} ${100 * share}%, transparent)`;
}

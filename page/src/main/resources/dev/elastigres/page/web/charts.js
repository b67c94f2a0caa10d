// The two charts of a machine, with their events. Drawn by uPlot.

import uPlot from './uplot/uPlot.esm.js';
import { bytes, clock, cpus, element } from './format.js';

const GIB = 2 ** 30;
/** Columns of the server's points. */
const COLUMNS = ['at', 'cpus', 'demandCpus', 'goalCpus', 'memory', 'used', 'workingSet', 'threshold', 'goalMemory'];
/** Without a point for this long, in seconds, a line is interrupted. */
const GAP = 200;
/** Minimum length of the time axis, in seconds. */
const SHORTEST_SPAN = 600;
/** Kinds of events that are drawn: as a line through the chart, or as a mark above it. */
const LINES = new Set(['hurt', 'failed', 'moved']);
const MARKS = new Set(['asked', 'granted', 'refused', 'resized']);

const CHARTS = [
  {
    title: 'CPUs',
    text: cpus,
    scale: 1,
    series: [
      { column: 'cpus', label: 'size', kind: 'size' },
      { column: 'goalCpus', label: 'goal', kind: 'goal' },
      { column: 'demandCpus', label: 'demand', kind: 'demand' },
    ],
  },
  {
    title: 'Memory',
    text: value => bytes(value * GIB),
    scale: GIB,
    series: [
      { column: 'memory', label: 'size', kind: 'size' },
      { column: 'threshold', label: 'grows above', kind: 'threshold' },
      { column: 'workingSet', label: 'in use and working set', kind: 'working' },
      { column: 'used', label: 'in use', kind: 'demand' },
    ],
  },
];

/** Returns the points as columns of uPlot, with an empty point in each gap. */
function columns(points, chart) {
  const picked = ['at', ...chart.series.map(it => it.column)].map(it => COLUMNS.indexOf(it));
  const out = picked.map(() => []);
  let last = null;
  for (const point of points) {
    const at = point[0] / 1000;
    if (last !== null && at - last > GAP) {
      out[0].push(last + 1);
      for (let i = 1; i < out.length; i++) out[i].push(null);
    }
    last = at;
    out[0].push(at);
    for (let i = 1; i < picked.length; i++) {
      const value = point[picked[i]];
      out[i].push(value === null ? null : value / chart.scale);
    }
  }
  return out;
}

function color(name) {
  const probe = element('i');
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}

const STYLES = {
  size: () => ({ stroke: color('size-line'), fill: color('size-fill'), width: 1.5, paths: uPlot.paths.stepped({ align: 1 }) }),
  goal: () => ({ stroke: color('wanted'), width: 1, dash: [2, 3], paths: uPlot.paths.stepped({ align: 1 }) }),
  threshold: () => ({ stroke: color('wanted'), width: 1, dash: [2, 3], paths: uPlot.paths.stepped({ align: 1 }) }),
  working: () => ({ stroke: color('demand'), width: 1, dash: [5, 3] }),
  demand: () => ({ stroke: color('demand'), width: 2 }),
};

export class Charts {
  /** @param onPoint called with the time at the pointer in milliseconds, or null without one */
  constructor(parent, onPoint) {
    this.parent = parent;
    this.onPoint = onPoint;
    this.points = [];
    this.events = [];
    this.span = 3600;
    this.now = Date.now() / 1000;
    this.plots = [];
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(parent);
    this.scheme = matchMedia('(prefers-color-scheme: dark)');
    this.rebuild = () => this.build();
    this.scheme.addEventListener('change', this.rebuild);
    this.build();
  }

  build() {
    for (const plot of this.plots) plot.destroy();
    this.parent.replaceChildren();
    this.axis = color('soft');
    this.grid = color('line');
    this.eventColors = Object.fromEntries(['asked', 'granted', 'refused', 'failed', 'hurt', 'resized', 'moved'].map(it => [it, color(`event-${it}`)]));
    this.width = this.parent.clientWidth;
    this.plots = CHARTS.map(chart => this.plot(chart));
    this.draw();
  }

  plot(chart) {
    const figure = element('figure', 'chart');
    const caption = element('figcaption', '', '', element('b', '', chart.title));
    for (const { label, kind } of chart.series) caption.append(element('span', `key ${kind}`, label));
    const place = element('div', 'plot');
    place.tabIndex = 0;
    place.setAttribute('role', 'img');
    figure.append(caption, place);
    this.parent.append(figure);
    const plot = new uPlot({
      width: this.width,
      height: this.height(),
      legend: { show: false },
      cursor: {
        sync: { key: 'machine' },
        y: false,
        points: { size: 6 },
        drag: { setScale: false, x: false, y: false },
      },
      scales: {
        x: { range: () => [this.begin(), this.now] },
        y: { range: (_, min, max) => [0, max > 0 ? max * 1.12 : 1] },
      },
      axes: [
        this.axisOf({ size: 28, space: 70, values: (_, splits) => splits.map(it => clock(it * 1000, false)) }),
        this.axisOf({ size: 62, values: (_, splits) => splits.map(it => chart.text(it)) }),
      ],
      series: [{}, ...chart.series.map(({ label, kind }) => ({ label, points: { show: false }, ...STYLES[kind]() }))],
      hooks: {
        draw: [u => this.drawEvents(u)],
        setCursor: [u => this.pointed(u)],
      },
    }, [[], ...chart.series.map(() => [])], place);
    plot.chart = chart;
    plot.place = place;
    place.addEventListener('keydown', event => this.key(event, plot));
    place.addEventListener('blur', () => plot.setCursor({ left: -10, top: -10 }));
    return plot;
  }

  /** Returns the left end of the time axis: with little history, that is the beginning of it. */
  begin() {
    const first = this.points.length ? this.points[0][0] / 1000 : this.now;
    return Math.max(this.now - this.span, Math.min(first, this.now - SHORTEST_SPAN));
  }

  axisOf(more) {
    return {
      stroke: this.axis,
      font: '12px system-ui, sans-serif',
      grid: { stroke: this.grid, width: 1 },
      ticks: { show: false },
      ...more,
    };
  }

  height() {
    return this.width < 500 ? 170 : 190;
  }

  resize() {
    if (this.parent.clientWidth === this.width || this.parent.clientWidth === 0) return;
    this.width = this.parent.clientWidth;
    for (const plot of this.plots) plot.setSize({ width: this.width, height: this.height() });
  }

  /**
   * @param points of the server, ascending
   * @param events of the machine, ascending
   * @param span of the time axis, in seconds
   * @param now right end of the time axis, in milliseconds
   */
  show(points, events, span, now) {
    Object.assign(this, { points, events, span, now: now / 1000 });
    this.draw();
  }

  draw() {
    for (const plot of this.plots) {
      const data = columns(this.points, plot.chart);
      plot.setData(data);
      const [, sizes, ...others] = data;
      const last = sizes.at(-1);
      const demand = others.at(-1).at(-1);
      const text = value => (value === null || value === undefined ? 'unknown' : plot.chart.text(value));
      plot.place.setAttribute('aria-label', `${plot.chart.title} over time: size ${text(last)}, demand ${text(demand)} now. Left and right move the pointer. The events are in the table below.`);
    }
  }

  drawEvents(u) {
    const { ctx, bbox } = u;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, 0, bbox.width, bbox.top + bbox.height);
    ctx.clip();
    for (const { at, kind } of this.events) {
      if (at / 1000 < this.now - this.span) continue;
      const x = Math.round(u.valToPos(at / 1000, 'x', true));
      ctx.fillStyle = this.eventColors[kind];
      ctx.strokeStyle = this.eventColors[kind];
      if (LINES.has(kind)) {
        ctx.lineWidth = devicePixelRatio;
        ctx.beginPath();
        ctx.moveTo(x, bbox.top);
        ctx.lineTo(x, bbox.top + bbox.height);
        ctx.stroke();
      }
      if (LINES.has(kind) || MARKS.has(kind)) {
        const size = 3.5 * devicePixelRatio;
        ctx.beginPath();
        ctx.moveTo(x - size, bbox.top - 2 * size);
        ctx.lineTo(x + size, bbox.top - 2 * size);
        ctx.lineTo(x, bbox.top);
        ctx.fill();
      }
    }
    ctx.restore();
  }

  pointed(u) {
    const { idx, left } = u.cursor;
    const at = left < 0 || idx === null || idx === undefined ? null : u.data[0][idx];
    this.onPoint(at === null || at === undefined ? null : at * 1000, this.span);
  }

  key(event, plot) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const { length } = plot.data[0];
    if (!length) return;
    const { idx, left } = plot.cursor;
    const from = left < 0 || idx === null || idx === undefined ? length : idx;
    const next = Math.max(0, Math.min(length - 1, from + step * (event.shiftKey ? 10 : 1)));
    plot.setCursor({ left: plot.valToPos(plot.data[0][next], 'x'), top: 10 });
  }

  /** Returns the values at a time: pairs of a label and a text. */
  valuesAt(at) {
    const point = this.points.find(it => it[0] === at);
    if (!point) return [];
    return CHARTS.map(chart => [
      chart.title,
      chart.series
        .map(({ column, label }) => [label, point[COLUMNS.indexOf(column)]])
        .filter(([, value]) => value !== null)
        .map(([label, value]) => `${label} ${chart.text(value / chart.scale)}`)
        .join(', '),
    ]);
  }

  close() {
    this.observer.disconnect();
    this.scheme.removeEventListener('change', this.rebuild);
    for (const plot of this.plots) plot.destroy();
  }
}

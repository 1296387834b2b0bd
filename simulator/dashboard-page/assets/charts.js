import { colorsOf, readable, styled } from './theme.js';

const { Chart } = globalThis;
const MINUTE = 60_000;

/** The dashboard's horizontal lines, each with what it says. */
const horizontalLines = {
  id: 'horizontalLines',
  afterDatasetsDraw({ ctx, chartArea, scales, options }) {
    for (const { value, label, color, yAxis = 'left' } of options.plugins.horizontalLines.lines) {
      const y = scales[yAxis]?.getPixelForValue(value);
      if (y === undefined || y < chartArea.top - 1 || y > chartArea.bottom) continue;
      ctx.save();
      ctx.strokeStyle = readable(color ?? styled('--alarm'));
      ctx.fillStyle = ctx.strokeStyle;
      ctx.lineWidth = 1.5;
      ctx.setLineDash([6, 4]);
      ctx.beginPath();
      ctx.moveTo(chartArea.left, y);
      ctx.lineTo(chartArea.right, y);
      ctx.stroke();
      ctx.font = '11px sans-serif';
      ctx.textBaseline = y < chartArea.top + 16 ? 'top' : 'bottom';
      const below = ctx.textBaseline === 'top' ? 3 : -2;
      ctx.lineWidth = 3;
      ctx.setLineDash([]);
      ctx.strokeStyle = styled('--card');
      ctx.strokeText(label, chartArea.left + 4, y + below);
      ctx.fillText(label, chartArea.left + 4, y + below);
      ctx.restore();
    }
  },
};

/** Draws a graph, or draws it again with what is new. Returns the chart. */
export function drawGraph(chart, canvas, view, span) {
  const { properties } = view.widget;
  const colors = colorsOf(view.series);
  const datasets = view.series.map((series, index) => datasetOf(series, colors[index], view, span));
  const options = optionsOf(properties, view, span);
  if (chart) {
    chart.data = { datasets };
    chart.options = options;
    chart.update('none');
    return chart;
  }
  return new Chart(canvas, { type: 'line', data: { datasets }, options, plugins: [horizontalLines] });
}

function datasetOf({ label, points, yAxis }, color, { widget, period, series }, { fromMs, toMs }) {
  const byTime = new Map(points);
  const step = period * 1000;
  const lastMs = Math.max(...series.map((one) => one.points.at(-1)?.[0] ?? 0));
  const data = [];
  const { stacked } = widget.properties;
  for (let x = Math.floor(fromMs / step) * step; x <= toMs; x += step)
    // In a stack, what is missing counts for nothing, up to the last that is known; a line has a gap there.
    data.push({ x, y: byTime.get(x) ?? (stacked && x <= lastMs ? 0 : null) });
  const isAlone = (index) => data[index - 1]?.y == null && data[index + 1]?.y == null;
  return {
    label,
    data,
    yAxisID: yAxis,
    borderColor: color,
    backgroundColor: stacked ? `${color}aa` : color,
    fill: stacked === true,
    borderWidth: stacked ? 1 : 1.8,
    // A dot at the edge is whole.
    clip: 6,
    pointRadius: stacked ? 0 : data.map(({ y }, index) => (y !== null && isAlone(index) ? 2.5 : 0)),
    pointHitRadius: 8,
  };
}

function optionsOf({ yAxis = {}, annotations, stacked }, { series }, { fromMs, toMs }) {
  const text = styled('--quiet');
  const grid = styled('--grid');
  const lines = annotations?.horizontal ?? [];
  const has = (side) => series.some((one) => one.yAxis === side);
  const isFlat = (side) =>
    series.every(({ yAxis: own, points }) => own !== side || points.every(([, value]) => value === 0));
  const axis = (side, position) => ({
    type: 'linear',
    position,
    stacked: stacked === true,
    display: side === 'left' || has(side),
    min: yAxis[side]?.min,
    max: yAxis[side]?.max,
    // Room for the line, although nothing comes near it.
    suggestedMax: Math.max(
      isFlat(side) ? 1 : 0,
      ...lines.filter((line) => (line.yAxis ?? 'left') === side).map(({ value }) => value * 1.12),
    ),
    title: { display: side === 'right', text: yAxis[side]?.label, color: text, font: { size: 11 } },
    grid: { color: grid, drawOnChartArea: side === 'left' },
    border: { display: false },
    ticks: { color: text, font: { size: 11 }, maxTicksLimit: 5, callback: short },
  });
  return {
    animation: false,
    responsive: true,
    maintainAspectRatio: false,
    interaction: { mode: 'nearest', axis: 'x', intersect: false },
    scales: {
      x: {
        type: 'linear',
        min: fromMs,
        max: toMs,
        grid: { color: grid },
        border: { color: grid },
        ticks: {
          color: text,
          font: { size: 11 },
          stepSize: stepOf(toMs - fromMs),
          maxRotation: 0,
          autoSkip: true,
          autoSkipPadding: 12,
          callback: clock,
        },
        afterBuildTicks: (scale) => {
          const step = stepOf(toMs - fromMs);
          scale.ticks = [];
          for (let at = Math.ceil(fromMs / step) * step; at <= toMs; at += step) scale.ticks.push({ value: at });
        },
      },
      left: axis('left', 'left'),
      right: axis('right', 'right'),
    },
    plugins: {
      legend: { display: false },
      horizontalLines: { lines },
      tooltip: {
        callbacks: {
          title: ([item]) => `${clock(item.parsed.x)} UTC`,
          label: ({ dataset, parsed }) => ` ${dataset.label}: ${short(parsed.y)}`,
        },
      },
    },
  };
}

function stepOf(spanMs) {
  const minutes = [1, 2, 5, 10, 15, 30, 60, 120, 360].find((step) => spanMs / (step * MINUTE) <= 7);
  return (minutes ?? 1440) * MINUTE;
}

export function clock(ms) {
  return new Date(ms).toISOString().slice(11, 16);
}

/** A number as a person reads it. */
export function short(value) {
  if (value === null || value === undefined) return '';
  const size = Math.abs(value);
  if (size >= 10_000) return `${(value / 1000).toPrecision(3)}k`;
  if (size >= 100 || Number.isInteger(value)) return String(Math.round(value));
  return String(Number(value.toPrecision(size < 1 ? 2 : 3)));
}

import { alarmChips, element } from './alarms.js';
import { drawGraph, short } from './charts.js';
import { colorsOf } from './theme.js';

const DRAW = {
  text: drawText,
  alarm: drawAlarms,
  metric: (card, view, span, page) =>
    (view.widget.properties.view === 'singleValue' ? drawNumbers : drawMetric)(card, view, span, page),
};
const KINDS = { text: 'text', alarm: 'alarms', metric: 'graph' };

/** One card for each widget, in its place. What was there before is used again. */
export function showWidgets(main, view, span) {
  view.widgets.forEach((one, index) => {
    const card = main.children[index] ?? main.appendChild(cardOf(one));
    card.dataset.series = one.series.filter(({ points }) => points.length > 0).length;
    DRAW[one.widget.type](card, one, span, view);
  });
  while (main.children.length > view.widgets.length) main.lastElementChild.remove();
}

function cardOf({ widget }) {
  const { x = 0, y = 0, width = 6, height = 6, type, properties } = widget;
  const isNumbers = properties.view === 'singleValue';
  const card = element('section', { className: `widget ${isNumbers ? 'figures' : KINDS[type]}` });
  card.style.gridArea = `${y + 1} / ${x + 1} / span ${height} / span ${width}`;
  card.dataset.type = type;
  card.dataset.title = properties.title ?? '';
  return card;
}

/** Headings and paragraphs: all the markdown that dashboards of ours have. */
function drawText(card, { widget }) {
  const lines = widget.properties.markdown.split('\n').filter((line) => line !== '');
  card.replaceChildren(
    ...lines.map((line) =>
      line.startsWith('## ') ? element('h2', { textContent: line.slice(3) }) : element('p', { textContent: line }),
    ),
  );
}

function drawAlarms(card, { widget }, _span, view) {
  card.replaceChildren(element('h3', { textContent: widget.properties.title }), alarmChips(widget, view.alarms));
}

function drawNumbers(card, { widget, series, fault }) {
  const figures = series.map(({ label, points }) =>
    element(
      'div',
      {},
      element('dt', { textContent: label }),
      element('dd', { textContent: points.length === 0 ? '–' : short(points.at(-1)[1]) }),
    ),
  );
  const says = fault ?? 'No data yet';
  const content =
    figures.length > 0 ? element('dl', { className: 'numbers' }, ...figures) : element('p', { textContent: says });
  card.replaceChildren(element('h3', { textContent: widget.properties.title }), content);
}

function drawMetric(card, view, span) {
  const { properties } = view.widget;
  if (!card.plot) {
    card.plot = element('div', { className: 'plot' });
    card.canvas = element('canvas');
    card.canvas.setAttribute('role', 'img');
    card.none = element('p', { className: 'none' });
    card.legend = element('ul', { className: 'legend' });
    card.plot.append(card.canvas, card.none);
    const unit = element('div', { className: 'unit', textContent: properties.yAxis?.left?.label ?? '' });
    card.append(element('h3', { textContent: properties.title }), unit, card.plot, card.legend);
  }
  const isEmpty = view.series.every(({ points }) => points.length === 0);
  card.none.hidden = !isEmpty;
  card.none.textContent = view.fault ?? 'No data in this time';
  card.canvas.hidden = isEmpty;
  const there = view.series.filter(({ points }) => points.length > 0);
  card.canvas.setAttribute('aria-label', `${properties.title}: ${there.map(last).join(', ')}`);
  if (!isEmpty) card.chart = drawGraph(card.chart, card.canvas, { ...view, series: there }, span);
  const colors = colorsOf(there);
  card.legend.replaceChildren(...there.map((series, index) => legendItem(series, colors[index])));
}

const last = ({ label, points }) => `${label} ${short(points.at(-1)[1])}`;

function legendItem({ label, points }, color) {
  const swatch = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  swatch.setAttribute('width', '10');
  swatch.setAttribute('height', '10');
  const dot = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  for (const [name, value] of Object.entries({ width: 10, height: 10, rx: 2, fill: color }))
    dot.setAttribute(name, String(value));
  swatch.append(dot);
  return element('li', {}, swatch, `${label} `, element('b', { textContent: short(points.at(-1)[1]) }));
}

import type { CutRow } from '../cuts.ts';
import { dollars } from './figures.ts';
import { html, type Markup } from './markup.ts';

const WIDTH = 720;
const HEIGHT = 220;
const LEFT = 64;
const BOTTOM = 24;
const TOP = 18;

const round = (value: number) => Math.round(value * 10) / 10;

/** A round number at or above the value, for the end of an axis. */
function ceiling(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10].find((factor) => factor * power >= value) ?? 10;
  return step * power;
}

const axisText = (value: number) => (value >= 1000 ? `${round(value / 1000)}k` : String(Number(value.toPrecision(3))));

/** Bars of what each day cost, and behind each what the same instances would have cost on demand. Unusual days stand out. */
export function dayChart(days: readonly CutRow[], unusual: ReadonlySet<string>, currency: string): Markup | undefined {
  if (days.length === 0) return undefined;
  const top = ceiling(Math.max(...days.map((day) => Math.max(Number(day.cost), Number(day.onDemandEquivalent)))));
  const slot = (WIDTH - LEFT) / days.length;
  const scale = (HEIGHT - TOP - BOTTOM) / top;
  const yOf = (value: number) => HEIGHT - BOTTOM - value * scale;
  const gap = slot > 6 ? slot * 0.2 : 0;
  const every = Math.ceil(days.length / 8);
  const bars = days.map((day, index) => {
    const x = round(LEFT + index * slot + gap / 2);
    const width = round(Math.max(slot - gap, 0.5));
    const bar = (value: string, name: string) => {
      const height = round(Math.max(0, Number(value)) * scale);
      return html`<rect class="${name}" x="${x}" y="${round(yOf(Math.max(0, Number(value))))}" width="${width}" height="${height}"/>`;
    };
    const label =
      index % every === 0 &&
      html`<text class="axis" x="${round(x + width / 2)}" y="${HEIGHT - 6}" text-anchor="middle">${day.key?.slice(5)}</text>`;
    const isUnusual = unusual.has(day.key ?? '');
    const title = `${day.key}: ${dollars(day.cost, currency)}, on demand ${dollars(day.onDemandEquivalent, currency)}${isUnusual ? ', unusual' : ''}`;
    return html`<g><title>${title}</title>${bar(day.onDemandEquivalent, 'ghost')}${bar(day.cost, isUnusual ? 'bar odd' : 'bar')}${label}</g>`;
  });
  const grid = [0, 0.5, 1].map((share) => {
    const y = round(yOf(top * share));
    return html`<line class="grid" x1="${LEFT}" x2="${WIDTH}" y1="${y}" y2="${y}"/><text class="axis" x="${LEFT - 8}" y="${y + 4}" text-anchor="end">${axisText(top * share)}</text>`;
  });
  return html`<figure><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Cost by day">${grid}${bars}</svg>
<figcaption><span class="key bar"></span> cost <span class="key ghost"></span> the same instances on demand, in ${currency} a day${unusual.size > 0 && html` <span class="key odd"></span> an unusual day`}</figcaption></figure>`;
}

/** A bar of one row against the largest, for a cell of a table. */
export function shareBar(value: string, largest: number): Markup {
  const width = largest <= 0 ? 0 : round(Math.max(0, Math.min(100, (Number(value) / largest) * 100)));
  return html`<svg class="share" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100" height="8"/><rect class="bar" width="${width}" height="8"/></svg>`;
}

import type { PricesFile } from '../prices-file/schema.ts';
import { timeMs } from './days.ts';
import { keyed } from './keyed.ts';
import { type SpotSeries, seriesOf } from './spot-series.ts';

type Place = { readonly region: string; readonly os: string; readonly instanceType: string; readonly zone: string };

const PRICE_DIGITS = 12;
const POWERS = Array.from({ length: PRICE_DIGITS + 1 }, (_, digits) => 10 ** digits);
const [ZERO, DOT] = [48, 46];

function decimalsOf(price: string): number {
  const dot = price.indexOf('.');
  return dot === -1 ? 0 : price.length - dot - 1;
}

/** A price in its smallest unit: exact as a number, since prices are below 9000. */
function priceNumber(price: string): number {
  let digits = 0;
  for (let at = 0; at < price.length; at += 1) {
    const code = price.charCodeAt(at);
    if (code !== DOT) digits = digits * 10 + (code - ZERO);
  }
  return digits * (POWERS[PRICE_DIGITS - decimalsOf(price)] ?? 1);
}

type Count = { readonly index: number; points: number; decimals: number };

/** The series of each place. Read in two passes: the first counts, so that the second fills arrays of the right size. */
export function spotBook(points: PricesFile['spot']): (place: Place) => SpotSeries | undefined {
  const places = keyed<Count>();
  const counts: Count[] = [];
  const countOf = new Uint32Array(points.length);
  points.forEach((point, at) => {
    const { region, os, instanceType, zone } = point;
    const count = places.get([region, os, instanceType, zone], () => {
      const made = { index: counts.length, points: 0, decimals: 0 };
      counts.push(made);
      return made;
    });
    count.points += 1;
    count.decimals = Math.max(count.decimals, decimalsOf(point.pricePerHour));
    countOf[at] = count.index;
  });
  const lists = counts.map((count) => ({
    atMs: new Float64Array(count.points),
    prices: new Float64Array(count.points),
    unit: POWERS[PRICE_DIGITS - count.decimals] ?? 1,
    filled: 0,
  }));
  points.forEach(({ at: time, pricePerHour }, at) => {
    const list = lists[countOf[at] ?? 0];
    if (!list) return;
    list.atMs[list.filled] = timeMs(time);
    list.prices[list.filled] = priceNumber(pricePerHour);
    list.filled += 1;
  });
  const series = lists.map(seriesOf);
  return ({ region, os, instanceType, zone }) => {
    const count = places.find(region, os, instanceType, zone);
    return count && series[count.index];
  };
}

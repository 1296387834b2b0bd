import type { ChargeOptions } from './charge.ts';
import type { Span } from './days.ts';
import { spotUnits } from './instance-charges.ts';
import type { Life, Run } from './lives.ts';
import type { PriceBook } from './price-book.ts';
import { firstMs, priceAt } from './spot-series.ts';
import { product } from './tally.ts';

/** The compute of a part of a run before any free hour, in atoms; undefined where a price is missing for any of it. */
export function grossCost(
  { instance, kind }: Life,
  run: Run,
  { fromMs, toMs }: Span,
  book: PriceBook,
  reading?: ChargeOptions['spotReading'],
): bigint | undefined {
  const { compute, series, spotRate } = book.ofKind(kind);
  if (instance.capacityType !== 'spot') return compute === undefined ? undefined : product(compute, toMs - fromMs);
  if (!series || firstMs(series) > fromMs) return undefined;
  return product(spotRate, spotUnits(series, run, fromMs, toMs, reading));
}

/** Atoms for each millisecond that an instance's compute costs at a moment. */
export function computeRateAt({ instance, kind }: Life, ms: number, book: PriceBook): bigint | undefined {
  const { compute, series } = book.ofKind(kind);
  if (instance.capacityType !== 'spot') return compute;
  const price = series && priceAt(series, ms);
  return price === undefined ? undefined : book.spotRate(price);
}

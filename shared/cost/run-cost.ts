import type { ChargeOptions } from './charge.ts';
import type { Span } from './days.ts';
import { spotSum } from './instance-charges.ts';
import type { Life, Run } from './lives.ts';
import { hourlyRate } from './money.ts';
import type { PriceBook } from './price-book.ts';
import { firstMs, priceAt } from './spot-series.ts';

/** The compute of a part of a run before any free hour, in atoms; undefined where a price is missing for any of it. */
export function grossCost(
  { instance }: Life,
  run: Run,
  { fromMs, toMs }: Span,
  book: PriceBook,
  reading?: ChargeOptions['spotReading'],
): bigint | undefined {
  if (instance.capacityType !== 'spot') {
    const rate = book.onDemandRate(instance, 'compute', instance.capacityType);
    return rate === undefined ? undefined : rate * BigInt(toMs - fromMs);
  }
  const series = book.spot(instance);
  if (!series || firstMs(series) > fromMs) return undefined;
  return hourlyRate(spotSum(series, run, fromMs, toMs, reading), book.share('compute', 'spot'));
}

/** Atoms for each millisecond that an instance's compute costs at a moment. */
export function computeRateAt({ instance }: Life, ms: number, book: PriceBook): bigint | undefined {
  if (instance.capacityType !== 'spot') return book.onDemandRate(instance, 'compute', instance.capacityType);
  const series = book.spot(instance);
  const price = series && priceAt(series, ms);
  return price === undefined ? undefined : hourlyRate(price, book.share('compute', 'spot'));
}

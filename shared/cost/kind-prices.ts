import { type Dimensions, dimensionsOf } from './charge.ts';
import { keyed } from './keyed.ts';
import { type Kind, perKind } from './kinds.ts';
import type { Rates } from './price-book.ts';
import type { SpotSeries } from './spot-series.ts';

/** What the instances of a kind cost; undefined where there is no price. Rates are atoms for each millisecond. */
export type KindPrices = {
  readonly dimensions: Dimensions;
  readonly onDemand: bigint | undefined;
  /** Its compute where it is not spot. */
  readonly compute: bigint | undefined;
  readonly series: SpotSeries | undefined;
  /** Atoms for a unit of the series, held for a millisecond. */
  readonly spotRate: bigint;
  /** All its public addresses. */
  readonly addresses: bigint | undefined;
  readonly volumes: VolumePrices;
};
type VolumePrices = {
  readonly unpriced: Kind['machine']['volumes'];
  /** All others, in a month of that length. */
  readonly rateIn: (monthMs: number) => bigint;
};

/** The prices of each kind, looked up once. */
export function newKindPrices(book: Rates): (kind: Kind) => KindPrices {
  const volumesOf = newVolumePrices(book);
  return perKind((machine) => pricesOf(machine, book, volumesOf));
}

function pricesOf(
  machine: Kind['machine'],
  book: Rates,
  volumesOf: (machine: Kind['machine']) => VolumePrices,
): KindPrices {
  const { region, capacityType, publicIpv4Count } = machine;
  const series = book.spot(machine);
  const address = book.ipv4Rate(region, capacityType);
  return {
    dimensions: dimensionsOf(machine),
    onDemand: book.onDemandRate(machine),
    compute: book.onDemandRate(machine, 'compute', capacityType),
    series,
    spotRate: series === undefined ? 0n : book.spotRate(series.unit),
    addresses: address === undefined ? undefined : address * BigInt(publicIpv4Count),
    volumes: volumesOf(machine),
  };
}

/** Prices of volumes. Machines of very different kinds have the same. */
function newVolumePrices(book: Rates): (machine: Kind['machine']) => VolumePrices {
  const known = keyed<VolumePrices>();
  return (machine) => {
    const { region, capacityType, volumes } = machine;
    const path = [region, capacityType, volumes.length];
    const shapes = volumes.flatMap(({ type, gib, iops, throughputMiBps }) => [type, gib, iops, throughputMiBps]);
    return known.get([...path, ...shapes], () => {
      const months = keyed<bigint>();
      const rateOf = (monthMs: number) =>
        volumes.reduce((sum, volume) => sum + (book.volumeRate(machine, volume, monthMs) ?? 0n), 0n);
      return {
        // Whether there is a price does not hang on the month.
        unpriced: volumes.filter((volume) => book.volumeRate(machine, volume, 1) === undefined),
        rateIn: (monthMs) => months.get([monthMs], () => rateOf(monthMs)),
      };
    });
  };
}

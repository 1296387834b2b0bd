import type { FleetFile, FleetInstance } from '../fleet-file/schema.ts';
import type { Component } from '../prices-file/schema.ts';
import type { Span } from './days.ts';
import type { Life } from './lives.ts';
import type { CapacityType, PriceBook } from './price-book.ts';
import type { Units } from './tally.ts';

/** What a charge can be asked by. */
export type Dimensions = {
  readonly cluster: string | null;
  readonly nodePool: string | null;
  readonly capacityType: CapacityType | null;
  readonly instanceType: string | null;
  readonly zone: string | null;
};

/** What is charged. */
export type Resource =
  | { readonly kind: 'instance'; readonly life: Life }
  | { readonly kind: 'cluster'; readonly cluster: FleetFile['clusters'][number] }
  | { readonly kind: 'reservation'; readonly reservation: Reservation }
  | { readonly kind: 'overhead'; readonly service: string };
export type Reservation = NonNullable<FleetFile['reservations']>[number];

/** A charge of one resource within one day of UTC. */
export type Charge = {
  readonly day: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** It costs this many atoms for each unit: a millisecond, or what its price is times milliseconds, or an atom itself. */
  readonly rate: bigint;
  readonly units: Units;
  /** Atoms for each millisecond on demand; as the cost where it is not set. */
  readonly onDemandRate?: bigint;
  /** How long an instance ran; 0 for everything else. */
  readonly instanceMs: number;
  /** Set where the price is not its own. */
  readonly basis?: 'unpriced' | 'estimated';
};

export type Unpriced = Dimensions & {
  readonly component: Component;
  readonly region: string;
  readonly resourceId: string;
  readonly ms: number;
  readonly reason: string;
};

/** Whoever wants the charges. */
export type Sink = {
  /** Where the charges of one resource and component go. */
  readonly open: (dimensions: Dimensions, component: Component, resource: Resource) => (charge: Charge) => void;
  readonly unpriced: (entry: Unpriced) => void;
  /** Charged at another price than its own, because the caller said so. */
  readonly estimated: (entry: Unpriced) => void;
  /** Its price is known, and its on-demand price is not: it counts as if it saved nothing. */
  readonly withoutOnDemand: (entry: Unpriced) => void;
};

export type ChargeOptions = {
  /** Which of AWS's two texts holds: the price in force each second, or the one at the start of each instance-hour. */
  readonly spotReading?: 'integral' | 'hour-start';
  /** Charge spot instances without a price as on-demand, marked as an estimate. */
  readonly estimateSpot?: boolean;
};

export type ChargeContext = {
  readonly book: PriceBook;
  readonly window: Span;
  readonly options: ChargeOptions;
  readonly sink: Sink;
};

export const NOWHERE: Dimensions = {
  cluster: null,
  nodePool: null,
  capacityType: null,
  instanceType: null,
  zone: null,
};

export function dimensionsOf(
  machine: Pick<FleetInstance, 'cluster' | 'nodePool' | 'capacityType' | 'instanceType' | 'zone'>,
): Dimensions {
  const { cluster, nodePool, capacityType, instanceType, zone } = machine;
  return { cluster, nodePool, capacityType, instanceType, zone };
}

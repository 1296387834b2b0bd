import { instanceTypes } from './catalogue.ts';
import { dearestMix, dearestOf, dearestRate, type Item } from './dearest-mix.ts';
import type { InstanceType } from './instance-type.ts';
import { dollarsOf, microDollars } from './money.ts';
import { quantityOf } from './quantity.ts';
import type { RequirementExpression } from './requirement.ts';
import { candidatesOf, type SelectionOptions, selectTypes } from './select.ts';

/** The limits of a NodePool, as quantities. */
export type Limits = Readonly<Record<string, string | number>>;

export type WorstCaseOptions = Omit<SelectionOptions, 'region'> & {
  /** The Region whose prices are taken, for a Region without prices; the answer then is an estimate, and the caller says so. */
  readonly pricesOf?: string;
};

export type WorstCase =
  | {
      /** US dollars, such as `12.5`. */
      readonly dollarsPerHour: string;
      /** The limit that decides and the type that costs most for what it takes of it; neither when nothing fits. */
      readonly decidedBy: string | undefined;
      readonly dearest: string | undefined;
      readonly why: null;
    }
  | { readonly dollarsPerHour: null; readonly why: string };

/** What a node takes of a limit, as Karpenter counts it: memory in MiB, less what it expects the hypervisor to keep. */
const TAKES: Readonly<Record<string, (type: InstanceType) => number>> = {
  cpu: ({ vcpu }) => vcpu,
  memory: ({ memoryMiB, arch }) => Math.floor(((memoryMiB - (arch === 'arm64' ? 64 : 0)) * 925) / 1000),
  nodes: () => 1,
  'nvidia.com/gpu': ({ gpu }) => (gpu?.manufacturer === 'NVIDIA' ? gpu.count : 0),
  'amd.com/gpu': ({ gpu }) => (gpu?.manufacturer === 'AMD' ? gpu.count : 0),
};
const MI = 2 ** 20;

type Limit = { readonly resource: string; readonly amount: number; readonly takes: (type: InstanceType) => number };
type Priced = Item & { readonly name: string };

/**
 * The most that a pool can cost an hour while it keeps to its limits, at on-demand prices (spot costs no more).
 *
 * Only types that fit within every limit on their own can be launched. For each limit by itself: the dearest mix of whole nodes that
 * keeps it, found exactly; for memory the whole limit at the rate of the dearest dollars per MiB, which no mix exceeds. A limit that
 * some launchable type takes nothing of (GPUs) bounds nothing. The answer is the least of these. So with one limit that is not memory
 * it is exact, and with several it is never too low. Types that the snapshot cannot decide on count as selected. Karpenter may overrun
 * its limits for a moment; that is not counted, nor are volumes and traffic.
 */
export function worstCaseDollarsPerHour(
  requirements: readonly RequirementExpression[],
  limits: Limits,
  region: string,
  { pricesOf = region, ...options }: WorstCaseOptions = {},
): WorstCase {
  const known = readLimits(limits);
  if (typeof known === 'string') return { dollarsPerHour: null, why: known };
  const candidates = candidatesOf(selectTypes(requirements, { ...options, region }));
  const launchable = candidates.filter((type) => known.every(({ amount, takes }) => takes(type) <= amount));
  const unpriced = launchable.filter(({ prices }) => prices[pricesOf] === undefined);
  if (unpriced.length > 0) {
    const why = isPriced(options.types ?? instanceTypes(), pricesOf)
      ? whyUnpriced(unpriced, pricesOf)
      : `the snapshot has no prices of ${pricesOf}`;
    return { dollarsPerHour: null, why };
  }
  const priced = launchable.map((type) => ({ type, cost: costOf(type, pricesOf) }));
  const bounds = known.flatMap((limit) => boundBy(limit, priced));
  if (bounds.length === 0) {
    if (launchable.length > 0) return { dollarsPerHour: null, why: whyUnlimited(limits) };
    return { dollarsPerHour: '0', decidedBy: undefined, dearest: undefined, why: null };
  }
  const { micros, resource, dearest } = bounds.reduce((least, bound) => (bound.micros < least.micros ? bound : least));
  return { dollarsPerHour: dollarsOf(micros), decidedBy: resource, dearest, why: null };
}

function readLimits(limits: Limits): Limit[] | string {
  const found: Limit[] = [];
  for (const [resource, takes] of Object.entries(TAKES)) {
    const quantity = limits[resource];
    if (quantity === undefined) continue;
    const amount = quantityOf(quantity);
    if (amount === undefined) return `the limit ${resource}: ${quantity} is no quantity`;
    found.push({ resource, takes, amount: Math.floor(resource === 'memory' ? amount / MI : amount) });
  }
  return found.length > 0 ? found : whyUnlimited(limits);
}

function boundBy({ resource, amount, takes }: Limit, priced: readonly { type: InstanceType; cost: number }[]) {
  const bySize = new Map<number, Priced>();
  for (const { type, cost } of priced) {
    const size = takes(type);
    if (size <= 0) return [];
    if (cost > (bySize.get(size)?.cost ?? -1)) bySize.set(size, { name: type.name, size, cost });
  }
  const [first, ...others] = bySize.values();
  if (!first) return [];
  const all: readonly [Priced, ...Priced[]] = [first, ...others];
  const micros = resource === 'memory' ? dearestRate(all, amount) : dearestMix(all, amount);
  return [{ micros, resource, dearest: dearestOf(all).name }];
}

const costs = new Map<string, WeakMap<InstanceType, number>>();

function costOf(type: InstanceType, region: string): number {
  const known = costs.get(region) ?? new WeakMap<InstanceType, number>();
  costs.set(region, known);
  const cost = known.get(type) ?? microDollars(type.prices[region] ?? '');
  known.set(type, cost);
  return cost;
}

function whyUnlimited(limits: Limits): string {
  const named = Object.keys(limits);
  if (named.length === 0) return 'the pool has no limits';
  return `the limits (${named.join(', ')}) do not bound every type that the pool selects: set cpu or memory`;
}

function isPriced(types: readonly InstanceType[], region: string): boolean {
  return types.some(({ prices }) => prices[region] !== undefined);
}

function whyUnpriced(unpriced: readonly InstanceType[], region: string): string {
  const names = unpriced.slice(0, 3).map(({ name }) => name);
  const rest = unpriced.length > names.length ? ` and ${unpriced.length - names.length} more` : '';
  return `the snapshot has no price in ${region} of ${names.join(', ')}${rest}`;
}

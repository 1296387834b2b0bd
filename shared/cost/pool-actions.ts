import { instanceType, instanceTypes } from '../instance-types/catalogue.ts';
import type { InstanceType } from '../instance-types/instance-type.ts';
import type { Draft } from './action.ts';
import { overlap, type Span } from './days.ts';
import type { IdlePool } from './idle.ts';
import { keyed } from './keyed.ts';
import { percentOf } from './money.ts';
import type { Pool } from './pools.ts';
import type { Machine, PriceBook } from './price-book.ts';
import { firstMs, unitsBetween } from './spot-series.ts';
import type { Pinned } from './standing-costs.ts';
import { product } from './tally.ts';

const IDLE_PERCENT = 30;
const MOST_BLOCKERS = 3;

export type NodePool = Pool & { readonly nodePool: string };

/** What the same machines in the same zones would have cost as spot, where that is known. */
export function spotDraft(pool: NodePool, window: Span, book: PriceBook): Draft[] {
  if (pool.lives.some(({ instance }) => instance.capacityType !== 'on-demand')) return [];
  let saved = 0n;
  for (const { kind, runs } of pool.lives) {
    const { series, spotRate, onDemand: rate } = book.ofKind(kind);
    if (!series || rate === undefined) continue;
    for (const run of runs) {
      const span = overlap({ fromMs: Math.max(run.startMs, firstMs(series)), toMs: run.billedToMs }, window);
      if (!span) continue;
      saved += rate * BigInt(span.toMs - span.fromMs) - product(spotRate, unitsBetween(series, span.fromMs, span.toMs));
    }
  }
  if (saved <= 0n) return [];
  return [
    {
      kind: 'use-spot',
      cluster: pool.cluster,
      nodePool: pool.nodePool,
      atoms: saved,
      what: `Allow spot in NodePool ${pool.nodePool}.`,
      reason: 'Everything that it ran was on-demand; the same types had these spot prices in the same zones.',
      risk: 'EC2 takes spot instances back with two minutes of notice: only for pods that bear it. Keep on-demand as the fallback.',
    },
  ];
}

/** Types that could stand in for one, by its shape. */
function gravitonPeers({ category, vcpu, memoryMiB, storageGB, gpu, accelerator }: InstanceType): InstanceType[] {
  if (gpu || accelerator || category === undefined) return [];
  return instanceTypes().filter(
    (type) =>
      type.arch === 'arm64' &&
      type.category === category &&
      type.vcpu === vcpu &&
      type.memoryMiB === memoryMiB &&
      type.isCurrent &&
      type.storageGB >= storageGB &&
      !type.isBareMetal,
  );
}

type Swap = { readonly name: string /** Atoms for each millisecond. */; readonly saves: bigint };

/** The cheapest type that could stand in for a machine and costs less. */
function swapFor(machine: Machine, book: PriceBook): Swap | undefined {
  const type = instanceType(machine.instanceType);
  const rate = book.onDemandRate(machine);
  if (type?.arch !== 'amd64' || !rate) return undefined;
  let best: Swap | undefined;
  for (const { name } of gravitonPeers(type)) {
    const other = book.onDemandRate({ ...machine, instanceType: name });
    if (other !== undefined && rate - other > (best?.saves ?? 0n)) best = { name, saves: rate - other };
  }
  return best;
}

export type Swaps = (machine: Machine) => Swap | undefined;

/** What could stand in for a machine, looked up once for each. */
export function newSwaps(book: PriceBook): Swaps {
  const known = keyed<Swap | 'none'>();
  return (machine) => {
    const { region, os, tenancy, instanceType: name } = machine;
    const found = known.get([region, os, tenancy, name], () => swapFor(machine, book) ?? 'none');
    return found === 'none' ? undefined : found;
  };
}

export function gravitonDraft(pool: NodePool, window: Span, swapOf: Swaps): Draft[] {
  let saved = 0n;
  const swaps = new Map<string, string>();
  for (const { instance, runs } of pool.lives) {
    if (instance.capacityType !== 'on-demand' || instance.os !== 'linux') continue;
    const best = swapOf(instance);
    if (!best) continue;
    for (const run of runs) {
      const span = overlap({ fromMs: run.startMs, toMs: run.billedToMs }, window);
      if (!span) continue;
      saved += best.saves * BigInt(span.toMs - span.fromMs);
      swaps.set(instance.instanceType, best.name);
    }
  }
  if (saved <= 0n) return [];
  const text = [...swaps]
    .sort()
    .map(([from, to]) => `${from} by ${to}`)
    .join(', ');
  return [
    {
      kind: 'use-graviton',
      cluster: pool.cluster,
      nodePool: pool.nodePool,
      atoms: saved,
      what: `Allow arm64 in NodePool ${pool.nodePool}: replace ${text}.`,
      reason: 'The same CPUs and memory cost less on Graviton, by the on-demand prices of the Region.',
      risk: 'Images must be built for arm64 too; a pod whose image is not stays on amd64 only if its node affinity says so.',
    },
  ];
}

export function idleDrafts(pools: readonly IdlePool[], pinned: readonly Pinned[]): Draft[] {
  return pools.flatMap(({ cluster, nodePool, idle, measured }): Draft[] => {
    const percent = percentOf(idle, measured);
    const isPinned = pinned.some((pool) => pool.cluster === cluster && pool.nodePool === nodePool);
    if (percent === null || percent < IDLE_PERCENT || isPinned) return [];
    const name = nodePool === null ? 'the bootstrap group' : `NodePool ${nodePool}`;
    return [
      {
        kind: 'cut-idle',
        cluster,
        nodePool,
        atoms: idle,
        what:
          nodePool === null
            ? `Make the bootstrap group of ${cluster} smaller.`
            : `Let ${name} consolidate sooner, or onto smaller types.`,
        reason: `${percent} % of what ${name} cost was requested by no pod.`,
        risk:
          nodePool === null
            ? 'Two nodes must stay for the two replicas of the controller, and CoreDNS and the add-ons must fit beside them.'
            : 'Not all of it can be had: headroom, DaemonSets and disruption budgets hold some. Look for pods that block consolidation first.',
      },
    ];
  });
}

const HOLDS = {
  'disruption-budget': 'its disruption budget',
  'pod-disruption-budget': 'PodDisruptionBudget',
  'do-not-disrupt': 'the annotation do-not-disrupt of',
} as const;

/** Pods have a namespace. */
function subjectOf(kind: keyof typeof HOLDS, name: string): string {
  return kind === 'do-not-disrupt' && name.includes('/') ? `pod ${name}` : name;
}

/** Pools whose nodes something was seen to hold; what it may cost is what sat idle on them. */
export function pinnedDrafts(pinned: readonly Pinned[], idle: readonly IdlePool[]): Draft[] {
  return pinned.map(({ cluster, nodePool, blockers }) => {
    const figures = idle.find((pool) => pool.cluster === cluster && pool.nodePool === nodePool);
    const most = [...blockers].sort((a, b) => b.nodes - a.nodes || (a.name < b.name ? -1 : 1)).slice(0, MOST_BLOCKERS);
    const holders = most.map(
      ({ kind, name, nodes }) => `${HOLDS[kind]} ${subjectOf(kind, name)} (${nodes} ${nodes === 1 ? 'node' : 'nodes'})`,
    );
    const more = blockers.length > most.length ? ` and ${blockers.length - most.length} more` : '';
    return {
      kind: 'unpin-pool',
      cluster,
      nodePool,
      atoms: figures?.idle ?? 0n,
      what: `Loosen what pins NodePool ${nodePool}: ${holders.join(', ')}${more}.`,
      reason: `Karpenter may not take these nodes away. ${figures && figures.measured > 0n ? `${percentOf(figures.idle, figures.measured)} % of what the pool cost was requested by no pod.` : 'What sat idle on them was not measured.'}`,
      risk: 'A budget or an annotation is there for somebody: ask its owner. Busy nodes stay whatever the budget says.',
    };
  });
}

import { instanceType, instanceTypes } from '../instance-types/catalogue.ts';
import type { InstanceType } from '../instance-types/instance-type.ts';
import type { Cell } from './cells.ts';
import { sumOf } from './cells.ts';
import { overlap, type Span } from './days.ts';
import type { IdlePool } from './idle.ts';
import type { Life } from './lives.ts';
import { hourlyRate, moneyOf, percentOf } from './money.ts';
import type { PriceBook } from './price-book.ts';
import { firstMs, integral } from './spot-series.ts';
import type { PoolLimit, Support } from './standing-costs.ts';

export type Action = {
  readonly kind:
    | 'use-spot'
    | 'use-graviton'
    | 'cut-idle'
    | 'upgrade-cluster'
    | 'free-reservation'
    | 'drop-ipv4'
    | 'lower-limit';
  readonly cluster: string | null;
  readonly nodePool: string | null;
  /** What it would have saved in the window; 0 where it guards against a cost and saves none. */
  readonly saves: string;
  readonly what: string;
  readonly reason: string;
  readonly risk: string;
};
type Draft = Omit<Action, 'saves'> & { readonly atoms: bigint };

const IDLE_PERCENT = 30;

type Pool = { readonly cluster: string; readonly nodePool: string; readonly lives: readonly Life[] };

function karpenterPools(lives: readonly Life[]): Pool[] {
  const pools = new Map<string, { cluster: string; nodePool: string; lives: Life[] }>();
  for (const life of lives) {
    const { cluster, nodePool } = life.instance;
    if (nodePool === null) continue;
    const key = JSON.stringify([cluster, nodePool]);
    const pool = pools.get(key) ?? { cluster, nodePool, lives: [] };
    pools.set(key, pool);
    pool.lives.push(life);
  }
  return [...pools.values()];
}

/** What the same machines in the same zones would have cost as spot, where that is known. */
function spotDraft(pool: Pool, window: Span, book: PriceBook): Draft[] {
  if (pool.lives.some(({ instance }) => instance.capacityType !== 'on-demand')) return [];
  const share = book.share('compute', 'spot');
  let saved = 0n;
  for (const { instance, runs } of pool.lives) {
    const series = book.spot(instance);
    const rate = book.onDemandRate(instance);
    if (!series || rate === undefined) continue;
    for (const run of runs) {
      const span = overlap({ fromMs: Math.max(run.startMs, firstMs(series)), toMs: run.billedToMs }, window);
      if (!span) continue;
      saved += rate * BigInt(span.toMs - span.fromMs) - hourlyRate(integral(series, span.fromMs, span.toMs), share);
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

function gravitonDraft(pool: Pool, window: Span, book: PriceBook): Draft[] {
  let saved = 0n;
  const swaps = new Map<string, string>();
  const peers = new Map<string, readonly InstanceType[]>();
  for (const { instance, runs } of pool.lives) {
    const type = instanceType(instance.instanceType);
    const rate = book.onDemandRate(instance);
    if (instance.capacityType !== 'on-demand' || instance.os !== 'linux' || type?.arch !== 'amd64' || !rate) continue;
    let best: { name: string; rate: bigint } | undefined;
    const candidates = peers.get(type.name) ?? gravitonPeers(type);
    peers.set(type.name, candidates);
    for (const { name } of candidates) {
      const other = book.onDemandRate({ ...instance, instanceType: name });
      if (other !== undefined && other < (best?.rate ?? rate)) best = { name, rate: other };
    }
    if (!best) continue;
    for (const run of runs) {
      const span = overlap({ fromMs: run.startMs, toMs: run.billedToMs }, window);
      if (!span) continue;
      saved += (rate - best.rate) * BigInt(span.toMs - span.fromMs);
      swaps.set(type.name, best.name);
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

function idleDrafts(pools: readonly IdlePool[]): Draft[] {
  return pools.flatMap(({ cluster, nodePool, idle, measured }): Draft[] => {
    const percent = percentOf(idle, measured);
    if (percent === null || percent < IDLE_PERCENT) return [];
    const name = nodePool === null ? 'the bootstrap group' : `NodePool ${nodePool}`;
    return [
      {
        kind: 'cut-idle',
        cluster,
        nodePool,
        atoms: idle,
        what:
          nodePool === null
            ? 'Make the bootstrap group smaller.'
            : `Let ${name} consolidate sooner, or onto smaller types.`,
        reason: `${percent} % of what ${name} cost was requested by no pod.`,
        risk: 'Not all of it can be had: headroom, DaemonSets and disruption budgets hold some. Look for pods that block consolidation first.',
      },
    ];
  });
}

function componentDrafts(cells: readonly Cell[]): Draft[] {
  const drafts: Draft[] = [];
  const clusters = Map.groupBy(cells, ({ cluster }) => cluster);
  for (const [cluster, members] of clusters) {
    const costOf = (component: Cell['component']) => sumOf(members.filter((cell) => cell.component === component)).cost;
    const unused = costOf('reservation-unused');
    const addresses = costOf('ipv4');
    const where = cluster === null ? '' : ` of ${cluster}`;
    if (unused > 0n) {
      drafts.push({
        kind: 'free-reservation',
        cluster,
        nodePool: null,
        atoms: unused,
        what: `Cancel or fill the capacity reservations${where}.`,
        reason: 'A reservation costs its on-demand price for every instance that does not run in it.',
        risk: 'What is given back may not be had again when it is needed.',
      });
    }
    if (addresses > 0n) {
      drafts.push({
        kind: 'drop-ipv4',
        cluster,
        nodePool: null,
        atoms: addresses,
        what: `Launch the nodes${where} without public addresses.`,
        reason: 'Every public IPv4 address is charged by the hour.',
        risk: 'Private subnets need a NAT gateway or endpoints, which cost too.',
      });
    }
  }
  return drafts;
}

function supportDrafts(cells: readonly Cell[], support: readonly Support[]): Draft[] {
  return support.flatMap(({ cluster, version, daysLeft, endOfStandardSupport, perMonth }): Draft[] => {
    const paid = sumOf(cells.filter((cell) => cell.cluster === cluster && cell.component === 'extended-support')).cost;
    if (paid === 0n && daysLeft > 90) return [];
    return [
      {
        kind: 'upgrade-cluster',
        cluster,
        nodePool: null,
        atoms: paid,
        what: `Upgrade ${cluster} from Kubernetes ${version}.`,
        reason: `Its standard support ${daysLeft < 0 ? 'ended' : 'ends'} on ${endOfStandardSupport.slice(0, 10)}${perMonth === null ? '' : `; extended support costs ${perMonth} a month`}.`,
        risk: 'An upgrade replaces the nodes. Check removed APIs and the versions of add-ons and Karpenter first.',
      },
    ];
  });
}

function limitDrafts(limits: readonly PoolLimit[]): Draft[] {
  return limits.map(({ cluster, nodePool, limitCpu, peakVcpu }) => ({
    kind: 'lower-limit',
    cluster,
    nodePool,
    atoms: 0n,
    what: `Lower the CPU limit of NodePool ${nodePool}, ${limitCpu} now.`,
    reason: `It never ran more than ${peakVcpu} vCPU: the limit would not stop a runaway for long.`,
    risk: 'Too low a limit leaves pods pending when load grows. It saves nothing by itself.',
  }));
}

/** What to do next, what saves most first. Savings of two lines may overlap: a node can be made spot, or smaller, or both. */
export function actionsFor(known: {
  readonly lives: readonly Life[];
  readonly cells: readonly Cell[];
  readonly window: Span;
  readonly book: PriceBook;
  readonly idle: readonly IdlePool[];
  readonly support: readonly Support[];
  readonly limits: readonly PoolLimit[];
}): Action[] {
  const { lives, cells, window, book, idle, support, limits } = known;
  const pools = karpenterPools(lives);
  const drafts = [
    ...pools.flatMap((pool) => spotDraft(pool, window, book)),
    ...pools.flatMap((pool) => gravitonDraft(pool, window, book)),
    ...idleDrafts(idle),
    ...componentDrafts(cells),
    ...supportDrafts(cells, support),
    ...limitDrafts(limits),
  ];
  const text = ({ kind, cluster, nodePool }: Draft) => JSON.stringify([kind, cluster, nodePool]);
  drafts.sort((a, b) => (a.atoms > b.atoms ? -1 : a.atoms < b.atoms ? 1 : text(a) < text(b) ? -1 : 1));
  return drafts.map(({ atoms, ...draft }) => ({ ...draft, saves: moneyOf(atoms) }));
}

import { durationSeconds } from '../clusters/quantities.ts';
import type { FleetFile } from '../fleet-file/schema.ts';
import { quantityOf } from '../instance-types/quantity.ts';
import type { Manifest } from '../kube/api.ts';
import { conditionsOf } from '../kube/conditions.ts';
import { cronFault, isInForce } from '../nodepools/cron.ts';

type NodePool = NonNullable<FleetFile['nodePools']>[number];
type Hold = NonNullable<NodePool['blockers']>[number];

/** A pool at one moment: its limits, and what keeps Karpenter from taking nodes away. */
export type PoolLook = {
  readonly nodePool: string;
  readonly limits: NodePool['limits'];
  readonly holds: readonly Hold[];
};

type Budget = {
  readonly nodes?: string;
  readonly reasons?: readonly string[];
  readonly schedule?: string;
  readonly duration?: string;
};
type Spec = {
  readonly limits?: Readonly<Record<string, string | number>>;
  readonly disruption?: { readonly consolidationPolicy?: string; readonly budgets?: readonly Budget[] };
};

const POOL_LABEL = 'karpenter.sh/nodepool';
const DO_NOT_DISRUPT = 'karpenter.sh/do-not-disrupt';
const GIB = 2 ** 30;

export function lookAtPools(
  view: {
    readonly nodePools: readonly Manifest[];
    readonly nodeClaims: readonly Manifest[];
    readonly nodes: readonly Manifest[];
  },
  nowMs: number,
): PoolLook[] {
  const count = (objects: readonly Manifest[], pool: string, isHeld: (object: Manifest) => boolean) =>
    objects.filter((object) => object.metadata.labels?.[POOL_LABEL] === pool && isHeld(object)).length;
  return view.nodePools.map((pool) => {
    const { name } = pool.metadata;
    const spec = (pool['spec'] ?? {}) as Spec;
    const budget = budgetThatAllowsNone(spec, nowMs);
    const idle = budget === undefined ? 0 : count(view.nodeClaims, name, isConsolidatable);
    const marked = count(view.nodes, name, ({ metadata }) => metadata.annotations?.[DO_NOT_DISRUPT] === 'true');
    return {
      nodePool: name,
      limits: limitsOf(spec),
      holds: [
        ...(budget !== undefined && idle > 0
          ? [{ kind: 'disruption-budget' as const, name: budget, nodes: idle }]
          : []),
        ...(marked > 0 ? [{ kind: 'do-not-disrupt' as const, name: 'its nodes', nodes: marked }] : []),
      ],
    };
  });
}

/** Karpenter says so of a node on which no pod came or went for the pool's consolidateAfter. */
function isConsolidatable(claim: Manifest): boolean {
  if (claim.metadata.deletionTimestamp !== undefined) return false;
  return conditionsOf(claim).some(({ type, status }) => type === 'Consolidatable' && status === 'True');
}

/** The budget by which no node may be consolidated now, as it is written. One of a tenth only makes that slower, and holds nothing. */
function budgetThatAllowsNone({ disruption = {} }: Spec, nowMs: number): string | undefined {
  // Such a pool's nodes are not consolidated before they are empty, whatever its budgets.
  if (disruption.consolidationPolicy === 'WhenEmpty') return undefined;
  const budget = disruption.budgets?.find(
    ({ nodes = '10%', reasons, schedule, duration }) =>
      /^0+%?$/.test(nodes) &&
      (reasons === undefined || reasons.includes('Underutilized')) &&
      (schedule === undefined || isScheduled(schedule, duration, nowMs)),
  );
  if (!budget) return undefined;
  const { nodes = '', reasons, schedule, duration } = budget;
  return [
    `nodes: "${nodes}"`,
    ...(reasons ? [`reasons: [${reasons.join(', ')}]`] : []),
    ...(schedule === undefined ? [] : [`schedule: "${schedule}"`, `duration: ${duration}`]),
  ].join(', ');
}

function isScheduled(schedule: string, duration: string | undefined, nowMs: number): boolean {
  if (duration === undefined || cronFault(schedule) !== undefined) return false;
  return isInForce(schedule, durationSeconds(duration), nowMs);
}

function limitsOf({ limits = {} }: Spec): NodePool['limits'] {
  const amount = (resource: string, unit: number) => {
    const value = quantityOf(limits[resource] ?? '');
    return value === undefined ? undefined : decimalText(value / unit);
  };
  const [cpu, memoryGiB] = [amount('cpu', 1), amount('memory', GIB)];
  return { ...(cpu === undefined ? {} : { cpu }), ...(memoryGiB === undefined ? {} : { memoryGiB }) };
}

function decimalText(value: number): string {
  return value.toFixed(3).replace(/\.?0+$/, '');
}

/** Pools as they were over many looks: the limits of the last, and how many nodes something held on average. What held less than half a node is left out. */
export function poolsOver(cluster: string, looks: readonly (readonly PoolLook[])[]): NodePool[] {
  const byPool = Map.groupBy(looks.flat(), ({ nodePool }) => nodePool);
  return [...byPool]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([nodePool, seen]) => {
      const holds = Map.groupBy(
        seen.flatMap((look) => look.holds),
        ({ kind, name }) => JSON.stringify([kind, name]),
      );
      const blockers = [...holds.values()].flatMap(([first, ...more]) => {
        if (!first) return [];
        const nodes = Math.round([first, ...more].reduce((sum, hold) => sum + hold.nodes, 0) / seen.length);
        return nodes > 0 ? [{ ...first, nodes }] : [];
      });
      return { cluster, nodePool, limits: seen.at(-1)?.limits ?? {}, blockers };
    });
}

import type { DaemonSet, Node, Pod, Taint } from '../../kubernetes/controllers/objects.ts';
import { matchesNodeSelection } from '../../kubernetes/controllers/scheduler/node-affinity.ts';
import { podRequests } from '../../kubernetes/controllers/scheduler/resources.ts';
import { untoleratedTaint } from '../../kubernetes/controllers/scheduler/taints.ts';
import { isTrue } from '../conditions.ts';
import { type Controller, listClaims, listPools } from '../controller.ts';
import { type InstanceType, instanceTypesOf } from '../instance-types/offerings.ts';
import { type Amounts, sum } from '../instance-types/resources.ts';
import { LABELS } from '../names.ts';
import { amountsOf, usageOf } from '../node-pool/reconcile.ts';
import { classRef, isGoing, type NodeClass, type NodePool } from '../objects.ts';
import { type Requirements, requirementsOf, singleValues } from '../requirements.ts';

/** A pool as a source of new nodes. */
export type Template = {
  readonly pool: NodePool;
  readonly nodeClass: NodeClass;
  readonly requirements: Requirements;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  readonly types: readonly InstanceType[];
  /** What the DaemonSets will take of each node, pods included. */
  readonly daemons: Amounts;
  /** What the limits leave; resources without a limit are not in it. */
  remaining: Amounts;
};

/** The pools that can provision now: the heaviest first, those of equal weight by name. */
export function templatesOf(controller: Controller): Template[] {
  const pools = listPools(controller).filter((pool) => !isGoing(pool) && pool.spec.replicas === undefined);
  const ready = pools.filter((pool) => isTrue(pool, 'Ready'));
  for (const pool of pools) {
    if (!ready.includes(pool))
      controller.log('INFO', 'skipped a NodePool that is not ready', { nodePool: pool.metadata.name });
  }
  ready.sort(
    (left, right) =>
      (right.spec.weight ?? 0) - (left.spec.weight ?? 0) || (left.metadata.name < right.metadata.name ? -1 : 1),
  );
  return ready.flatMap((pool) => {
    const className = pool.spec.template.spec.nodeClassRef.name;
    const nodeClass = controller.api.get(classRef(className)) as NodeClass | undefined;
    if (!nodeClass) return [];
    return [templateOf(controller, pool, nodeClass)];
  });
}

function templateOf(controller: Controller, pool: NodePool, nodeClass: NodeClass): Template {
  const { spec } = pool.spec.template;
  const labels = {
    ...pool.spec.template.metadata?.labels,
    [LABELS.nodePool]: pool.metadata.name,
    [LABELS.nodeClass]: nodeClass.metadata.name,
  };
  const requirements = requirementsOf(spec.requirements, labels);
  const taints = spec.taints ?? [];
  return {
    pool,
    nodeClass,
    requirements,
    labels,
    taints,
    types: instanceTypesOf(controller, nodeClass, requirements),
    daemons: daemonsOn(controller, { ...labels, ...singleValues(requirements) }, taints),
    remaining: remainingOf(controller, pool),
  };
}

function remainingOf(controller: Controller, pool: NodePool): Amounts {
  const usage = usageOf(listClaims(controller), pool.metadata.name);
  return Object.fromEntries(
    Object.entries(amountsOf(pool.spec.limits)).map(([resource, limit]) => [resource, limit - (usage[resource] ?? 0)]),
  );
}

/** What the DaemonSets that suit a node with these labels and taints request. */
function daemonsOn({ api }: Controller, labels: Readonly<Record<string, string>>, taints: readonly Taint[]): Amounts {
  const standard = { [LABELS.os]: 'linux', [LABELS.arch]: labels[LABELS.arch] ?? 'amd64' };
  const node: Node = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'imagined', labels: { ...standard, ...labels } },
    spec: {},
  };
  const pods = (api.list('apps/v1', 'DaemonSet') as DaemonSet[]).map(({ spec }): Pod => {
    const { labels: own = {} } = spec.template.metadata ?? {};
    return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'imagined', labels: own }, spec: spec.template.spec };
  });
  return pods
    .filter((pod) => matchesNodeSelection(pod, node) && !untoleratedTaint(pod, taints, ['NoSchedule', 'NoExecute']))
    .map((pod): Amounts => ({ ...podRequests(pod), pods: 1 }))
    .reduce(sum, {});
}

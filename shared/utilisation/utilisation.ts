import type { Manifest } from '../kube/api.ts';
import { METRICS } from '../metrics/names.ts';
import type { Series } from '../metrics/series.ts';
import { type Amounts, amountOf, type FleetNode } from './fleet-nodes.ts';
import type { NodeGauges } from './gauges.ts';
import { byPool, oneValue } from './series-of.ts';

const GIB = 2 ** 30;

/** A node with what is requested of it. */
export type Used = { readonly node: FleetNode; readonly requested: Amounts; readonly pods: number | undefined };

/** Nodes that the leader knows, with what their pods request. */
export function usedByGauges(nodes: readonly FleetNode[], gauges: ReadonlyMap<string, NodeGauges>): Used[] {
  return nodes.flatMap((node) => {
    const gauge = node.name === undefined ? undefined : gauges.get(node.name);
    return gauge ? [{ node, requested: gauge, pods: gauge.pods }] : [];
  });
}

/**
 * Where the leader exports no state: what each NodeClaim was launched for. Pods that came or went since do not show, and neither
 * do nodes that are not Karpenter's.
 */
export function usedByClaims(nodes: readonly FleetNode[], claims: readonly Manifest[]): Used[] {
  const requests = new Map<string, Amounts>();
  for (const claim of claims) {
    const { nodeName } = (claim['status'] ?? {}) as { readonly nodeName?: string };
    const { resources } = (claim['spec'] ?? {}) as {
      readonly resources?: { readonly requests?: Readonly<Record<string, string>> };
    };
    if (nodeName === undefined || !resources?.requests) continue;
    const { cpu, memory } = resources.requests;
    requests.set(nodeName, { cpu: amountOf(cpu), memoryGiB: amountOf(memory) / GIB });
  }
  return nodes.flatMap((node) => {
    const requested = node.name === undefined ? undefined : requests.get(node.name);
    return requested ? [{ node, requested, pods: undefined }] : [];
  });
}

/** Requested of allocatable in percent, and pods on each node; of the cluster, and of each of its pools. */
export function utilisationSeries(cluster: string, used: readonly Used[]): Series[] {
  return byPool(cluster, used, ({ node }) => node.nodePool).flatMap(({ dimensions, items }) => [
    ...percent(METRICS.cpuUtilisation, dimensions, items, ({ cpu }) => cpu),
    ...percent(METRICS.memoryUtilisation, dimensions, items, ({ memoryGiB }) => memoryGiB),
    ...podsPerNode(dimensions, items),
  ]);
}

function percent(
  name: string,
  dimensions: Series['dimensions'],
  used: readonly Used[],
  of: (amounts: Amounts) => number,
): Series[] {
  const allocatable = used.reduce((sum, { node }) => sum + of(node.allocatable), 0);
  const requested = used.reduce((sum, entry) => sum + of(entry.requested), 0);
  return allocatable > 0 ? [oneValue(name, 'Percent', dimensions, (100 * requested) / allocatable)] : [];
}

function podsPerNode(dimensions: Series['dimensions'], used: readonly Used[]): Series[] {
  const counts = new Map<number, number>();
  for (const { pods } of used) if (pods !== undefined) counts.set(pods, (counts.get(pods) ?? 0) + 1);
  if (counts.size === 0) return [];
  const sorted = [...counts].toSorted(([a], [b]) => a - b);
  return [
    {
      name: METRICS.podsPerNode,
      unit: 'Count',
      dimensions,
      values: sorted.map(([pods]) => pods),
      counts: sorted.map(([, nodes]) => nodes),
    },
  ];
}

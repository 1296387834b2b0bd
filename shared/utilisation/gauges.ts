import type { Sample } from '../kube/metrics-page.ts';
import { FAMILIES } from './families.ts';

const GIB = 2 ** 30;

/** What the leader says of one node. */
export type NodeGauges = {
  /** What the pods on it request, DaemonSets included. */
  readonly cpu: number;
  readonly memoryGiB: number;
  readonly pods: number;
};

/** By the node's name. A node without pods has no requests, but is there. */
export function gaugesByNode(samples: readonly Sample[]): Map<string, NodeGauges> {
  const gauges = new Map<string, { cpu: number; memoryGiB: number; pods: number }>();
  for (const { name, labels, value } of samples) {
    const isRequest = name === FAMILIES.requested;
    const node = labels['node_name'];
    if ((!isRequest && name !== FAMILIES.allocatable) || !node || !Number.isFinite(value)) continue;
    const gauge = gauges.get(node) ?? { cpu: 0, memoryGiB: 0, pods: 0 };
    gauges.set(node, gauge);
    if (!isRequest) continue;
    const resource = labels['resource_type'];
    if (resource === 'cpu') gauge.cpu = value;
    if (resource === 'memory') gauge.memoryGiB = value / GIB;
    if (resource === 'pods') gauge.pods = value;
  }
  return gauges;
}

/** Whether the controllers that export the state of nodes run; undefined where the page does not say. */
export function isStateExported(samples: readonly Sample[]): boolean | undefined {
  const controllers = samples.filter(({ name }) => name === FAMILIES.controllers);
  if (controllers.length === 0) return undefined;
  return controllers.some(({ labels }) => labels['controller'] === 'metrics.node');
}

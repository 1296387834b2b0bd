import type { Node, Pod } from '../../kubernetes/controllers/objects.ts';
import type { ClusterView, NodeInfo } from '../../kubernetes/controllers/scheduler/cluster-view.ts';
import { canSchedule } from '../../kubernetes/controllers/scheduler/filters.ts';
import { podRequests } from '../../kubernetes/controllers/scheduler/resources.ts';
import { untoleratedTaint } from '../../kubernetes/controllers/scheduler/taints.ts';
import { isProviderKey } from '../instance-types/labels.ts';
import { byPrice, type InstanceType, matchingTypes } from '../instance-types/offerings.ts';
import { type Amounts, fits, sum } from '../instance-types/resources.ts';
import { LABELS } from '../names.ts';
import {
  intersection,
  isImpossible,
  isMet,
  type Requirements,
  requirementFor,
  requirementsOf,
  singleValues,
} from '../requirements.ts';
import type { Present } from './existing-nodes.ts';
import { podAlternatives, spreadAlternatives } from './pod-requirements.ts';
import type { Template } from './templates.ts';
import { getsOn, zoneChoices } from './topology.ts';

/** A node that does not exist yet: what it may be, and what is to run on it. */
export type PlannedNode = {
  readonly template: Template;
  readonly requirements: Requirements;
  readonly types: readonly InstanceType[];
  readonly requests: Amounts;
  readonly info: NodeInfo;
};

export type Plan = { readonly planned: readonly PlannedNode[]; readonly homeless: readonly Pod[] };

const byRequests = (left: Pod, right: Pod): number => {
  const [one, other] = [podRequests(left), podRequests(right)];
  return (other['cpu'] ?? 0) - (one['cpu'] ?? 0) || (other['memory'] ?? 0) - (one['memory'] ?? 0) || older(left, right);
};

function older(left: Pod, right: Pod): number {
  const key = ({ metadata }: Pod) => `${metadata.creationTimestamp} ${metadata.namespace}/${metadata.name}`;
  return key(left) < key(right) ? -1 : 1;
}

/** Finds a place for each pod: on what is there, on what is planned, or on a new node of the first pool that has one. */
export function planNodes(
  pods: readonly Pod[],
  present: Present,
  templates: () => readonly Template[],
  settings: { readonly respectsPreferences: boolean },
): Plan {
  const open = [...present.open];
  let planned: PlannedNode[] = [];
  const homeless: Pod[] = [];
  const view = (): ClusterView => ({
    nodes: [...open, ...planned.map(({ info }) => info)],
    namespaces: present.view.namespaces,
  });
  /** On what is there, then on what is planned, then on a new node. */
  const place = (pod: Pod): boolean => {
    const present_ = view();
    const home = open.findIndex((info) => canSchedule(withoutNode(pod), info, present_));
    const chosen = open[home];
    if (chosen) {
      open[home] = { node: chosen.node, pods: [...chosen.pods, pod] };
      return true;
    }
    const alternatives = podAlternatives(pod, settings.respectsPreferences);
    const next =
      onPlanned(pod, alternatives, planned, present_) ?? onNew(pod, alternatives, planned, templates(), present_);
    if (next) planned = next;
    return next !== undefined;
  };
  for (const pod of [...pods].sort(byRequests)) {
    if (!spreadAlternatives(pod, settings.respectsPreferences).some(place)) homeless.push(pod);
  }
  return { planned, homeless };
}

/** A pod that has to move is looked at as if it were nowhere. */
function withoutNode(pod: Pod): Pod {
  const { nodeName: _, ...spec } = pod.spec;
  return { ...pod, spec };
}

function onPlanned(
  pod: Pod,
  alternatives: readonly Requirements[],
  planned: readonly PlannedNode[],
  view: ClusterView,
): PlannedNode[] | undefined {
  const emptiestFirst = [...planned].sort((left, right) => left.info.pods.length - right.info.pods.length);
  for (const node of emptiestFirst) {
    const fuller = withPod(node, pod, alternatives, view);
    if (fuller) return planned.map((other) => (other === node ? fuller : other));
  }
  return undefined;
}

function onNew(
  pod: Pod,
  alternatives: readonly Requirements[],
  planned: readonly PlannedNode[],
  templates: readonly Template[],
  view: ClusterView,
): PlannedNode[] | undefined {
  for (const template of templates) {
    if ((template.remaining['nodes'] ?? 1) < 1) continue;
    const types = template.types.filter(({ resources }) => isWithin(resources.capacity, template.remaining));
    const name = `planned-${planned.length}`;
    const empty: PlannedNode = {
      template,
      requirements: template.requirements,
      types,
      requests: template.daemons,
      info: { node: imagined(name, template, template.requirements, types), pods: [] },
    };
    const made = withPod(empty, pod, alternatives, view);
    if (!made) continue;
    spend(template, made.types);
    return [...planned, made];
  }
  return undefined;
}

function isWithin(capacity: Amounts, remaining: Amounts): boolean {
  return Object.entries(remaining).every(([resource, left]) => (capacity[resource] ?? 0) <= left);
}

/** As long as a node's type is open, the largest that it may become counts. */
function spend(template: Template, types: readonly InstanceType[]): void {
  template.remaining = Object.fromEntries(
    Object.entries(template.remaining).map(([resource, left]) => {
      const most = Math.max(0, ...types.map((type) => type.resources.capacity[resource] ?? 0));
      return [resource, left - (resource === 'nodes' ? 1 : most)];
    }),
  );
}

/** The planned node with one more pod; undefined when that cannot be. */
function withPod(
  node: PlannedNode,
  pod: Pod,
  alternatives: readonly Requirements[],
  view: ClusterView,
): PlannedNode | undefined {
  const { template } = node;
  if (untoleratedTaint(pod, template.taints, ['NoSchedule', 'NoExecute'])) return undefined;
  const requests = sum(node.requests, { ...podRequests(pod), pods: 1 });
  const large = node.types.filter(({ resources }) => fits(requests, resources.allocatable));
  if (large.length === 0) return undefined;
  for (const wanted of alternatives) {
    if (!isKnown(wanted, node.requirements)) continue;
    const merged = intersection(node.requirements, wanted);
    if ([...merged.values()].some(isImpossible)) continue;
    for (const zone of zoneChoices(pod, zonesOf(large, merged), view)) {
      const requirements =
        zone === undefined ? merged : intersection(merged, requirementsOf([], { [LABELS.zone]: zone }));
      const types = matchingTypes(large, requirements);
      if (types.length === 0) continue;
      const info: NodeInfo = {
        node: imagined(node.info.node.metadata.name, template, requirements, types),
        pods: node.info.pods,
      };
      if (!getsOn(pod, info, view)) continue;
      return { template, requirements, types, requests, info: { node: info.node, pods: [...info.pods, pod] } };
    }
  }
  return undefined;
}

function zonesOf(types: readonly InstanceType[], requirements: Requirements): string[] {
  const zone = requirementFor(requirements, LABELS.zone);
  const all = new Set(types.flatMap(({ offerings }) => offerings.map((offering) => offering.zone)));
  return [...all].filter((name) => isMet(zone, name)).sort();
}

/** Labels that nobody gives to nodes cannot be asked for: a pool has to define them. */
function isKnown(wanted: Requirements, given: Requirements): boolean {
  return [...wanted].every(([key, requirement]) => requirement.mayBeAbsent || isProviderKey(key) || given.has(key));
}

/** The node as far as it is settled; the rest is as in the cheapest type. A zone is there only when there is one left. */
function imagined(name: string, template: Template, requirements: Requirements, types: readonly InstanceType[]): Node {
  const [cheapest] = byPrice(types);
  const labels = { ...cheapest?.labels, ...template.labels, ...singleValues(requirements), [LABELS.hostname]: name };
  const zones = zonesOf(types, requirements);
  const [zone] = zones;
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: zone !== undefined && zones.length === 1 ? { ...labels, [LABELS.zone]: zone } : labels },
    spec: { taints: [...template.taints] },
  };
}

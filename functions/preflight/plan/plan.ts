import { type Finding, isFault } from '../finding.ts';
import type { World } from '../world.ts';
import { accountResources, registryRow } from './account-resources.ts';
import { adoptionResources } from './adoption-resources.ts';
import { clusterResources } from './cluster-resources.ts';
import { kubernetesResources } from './kubernetes-resources.ts';
import { discoveryTags } from './network-resources.ts';
import type { PlannedAction, PlannedResource } from './planned-resource.ts';

type Reported = Omit<Finding, 'severity'>;

/** The plan as it is stored; docs/schemas/plan.schema.json is its published shape. */
export type Plan = {
  readonly cluster: string;
  readonly kubernetesVersion: string;
  readonly karpenterVersion: string;
  readonly createdAt: string;
  /** With faults nothing is carried out. */
  readonly blocked: boolean;
  readonly faults: readonly Reported[];
  readonly warnings: readonly Reported[];
  readonly notes: readonly string[];
  /** In the order in which the run comes to them. */
  readonly resources: readonly PlannedResource[];
};

const NOTES = [
  'Pods that tolerate no taint of the bootstrap nodes stay Pending until the first NodePool is Ready.',
  'monthlyUsd is what a resource costs while it stays, at list price, and null where that depends on use or on prices that this deployment does not know: instances, volumes and requests among them.',
] as const;

/** What a run would do, from one look at the account. */
export function buildPlan(world: World, findings: readonly Finding[], createdAt: string): Plan {
  const { metadata, spec } = world.cluster;
  const faults = findings.filter(isFault).map(reported);
  return {
    cluster: metadata.name,
    kubernetesVersion: spec.kubernetesVersion,
    karpenterVersion: spec.karpenter.version,
    createdAt,
    blocked: faults.length > 0,
    faults,
    warnings: findings.filter((finding) => !isFault(finding)).map(reported),
    notes: NOTES,
    resources: [
      ...adoptionResources(world),
      ...accountResources(world),
      ...clusterResources(world),
      ...discoveryTags(world),
      registryRow(world),
      ...kubernetesResources(world),
    ],
  };
}

/** `22 to create, 5 as they should be`. */
export function summaryOf({ resources, warnings }: Plan): string {
  const words: Readonly<Record<PlannedAction, string>> = {
    create: 'to create',
    adopt: 'to adopt',
    update: 'to update',
    none: 'as they should be',
    unknown: 'unknown until the cluster answers',
  };
  const counts = (Object.keys(words) as PlannedAction[]).map((action) => ({
    text: words[action],
    count: resources.filter((resource) => resource.action === action).length,
  }));
  const parts = counts.filter(({ count }) => count > 0).map(({ count, text }) => `${count} ${text}`);
  return [...parts, ...(warnings.length > 0 ? [`${warnings.length} warning(s)`] : [])].join(', ');
}

function reported({ severity: _, ...finding }: Finding): Reported {
  return finding;
}

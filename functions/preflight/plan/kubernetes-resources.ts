import { KARPENTER_SERVICE_ACCOUNT, namesOf } from '../../../shared/clusters/names.ts';
import { isTaggedFor } from '../../../shared/clusters/ownership.ts';
import { nodeClassNamesOf, nodePoolsOf } from '../../../shared/nodepools/of-cluster.ts';
import { ownCluster, type World } from '../world.ts';
import { asAdopted, compared, type PlannedResource, planned } from './planned-resource.ts';

const ASK_THE_CLUSTER = 'unknown until the cluster answers';

/** Karpenter and what it works from. In a cluster that is there already, only the steps themselves can see it. */
export function kubernetesResources(world: World): PlannedResource[] {
  const { cluster } = world;
  return [
    podIdentity(world),
    chart(world, 'crd-chart', 'karpenter-crd'),
    chart(world, 'controller-chart', 'karpenter'),
    ...nodeClassNamesOf(cluster).map((name) => inside(world, 'node-classes', 'EC2NodeClass', name)),
    ...nodePoolsOf(cluster).map(({ metadata }) => inside(world, 'node-pools', 'NodePool', metadata.name)),
    ...smokeTest(world),
  ];
}

function podIdentity({ cluster, existing }: World): PlannedResource {
  const name = `${cluster.spec.karpenter.namespace}/${KARPENTER_SERVICE_ACCOUNT}`;
  const thing = { step: 'pod-identity', resource: 'pod identity association', name, seconds: [10, 12] } as const;
  const roleArn = existing.row?.roles.controller;
  if (!existing.podIdentity) return planned(thing, { action: 'create', ...(roleArn ? { after: { roleArn } } : {}) });
  const decision = compared({ roleArn: existing.podIdentity.roleArn }, { roleArn });
  return planned(thing, asAdopted(decision, isTaggedFor(cluster.metadata.name, existing.podIdentity.tags)));
}

function chart(world: World, step: string, name: string): PlannedResource {
  const { version } = world.cluster.spec.karpenter;
  const seconds = step === 'controller-chart' ? ([20, 60] as const) : ([1, 5] as const);
  const thing = { step, resource: 'Helm release', name, seconds };
  if (!ownCluster(world)) return planned(thing, { action: 'create', after: { version } });
  const installed = world.existing.row?.state === 'active' ? world.existing.row.karpenterVersion : undefined;
  if (installed !== undefined && installed !== version) {
    return planned(thing, { action: 'update', before: { version: installed }, after: { version } });
  }
  return planned(thing, { action: 'unknown', reason: ASK_THE_CLUSTER, after: { version } });
}

function inside(world: World, step: string, kind: string, name: string): PlannedResource {
  const thing = { step, resource: kind, name, seconds: [1, 15] } as const;
  return planned(thing, ownCluster(world) ? { action: 'unknown', reason: ASK_THE_CLUSTER } : { action: 'create' });
}

function smokeTest(world: World): PlannedResource[] {
  const { enabled, pods, cpu } = world.cluster.spec.smokeTest;
  if (!enabled) return [];
  const { smokeTestNodePool: name } = namesOf(world.cluster.metadata.name);
  const seconds = [60, 300] as const;
  const thing = { step: 'smoke-test', resource: 'NodePool and pods', name, seconds, monthlyUsd: null };
  const reason = 'temporary: every run makes them, measures, and takes them away';
  const action = ownCluster(world) ? 'none' : 'create';
  return [{ ...planned(thing, { action, reason, after: { pods, cpu } }), expectedSeconds: seconds }];
}

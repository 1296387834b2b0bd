import { isStandard } from '../../../shared/clusters/instance-families.ts';
import { milliCpu } from '../../../shared/clusters/quantities.ts';
import { type Finding, fault, warning } from '../finding.ts';
import { mayMakeNodes, ownCluster, type World } from '../world.ts';

/** Nodes keep some CPU for themselves and come in sizes: five pods of one CPU take eight. */
const SMOKE_TEST_FACTOR = 1.5;

/** The account may have one more cluster, and the vCPUs of the bootstrap nodes and the smoke test. */
export function checkQuotas(world: World): Finding[] {
  return [...checkClusters(world), ...checkVcpu(world)];
}

function checkClusters(world: World): Finding[] {
  const { cluster, quotas } = world;
  if (ownCluster(world) || quotas.clustersInUse < quotas.clusters) return [];
  return [
    fault('quotas', {
      message: `the account has ${quotas.clustersInUse} EKS clusters in ${cluster.spec.region} and may have ${quotas.clusters}`,
      fix: 'ask for a higher quota L-1194D53C (EKS, Clusters), or delete a cluster',
    }),
  ];
}

function checkVcpu(world: World): Finding[] {
  const { cluster, quotas, offers, existing } = world;
  const { bootstrapNodes, smokeTest } = cluster.spec;
  const largest = Math.max(0, ...offers.instanceTypes.filter(({ name }) => isStandard(name)).map(({ vcpu }) => vcpu));
  const forNodes = existing.nodegroup || !mayMakeNodes(world) ? 0 : bootstrapNodes.desiredSize * largest;
  const forSmokeTest = smokeTest.enabled
    ? Math.ceil((smokeTest.pods * milliCpu(smokeTest.cpu) * SMOKE_TEST_FACTOR) / 1000)
    : 0;
  const free = quotas.onDemandVcpu - quotas.onDemandVcpuInUse;
  if (forNodes + forSmokeTest <= free) return [];
  const words = {
    message: `the account may run ${quotas.onDemandVcpu} vCPUs on demand and runs ${quotas.onDemandVcpuInUse}; ${forNodes} are needed for the bootstrap nodes and about ${forSmokeTest} for the smoke test`,
    fix: 'ask for a higher quota L-1216C47A (EC2, Running On-Demand Standard instances)',
  };
  return [existing.nodegroup ? warning('quotas', words) : fault('quotas', words)];
}

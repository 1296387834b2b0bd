import type { Cluster as EksCluster } from '@aws-sdk/client-eks';
import type { EksClusters } from '../../shared/aws/eks.ts';
import { isPropagating } from '../../shared/aws/errors.ts';
import type { Cluster } from '../../shared/clusters/cluster-file.ts';
import { CLUSTER_TAG, ownerTags } from '../../shared/clusters/ownership.ts';
import { OpsError } from '../../shared/errors/ops-error.ts';
import type { RegistryRow } from '../../shared/ledger/registry.ts';
import { clientToken } from '../../shared/runs/client-token.ts';
import { ensureStep, type Observation } from '../../shared/runs/ensure-step.ts';
import type { StepContext } from '../../shared/runs/step-context.ts';
import type { StepInput } from '../../shared/runs/step-input.ts';

/** EKS takes 7 to 10 minutes; half an hour is beyond anything seen. */
const TIMING = { plannedSeconds: 420, timeoutSeconds: 1800 };

type Deps = StepContext & { readonly eks: EksClusters };

/** Makes sure that the control plane exists as the cluster file says, and is ACTIVE. */
export function ensureCluster(input: StepInput, deps: Deps) {
  return ensureStep(input, TIMING, deps, async (): Promise<Observation> => {
    const cluster = await deps.loadCluster(input.run);
    const found = await deps.eks.describe(input.run.cluster);
    if (!found) return create(input, deps, cluster);
    assertOurs(found, input.run.cluster);
    switch (found.status) {
      case 'ACTIVE':
        return align(deps, cluster, found);
      case 'CREATING':
      case 'PENDING':
      case 'UPDATING':
        return { ready: false, detail: `EKS says ${found.status}`, change: 'none' };
      default:
        throw new OpsError('ClusterUnusable', unusable(found), { details: { status: found.status } });
    }
  });
}

async function create(input: StepInput, deps: Deps, cluster: Cluster): Promise<Observation> {
  const { roles } = await deps.registered(input.run);
  await deps.recordIntent(input.run, input.step, { resource: 'EKS cluster', name: input.run.cluster });
  try {
    await deps.eks.create(createInput(input, cluster, roles));
  } catch (error) {
    if (!isPropagating(error)) throw error;
    return { ready: false, detail: 'EKS cannot assume the cluster role yet; IAM takes some seconds', change: 'none' };
  }
  return { ready: false, detail: 'asked EKS to create the cluster', change: 'created' };
}

function createInput(input: StepInput, cluster: Cluster, roles: RegistryRow['roles']) {
  const { name } = cluster.metadata;
  const { spec } = cluster;
  return {
    name,
    version: spec.kubernetesVersion,
    roleArn: roles.cluster,
    resourcesVpcConfig: {
      subnetIds: [...spec.network.subnetIds],
      ...(spec.network.securityGroupIds.length > 0 ? { securityGroupIds: [...spec.network.securityGroupIds] } : {}),
      ...endpointOf(spec.network),
    },
    accessConfig: { authenticationMode: 'API' as const, bootstrapClusterCreatorAdminPermissions: false },
    bootstrapSelfManagedAddons: false,
    upgradePolicy: { supportType: spec.supportType },
    logging: { clusterLogging: [{ types: [...spec.logging], enabled: true }] },
    tags: ownerTags(name, input.run.rootExecution, spec.tags),
    clientRequestToken: clientToken(input.run.rootExecution, input.step),
  };
}

function endpointOf(network: Cluster['spec']['network']) {
  const isPublic = network.endpointAccess !== 'private';
  return {
    endpointPublicAccess: isPublic,
    endpointPrivateAccess: network.endpointAccess !== 'public',
    ...(isPublic ? { publicAccessCidrs: [...(network.publicAccessCidrs ?? ['0.0.0.0/0'])] } : {}),
  };
}

function assertOurs(found: EksCluster, name: string): void {
  if (found.tags?.[CLUSTER_TAG] === name) return;
  throw new OpsError(
    'ForeignCluster',
    `There is a cluster ${name} that Joinery did not make (it has no tag ${CLUSTER_TAG}). Nothing was changed. Choose another name, or use mode: adopt.`,
  );
}

/** Compares what can be changed in place, and changes one thing at a time, since EKS takes one update at a time. */
async function align(deps: Deps, cluster: Cluster, found: EksCluster): Promise<Observation> {
  if (found.version !== cluster.spec.kubernetesVersion) {
    throw new OpsError(
      'VersionDiffers',
      `Cluster ${found.name} runs Kubernetes ${found.version}; the file says ${cluster.spec.kubernetesVersion}. ` +
        'A bootstrap run never upgrades: put the present version into the file.',
    );
  }
  const wanted = endpointOf(cluster.spec.network);
  const present = found.resourcesVpcConfig;
  const differs =
    present?.endpointPublicAccess !== wanted.endpointPublicAccess ||
    present?.endpointPrivateAccess !== wanted.endpointPrivateAccess ||
    (wanted.publicAccessCidrs !== undefined && !sameSet(present?.publicAccessCidrs, wanted.publicAccessCidrs));
  if (!differs) return { ready: true, detail: `cluster ${found.name} is ACTIVE`, change: 'none' };
  await deps.eks.updateConfig({ name: cluster.metadata.name, resourcesVpcConfig: wanted });
  return { ready: false, detail: 'asked EKS to change who reaches the endpoint', change: 'updated' };
}

function sameSet(a: readonly string[] | undefined, b: readonly string[]): boolean {
  return a !== undefined && a.length === b.length && b.every((item) => a.includes(item));
}

function unusable(found: EksCluster): string {
  const issues = (found.health?.issues ?? []).map((issue) => `${issue.code}: ${issue.message}`);
  const why = issues.length > 0 ? ` EKS reports ${issues.join('; ')}.` : '';
  return `Cluster ${found.name} is ${found.status}.${why} Delete it and run again, or wait until it is gone.`;
}

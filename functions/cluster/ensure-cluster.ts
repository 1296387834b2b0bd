import type { Cluster as EksCluster } from '@aws-sdk/client-eks';
import { askForChange } from '../../shared/aws/ask-for-change.ts';
import { endpointOf } from '../../shared/aws/control-plane.ts';
import type { EksClusters } from '../../shared/aws/eks.ts';
import { healthIssues } from '../../shared/aws/eks-health.ts';
import { validZonesOf } from '../../shared/aws/errors.ts';
import type { MadeRole } from '../../shared/aws/stacks.ts';
import type { Cluster } from '../../shared/clusters/cluster-file.ts';
import { namesOf } from '../../shared/clusters/names.ts';
import { CLUSTER_TAG, isTaggedFor, ownerTags } from '../../shared/clusters/ownership.ts';
import { OpsError } from '../../shared/errors/ops-error.ts';
import { clientToken } from '../../shared/runs/client-token.ts';
import { ensureStep, type Observation } from '../../shared/runs/ensure-step.ts';
import type { StepContext } from '../../shared/runs/step-context.ts';
import type { StepInput } from '../../shared/runs/step-input.ts';
import { firstDifference } from './settings.ts';

/** EKS takes 7 to 10 minutes; half an hour is beyond anything seen. */
const TIMING = { plannedSeconds: 420, timeoutSeconds: 1800, pollSeconds: 3 };

type Deps = StepContext & {
  readonly eks: EksClusters;
  /** A role of a stack as soon as it is made. */
  readonly stackRole: (stackName: string, logicalId: string) => Promise<MadeRole | undefined>;
};

const CLUSTER_ROLE = 'ClusterRole';
const WAITING_FOR_ROLE: Observation = { ready: false, detail: "waiting for the cluster's role", change: 'none' };
const GOOD_STATES: readonly (string | undefined)[] = ['ACTIVE', 'CREATING', 'PENDING', 'UPDATING'];

/** Makes sure that the control plane exists as the cluster file says, and is ACTIVE. */
export function ensureCluster(input: StepInput, deps: Deps) {
  return ensureStep(input, TIMING, deps, async (): Promise<Observation> => {
    const cluster = await deps.loadCluster(input.run);
    const found = await deps.eks.describe(input.run.cluster);
    if (cluster.spec.mode === 'adopt') return adopted(input, cluster, found);
    // The rest of the stack takes minutes, and the control plane needs nothing else of it.
    const role = await deps.stackRole(namesOf(input.run.cluster).stackName, CLUSTER_ROLE);
    if (!found) return role ? create(input, deps, cluster, role) : WAITING_FOR_ROLE;
    assertOurs(found, input.run.cluster);
    assertUsable(found);
    if (!role) return WAITING_FOR_ROLE;
    assertRole(found, role);
    if (found.status !== 'ACTIVE') return { ready: false, detail: `EKS says ${found.status}`, change: 'none' };
    return align(input, deps, cluster, found);
  });
}

/** Somebody's cluster keeps its settings, whatever the file says of those of a new one. */
function adopted({ run }: StepInput, cluster: Cluster, found: EksCluster | undefined): Observation {
  if (!found) throw new OpsError('ClusterMissing', `Cluster ${run.cluster} is gone.`);
  assertOurs(found, run.cluster);
  assertUsable(found);
  assertVersion(cluster, found);
  const isReady = found.status === 'ACTIVE';
  const detail = isReady
    ? `cluster ${found.name} is ACTIVE; its settings stay as they are`
    : `EKS says ${found.status}`;
  return { ready: isReady, detail, change: 'adopted' };
}

async function create(input: StepInput, deps: Deps, cluster: Cluster, role: MadeRole): Promise<Observation> {
  await deps.recordIntent(input.run, input.step, { resource: 'EKS cluster', name: input.run.cluster });
  const asked = { ready: false, detail: 'asked EKS to create the cluster', change: 'created' } as const;
  try {
    return await askForChange({ input, clock: deps.clock, roleMadeAtMs: role.madeAtMs }, asked, () =>
      deps.eks.create(createInput(input, cluster, role.arn)),
    );
  } catch (error) {
    const zones = validZonesOf(error);
    if (!zones) throw error;
    throw new OpsError(
      'ZoneUnsupported',
      `EKS has no room for a control plane in a zone of the subnets; it offers ${zones.join(', ') || 'no zone by name'}. ` +
        'Put subnets in those zones into spec.network.subnetIds and run again. Nothing was created.',
      { details: { validZones: zones }, cause: error },
    );
  }
}

function createInput(input: StepInput, cluster: Cluster, roleArn: string) {
  const { name } = cluster.metadata;
  const { spec } = cluster;
  return {
    name,
    version: spec.kubernetesVersion,
    roleArn,
    resourcesVpcConfig: {
      subnetIds: [...spec.network.subnetIds],
      ...(spec.network.securityGroupIds.length > 0 ? { securityGroupIds: [...spec.network.securityGroupIds] } : {}),
      ...endpointOf(spec.network),
    },
    accessConfig: { authenticationMode: 'API' as const, bootstrapClusterCreatorAdminPermissions: false },
    bootstrapSelfManagedAddons: false,
    upgradePolicy: { supportType: spec.supportType },
    ...(spec.logging.length > 0 ? { logging: { clusterLogging: [{ types: [...spec.logging], enabled: true }] } } : {}),
    tags: ownerTags(name, input.run.rootExecution, spec.tags),
    clientRequestToken: clientToken(input.run.rootExecution, input.step),
  };
}

function assertOurs(found: EksCluster, name: string): void {
  if (isTaggedFor(name, found.tags)) return;
  throw new OpsError(
    'ForeignCluster',
    `There is a cluster ${name} that Joinery did not make (it has no tag ${CLUSTER_TAG}). Nothing was changed. Choose another name, or use mode: adopt.`,
  );
}

function assertUsable(found: EksCluster): void {
  if (GOOD_STATES.includes(found.status)) return;
  throw new OpsError('ClusterUnusable', unusable(found), { details: { status: found.status } });
}

/** A stack that was rolled back after EKS had taken the order leaves a cluster whose role is gone. */
function assertRole({ name, roleArn }: EksCluster, role: MadeRole): void {
  if (roleArn === role.arn) return;
  throw new OpsError(
    'ClusterRoleDiffers',
    `Cluster ${name} works with the role ${roleArn}, but the role in its stack is ${role.arn}: the stack was made anew after the cluster. ` +
      'The former role went with the former stack, and the role of a cluster cannot be changed. Nothing was changed. ' +
      'Delete the cluster, after moving whatever already runs on it, and run again.',
    { details: { roleArn, stackRoleArn: role.arn } },
  );
}

function assertVersion(cluster: Cluster, found: EksCluster): void {
  if (found.version === cluster.spec.kubernetesVersion) return;
  throw new OpsError(
    'VersionDiffers',
    `Cluster ${found.name} runs Kubernetes ${found.version}; the file says ${cluster.spec.kubernetesVersion}. ` +
      'A bootstrap run never upgrades: put the present version into the file.',
  );
}

/** Brings what can be changed in place to what the file says, one thing at a turn. */
async function align(input: StepInput, deps: Deps, cluster: Cluster, found: EksCluster): Promise<Observation> {
  assertVersion(cluster, found);
  const difference = firstDifference(cluster, found);
  if (!difference) return { ready: true, detail: `cluster ${found.name} is ACTIVE`, change: 'none' };
  const asked = { ready: false, detail: `asked EKS to change ${difference.what}`, change: 'updated' } as const;
  return askForChange({ input, clock: deps.clock }, asked, () =>
    deps.eks.updateConfig({ name: cluster.metadata.name, ...difference.update }),
  );
}

function unusable(found: EksCluster): string {
  const issues = healthIssues(found);
  const why = issues.length > 0 ? ` EKS reports ${issues.join('; ')}.` : '';
  return `Cluster ${found.name} is ${found.status}.${why} Delete it and run again, or wait until it is gone.`;
}

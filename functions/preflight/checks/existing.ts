import { healthIssues } from '../../../shared/aws/eks-health.ts';
import { namesOf } from '../../../shared/clusters/names.ts';
import { CLUSTER_TAG, isTaggedFor } from '../../../shared/clusters/ownership.ts';
import { type Finding, fault } from '../finding.ts';
import { ADDON_NAMES, isOurs, type World } from '../world.ts';

const NAME = 'metadata.name';
const GOOD_CLUSTER = ['ACTIVE', 'CREATING', 'PENDING', 'UPDATING'];
const GOOD_NODES = ['ACTIVE', 'CREATING', 'UPDATING'];
/** What the step cluster-stack cannot go on from. */
const STUCK_STACK = /^(CREATE|DELETE|ROLLBACK|UPDATE|UPDATE_ROLLBACK)_FAILED$/;

/** What is there under the names that the run would use is Joinery's, and in a state to go on from. */
export function checkExisting(world: World): Finding[] {
  return [
    ...checkCluster(world),
    ...checkStack(world),
    ...checkNodes(world),
    ...checkAddons(world),
    ...checkPodIdentity(world),
  ];
}

function checkCluster({ cluster, existing, adoption }: World): Finding[] {
  const { name } = cluster.metadata;
  const found = existing.cluster;
  if (!found) return [];
  const findings: Finding[] = [];
  if (!adoption && existing.row?.mode === 'adopt') {
    const message = `cluster ${name} was adopted, and mode create would change its settings`;
    findings.push(fault('existing-cluster', { path: 'spec.mode', message, fix: 'keep mode: adopt' }));
  }
  if (!adoption && found.computeConfig?.enabled && !cluster.spec.consent.includes('auto-mode')) {
    findings.push(
      fault('auto-mode', {
        path: NAME,
        message: `cluster ${name} has EKS Auto Mode, which is a Karpenter of AWS's own: the two would get into each other's way`,
        fix: 'turn Auto Mode off or choose another name; the consent auto-mode allows both',
      }),
    );
  }
  if (!adoption && !isOurs(found, name)) {
    const message = `there is a cluster ${name} that Joinery did not make (it has no tag ${CLUSTER_TAG}=${name})`;
    return [
      ...findings,
      fault('existing-cluster', { path: NAME, message, fix: 'choose another name, or use mode: adopt' }),
    ];
  }
  if (!GOOD_CLUSTER.includes(found.status ?? '')) {
    const message = `cluster ${name} is ${stateOf(found)}`;
    findings.push(fault('existing-cluster', { path: NAME, message, fix: 'delete it, or wait until it is gone' }));
  }
  const stackRoleArn = existing.stack?.Outputs?.find(({ OutputKey }) => OutputKey === 'ClusterRoleArn')?.OutputValue;
  if (!adoption && stackRoleArn !== undefined && found.roleArn !== stackRoleArn) {
    findings.push(
      fault('existing-cluster', {
        path: NAME,
        message: `cluster ${name} works with the role ${found.roleArn}, but the role in its stack is ${stackRoleArn}: the stack was made anew after it, and the role of a cluster cannot be changed`,
        fix: 'delete the cluster, after moving whatever already runs on it',
      }),
    );
  }
  const { kubernetesVersion } = cluster.spec;
  if (found.version !== undefined && found.version !== kubernetesVersion) {
    findings.push(
      fault('existing-cluster', {
        path: 'spec.kubernetesVersion',
        message: `cluster ${name} runs Kubernetes ${found.version}, the file says ${kubernetesVersion}; a bootstrap run never upgrades`,
        fix: `put "${found.version}" into the file`,
      }),
    );
  }
  return findings;
}

function checkStack({ cluster, existing }: World): Finding[] {
  const { stackName } = namesOf(cluster.metadata.name);
  const found = existing.stack;
  if (!found) return [];
  if (found.Tags?.find(({ Key }) => Key === CLUSTER_TAG)?.Value !== cluster.metadata.name) {
    const message = `there is a stack ${stackName} that Joinery did not make for this cluster`;
    return [fault('existing-stack', { path: NAME, message, fix: 'delete that stack, or choose another name' })];
  }
  if (!STUCK_STACK.test(found.StackStatus ?? '')) return [];
  const message = `stack ${stackName} is ${found.StackStatus}`;
  const fix = 'see its events in CloudFormation, and bring it to rest or delete it';
  return [fault('existing-stack', { message, fix })];
}

function checkNodes({ cluster, existing }: World): Finding[] {
  const found = existing.nodegroup;
  if (!found) return [];
  const { nodeGroupName } = namesOf(cluster.metadata.name);
  if (!isTaggedFor(cluster.metadata.name, found.tags)) {
    const message = `there is a node group ${nodeGroupName} that Joinery did not make`;
    return [fault('existing-nodes', { message, fix: 'delete that node group' })];
  }
  if (GOOD_NODES.includes(found.status ?? '')) return [];
  const message = `node group ${nodeGroupName} is ${stateOf(found)}`;
  return [fault('existing-nodes', { message, fix: 'mend the cause, delete the node group, and run again' })];
}

function checkAddons({ cluster, existing }: World): Finding[] {
  return ADDON_NAMES.flatMap((name) => {
    const found = existing.addons[name];
    const pinned = cluster.spec.addons[name]?.version;
    if (
      found &&
      pinned !== undefined &&
      found.addonVersion !== pinned &&
      !isTaggedFor(cluster.metadata.name, found.tags)
    ) {
      const path = `spec.addons.${name}.version`;
      const message = `add-on ${name} is at ${found.addonVersion}, the file says ${pinned}, and Joinery did not make it`;
      const fix = `take the version out of the file, or give the add-on the tag ${CLUSTER_TAG}=${cluster.metadata.name}`;
      return [fault('existing-addons', { path, message, fix })];
    }
    if (!found?.status?.endsWith('_FAILED')) return [];
    const message = `add-on ${name} is ${stateOf(found)}`;
    return [fault('existing-addons', { message, fix: 'remove the add-on; the run makes it again' })];
  });
}

function checkPodIdentity({ cluster, existing }: World): Finding[] {
  const found = existing.podIdentity;
  const roleArn = existing.row?.roles.controller;
  if (!found || found.roleArn === roleArn || isTaggedFor(cluster.metadata.name, found.tags)) return [];
  const needed = roleArn ?? "the controller's, from the stack";
  const message = `the service account ${found.namespace}/${found.serviceAccount} has the role ${found.roleArn} by an association that Joinery did not make; Karpenter needs the role ${needed}`;
  return [fault('existing-pod-identity', { message, fix: `delete the association ${found.associationId}` })];
}

/** `CREATE_FAILED. Code: why it failed.` */
function stateOf(found: { readonly status?: string | undefined } & Parameters<typeof healthIssues>[0]): string {
  return [found.status ?? 'of no known status', ...healthIssues(found)].map((sentence) => `${sentence}.`).join(' ');
}

import type { Cluster } from '../clusters/cluster-file.ts';
import { namesOf } from '../clusters/names.ts';
import { CLUSTER_TAG, DISCOVERY_TAG } from '../clusters/ownership.ts';
import { foreignControllers } from './checks/interruption.ts';
import type { ClusterFacts } from './facts.ts';
import { inspectCluster } from './inspect.ts';
import { hasRoomForController, nodesWithRoom } from './room.ts';

export type Consent = Cluster['spec']['consent'][number];

/** A change to what Joinery did not make, which the cluster file must consent to. */
export type ConsentedChange = {
  readonly consent: Consent;
  readonly resource: string;
  readonly name: string;
  readonly before?: Readonly<Record<string, unknown>>;
  readonly after: Readonly<Record<string, unknown>>;
  readonly why: string;
};

/** Why Joinery does not adopt this cluster, whatever the file consents to. */
export type Refusal = { readonly id: string; readonly message: string; readonly fix: string };

export type Adoption = {
  readonly refusals: readonly Refusal[];
  /** Still to be made; what was made by an earlier run is no more here. */
  readonly changes: readonly ConsentedChange[];
  /** Consents that the changes need and the file does not give. */
  readonly missing: readonly Consent[];
  /** Whether the controller gets nodes of its own; null while that is not known, since the inside was not seen. */
  readonly bootstrapNodes: boolean | null;
};

const AGENT = 'eks-pod-identity-agent';

/** What adopting the cluster means: from the facts and the file alone. */
export function planAdoption(facts: ClusterFacts, cluster: Cluster): Adoption {
  const bootstrapNodes = needsBootstrapNodes(facts, cluster);
  const changes = [
    ...authenticationMode(facts),
    ...clusterTag(facts),
    ...discoveryTags(facts, cluster),
    ...agent(facts),
    ...(bootstrapNodes && !ownGroup(facts, cluster) ? [nodeGroup(facts, cluster)] : []),
  ];
  const given: readonly Consent[] = cluster.spec.consent;
  const missing = [...new Set(changes.map(({ consent }) => consent))].filter((consent) => !given.includes(consent));
  return { refusals: refusals(facts, cluster), changes, missing, bootstrapNodes };
}

function refusals(facts: ClusterFacts, { spec }: Cluster): Refusal[] {
  const found: Refusal[] = inspectCluster(facts)
    .filter(({ severity }) => severity === 'refuses')
    .map(({ id, breaks: message, fix }) => ({ id, message, fix }));
  const foreign = foreignKarpenter(facts);
  if (foreign) {
    found.push({
      id: 'foreign-karpenter',
      message: `${foreign}: two of them launch for the same pods`,
      fix: 'use mode: attach, which leaves that Karpenter as it is; or remove it with all its NodePools first',
    });
  }
  if ((facts.autoMode || facts.inside?.hasAutoModeClasses) && !spec.consent.includes('auto-mode')) {
    found.push({
      id: 'auto-mode',
      message:
        "the cluster has EKS Auto Mode, which is a Karpenter of AWS's own: the two would get into each other's way",
      fix: 'turn Auto Mode off, or give the consent auto-mode',
    });
  }
  return found;
}

/** What shows that somebody runs a Karpenter here: its Deployment, or what it leaves in the account. */
function foreignKarpenter(facts: ClusterFacts): string | undefined {
  const [controller] = foreignControllers(facts);
  if (controller) {
    return `${controller.namespace}/${controller.name} runs Karpenter ${controller.version ?? controller.image}, which Joinery did not install`;
  }
  if (facts.inside) return undefined;
  const association = facts.podIdentity.find(({ isOurs }) => !isOurs);
  if (association) {
    return `the service account ${association.namespace}/${association.serviceAccount} has the role ${association.roleArn}: it is somebody's Karpenter`;
  }
  const isUnknown = facts.tags[CLUSTER_TAG] !== facts.cluster;
  return isUnknown && facts.instances.length > 0
    ? `${facts.instances.length} machine(s) of a Karpenter run in the cluster, which Joinery did not install`
    : undefined;
}

function authenticationMode({ cluster, authenticationMode: before }: ClusterFacts): ConsentedChange[] {
  if (before !== 'CONFIG_MAP') return [];
  return [
    {
      consent: 'change-authentication-mode',
      resource: 'authentication mode',
      name: cluster,
      before: { authenticationMode: before },
      after: { authenticationMode: 'API_AND_CONFIG_MAP' },
      why: 'Joinery comes in by access entries. aws-auth goes on to hold; EKS never takes the mode back',
    },
  ];
}

function clusterTag({ cluster, tags }: ClusterFacts): ConsentedChange[] {
  if (tags[CLUSTER_TAG] === cluster) return [];
  return [
    {
      consent: 'tag-shared-resources',
      resource: `tag ${CLUSTER_TAG}`,
      name: cluster,
      after: { value: cluster },
      why: "Joinery's roles reach only clusters that carry it",
    },
  ];
}

function discoveryTags({ cluster, network }: ClusterFacts, { spec }: Cluster): ConsentedChange[] {
  const { tagSubnets, tagSecurityGroup } = spec.discovery;
  const subnets = network.subnets.filter(({ id }) => spec.network.subnetIds.includes(id));
  const wanted = [
    ...(tagSubnets ? subnets : []),
    ...(tagSecurityGroup ? network.securityGroups.filter(({ isClusterGroup }) => isClusterGroup) : []),
  ];
  return wanted
    .filter(({ discovery }) => discovery === null)
    .map(({ id }) => ({
      consent: 'tag-shared-resources',
      resource: `tag ${DISCOVERY_TAG}`,
      name: id,
      after: { value: namesOf(cluster).discoveryValue },
      why: 'EC2NodeClasses that select by tag find it; spec.discovery turns it off',
    }));
}

/** Whether an agent is there, as an add-on or by somebody's own hands. */
export function hasPodIdentityAgent({ addons, inside }: ClusterFacts): boolean {
  return addons.some(({ name }) => name === AGENT) || Boolean(inside?.podIdentityAgent);
}

function agent(facts: ClusterFacts): ConsentedChange[] {
  if (hasPodIdentityAgent(facts)) return [];
  return [
    {
      consent: 'install-addons',
      resource: 'add-on',
      name: AGENT,
      after: { installed: true },
      why: 'the controller gets its role by Pod Identity',
    },
  ];
}

function ownGroup({ nodeGroups }: ClusterFacts, cluster: Cluster): boolean {
  const { nodeGroupName } = namesOf(cluster.metadata.name);
  return nodeGroups.some(({ name, isOurs }) => isOurs && name === nodeGroupName);
}

/** Nodes of its own only where there is no place; once made they stay, and a controller that has a place keeps it. */
function needsBootstrapNodes(facts: ClusterFacts, cluster: Cluster): boolean | null {
  if (ownGroup(facts, cluster)) return true;
  if (!facts.inside) return facts.nodeGroups.length === 0 ? true : null;
  if (facts.inside.controllers.some(({ isOurs }) => isOurs)) return false;
  return !hasRoomForController(facts.inside, cluster);
}

function nodeGroup({ inside }: ClusterFacts, cluster: Cluster): ConsentedChange {
  const { minSize, desiredSize, maxSize, instanceTypes } = cluster.spec.bootstrapNodes;
  const places = inside ? nodesWithRoom(inside, cluster).length : 0;
  const { cpu, memory } = cluster.spec.karpenter.resources.requests;
  return {
    consent: 'add-bootstrap-nodes',
    resource: 'node group',
    name: namesOf(cluster.metadata.name).nodeGroupName,
    after: { instanceTypes, minSize, desiredSize, maxSize },
    why: `${places} node(s) have room for a controller replica (${cpu} CPU, ${memory}), and two are needed, on two nodes`,
  };
}

import { podIdentityFor } from '../../aws/services/eks/pod-identity/associations.ts';
import type { AccessRequest } from '../../aws/types.ts';
import type { PodBehaviour } from '../../kubernetes/controllers/context.ts';
import type { Pod } from '../../kubernetes/controllers/objects.ts';
import { mayCall } from '../access.ts';
import { roleOfNode } from '../machines/node-role.ts';
import type { KarpenterOptions } from '../options.ts';
import { annotatedRole, mayGivePodIdentities, webIdentityRole } from '../ports.ts';
import { environmentOf } from '../settings.ts';

type Place = Pick<KarpenterOptions, 'cluster' | 'simulation' | 'accountId' | 'region'>;

/** Images that AWS keeps in private registries of its own. */
const FROM_AWS = /^eks\/[^:]+/;

/**
 * How pods fare by what the role of their node may do, which is how a node's role shows that it lacks something: images do not come, the
 * CNI cannot set up the network, the Pod Identity agent gets nothing to hand out. Undefined when nothing keeps the pod from running.
 */
export function nodeRolesEffect(pod: Pod, place: Place): PodBehaviour {
  const { simulation, cluster } = place;
  const nodeRole = roleOfNode(simulation, cluster.name, pod.spec.nodeName ?? '');
  if (nodeRole === undefined) return undefined;
  return imageFault(pod, place, nodeRole) ?? networkFault(pod, place, nodeRole) ?? identityFault(pod, place, nodeRole);
}

function imageFault(pod: Pod, place: Place, nodeRole: string): PodBehaviour {
  const images = (pod.spec.containers as readonly { image?: string }[]).map(({ image = '' }) => image);
  const fromAws = images.find((image) => FROM_AWS.test(image));
  if (fromAws === undefined) return undefined;
  const repository = `arn:aws:ecr:${place.region}:${place.accountId}:repository/${FROM_AWS.exec(fromAws)?.[0]}`;
  const denied = firstDenied(place, nodeRole, [
    { action: 'ecr:GetAuthorizationToken', resource: '*' },
    { action: 'ecr:BatchGetImage', resource: repository },
    { action: 'ecr:GetDownloadUrlForLayer', resource: repository },
  ]);
  return denied === undefined ? undefined : { pullFault: `failed to pull image "${fromAws}": ${denied}` };
}

/** The VPC CNI works with the role of its service account where it has one, and else with the node's. */
function networkFault(pod: Pod, place: Place, nodeRole: string): PodBehaviour {
  if (pod.metadata.labels?.['k8s-app'] !== 'aws-node') return undefined;
  const { simulation, cluster, region, accountId } = place;
  const ownRole =
    webIdentityRole(simulation, annotatedRole(cluster, 'kube-system', 'aws-node')) ??
    podIdentityFor(simulation, cluster.name, 'kube-system', 'aws-node', simulation.now());
  const any = (type: string) => `arn:aws:ec2:${region}:${accountId}:${type}/*`;
  const denied = firstDenied(place, ownRole ?? nodeRole, [
    { action: 'ec2:DescribeNetworkInterfaces', resource: '*' },
    ...['subnet', 'security-group', 'network-interface'].map((type) => ({
      action: 'ec2:CreateNetworkInterface',
      resource: any(type),
    })),
    { action: 'ec2:CreateTags', resource: any('network-interface') },
    { action: 'ec2:AttachNetworkInterface', resource: any('instance') },
    { action: 'ec2:AttachNetworkInterface', resource: any('network-interface') },
    { action: 'ec2:AssignPrivateIpAddresses', resource: any('network-interface') },
  ]);
  return denied === undefined ? undefined : { crash: `ipamd: no addresses for pods: ${denied}` };
}

/** Karpenter's own pods say so themselves. */
function identityFault(pod: Pod, place: Place, nodeRole: string): PodBehaviour {
  if (environmentOf(pod)['AWS_CONTAINER_CREDENTIALS_FULL_URI'] === undefined) return undefined;
  if (mayGivePodIdentities(place, nodeRole)) return undefined;
  return { crash: `no AWS credentials: the Pod Identity agent works with ${nodeRole}, which may not ask for them` };
}

function firstDenied(place: Place, roleArn: string, requests: readonly AccessRequest[]): string | undefined {
  const denied = requests.find((request) => !mayCall(place, roleArn, request));
  return denied && `${roleArn} is not authorized to perform ${denied.action} on ${denied.resource}`;
}

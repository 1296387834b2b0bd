import { createHash } from 'node:crypto';
import { iamForEks } from '../aws/services/eks/adapters.ts';
import { findCluster } from '../aws/services/eks/state.ts';
import { iamState } from '../aws/services/iam/state.ts';
import type { AccessRequest, CallContext } from '../aws/types.ts';
import type { Simulation } from '../core/simulation.ts';
import { mayCall } from '../karpenter/access.ts';
import { type KubeCluster, type KubeObject, SYSTEM_ADMIN } from '../kubernetes/types.ts';

type Options = {
  readonly cluster: KubeCluster;
  readonly simulation: Simulation;
  readonly accountId: string;
  readonly region: string;
  /** Of Elastic Load Balancing, which makes its service-linked role for the caller. */
  readonly context: () => CallContext;
};

type Due = { readonly namespace: string; readonly name: string; readonly tries: number };

const SERVICE = 'elasticloadbalancing.amazonaws.com';
const LINKED_ROLE = 'AWSServiceRoleForElasticLoadBalancing';
const FIRST_RETRY_SECONDS = 5;
const LONGEST_RETRY_SECONDS = 300;

/**
 * What the control plane of EKS does about Services of type LoadBalancer that no other controller claims: a classic load balancer, made with
 * the cluster's role. The balancer is not simulated beyond its address; what the role lacks is an event on the Service, as on EKS.
 */
export function startServiceLoadBalancers(options: Options): void {
  const { cluster, simulation } = options;
  const kind = `service-load-balancers:${cluster.name}`;
  /** Services that are being worked on. */
  const pending = () => simulation.state<Record<string, true>>(kind, () => ({}));
  simulation.on<Due>(kind, (due) => {
    const isDone = sync(options, due);
    const seconds = Math.min(LONGEST_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2 ** due.tries);
    if (isDone) delete pending()[keyOf(due)];
    else simulation.schedule(seconds, kind, { ...due, tries: due.tries + 1 });
  });
  cluster.onChange(({ type, object }) => {
    const { name, namespace = 'default' } = object.metadata;
    const due: Due = { namespace, name, tries: 0 };
    if (type === 'DELETED' || !lacksAddress(object) || pending()[keyOf(due)]) return;
    pending()[keyOf(due)] = true;
    simulation.schedule(simulation.between(`${kind}:${keyOf(due)}`, 2, 10), kind, due);
  });
}

function keyOf({ namespace, name }: Due): string {
  return `${namespace}/${name}`;
}

function lacksAddress({ kind, spec, status }: KubeObject): boolean {
  if (kind !== 'Service' || spec?.['type'] !== 'LoadBalancer' || spec['loadBalancerClass'] !== undefined) return false;
  const { ingress = [] } = (status?.['loadBalancer'] ?? {}) as { ingress?: object[] };
  return ingress.length === 0;
}

/** Whether nothing is left to do for the Service. */
function sync(options: Options, { namespace, name }: Due): boolean {
  const { cluster, simulation, region } = options;
  const api = cluster.as(SYSTEM_ADMIN);
  const ref = { apiVersion: 'v1', kind: 'Service', name, namespace };
  const service = api.get(ref);
  const roleArn = findCluster(simulation, cluster.name)?.view.roleArn;
  if (!service || !lacksAddress(service) || roleArn === undefined) return true;
  // As the controller names it: its id without dashes, after a letter.
  const balancer = `a${String(service.metadata.uid).replaceAll('-', '')}`.slice(0, 32);
  const denied = firstDenied(options, roleArn, balancer);
  if (denied) {
    const message = `Error syncing load balancer: failed to ensure load balancer: AccessDenied: ${roleArn} is not authorized to perform ${denied.action} on ${denied.resource}`;
    tell(options, service, message);
    return false;
  }
  if (!hasLinkedRole(simulation)) iamForEks.createServiceLinkedRole(options.context(), SERVICE, LINKED_ROLE);
  const hostname = `${balancer}-${simulation.nextId()}.${region}.elb.amazonaws.com`;
  api.mergePatch(ref, { status: { loadBalancer: { ingress: [{ hostname }] } } }, 'status');
  return true;
}

function hasLinkedRole(simulation: Simulation): boolean {
  return iamState(simulation).roles[LINKED_ROLE] !== undefined;
}

/** Of what is asked for a classic load balancer on the way to its address. */
function firstDenied(options: Options, roleArn: string, balancer: string): AccessRequest | undefined {
  const { simulation, region, accountId } = options;
  const balancerArn = `arn:aws:elasticloadbalancing:${region}:${accountId}:loadbalancer/${balancer}`;
  const groups = `arn:aws:ec2:${region}:${accountId}:security-group/*`;
  const on = (resource: string, ...actions: readonly string[]) => actions.map((action) => ({ action, resource }));
  const requests: AccessRequest[] = [
    ...on('*', 'ec2:DescribeInstances', 'ec2:DescribeSubnets', 'ec2:DescribeRouteTables', 'ec2:DescribeSecurityGroups'),
    ...on(groups, 'ec2:CreateSecurityGroup', 'ec2:CreateTags', 'ec2:AuthorizeSecurityGroupIngress'),
    ...on('*', 'elasticloadbalancing:DescribeLoadBalancers'),
    ...on(
      balancerArn,
      'elasticloadbalancing:CreateLoadBalancer',
      'elasticloadbalancing:AddTags',
      'elasticloadbalancing:ModifyLoadBalancerAttributes',
      'elasticloadbalancing:ConfigureHealthCheck',
      'elasticloadbalancing:RegisterInstancesWithLoadBalancer',
    ),
  ];
  if (!hasLinkedRole(simulation)) {
    requests.push({
      action: 'iam:CreateServiceLinkedRole',
      resource: `arn:aws:iam::${accountId}:role/aws-service-role/${SERVICE}/${LINKED_ROLE}`,
      context: { 'iam:AWSServiceName': SERVICE },
    });
  }
  return requests.find((request) => !mayCall(options, roleArn, request));
}

function tell({ cluster, simulation }: Options, service: KubeObject, message: string): void {
  const { name, namespace = 'default', uid } = service.metadata;
  const now = simulation.timestamp();
  const suffix = createHash('sha256').update(`${uid} ${message} ${now}`).digest('hex').slice(0, 16);
  cluster.as(SYSTEM_ADMIN).create({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name}.${suffix}`, namespace },
    involvedObject: { apiVersion: 'v1', kind: 'Service', name, namespace, ...(uid === undefined ? {} : { uid }) },
    type: 'Warning',
    reason: 'SyncLoadBalancerFailed',
    message: message.slice(0, 1024),
    source: { component: 'service-controller' },
    firstTimestamp: now,
    lastTimestamp: now,
    count: 1,
  });
}

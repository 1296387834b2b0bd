import { ec2World } from '../../simulator/aws/services/ec2/world.ts';
import { eksState } from '../../simulator/aws/services/eks/state.ts';
import { eventsState } from '../../simulator/aws/services/eventbridge/state.ts';
import { iamState } from '../../simulator/aws/services/iam/state.ts';
import { sqsState } from '../../simulator/aws/services/sqs/state.ts';
import type { Account } from '../../simulator/boot/account.ts';
import type { KubeObject } from '../../simulator/kubernetes/types.ts';

/** Everything of EKS, EC2, IAM, SQS, EventBridge and Kubernetes that is there, by path; each as comparable JSON. */
export type WorldSnapshot = ReadonlyMap<string, string>;

/** Kinds that live by themselves: controllers and kubelets write them all the time. */
const RESTLESS = [
  'pods',
  'nodes',
  'leases',
  'events',
  'endpoints',
  'endpointslices',
  'replicasets',
  'controllerrevisions',
];
/** What the API server and controllers write into objects that nobody changed. */
const OWN_WRITING = ['resourceVersion', 'generation', 'managedFields'];

/** What is there now. Two of these around a run say what the run did to things that it did not make. */
export function worldSnapshot({ simulation }: Account): WorldSnapshot {
  const paths = new Map<string, string>();
  const put = (path: string, value: unknown) => paths.set(path, JSON.stringify(value));
  const each = <T>(kind: string, items: Readonly<Record<string, T>>, view: (item: T) => unknown) => {
    for (const [key, item] of Object.entries(items)) put(`${kind}/${key}`, view(item));
  };
  for (const cluster of Object.values(eksState(simulation).clusters)) {
    const at = `cluster/${cluster.name}`;
    put(at, { ...cluster.view, version: cluster.version, protection: cluster.deletionProtection });
    put(`${at}/tags`, cluster.tags);
    each(`${at}/access-entry`, cluster.accessEntries, ({ type, username, kubernetesGroups, tags, policies }) => [
      type,
      username,
      kubernetesGroups,
      tags,
      policies.map(({ policyArn }) => policyArn),
    ]);
    each(`${at}/node-group`, cluster.nodegroups, ({ spec, minSize, maxSize, desiredSize, labels, taints, tags }) => [
      spec,
      minSize,
      maxSize,
      desiredSize,
      labels,
      taints,
      tags,
    ]);
    each(`${at}/add-on`, cluster.addons, ({ version, configurationValues, tags }) => [
      version,
      configurationValues,
      tags,
    ]);
    each(`${at}/association`, cluster.associations, ({ namespace, serviceAccount, roleArn, tags }) => [
      namespace,
      serviceAccount,
      roleArn,
      tags,
    ]);
    for (const [path, object] of kubernetesOf(simulation, cluster.name)) put(`${at}/kubernetes/${path}`, object);
  }
  const ec2 = ec2World(simulation);
  each('subnet', ec2.subnets, ({ tags, vpcId, cidr }) => [tags, vpcId, cidr]);
  each('security-group', ec2.securityGroups, ({ tags, ingress, egress }) => [tags, ingress, egress]);
  each('route-table', ec2.routeTables, ({ tags, routes }) => [tags, routes]);
  each('launch-template', ec2.launchTemplates, ({ tags, versions }) => [tags, versions]);
  const iam = iamState(simulation);
  each('role', iam.roles, ({ trust, inline, attached, tags, boundary }) => [trust, inline, attached, tags, boundary]);
  each('policy', iam.policies, ({ defaultVersion, versions }) => [defaultVersion, versions]);
  each('instance-profile', iam.profiles, ({ roleName, tags }) => [roleName, tags]);
  each('queue', sqsState(simulation).queues, ({ attributes, tags }) => [attributes, tags]);
  each('rule', eventsState(simulation).rules, ({ pattern, isEnabled, targets }) => [pattern, isEnabled, targets]);
  return paths;
}

function kubernetesOf(simulation: Account['simulation'], cluster: string): [string, unknown][] {
  const state = simulation.state(
    `kubernetes:${cluster}`,
    (): { objects: Record<string, Record<string, KubeObject>> } => ({
      objects: {},
    }),
  );
  return Object.entries(state.objects).flatMap(([kind, objects]) => {
    if (RESTLESS.includes(kind.split('/').at(-1) ?? '')) return [];
    return Object.entries(objects).map(([key, { status: _, ...object }]): [string, unknown] => {
      const metadata = Object.entries(object.metadata).filter(([field]) => !OWN_WRITING.includes(field));
      return [`${kind}/${key}`, { ...object, metadata: Object.fromEntries(metadata) }];
    });
  });
}

export type WorldChange = { readonly path: string; readonly before: string; readonly after: string | undefined };

/** What was there before and is another now, or is gone. What is new is the run's own, and not here. */
export function changesSince(before: WorldSnapshot, account: Account): WorldChange[] {
  const after = worldSnapshot(account);
  return [...before]
    .filter(([path, value]) => after.get(path) !== value)
    .map(([path, value]) => ({ path, before: value, after: after.get(path) }));
}

/** What is there now and was not before. */
export function newSince(before: WorldSnapshot, account: Account): string[] {
  return [...worldSnapshot(account).keys()].filter((path) => !before.has(path));
}

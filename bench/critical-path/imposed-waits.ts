import { namesOf } from '../../shared/clusters/names.ts';
import { findStack } from '../../simulator/aws/services/cloudformation/state.ts';
import { shutDownSeconds } from '../../simulator/aws/services/ec2/instance-lifecycle.ts';
import { instancesOf } from '../../simulator/aws/services/ec2/instances.ts';
import { type ClusterRecord, findCluster } from '../../simulator/aws/services/eks/state.ts';
import { drawSeconds } from '../../simulator/aws/services/eks/timings.ts';
import { iamState } from '../../simulator/aws/services/iam/state.ts';
import type { Account } from '../../simulator/boot/account.ts';
import { type KubeObject, SYSTEM_ADMIN } from '../../simulator/kubernetes/types.ts';
import type { Summary } from '../../simulator/summary.ts';
import type { ImposedWait } from './longest-chain.ts';

const CLUSTER_ROLE = "the cluster's role exists and is usable";

/**
 * What a finished bootstrap had to wait for, from the simulator's own draws, and what depends on what for AWS: a cluster needs
 * its role and no other part of the stack, a node group needs no add-on to be ACTIVE, an association needs no node. Waits that
 * are shorter than something beside them (access entries, discovery tags) are left out.
 */
export function imposedWaits(
  { simulation, kubernetes }: Account,
  summary: Summary,
  clusterName: string,
): ImposedWait[] {
  const { stackName, nodeGroupName } = namesOf(clusterName);
  const stack = findStack(simulation, stackName);
  const cluster = findCluster(simulation, clusterName);
  const kube = kubernetes.find(clusterName)?.as(SYSTEM_ADMIN);
  if (!stack || !cluster || !kube) throw new Error(`the bootstrap of ${clusterName} left no stack or no cluster`);

  const completeMs = (logicalId: string) =>
    stack.events.find((event) => event.logicalId === logicalId && event.status === 'CREATE_COMPLETE')?.atMs ??
    Number.NaN;
  const sinceStack = (atMs: number) => (atMs - stack.createdAtMs) / 1000;
  const clusterRole = Object.values(iamState(simulation).roles).find(({ arn }) => arn === cluster.view.roleArn);
  const addon = (name: string) => drawSeconds(simulation, 'createAddon', `${clusterName}:${name}`);
  const controllerPods = kube.list('v1', 'Pod', {
    namespace: 'kube-system',
    labelSelector: 'app.kubernetes.io/name=karpenter',
  });
  const smokeTestNodes = instancesOf(simulation).filter(
    ({ state }) => state === 'terminated' || state === 'shutting-down',
  );

  return [
    {
      name: CLUSTER_ROLE,
      seconds: sinceStack(Math.max(completeMs('ClusterRole'), clusterRole?.usableAtMs ?? Number.NaN)),
      after: [],
    },
    { name: 'the rest of the stack', seconds: sinceStack(completeMs(stack.name)), after: [] },
    {
      name: 'CreateCluster',
      seconds: drawSeconds(simulation, 'createCluster', clusterName),
      after: [CLUSTER_ROLE],
    },
    {
      name: 'CreateAddon (before nodes)',
      seconds: Math.max(...['vpc-cni', 'kube-proxy', 'eks-pod-identity-agent'].map(addon)),
      after: ['CreateCluster'],
    },
    {
      name: 'CreateNodegroup',
      seconds: drawSeconds(simulation, 'createNodegroup', `${clusterName}:${nodeGroupName}`),
      after: ['CreateCluster', 'the rest of the stack'],
    },
    {
      name: 'CreatePodIdentityAssociation',
      seconds: secondsToAssociation(cluster),
      after: ['CreateCluster', 'the rest of the stack'],
    },
    { name: 'CreateAddon (CoreDNS)', seconds: addon('coredns'), after: ['CreateNodegroup'] },
    {
      name: 'the controller becomes ready',
      seconds: Math.max(...controllerPods.map(secondsToReady)),
      after: ['CreateNodegroup', 'CreatePodIdentityAssociation'],
    },
    {
      name: 'nodes and pods of the smoke test',
      seconds: summary.smokeTest?.seconds['total'] ?? Number.NaN,
      after: ['the controller becomes ready'],
    },
    {
      name: 'TerminateInstances (smoke test)',
      seconds: Math.max(...smokeTestNodes.map(({ id }) => shutDownSeconds(simulation, id))),
      after: ['nodes and pods of the smoke test'],
    },
  ];
}

function secondsToAssociation({ associations, associationSpans }: ClusterRecord): number {
  const [association] = Object.values(associations);
  const [span] = associationSpans;
  if (!association || !span) throw new Error('the bootstrap left no association');
  return (span.fromMs - association.createdAtMs) / 1000;
}

function secondsToReady({ metadata, status }: KubeObject): number {
  const conditions = (status?.['conditions'] ?? []) as { type: string; lastTransitionTime: string }[];
  const ready = conditions.find(({ type }) => type === 'Ready')?.lastTransitionTime ?? '';
  return (Date.parse(ready) - Date.parse(String(metadata.creationTimestamp))) / 1000;
}

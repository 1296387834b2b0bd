import { awsAuth, terraformCluster, withKarpenter } from './clusters.ts';
import type { OthersCluster } from './description.ts';
import { nodeClass, nodePool } from './karpenters.ts';

/** Breaks one thing, as the tools and pages that have the defect do. */
type Break = (cluster: OthersCluster) => OthersCluster;

const without = (actions: readonly string[], lacking: readonly string[]) =>
  actions.filter((action) => !lacking.includes(action));

/** What the other tools get wrong, each as a change to a cluster that is well. */
export const DEFECTS: Readonly<Record<string, Break>> = {
  D1: (cluster) =>
    withKarpenter(cluster, ({ settings: { interruptionQueue = '', ...settings } }) => ({
      settings: { ...settings, interruptionQueueName: interruptionQueue },
    })),
  D2: (cluster) => ({
    ...withKarpenter(cluster, ({ rules }) => ({
      rules: rules.map((rule) => ({
        ...rule,
        detailType: rule.detailType.replace(/^EC2 Instance S/, 'C2 Instance S'),
      })),
    })),
    objects: [
      ...cluster.objects,
      awsAuth([{ roleName: `Karpenter-${cluster.name}-nodes`, groups: ['system:bootstrapper', 'system:nodes'] }]),
    ],
  }),
  D3: (cluster) => ({
    ...cluster,
    launchTemplates: [
      { name: `karpenter.k8s.aws/1234-${cluster.name}`, tags: { 'karpenter.k8s.aws/cluster': cluster.name } },
    ],
  }),
  D4: (cluster) => withKarpenter(cluster, () => ({ hasController: false })),
  D5: (cluster) => ({ ...cluster, strayMachines: 1 }),
  D6: (cluster) =>
    withKarpenter(cluster, ({ controllerRole }) => ({
      controllerRole: {
        ...controllerRole,
        policies: controllerRole.policies.map((policy) => ({
          ...policy,
          statements: policy.statements.map(({ actions, resources }) => ({
            actions: without(actions, ['iam:ListInstanceProfiles', 'ec2:DescribeInstanceStatus']),
            resources,
          })),
        })),
      },
    })),
  D7: (cluster) => {
    const role = cluster.nodeGroups[0]?.roleName ?? '';
    return withKarpenter(cluster, () => ({
      nodeRoleName: role,
      manifests: [nodeClass('default', cluster.name, role), nodePool('default', 'default')],
    }));
  },
  D8: (cluster) => ({
    ...withKarpenter(cluster, () => ({ hasNodeAccessEntry: false })),
    authenticationMode: 'API',
  }),
  D9: (cluster) =>
    withKarpenter(cluster, ({ definitions }) => ({
      definitions: definitions.slice(0, 3),
      oldStoredVersion: 'v1beta1',
    })),
  D10: (cluster) =>
    withKarpenter(cluster, ({ controllerRole }) => ({
      controllerRole: {
        ...controllerRole,
        policies: [
          {
            name: 'KarpenterController',
            kind: 'managed',
            statements: controllerRole.policies.flatMap(({ statements }) => statements),
          },
        ],
      },
    })),
  D11: (cluster) =>
    withKarpenter(cluster, ({ rules }) => ({
      rules: rules.map((rule, index) => ({ ...rule, name: `KarpenterInterruption${index}` })),
    })),
  D12: (cluster) =>
    withKarpenter(cluster, ({ queue, controllerRole }) => ({
      queue: queue && { ...queue, isEncrypted: false, deniesPlainTransport: false },
      controllerRole: {
        ...controllerRole,
        policies: controllerRole.policies.map((policy) => ({
          ...policy,
          statements: policy.statements.map(({ actions }) => ({ actions, resources: ['*'] })),
        })),
      },
    })),
  D13: (cluster) => withKarpenter(cluster, ({ rules }) => ({ rules: rules.slice(0, 4) })),
  D14: (cluster) =>
    withKarpenter(cluster, ({ controllerRole, manifests }) => ({
      credentials: 'irsa',
      controllerRole: { ...controllerRole, exists: false },
      // A finalizer that nobody takes off, on objects that are being deleted.
      manifests: manifests.map((object) => ({
        ...object,
        metadata: { ...object.metadata, finalizers: ['karpenter.k8s.aws/termination'] },
      })),
      isBeingDeleted: true,
    })),
  D15: (cluster) =>
    withKarpenter(cluster, () => ({
      image: 'public.ecr.aws/karpenter/controller:latest',
      releaseStatus: 'pending-upgrade' as const,
    })),
  D16: (cluster) => withKarpenter(cluster, () => ({ queue: null })),
  D17: (cluster) => {
    const prune = { 'aws.cdk.eks/prune-c8e7a1b2': '' };
    return withKarpenter(cluster, ({ nodeRoleName }) => ({
      manifests: [nodeClass('default', cluster.name, nodeRoleName, prune), nodePool('default', 'default', prune)],
    }));
  },
  D18: (cluster) =>
    withKarpenter(cluster, ({ settings, queue }) => ({
      settings: { ...settings, interruptionQueue: `arn:aws:sqs:eu-west-1:111122223333:${queue?.name}` },
    })),
};

/** The cluster of the Terraform module, which is well, with one defect. */
export function defectiveCluster(defect: string): OthersCluster {
  const change = DEFECTS[defect];
  if (!change) throw new Error(`there is no defect ${defect}`);
  return change(terraformCluster(`with-${defect.toLowerCase()}`));
}

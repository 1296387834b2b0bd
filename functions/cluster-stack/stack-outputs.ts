import type { Stack } from '@aws-sdk/client-cloudformation';
import type { Cluster } from '../../shared/clusters/cluster-file.ts';
import { OpsError } from '../../shared/errors/ops-error.ts';
import type { OwnRow } from '../../shared/ledger/registry.ts';

/** The registry row that follows from a cluster's stack, before anything of it is said to live. Throws when an output is missing. */
export function rowOf(cluster: Cluster, stack: Stack, accountId: string): OwnRow {
  const outputs = new Map((stack.Outputs ?? []).map((output) => [output.OutputKey, output.OutputValue]));
  const output = (name: string): string => {
    const value = outputs.get(name);
    if (value) return value;
    throw new OpsError(
      'StackIncomplete',
      `Stack ${stack.StackName} has no output ${name}: deploy Joinery again and run again.`,
    );
  };
  return {
    cluster: cluster.metadata.name,
    accountId,
    region: cluster.spec.region,
    mode: cluster.spec.mode,
    state: 'creating',
    queue: {
      name: output('InterruptionQueueName'),
      url: output('InterruptionQueueUrl'),
      arn: output('InterruptionQueueArn'),
    },
    roles: {
      cluster: output('ClusterRoleArn'),
      controller: output('ControllerRoleArn'),
      karpenterNode: output('NodeRoleArn'),
      bootstrapNode: output('BootstrapNodeRoleArn'),
    },
    instanceProfile: output('NodeInstanceProfileName'),
    launchTemplate: { id: output('BootstrapLaunchTemplateId'), version: output('BootstrapLaunchTemplateVersion') },
    kubernetesVersion: cluster.spec.kubernetesVersion,
    karpenterVersion: cluster.spec.karpenter.version,
    karpenterNamespace: cluster.spec.karpenter.namespace,
  };
}

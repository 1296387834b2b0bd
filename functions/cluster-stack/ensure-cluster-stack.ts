import type { Cluster } from '../../shared/clusters/cluster-file.ts';
import { namesOf } from '../../shared/clusters/names.ts';
import type { OwnRow } from '../../shared/ledger/registry.ts';
import { ensureStep } from '../../shared/runs/ensure-step.ts';
import type { Run } from '../../shared/runs/run.ts';
import type { StepContext } from '../../shared/runs/step-context.ts';
import type { StepInput } from '../../shared/runs/step-input.ts';
import { keepStack, type StackDeps, TIMING } from './keep-stack.ts';
import { rowOf } from './stack-outputs.ts';

type Deps = StackDeps & StepContext;

/** Makes sure that the cluster's stack of roles, queue and launch template is there and current, and registers what it made. */
export function ensureClusterStack(input: StepInput, deps: Deps) {
  return ensureStep(input, TIMING, deps, async () => {
    const cluster = await deps.loadCluster(input.run);
    const wanted = {
      cluster: cluster.metadata.name,
      tags: cluster.spec.tags,
      parameters: parameters(deps, cluster),
    };
    return keepStack(input, deps, wanted, (stack) => register(input.run, deps, rowOf(cluster, stack, deps.accountId)));
  });
}

/** What is registered as alive stays so: the stack changes only what the stack is about. */
async function register(run: Run, deps: Deps, row: OwnRow): Promise<void> {
  const present = await deps.findRegistered(run);
  const { queue, roles, instanceProfile, launchTemplate } = row;
  await deps.saveRow(present ? { ...present, queue, roles, instanceProfile, launchTemplate } : row);
}

function parameters(deps: Deps, cluster: Cluster): Record<string, string> {
  const { disk } = cluster.spec.bootstrapNodes;
  return {
    ClusterName: cluster.metadata.name,
    PermissionsBoundaryArn: deps.boundaryArn,
    InterruptionQueueName: namesOf(cluster.metadata.name).queueName,
    AlarmTopicArn: deps.alarmTopicArn,
    KarpenterNamespace: cluster.spec.karpenter.namespace,
    RouterRoleArn: deps.routerRoleArn,
    DirectSpotRule: String(cluster.spec.interruptions.directSpotRule),
    RuleDeadLettersArn: deps.ruleDeadLettersArn,
    BootstrapDiskGib: String(disk.gib),
    BootstrapDiskIops: String(disk.iops),
    BootstrapDiskThroughput: String(disk.throughputMiBps),
  };
}

import { createHash } from 'node:crypto';
import type { Stack } from '@aws-sdk/client-cloudformation';
import { askForChange } from '../../shared/aws/ask-for-change.ts';
import type { Stacks } from '../../shared/aws/stacks.ts';
import type { Cluster } from '../../shared/clusters/cluster-file.ts';
import { namesOf } from '../../shared/clusters/names.ts';
import { CLUSTER_TAG, ownerTags } from '../../shared/clusters/ownership.ts';
import { OpsError } from '../../shared/errors/ops-error.ts';
import type { RegistryRow } from '../../shared/ledger/registry.ts';
import { clientToken } from '../../shared/runs/client-token.ts';
import { ensureStep, type Observation } from '../../shared/runs/ensure-step.ts';
import type { Run } from '../../shared/runs/run.ts';
import type { StepContext } from '../../shared/runs/step-context.ts';
import type { StepInput } from '../../shared/runs/step-input.ts';
import { rowOf } from './stack-outputs.ts';

const TIMING = { plannedSeconds: 60, timeoutSeconds: 900 };
/** The template and parameters that a stack was last given; equal means that there is nothing to update. */
const TEMPLATE_TAG = 'joinery.dev:template';

type Deps = StepContext & {
  readonly stacks: Stacks;
  /** Text of resources/cluster-stack.yml. */
  readonly template: string;
  readonly serviceRoleArn: string;
  readonly boundaryArn: string;
  /** The only role that may send to the cluster's queue. */
  readonly routerRoleArn: string;
  readonly ruleDeadLettersArn: string;
  readonly accountId: string;
  /** Where the cluster's own alarm is published. */
  readonly alarmTopicArn: string;
};

/** Makes sure that the cluster's stack of roles, queue and launch template is there and current, and registers what it made. */
export function ensureClusterStack(input: StepInput, deps: Deps) {
  return ensureStep(input, TIMING, deps, async (): Promise<Observation> => {
    const cluster = await deps.loadCluster(input.run);
    const { stackName } = namesOf(cluster.metadata.name);
    const found = await deps.stacks.describe(stackName);
    if (!found) return create(input, deps, cluster);
    if (found.Tags?.find((tag) => tag.Key === CLUSTER_TAG)?.Value !== cluster.metadata.name) {
      throw new OpsError(
        'ForeignStack',
        `There is a stack ${stackName} that Joinery did not make. Nothing was changed. Rename or delete that stack, or choose another cluster name.`,
      );
    }
    return advance(input, deps, cluster, found);
  });
}

async function advance(input: StepInput, deps: Deps, cluster: Cluster, found: Stack): Promise<Observation> {
  const name = namesOf(cluster.metadata.name).stackName;
  const status = found.StackStatus ?? 'unknown';
  if (status.endsWith('_IN_PROGRESS')) return { ready: false, detail: `stack ${name} is ${status}`, change: 'none' };
  if (status === 'ROLLBACK_COMPLETE' && input.previous?.change !== 'created') {
    await deps.stacks.removeFailed(name, deps.serviceRoleArn);
    return { ready: false, detail: `removing stack ${name}, which an earlier run could not create`, change: 'none' };
  }
  // An update that an earlier run could not make is tried again; one of this run is not.
  const hasFailedNow = status === 'UPDATE_ROLLBACK_COMPLETE' && input.previous?.change === 'updated';
  if (status === 'ROLLBACK_COMPLETE' || status.endsWith('_FAILED') || hasFailedNow)
    throw await failure(deps, name, status);
  if (found.Tags?.find((tag) => tag.Key === TEMPLATE_TAG)?.Value !== fingerprint(deps, cluster)) {
    const isUpdating = await deps.stacks.update(stackInput(input.run, deps, cluster));
    if (isUpdating) return { ready: false, detail: `updating stack ${name}`, change: 'updated' };
  }
  await register(input.run, deps, rowOf(cluster, found, deps.accountId));
  return { ready: true, detail: `stack ${name} is ${status}`, change: 'none' };
}

/** What is registered as alive stays so: the stack changes only what the stack is about. */
async function register(run: Run, deps: Deps, row: RegistryRow): Promise<void> {
  const present = await deps.findRegistered(run);
  const { queue, roles, instanceProfile, launchTemplate } = row;
  await deps.saveRow(present ? { ...present, queue, roles, instanceProfile, launchTemplate } : row);
}

async function create(input: StepInput, deps: Deps, cluster: Cluster): Promise<Observation> {
  const { stackName } = namesOf(cluster.metadata.name);
  await deps.recordIntent(input.run, input.step, { resource: 'CloudFormation stack', name: stackName });
  const asked = { ready: false, detail: `creating stack ${stackName}`, change: 'created' } as const;
  return askForChange({ input, clock: deps.clock }, asked, () =>
    deps.stacks.create({
      ...stackInput(input.run, deps, cluster),
      EnableTerminationProtection: true,
      OnFailure: 'ROLLBACK',
      ClientRequestToken: clientToken(input.run.rootExecution, input.step),
    }),
  );
}

function stackInput(run: Run, deps: Deps, cluster: Cluster) {
  const tags = ownerTags(cluster.metadata.name, run.rootExecution, cluster.spec.tags);
  return {
    StackName: namesOf(cluster.metadata.name).stackName,
    TemplateBody: deps.template,
    Parameters: Object.entries(parameters(deps, cluster)).map(([ParameterKey, ParameterValue]) => ({
      ParameterKey,
      ParameterValue,
    })),
    Capabilities: ['CAPABILITY_IAM' as const],
    RoleARN: deps.serviceRoleArn,
    Tags: Object.entries({ ...tags, [TEMPLATE_TAG]: fingerprint(deps, cluster) }).map(([Key, Value]) => ({
      Key,
      Value,
    })),
  };
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

function fingerprint(deps: Deps, cluster: Cluster): string {
  return createHash('sha256')
    .update(deps.template)
    .update(JSON.stringify(parameters(deps, cluster)))
    .digest('hex')
    .slice(0, 32);
}

async function failure(deps: Deps, name: string, status: string): Promise<OpsError> {
  const reasons = await deps.stacks.failureReasons(name);
  return new OpsError(
    'StackFailed',
    `Stack ${name} is ${status}. ${reasons.slice(0, 3).join('; ')}. Mend the cause and run again.`,
    {
      details: { stack: name, status, reasons: reasons.slice(0, 10) },
    },
  );
}

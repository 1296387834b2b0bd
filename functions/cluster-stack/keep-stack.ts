import { createHash } from 'node:crypto';
import type { Stack } from '@aws-sdk/client-cloudformation';
import { askForChange } from '../../shared/aws/ask-for-change.ts';
import type { Stacks } from '../../shared/aws/stacks.ts';
import { namesOf } from '../../shared/clusters/names.ts';
import { CLUSTER_TAG, ownerTags } from '../../shared/clusters/ownership.ts';
import { OpsError } from '../../shared/errors/ops-error.ts';
import { clientToken } from '../../shared/runs/client-token.ts';
import type { Observation } from '../../shared/runs/ensure-step.ts';
import type { StepContext } from '../../shared/runs/step-context.ts';
import type { StepInput } from '../../shared/runs/step-input.ts';

export const TIMING = { plannedSeconds: 60, timeoutSeconds: 900 };
/** The template and parameters that a stack was last given; equal means that there is nothing to update. */
const TEMPLATE_TAG = 'joinery.dev:template';

export type StackDeps = Pick<StepContext, 'clock' | 'fence' | 'steps' | 'recordIntent'> & {
  readonly stacks: Stacks;
  /** Text of resources/cluster-stack.yml. */
  readonly template: string;
  readonly serviceRoleArn: string;
  readonly boundaryArn: string;
  /** The only roles that may send to the cluster's queue, with commas between them. */
  readonly routerRoleArn: string;
  readonly ruleDeadLettersArn: string;
  readonly accountId: string;
  /** Where the cluster's own alarm is published. */
  readonly alarmTopicArn: string;
};

/** What the stack of a cluster is to be. */
export type WantedStack = {
  readonly cluster: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, string>>;
};

/** Makes, updates, or waits for a cluster's stack. `onReady` gets it once it is as it should be. */
export async function keepStack(
  input: StepInput,
  deps: StackDeps,
  wanted: WantedStack,
  onReady: (stack: Stack) => Promise<void>,
): Promise<Observation> {
  const found = await findOwnStack(wanted.cluster, deps);
  return found ? advance(input, deps, wanted, found, onReady) : create(input, deps, wanted);
}

/** The cluster's stack; throws ForeignStack when one of that name is not Joinery's for this cluster. */
export async function findOwnStack(cluster: string, deps: Pick<StackDeps, 'stacks'>): Promise<Stack | undefined> {
  const { stackName } = namesOf(cluster);
  const found = await deps.stacks.describe(stackName);
  if (!found || found.Tags?.find((tag) => tag.Key === CLUSTER_TAG)?.Value === cluster) return found;
  throw new OpsError(
    'ForeignStack',
    `There is a stack ${stackName} that Joinery did not make. Nothing was changed. Rename or delete that stack, or choose another cluster name.`,
  );
}

async function advance(
  input: StepInput,
  deps: StackDeps,
  wanted: WantedStack,
  found: Stack,
  onReady: (stack: Stack) => Promise<void>,
): Promise<Observation> {
  const name = namesOf(wanted.cluster).stackName;
  const status = found.StackStatus ?? 'unknown';
  if (status.endsWith('_IN_PROGRESS')) return { ready: false, detail: `stack ${name} is ${status}`, change: 'none' };
  if (status === 'ROLLBACK_COMPLETE' && input.previous?.change !== 'created') {
    await deps.stacks.remove(name, deps.serviceRoleArn);
    return { ready: false, detail: `removing stack ${name}, which an earlier run could not create`, change: 'none' };
  }
  // An update that an earlier run could not make is tried again; one of this run is not.
  const hasFailedNow = status === 'UPDATE_ROLLBACK_COMPLETE' && input.previous?.change === 'updated';
  if (status === 'ROLLBACK_COMPLETE' || status.endsWith('_FAILED') || hasFailedNow)
    throw await failure(deps, name, status);
  if (found.Tags?.find((tag) => tag.Key === TEMPLATE_TAG)?.Value !== fingerprint(deps, wanted)) {
    const isUpdating = await deps.stacks.update(stackInput(input, deps, wanted));
    if (isUpdating) return { ready: false, detail: `updating stack ${name}`, change: 'updated' };
  }
  await onReady(found);
  return { ready: true, detail: `stack ${name} is ${status}`, change: 'none' };
}

async function create(input: StepInput, deps: StackDeps, wanted: WantedStack): Promise<Observation> {
  const { stackName } = namesOf(wanted.cluster);
  await deps.recordIntent(input.run, input.step, { resource: 'CloudFormation stack', name: stackName });
  const asked = { ready: false, detail: `creating stack ${stackName}`, change: 'created' } as const;
  return askForChange({ input, clock: deps.clock }, asked, () =>
    deps.stacks.create({
      ...stackInput(input, deps, wanted),
      EnableTerminationProtection: true,
      OnFailure: 'ROLLBACK',
      ClientRequestToken: clientToken(input.run.rootExecution, input.step),
    }),
  );
}

function stackInput({ run }: StepInput, deps: StackDeps, wanted: WantedStack) {
  const tags = ownerTags(wanted.cluster, run.rootExecution, wanted.tags);
  return {
    StackName: namesOf(wanted.cluster).stackName,
    TemplateBody: deps.template,
    Parameters: Object.entries(wanted.parameters).map(([ParameterKey, ParameterValue]) => ({
      ParameterKey,
      ParameterValue,
    })),
    Capabilities: ['CAPABILITY_IAM' as const],
    RoleARN: deps.serviceRoleArn,
    Tags: Object.entries({ ...tags, [TEMPLATE_TAG]: fingerprint(deps, wanted) }).map(([Key, Value]) => ({
      Key,
      Value,
    })),
  };
}

function fingerprint(deps: StackDeps, { parameters }: WantedStack): string {
  return createHash('sha256').update(deps.template).update(JSON.stringify(parameters)).digest('hex').slice(0, 32);
}

export async function failure(deps: StackDeps, name: string, status: string): Promise<OpsError> {
  const reasons = await deps.stacks.failureReasons(name);
  return new OpsError(
    'StackFailed',
    `Stack ${name} is ${status}. ${reasons.slice(0, 3).join('; ')}. Mend the cause and run again.`,
    {
      details: { stack: name, status, reasons: reasons.slice(0, 10) },
    },
  );
}

import { namesOf } from '../../shared/clusters/names.ts';
import type { Attachment } from '../../shared/ledger/attachments.ts';
import { ensureStep, type Observation } from '../../shared/runs/ensure-step.ts';
import type { StepResult } from '../../shared/runs/run.ts';
import type { AttachContext } from '../../shared/runs/step-context.ts';
import type { StepInput } from '../../shared/runs/step-input.ts';
import { failure, findOwnStack, keepStack, type StackDeps, TIMING } from './keep-stack.ts';

type Deps = StackDeps & Pick<AttachContext, 'loadAttachFile' | 'findAttachment'>;

/** The stack of an attached cluster that reads a queue of ours: the same template, without roles and launch template. */
export function ensureQueueStack(input: StepInput, deps: Deps): Promise<StepResult> {
  return ensureStep(input, TIMING, deps, async (): Promise<Observation> => {
    const { spec } = await deps.loadAttachFile(input.run);
    const queue = (await deps.findAttachment(input.run))?.queue;
    if (queue?.owner !== 'ours')
      return { ready: true, detail: 'not needed: Karpenter keeps its own queue', change: 'none' };
    const { cluster } = input.run;
    const wanted = { cluster, tags: spec.tags, parameters: parameters(deps, cluster, queue) };
    return keepStack(input, deps, wanted, async () => undefined);
  });
}

function parameters(
  deps: StackDeps,
  cluster: string,
  { readerRoleArn }: NonNullable<Attachment['queue']>,
): Record<string, string> {
  return {
    ClusterName: cluster,
    QueueOnly: 'true',
    QueueReaderRoleArn: readerRoleArn,
    PermissionsBoundaryArn: deps.boundaryArn,
    InterruptionQueueName: namesOf(cluster).queueName,
    AlarmTopicArn: deps.alarmTopicArn,
    RouterRoleArn: deps.routerRoleArn,
    RuleDeadLettersArn: deps.ruleDeadLettersArn,
  };
}

/** Removes that stack. Of a cluster that is not attached nothing is removed. */
export function removeQueueStack(input: StepInput, deps: Deps): Promise<StepResult> {
  return ensureStep(input, TIMING, deps, async (): Promise<Observation> => {
    const attachment = await deps.findAttachment(input.run);
    if (attachment?.queue?.owner !== 'ours')
      return { ready: true, detail: 'there is no queue of ours', change: 'none' };
    const found = await findOwnStack(input.run.cluster, deps);
    const name = namesOf(input.run.cluster).stackName;
    if (!found) return { ready: true, detail: `stack ${name} is gone`, change: 'none' };
    const status = found.StackStatus ?? 'unknown';
    if (status.endsWith('_IN_PROGRESS')) return { ready: false, detail: `stack ${name} is ${status}`, change: 'none' };
    if (status === 'DELETE_FAILED' && input.previous?.change === 'updated') throw await failure(deps, name, status);
    await deps.stacks.remove(name, deps.serviceRoleArn);
    return { ready: false, detail: `removing stack ${name}`, change: 'updated' };
  });
}

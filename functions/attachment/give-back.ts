import { CLUSTER_TAG } from '../../shared/clusters/ownership.ts';
import { OpsError } from '../../shared/errors/ops-error.ts';
import { KubeError } from '../../shared/kube/errors.ts';
import { ensureStep, type Observation } from '../../shared/runs/ensure-step.ts';
import type { StepResult } from '../../shared/runs/run.ts';
import type { StepInput } from '../../shared/runs/step-input.ts';
import type { QueueDeps } from './ensure-queue.ts';
import { karpenterFacts } from './karpenter-facts.ts';
import { withoutSenders } from './queue-policy.ts';

const TIMING = { plannedSeconds: 1, timeoutSeconds: 110 };

/** The first look of a detach. Throws QueueStillRead while Karpenter reads the queue that would go. */
export function planDetachment(input: StepInput, deps: QueueDeps): Promise<StepResult> {
  return ensureStep(input, TIMING, deps, async (): Promise<Observation> => {
    const { cluster } = input.run;
    const attachment = await deps.findAttachment(input.run);
    if (!attachment)
      return { ready: true, detail: `${cluster} is not attached: there is nothing to take away`, change: 'none' };
    const { queue, karpenterNamespace } = attachment;
    if (queue?.owner === 'ours' && (await readNow(cluster, karpenterNamespace, deps)) === queue.name) {
      throw new OpsError(
        'QueueStillRead',
        `Karpenter of ${cluster} still reads ${queue.name}, which goes with detach. Nothing was changed. Set its Helm value settings.interruptionQueue back to what it was, or to nothing, first.`,
      );
    }
    return { ready: true, detail: `to take away: what attach added to ${cluster}`, change: 'none' };
  });
}

/** Undefined where nobody can be asked: the cluster or its Karpenter is gone, or an earlier detach took the reader's access. */
async function readNow(cluster: string, namespace: string, deps: QueueDeps): Promise<string | undefined> {
  if (!(await deps.eks.describe(cluster))) return undefined;
  try {
    const kube = await deps.connect(cluster);
    return (await karpenterFacts(cluster, namespace, { kube, podIdentity: deps.podIdentity }))?.queue;
  } catch (error) {
    if (error instanceof KubeError && error.isAccessDenied) return undefined;
    throw error;
  }
}

/** Takes our statement out of the policy of their queue, then our tag off it. */
export function giveQueueBack(input: StepInput, deps: QueueDeps): Promise<StepResult> {
  return ensureStep(input, TIMING, deps, async (): Promise<Observation> => {
    const queue = (await deps.findAttachment(input.run))?.queue;
    if (queue?.owner !== 'theirs') return { ready: true, detail: 'no queue of theirs was used', change: 'none' };
    const found = await deps.queues.find(queue.name);
    if (!found) return { ready: true, detail: `the queue ${queue.name} is gone`, change: 'none' };
    const policy = withoutSenders(found.policy, queue.policyBefore);
    if (policy !== undefined) await deps.queues.setPolicy(found.url, policy);
    const isTagged = found.tags[CLUSTER_TAG] === input.run.cluster;
    if (isTagged) await deps.queues.untag(found.url, [CLUSTER_TAG]);
    const change = policy !== undefined || isTagged ? 'updated' : 'none';
    return { ready: true, detail: `the queue ${queue.name} is as it was`, change };
  });
}

/** The last change of a detach: from here on the cluster is not attached. */
export function forget(
  input: StepInput,
  deps: QueueDeps & { readonly forgetAttachment: (cluster: string) => Promise<boolean> },
): Promise<StepResult> {
  return ensureStep(input, TIMING, deps, async (): Promise<Observation> => {
    const isForgotten = await deps.forgetAttachment(input.run.cluster);
    const detail = isForgotten ? 'the cluster is no longer attached' : 'the cluster was not attached';
    return { ready: true, detail, change: isForgotten ? 'updated' : 'none' };
  });
}

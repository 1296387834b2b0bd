import type { EksPodIdentity } from '../../shared/aws/eks.ts';
import type { ForeignQueue, ForeignQueues } from '../../shared/aws/foreign-queues.ts';
import { namesOf } from '../../shared/clusters/names.ts';
import { CLUSTER_TAG } from '../../shared/clusters/ownership.ts';
import { OpsError } from '../../shared/errors/ops-error.ts';
import type { KubeApi } from '../../shared/kube/api.ts';
import { KubeError } from '../../shared/kube/errors.ts';
import type { AttachmentQueue } from '../../shared/ledger/attachments.ts';
import { ensureStep, type Observation } from '../../shared/runs/ensure-step.ts';
import type { StepResult } from '../../shared/runs/run.ts';
import type { StepInput } from '../../shared/runs/step-input.ts';
import { attachPlan } from './attach-plan.ts';
import { chooseQueue } from './choose-queue.ts';
import { type KarpenterFacts, karpenterFacts } from './karpenter-facts.ts';
import { look, type PlanDeps, store } from './plan-attachment.ts';
import { withSenders } from './queue-policy.ts';

/** SQS spreads a policy within a minute, IAM a tag within seconds; an access entry takes effect within a minute. */
const TIMING = { plannedSeconds: 60, timeoutSeconds: 240, pollSeconds: 5 };
const POLICY_SECONDS = 60;
const NOT_YET = "the reader's access entry is not effective yet";

export type QueueDeps = PlanDeps & {
  readonly queues: ForeignQueues;
  readonly podIdentity: Pick<EksPodIdentity, 'find'>;
  /** As the reader. */
  readonly connect: (cluster: string) => Promise<KubeApi>;
  /** ARN of a queue of this account and Region up to its name, and the same of its URL. */
  readonly queuePlace: { readonly arn: string; readonly url: string };
  readonly senderArns: readonly string[];
};

/**
 * Asks the cluster which queue Karpenter reads, chooses, completes the plan, and with consent lets the router send to that
 * queue: a tag first, which is what the permission to change the policy hangs on, then one statement.
 */
export function ensureQueue(input: StepInput, deps: QueueDeps): Promise<StepResult> {
  return ensureStep(input, TIMING, deps, async (): Promise<Observation> => {
    const { run } = input;
    const { spec } = await deps.loadAttachFile(run);
    const { namespace } = spec.karpenter;
    const karpenter = await askCluster(run.cluster, namespace, deps);
    if (!karpenter) return { ready: false, detail: NOT_YET, change: 'none' };
    const attachment = await deps.findAttachment(run);
    const { name: oursName, ...ours } = oursOf(run.cluster, deps);
    const theirs =
      karpenter.queue === '' || karpenter.queue === oursName ? undefined : await deps.queues.find(karpenter.queue);
    const { queue, todo } = chooseQueue({
      cluster: run.cluster,
      ours: { name: oursName, ...ours },
      reads: karpenter.queue,
      theirs,
      hasConsent: spec.consent.includes('use-existing-queue'),
      chosen: attachment?.queue,
      readerRoleArn: karpenter.roleArn,
      karpenterNamespace: namespace,
      karpenterVersion: karpenter.version,
    });
    // Once in a run: as soon as the cluster answers.
    if (!input.previous || input.previous.detail === NOT_YET) {
      const rules = theirs ? await deps.queues.rulesTo(theirs.arn) : [];
      const seen = await look(run, spec.region, deps);
      const inside = { karpenterVersion: karpenter.version, queue, rules, todo };
      await store(run, attachPlan({ ...seen, inside }, new Date(deps.clock.now()).toISOString()), deps);
    }
    await deps.remember({
      cluster: run.cluster,
      karpenterNamespace: namespace,
      karpenterVersion: karpenter.version,
      queue,
    });
    if (queue.owner === 'ours')
      return { ready: true, detail: `the queue is to be ${queue.name}`, change: 'none', todo };
    if (!theirs) throw new OpsError('QueueChanged', `The queue ${queue.name} is gone. No queue was changed.`);
    return letRouterSend(input, theirs, deps);
  });
}

/** Undefined while the API server does not know the reader. Throws KarpenterNotFound. */
async function askCluster(cluster: string, namespace: string, deps: QueueDeps): Promise<KarpenterFacts | undefined> {
  try {
    const kube = await deps.connect(cluster);
    const facts = await karpenterFacts(cluster, namespace, { kube, podIdentity: deps.podIdentity });
    if (facts) return facts;
  } catch (error) {
    if (error instanceof KubeError && error.isAccessDenied) return undefined;
    throw error;
  }
  throw new OpsError('KarpenterNotFound', `Cluster ${cluster} has no Deployment karpenter in ${namespace} any more.`);
}

function oursOf(cluster: string, { queuePlace }: QueueDeps): Pick<AttachmentQueue, 'name' | 'arn' | 'url'> {
  const name = namesOf(cluster).queueName;
  return { name, arn: queuePlace.arn + name, url: queuePlace.url + name };
}

async function letRouterSend(input: StepInput, theirs: ForeignQueue, deps: QueueDeps): Promise<Observation> {
  const { cluster } = input.run;
  const isTagged = theirs.tags[CLUSTER_TAG] === cluster;
  if (!isTagged) await deps.queues.tag(theirs.url, { [CLUSTER_TAG]: cluster });
  const policy = withSenders(theirs.policy, { queueArn: theirs.arn, senderArns: deps.senderArns });
  if (policy === undefined) {
    const waited = input.previous ? (deps.clock.now() - Date.parse(input.previous.startedAt)) / 1000 : POLICY_SECONDS;
    const isSpread = input.previous?.change !== 'updated' || waited >= POLICY_SECONDS;
    const detail = isSpread
      ? `Joinery's router may send to ${theirs.name}`
      : `the policy of ${theirs.name} takes effect within a minute`;
    return { ready: isSpread, detail, change: isTagged ? 'none' : 'updated' };
  }
  try {
    await deps.queues.setPolicy(theirs.url, policy);
  } catch (error) {
    // The permission hangs on the tag, and IAM learns of a new tag some seconds late.
    if (!(error instanceof OpsError) || error.name !== 'AccessDenied') throw error;
    return { ready: false, detail: error.message, change: 'updated' };
  }
  return { ready: false, detail: `the policy of ${theirs.name} takes effect within a minute`, change: 'updated' };
}

import type { ForeignQueue } from '../../shared/aws/foreign-queues.ts';
import { CLUSTER_TAG } from '../../shared/clusters/ownership.ts';
import { OpsError } from '../../shared/errors/ops-error.ts';
import type { AttachmentQueue } from '../../shared/ledger/attachments.ts';

export type QueueQuestion = {
  readonly cluster: string;
  readonly ours: Pick<AttachmentQueue, 'name' | 'url' | 'arn'>;
  /** The name that Karpenter is told; empty: interruption handling is off. */
  readonly reads: string;
  /** The queue of that name, where it is not ours. */
  readonly theirs: ForeignQueue | undefined;
  readonly hasConsent: boolean;
  /** What an earlier run chose: it stays. */
  readonly chosen: AttachmentQueue | undefined;
  /** Karpenter's role; empty when it is not known. */
  readonly readerRoleArn: string;
  /** With which a person changes Karpenter's value. */
  readonly karpenterNamespace: string;
  readonly karpenterVersion: string;
};

export type ChosenQueue = { readonly queue: AttachmentQueue; readonly todo: string | undefined };

/** Their queue with consent, ours otherwise. Throws QueueChanged, QueueShared or QueueUnusable before anything is changed. */
export function chooseQueue(question: QueueQuestion): ChosenQueue {
  const { chosen, reads, theirs, hasConsent } = question;
  if (chosen?.owner === 'theirs') {
    if (reads === chosen.name) return { queue: chosen, todo: undefined };
    throw new OpsError(
      'QueueChanged',
      `Cluster ${question.cluster} was attached with the queue ${chosen.name}, and Karpenter reads ${reads || 'none'} now. No queue was changed.`,
    );
  }
  if (!chosen && hasConsent && theirs) return { queue: usable(theirs, question), todo: undefined };
  const { ours, readerRoleArn } = question;
  const queue: AttachmentQueue = { owner: 'ours', ...ours, policyBefore: '', readerRoleArn };
  return { queue, todo: reads === ours.name ? undefined : whatToDo(question) };
}

function usable(theirs: ForeignQueue, { cluster }: QueueQuestion): AttachmentQueue {
  const owner = theirs.tags[CLUSTER_TAG];
  if (owner !== undefined && owner !== cluster) {
    throw new OpsError(
      'QueueShared',
      `The queue ${theirs.name}, which Karpenter of ${cluster} reads, is already that of cluster ${owner}: each deletes the other's notices. No queue was changed.`,
    );
  }
  if (theirs.kmsKey !== '' && theirs.kmsKey !== 'alias/aws/sqs') {
    throw new OpsError(
      'QueueUnusable',
      `The queue ${theirs.name} is encrypted with the key ${theirs.kmsKey}, which Joinery's router may not use. No queue was changed.`,
    );
  }
  const { name, url, arn, policy } = theirs;
  return { owner: 'theirs', name, url, arn, policyBefore: policy, readerRoleArn: '' };
}

function whatToDo({
  reads,
  theirs,
  ours,
  readerRoleArn,
  karpenterNamespace,
  karpenterVersion,
  chosen,
  hasConsent,
}: QueueQuestion): string {
  const now = reads
    ? theirs
      ? `Karpenter reads its own queue ${reads}`
      : `Karpenter is told of a queue ${reads} that does not exist here`
    : "Karpenter's interruption handling is off";
  const change = `${now}: change its one Helm value with \`helm upgrade karpenter oci://public.ecr.aws/karpenter/karpenter --namespace ${karpenterNamespace} --version ${karpenterVersion} --reuse-values --set settings.interruptionQueue=${ours.name}\`. Until then no notice reaches it by way of Joinery`;
  const grant = readerRoleArn
    ? ''
    : `. Its role is not known: let it have sqs:DeleteMessage, sqs:GetQueueUrl and sqs:ReceiveMessage on ${ours.arn}`;
  const other = theirs
    ? chosen && hasConsent
      ? '. For its own queue start detach-cluster, then attach-cluster with this file'
      : '. Or consent to use-existing-queue, after detach-cluster'
    : '';
  return change + grant + other;
}

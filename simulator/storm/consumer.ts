import type { ReceiveMessageResult } from '@aws-sdk/client-sqs';
import { SimulatedAwsError } from '../aws/errors.ts';
import type { Account } from '../boot/account.ts';
import { UnparseableMessageError } from '../karpenter/interruption/messages.ts';
import { parseMessage } from '../karpenter/interruption/parse-message.ts';
import type { StormCluster } from './clusters.ts';
import type { Meaning } from './generate.ts';
import { keyOf } from './observe.ts';

/** What Karpenter takes NodeClaims down for. */
const DRAINING: ReadonlySet<string> = new Set([
  'spot_interrupted',
  'instance_stopped',
  'instance_terminated',
  'scheduled_change',
  'capacity_reservation_interrupted',
]);

/** From the message to the deletion of the claim: a look-up in a cache and a request to the API server. */
const HANDLING_SECONDS = [0.01, 0.06] as const;
const NO_QUEUE_SECONDS = 20;

/** What all consumers together saw. */
export type Consumption = {
  /** Claims by instance to when they were deleted. */
  readonly deletedMs: Map<string, number>;
  received: number;
  unparseable: number;
  /** Messages that mean something else to Karpenter than their event does. */
  misread: number;
  /** Messages about instances that are no claim's, or whose claim did not know its instance yet. */
  unmatched: number;
};

export function noConsumption(): Consumption {
  return { deletedMs: new Map(), received: 0, unparseable: 0, misread: 0, unmatched: 0 };
}

type Claims = {
  /** What an event must mean; undefined: nobody may have sent it here. */
  meaningOf(key: string): Meaning | undefined;
  /** From when on the claim of an instance knows its instance; undefined: the cluster has no such claim. */
  knownFromMs(cluster: string, instanceId: string): number | undefined;
};

/**
 * The leader of one cluster as its queue sees it: long polls of ten messages, one round after the other, each message handled and
 * deleted by itself. Runs until `isOver` says so.
 */
export async function consume(
  account: Account,
  cluster: StormCluster,
  claims: Claims,
  seen: Consumption,
  isOver: () => boolean,
): Promise<void> {
  const { cloud, simulation } = account;
  const caller = { roleArn: cluster.controllerRoleArn, sessionName: 'karpenter' };
  const { queueUrl: QueueUrl } = cluster;
  const handle = async (body: string, ReceiptHandle: string, messageId: string): Promise<void> => {
    await simulation.sleep(simulation.between(`storm:handle:${messageId}`, ...HANDLING_SECONDS));
    take(body, cluster.name, claims, seen, simulation.now());
    await cloud.call('SQS', 'DeleteMessage', { QueueUrl, ReceiptHandle }, caller);
  };
  const poll = { QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 20, VisibilityTimeout: 20 };
  while (!isOver()) {
    try {
      const { Messages = [] } = (await cloud.call('SQS', 'ReceiveMessage', poll, caller)) as ReceiveMessageResult;
      await Promise.all(
        Messages.map(({ Body = '', ReceiptHandle = '', MessageId = '' }) =>
          // A message that could not be deleted is shown again.
          handle(Body, ReceiptHandle, MessageId).catch(onlyOfAws),
        ),
      );
    } catch (error) {
      onlyOfAws(error);
      // The queue is gone, or SQS is: the controller tries again.
      await simulation.sleep(NO_QUEUE_SECONDS);
    }
  }
}

/** What AWS answers a controller lives with; anything else is a fault of the simulator or of a test. */
function onlyOfAws(error: unknown): void {
  if (!(error instanceof SimulatedAwsError)) throw error;
}

function take(body: string, cluster: string, claims: Claims, seen: Consumption, nowMs: number): void {
  seen.received += 1;
  try {
    const { kind, instanceIds } = parseMessage(body);
    // The canary.
    if (kind === 'no_op') return;
    const meaning = claims.meaningOf(keyOf(body));
    if (meaning?.kind !== kind || meaning.instanceIds.join() !== instanceIds.join()) seen.misread += 1;
    if (!DRAINING.has(kind)) return;
    for (const id of instanceIds) {
      const knownFromMs = claims.knownFromMs(cluster, id);
      if (knownFromMs === undefined || knownFromMs > nowMs) seen.unmatched += 1;
      else if (!seen.deletedMs.has(id)) seen.deletedMs.set(id, nowMs);
    }
  } catch (error) {
    if (!(error instanceof UnparseableMessageError)) throw error;
    seen.unparseable += 1;
  }
}

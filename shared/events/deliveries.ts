import type { ClusterQueue, Delivery, SendReason } from './decision.ts';
import { type ParsedEvent, URGENT_KINDS } from './event.ts';

/** Bulk waits, so that a notice which comes with it is read first: Karpenter takes ten messages at a time. */
const BULK_DELAY_SECONDS = 10;
/** Karpenter deletes a notice for an instance whose provider id it has not cached yet. */
const SECOND_COPY_DELAY_SECONDS = 20;

export type Recipient = {
  readonly queue: ClusterQueue;
  readonly action: 'forward' | 'broadcast';
  readonly reason: SendReason;
  readonly hasSecondCopy: boolean;
};

/** Values of SQS message attributes: none is empty, and none has a character that SQS refuses. */
function attributesOf(event: ParsedEvent, { action, reason }: Recipient, copy: 'first' | 'second') {
  const attributes: Record<string, string> = {
    'joinery-kind': event.kind,
    'joinery-decision': action,
    'joinery-reason': reason,
    'joinery-copy': copy,
    'joinery-event-id': event.id,
  };
  if (event.repairs.length > 0) attributes['joinery-repairs'] = event.repairs.join(' ');
  return attributes;
}

/** What is sent to one cluster, whatever the number of its instances. */
export function deliveriesTo(recipient: Recipient, event: ParsedEvent): Delivery[] {
  const { cluster, queueUrl } = recipient.queue;
  const first: Delivery = {
    cluster,
    queueUrl,
    delaySeconds: URGENT_KINDS.has(event.kind) ? 0 : BULK_DELAY_SECONDS,
    attributes: attributesOf(event, recipient, 'first'),
    body: event.body,
  };
  if (!recipient.hasSecondCopy) return [first];
  return [
    first,
    { ...first, delaySeconds: SECOND_COPY_DELAY_SECONDS, attributes: attributesOf(event, recipient, 'second') },
  ];
}

/** What a message means to Karpenter; also the label of its counter. */
export type MessageKind =
  | 'spot_interrupted'
  | 'rebalance_recommendation'
  | 'instance_stopped'
  | 'instance_terminated'
  | 'scheduled_change'
  | 'capacity_reservation_interrupted'
  | 'no_op';

export type Message = {
  readonly kind: MessageKind;
  readonly instanceIds: readonly string[];
  /** When EventBridge says that it happened; undefined where the envelope was lost or says nothing. */
  readonly time: string | undefined;
};

/** A body that cannot be decoded into the shape that it claims to have. It is logged and deleted. */
export class UnparseableMessageError extends Error {
  override readonly name = 'UnparseableMessageError';
}

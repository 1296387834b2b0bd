/** What is so of one event, as the storm that made it knows: the router is never asked. */
export type Truth = {
  /** Clusters that own an instance which the event names. Empty: nobody of ours does, or the event is for nobody. */
  readonly owners: readonly string[];
  /** What may become of it beside delivery to every owner. */
  readonly mayBeDropped: readonly string[];
  readonly mayBeQuarantined: readonly string[];
  /** The event's own time, from which the notice is counted, and the moment at which the bus got it. */
  readonly emittedMs: number;
  readonly bornMs: number;
  /** For how long it may be delivered. */
  readonly staleAfterSeconds: number;
  /** Seconds from the event to the loss of the instance; null where the kind has no such moment. */
  readonly noticeSeconds: number | null;
};

/** Every metric that Joinery publishes, by what it says. Names are PascalCase nouns; dimensions stay few. */
export const METRICS = {
  /** Events by Kind and Action. */
  events: 'InterruptionEvents',
  /** Dropped events by Reason. */
  dropped: 'DroppedEvents',
  /** Events that went to a dead-letter queue, by Reason. */
  quarantined: 'QuarantinedEvents',
  broadcast: 'BroadcastFallback',
  /** Seconds of the two minutes that were left at hand-over, by Kind and Cluster. */
  leadTimeLeft: 'LeadTimeLeft',
  /** Seconds from the event's time to hand-over, by Kind. */
  routeLatency: 'RouteLatency',
  /** Seconds from the ingress queue's SentTimestamp to hand-over, by Kind. */
  ingressLatency: 'IngressLatency',
  sendFailures: 'SendFailures',
  lookupFailures: 'LookupFailures',
  recordFailures: 'RecordFailures',
  /** Instances whose start or end no event told the ledger of; the hourly reconciliation found them. */
  missedStarts: 'MissedStarts',
  missedEnds: 'MissedEnds',
  /** 1 where a reconciliation ended before it had looked at everything. */
  unfinishedReconciliations: 'UnfinishedReconciliations',
  /** State changes by what became of them. */
  fleetEvents: 'FleetEvents',
  /** By Cluster: the canary came to its leader, did not, or the leader could not be asked. */
  canaryArrived: 'CanaryArrived',
  canaryLost: 'CanaryLost',
  canaryUnchecked: 'CanaryUnchecked',
  /** From the event to the leader's counter, at the resolution of the looks. */
  canarySeconds: 'CanarySeconds',
  /** One for each round that ended: the canary's own heartbeat. */
  canaryRounds: 'CanaryRounds',
  /** Rules whose pattern or target is not as deployed. */
  ruleFaults: 'RuleFaults',
} as const;

/** Every metric that Joinery publishes, by what it says. Names are PascalCase nouns; dimensions stay few. */
export const METRICS = {
  /** By Kind: events that announce the end of an instance of ours, each once, however many copies of it came and wherever. */
  interruptions: 'Interruptions',
  /** Events as the router handled them, by Kind and Action: a copy that comes to another environment is one more. */
  routedEvents: 'RoutedEvents',
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
  /** Seconds of each NodeClaim that became ready, by Cluster and Phase, and by NodePool and CapacityType too. */
  provisioning: 'ProvisioningSeconds',
  /** The 90th percentile of the total, over the claims of the last quarter of an hour, by Cluster. */
  provisioningP90: 'ProvisioningP90',
  /** Claims that never gave a node, by Cluster, NodePool and Reason. */
  provisioningFailures: 'ProvisioningFailures',
  /** One for each collection that ended, by Cluster, and for each round, without dimensions: heartbeats. */
  collectorRuns: 'CollectorRuns',
  /** 1 where a cluster's API server did not answer or refused, else 0, by Cluster. */
  clustersUnreachable: 'ClustersUnreachable',
  /** What a collection had to do without, by Cluster and Part. */
  partialCollections: 'PartialCollections',
  /** Calls to CloudWatch of which nobody knows whether they came through, by Cluster. */
  unconfirmedBatches: 'UnconfirmedBatches',
  /** Series that a collection published, by Cluster. */
  metricSeries: 'MetricSeries',
  /** How long pods waited until they were bound, by Cluster: from Karpenter's histogram. */
  podSchedulingSeconds: 'PodSchedulingSeconds',
  /** What pods request of what nodes can give, by Cluster, and by Cluster and NodePool. */
  cpuUtilisation: 'CpuUtilisation',
  memoryUtilisation: 'MemoryUtilisation',
  podsPerNode: 'PodsPerNode',
  /** Karpenter's nodes by Cluster, NodePool and CapacityType. */
  nodes: 'Nodes',
  /** Ready nodes of the bootstrap group. */
  bootstrapNodes: 'BootstrapNodes',
  /** Of a pool's limits the one that is used most. */
  limitUsed: 'LimitUsed',
  pendingPods: 'PendingPods',
  /** Of vCPUs. */
  spotShare: 'SpotShare',
  /** Dollars an hour at the prices of the day, without the nodes that have no price: those are counted beside it. */
  runRate: 'RunRate',
  unpricedNodes: 'UnpricedNodes',
  budgetUsed: 'BudgetUsed',
  /** Since the last look, by Reason. */
  scalingEvents: 'ScalingEvents',
  nodePoolsNotReady: 'NodePoolsNotReady',
  nodeClassesNotReady: 'NodeClassesNotReady',
  /** 1 while a pod holds the lease and answers. */
  controllerLeader: 'ControllerLeader',
  stateObservabilityDisabled: 'StateObservabilityDisabled',
  /** Cost reports that were made: of the fleet without a dimension, which is the heartbeat; of a cluster by Cluster. */
  reportsMade: 'ReportsMade',
  /** By Cluster: a report on the fleet had to do without it. */
  reportsFailed: 'ReportsFailed',
  /** By Cluster: what the month is forecast to cost, in percent of its budget. */
  forecastBudgetUsed: 'ForecastBudgetUsed',
  /** Not published by any function: somebody says so before work that would page. */
  maintenance: 'Maintenance',
} as const;

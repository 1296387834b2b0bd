import {
  executionsEnd,
  ledgerCounts,
  perCluster,
  type Row,
  ruleCounts,
  ruleLoses,
  runsOf,
  throttled,
  values,
  waiting,
} from '../support/alarm-causes.ts';

const ROUTER = { Function: 'router' };
const spot = { Kind: 'spot-interruption' };
const reservation = { Kind: 'capacity-reservation-interruption' };
const web = { NodePool: 'web' };
const DAY = 24 * 60;

const NOTICES: Readonly<Record<string, Row>> = {
  UrgentIngressAgeAlarm: waiting('UrgentIngress', 2),
  BulkIngressAgeAlarm: waiting('BulkIngress', 8),
  IngressDeadLettersAlarm: waiting('IngressDeadLetters', 2),
  RuleDeadLettersAlarm: waiting('RuleDeadLetters', 2),
  FleetDeadLettersAlarm: waiting('FleetDeadLetters', 2),
  NoticeDeadLettersAlarm: waiting('NoticeDeadLetters', 2),
  SpotRuleLostAlarm: ruleLoses('SpotRule'),
  CapacityReservationRuleLostAlarm: ruleLoses('CapacityReservationRule'),
  HealthRuleLostAlarm: ruleLoses('HealthRule'),
  RebalanceRuleLostAlarm: ruleLoses('RebalanceRule'),
  StateChangeRuleLostAlarm: ruleLoses('StateChangeRule'),
  FleetRuleLostAlarm: ruleLoses('FleetRule'),
  NoticeRuleLostAlarm: ruleLoses('NoticeRule'),
  RouterErrorsAlarm: runsOf('RouterLambdaFunction', 3, { count: 50, failed: 1, alias: 'live' }, { alias: 'live' }),
  RouterDurationAlarm: runsOf('RouterLambdaFunction', 3, { durationMs: 4100, alias: 'live' }, { alias: 'live' }),
  RouterThrottlesAlarm: throttled('RouterLambdaFunction', 'live'),
  SendFailuresAlarm: values('SendFailures', ROUTER, { bad: [1], good: [0] }),
  BroadcastFallbackAlarm: values('BroadcastFallback', ROUTER, { bad: [11], good: [1], minutes: 1 }),
  RouteLatencyAlarm: values('RouteLatency', spot, { bad: [0.4, 0.5, 5.5], good: [0.4, 0.9] }),
  LeadTimeSpotAlarm: values('LeadTimeLeft', spot, { bad: [119, 118, 109], good: [119, 111], minutes: 1 }),
  LeadTimeCapacityReservationAlarm: values('LeadTimeLeft', reservation, { bad: [100], good: [118], minutes: 1 }),
  EventsSilentAlarm: {
    minutes: 27 * 60,
    cause: (world, minute) => minute % 30 === 0 && ruleCounts(world, 'FleetRule', 'TriggeredRules'),
    calm: (world, minute) => {
      if (minute % 30 !== 0) return;
      ruleCounts(world, 'FleetRule', 'TriggeredRules');
      ruleCounts(world, 'StateChangeRule', 'TriggeredRules');
    },
  },
  CanaryLostAlarm: values('CanaryLost', { Part: 'canary' }, { bad: [1], good: [0], minutes: 12, each: 4 }),
  RuleFaultsAlarm: values('RuleFaults', { Part: 'rules' }, { bad: [2], good: [0], minutes: 1, each: 30 }),
};

const CLUSTERS: Readonly<Record<string, Row>> = {
  ProvisioningSlowAlarm: perCluster('ProvisioningP90', { bad: 91, good: 90, minutes: 3 }),
  ProvisioningFailuresAlarm: perCluster('ProvisioningFailures', {
    bad: 1,
    good: undefined,
    minutes: 15,
    series: { ...web, Reason: 'InsufficientCapacity' },
  }),
  NodePoolNearLimitAlarm: perCluster('LimitUsed', { bad: 90, good: 89.9, minutes: 10, series: web }),
  NodePoolsNotReadyAlarm: perCluster('NodePoolsNotReady', { bad: 1, good: 0, minutes: 5 }),
  NodeClassesNotReadyAlarm: perCluster('NodeClassesNotReady', { bad: 1, good: 0, minutes: 5 }),
  SpotShareLowAlarm: perCluster('SpotShare', { bad: 79.9, good: 80, minutes: 65, series: web }),
  ClusterUnreachableAlarm: perCluster('ClustersUnreachable', { bad: 1, good: 0, minutes: 3 }),
  // The round's zero comes for every cluster; the collection's one does not.
  ClusterNotCollectedAlarm: perCluster('CollectorRuns', { bad: 0, good: 1, minutes: 12 }),
  CollectionPartialAlarm: perCluster('PartialCollections', {
    bad: 1,
    good: undefined,
    minutes: 16,
    series: { Part: 'metrics' },
  }),
  BootstrapNodesLowAlarm: perCluster('BootstrapNodes', { bad: 1, good: 2, minutes: 3 }),
  ControllerLeaderlessAlarm: perCluster('ControllerLeader', { bad: 0, good: 1, minutes: 3 }),
  ClusterOverBudgetAlarm: perCluster('BudgetUsed', { bad: 101, good: 100, minutes: 32 }),
  NodePoolOverBudgetAlarm: perCluster('BudgetUsed', { bad: 101, good: 100, minutes: 32, series: web }),
  ForecastOverBudgetAlarm: { ...perCluster('ForecastBudgetUsed', { bad: 101, good: 100, minutes: 1 }), over: 200 },
};

const RUNS: Readonly<Record<string, Row>> = {
  BootstrapFailedAlarm: executionsEnd('BootstrapClusterStateMachine', 'FAILED'),
  BootstrapTimedOutAlarm: executionsEnd('BootstrapClusterStateMachine', 'TIMED_OUT'),
  BootstrapAbortedAlarm: executionsEnd('BootstrapClusterStateMachine', 'ABORTED'),
  InstallFailedAlarm: executionsEnd('InstallKarpenterStateMachine', 'FAILED'),
  InstallTimedOutAlarm: executionsEnd('InstallKarpenterStateMachine', 'TIMED_OUT'),
  InstallAbortedAlarm: executionsEnd('InstallKarpenterStateMachine', 'ABORTED'),
  CostReportFailedAlarm: executionsEnd('CostReportStateMachine', 'FAILED'),
  CostReportTimedOutAlarm: executionsEnd('CostReportStateMachine', 'TIMED_OUT'),
  CostReportAbortedAlarm: executionsEnd('CostReportStateMachine', 'ABORTED'),
  CostReportDeadLettersAlarm: waiting('CostReportDeadLetters', 2),
  AttachFailedAlarm: executionsEnd('AttachClusterStateMachine', 'FAILED'),
  AttachTimedOutAlarm: executionsEnd('AttachClusterStateMachine', 'TIMED_OUT'),
  AttachAbortedAlarm: executionsEnd('AttachClusterStateMachine', 'ABORTED'),
  DetachFailedAlarm: executionsEnd('DetachClusterStateMachine', 'FAILED'),
  DetachTimedOutAlarm: executionsEnd('DetachClusterStateMachine', 'TIMED_OUT'),
  DetachAbortedAlarm: executionsEnd('DetachClusterStateMachine', 'ABORTED'),
  SmokeTestFailedAlarm: executionsEnd('SmokeTestStateMachine', 'FAILED'),
  SmokeTestTimedOutAlarm: executionsEnd('SmokeTestStateMachine', 'TIMED_OUT'),
  SmokeTestAbortedAlarm: executionsEnd('SmokeTestStateMachine', 'ABORTED'),
  RunEndedDeadLettersAlarm: waiting('RunEndedDeadLetters', 2),
  FailedReleasesAlarm: waiting('FailedReleases', 2),
};

const round = values('CollectorRuns', {}, { bad: [], good: [1], minutes: 7 });

const BACKEND: Readonly<Record<string, Row>> = {
  RecordFleetErrorsAlarm: runsOf('RecordFleetLambdaFunction', 7, { failed: 1 }),
  FleetQueueAgeAlarm: waiting('FleetQueue', 20),
  ReconciliationUnfinishedAlarm: {
    ...values(
      'UnfinishedReconciliations',
      { Function: 'reconcile-fleet' },
      { bad: [1], good: [0], minutes: 65, each: 60 },
    ),
    over: 190,
  },
  NoticesErrorsAlarm: runsOf('NoticesLambdaFunction', 7, { failed: 1 }),
  NoticeQueueAgeAlarm: waiting('NoticeQueue', 20),
  PatternCheckErrorsAlarm: runsOf('CheckEventPatternsLambdaFunction', 1, { failed: 1 }),
  LedgerThrottledAlarm: ledgerCounts('ThrottledRequests'),
  LedgerErrorsAlarm: ledgerCounts('SystemErrors'),
  MaintenanceAlarm: { ...values('Maintenance', {}, { bad: [1], good: [], minutes: 1 }), over: 35 },
  CollectorDownAlarm: round,
  CollectorErrorsAlarm: runsOf('CollectorLambdaFunction', 7, { failed: 1 }),
  CollectorDurationAlarm: runsOf('CollectorLambdaFunction', 15, { durationMs: 45_000 }, { durationMs: 43_000 }),
  CollectorDeadLettersAlarm: waiting('CollectorDeadLetters', 2),
  ReportIncompleteAlarm: { ...perCluster('ReportsFailed', { bad: 1, good: undefined, minutes: 1 }), over: 200 },
  UnconfirmedBatchesAlarm: {
    ...perCluster('UnconfirmedBatches', { bad: 1, good: undefined, minutes: 7 }),
    over: 40,
  },
  ReportMissingAlarm: {
    minutes: 29 * 60,
    cause: (world, minute) => minute % 30 === 0 && round.calm?.(world, minute),
    calm: (world, minute) => {
      if (minute % 30 === 0) round.calm?.(world, minute);
      if (minute % DAY === 0) reported.calm?.(world, minute);
    },
  },
};
const reported = values('ReportsMade', {}, { bad: [], good: [1] });

/** Composite alarms that stand for others: by which of these the test sets them off. */
export const PAGES: Readonly<Record<string, string>> = {
  NoticesPageAlarm: 'SendFailuresAlarm',
  ClustersPageAlarm: 'ControllerLeaderlessAlarm',
  BackendPageAlarm: 'CollectorDownAlarm',
};

/** For each alarm of the deployment that tells somebody: what it must see, and what it must not. */
export const ROWS: Readonly<Record<string, Row>> = { ...NOTICES, ...CLUSTERS, ...RUNS, ...BACKEND };

/** A page, set off by one of its alarms while all is well with the others. */
export function pageRow(page: string, children: readonly string[]): Row {
  const { series: _, ...by } = ROWS[PAGES[page] ?? ''] ?? { cause: () => undefined, minutes: 0 };
  const others = children.filter((id) => id !== PAGES[page]).map((id) => ROWS[id]?.calm);
  const calm: Row['cause'] = async (world, minute) => {
    for (const each of others) await each?.(world, minute);
  };
  return {
    ...by,
    // Whoever begins maintenance at the same time has a minute to say so.
    minutes: by.minutes + 1,
    cause: async (world, minute) => {
      await calm(world, minute);
      await by.cause(world, minute);
    },
    calm: async (world, minute) => {
      await calm(world, minute);
      await by.calm?.(world, minute);
    },
  };
}

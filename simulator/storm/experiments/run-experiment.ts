import type { GetMetricStatisticsOutput, ListMetricsOutput } from '@aws-sdk/client-cloudwatch';
import { METRIC_NAMESPACE } from '../../../shared/metrics/emf.ts';
import type { FaultInjector } from '../../aws/cloud.ts';
import type { Account } from '../../boot/account.ts';
import type { World } from '../../core/simulation.ts';
import { isRouters } from '../../faults/fault-calls.ts';
import { stormFaults } from '../../faults/storm-faults.ts';
import { clusterNames, makeClusters, type StormCluster } from '../clusters.ts';
import { EVERYTHING } from '../generate.ts';
import { type GroundPlan, populate, type StormGround, untilQuiet } from '../ground.ts';
import { type StormPlan, type StormReport, unleash } from '../storm.ts';
import { type Experiment, faultsOfAnyStorm, type Outcome, type Size } from './experiment.ts';

/** The notices' queue holds them back for a while, and its function waits for more of them. */
const NOTICES_READ_SECONDS = 900;

/** A booted account in which experiments run one after the other, and what its boot was given to reach into it. */
export type Laboratory = {
  readonly account: Account;
  readonly root: string;
  readonly listenToLogs: StormPlan['listenToLogs'];
  readonly socket: FaultSocket;
  /** Worlds that were prepared before, by what was prepared. */
  readonly worlds: Map<string, { readonly world: World; readonly ground: StormGround }>;
  readonly bare: Map<number, { readonly world: World; readonly clusters: readonly StormCluster[] }>;
  readonly start: World;
};

/** What the account calls for each fault: the experiment that runs plugs itself in. */
export type FaultSocket = { injectFault: FaultInjector | undefined };

export type Result = {
  readonly experiment: Experiment;
  readonly size: Size;
  readonly seed: number;
  readonly report: StormReport;
  readonly injected: Readonly<Record<string, number>>;
  /** What is not as it must be; empty: PASS. */
  readonly faults: readonly string[];
};

/** Boots with what experiments need; `boot` is given the two taps that the account must be booted with. */
export async function openLaboratory(
  root: string,
  boot: (taps: {
    injectFault: FaultInjector;
    onLogLine: (functionName: string, line: string) => void;
  }) => Promise<Account>,
): Promise<Laboratory> {
  let onLine: ((line: string) => void) | undefined;
  const socket: FaultSocket = { injectFault: undefined };
  const account = await boot({
    injectFault: (call) => socket.injectFault?.(call),
    onLogLine: (_name, line) => onLine?.(line),
  });
  await switchOffCollector(account);
  const start = account.simulation.snapshot();
  const listenToLogs: StormPlan['listenToLogs'] = (listener) => {
    onLine = listener;
  };
  return { account, root, listenToLogs, socket, start, worlds: new Map(), bare: new Map() };
}

/** Nothing runs in the clusters of an experiment: there is nothing to measure each minute but that they do not answer. */
async function switchOffCollector({ simulation, cloud, stack, deployer }: Account): Promise<void> {
  const Name = stack.resources['CollectorSchedule']?.physicalId;
  await simulation.runUntil(cloud.call('EventBridge', 'DisableRule', { Name }, deployer));
}

/** Runs one experiment from the beginning: the account is put back to where it was, with the seed. */
export async function runExperiment(
  lab: Laboratory,
  experiment: Experiment,
  size: Size,
  seed: number,
): Promise<Result> {
  const groundOf = (more: Partial<GroundPlan> | undefined): GroundPlan => ({ ...size, ...more });
  const control = experiment.controlGround
    ? await storm(lab, experiment, size, seed, groundOf(experiment.controlGround(size)), 'none')
    : undefined;
  const run = await storm(lab, experiment, size, seed, groundOf(experiment.ground?.(size)), experiment.faults);
  const { report, injected, calls } = run;
  const outcome: Outcome = {
    size,
    report,
    control: control?.report,
    injected,
    calls,
    readNotices: () => untilQuiet(lab.account, ['NoticeQueue'], [], NOTICES_READ_SECONDS),
    metricSum: (name, dimensions) => metricSum(lab.account, report, METRIC_NAMESPACE, name, dimensions),
    routerErrors: () =>
      metricSum(lab.account, report, 'AWS/Lambda', 'Errors', { FunctionName: routerName(lab.account) }),
  };
  const faults = [
    ...faultsOfAnyStorm(outcome),
    ...(await lab.account.simulation.runUntil(checked(experiment, outcome))),
  ];
  return { experiment, size, seed, report, injected, faults };
}

async function checked({ check }: Experiment, outcome: Outcome): Promise<string[]> {
  return check(outcome);
}

async function storm(
  lab: Laboratory,
  experiment: Experiment,
  size: Size,
  seed: number,
  plan: GroundPlan,
  faultsName: string,
) {
  const { account, listenToLogs, socket } = lab;
  const { world, ground } = await prepared(lab, plan);
  account.restore({ ...world, seed });
  const faults = stormFaults(faultsName);
  if (!faults) throw new Error(`there are no faults ${faultsName}`);
  const calls: Record<string, number> = {};
  socket.injectFault = (call) => {
    if (isRouters(call)) {
      const name = `${call.serviceId} ${call.operation}`;
      calls[name] = (calls[name] ?? 0) + 1;
    }
    return faults.injectFault(call);
  };
  const stormPlan = { ...size, mix: EVERYTHING, ...experiment.storm?.(size), arrange: faults.arrange, listenToLogs };
  try {
    const report = await account.simulation.runUntil(unleash(account, ground, stormPlan));
    return { report, calls, injected: faults.counts() };
  } finally {
    socket.injectFault = undefined;
  }
}

/** The ground as it was prepared the first time it was wanted: the same for all seeds. */
async function prepared(lab: Laboratory, plan: GroundPlan) {
  const { account, worlds, bare, root, start } = lab;
  const key = JSON.stringify(plan, [
    'clusters',
    'instances',
    'foreignShare',
    'firstClusterShare',
    'ageSeconds',
    'isLedgerWarm',
  ]);
  const known = worlds.get(key);
  if (known) return known;
  const { simulation } = account;
  let made = bare.get(plan.clusters);
  if (made) account.restore(made.world);
  else {
    account.restore(start);
    const clusters = await simulation.runUntil(makeClusters(account, root, clusterNames(plan.clusters)));
    made = { clusters, world: simulation.snapshot() };
    bare.set(plan.clusters, made);
  }
  const { clusters } = made;
  const instances = await simulation.runUntil(populate(account, clusters, plan));
  const entry = { ground: { clusters, instances }, world: simulation.snapshot() };
  worlds.set(key, entry);
  return entry;
}

function routerName({ runtime }: Account): string {
  const name = [...runtime.functions.values()].find((config) => config.name.endsWith('-router'))?.name;
  if (name === undefined) throw new Error('the deployment has no router');
  return name;
}

/** The sum since the storm began of every series of a metric that has these dimensions, as CloudWatch answers it. */
async function metricSum(
  { cloud, deployer, simulation }: Account,
  { startMs }: StormReport,
  Namespace: string,
  MetricName: string,
  dimensions: Readonly<Record<string, string>> = {},
): Promise<number> {
  const listed = (await cloud.call(
    'CloudWatch',
    'ListMetrics',
    { Namespace, MetricName },
    deployer,
  )) as ListMetricsOutput;
  let sum = 0;
  for (const { Dimensions = [] } of listed.Metrics ?? []) {
    const has = new Map(Dimensions.map(({ Name, Value }) => [Name, Value]));
    if (!Object.entries(dimensions).every(([name, value]) => has.get(name) === value)) continue;
    // The function's own series: those of its aliases count the same invocations again.
    if (Namespace.startsWith('AWS/') && has.size !== Object.keys(dimensions).length) continue;
    const input = {
      Namespace,
      MetricName,
      Dimensions,
      StartTime: new Date(Math.floor(startMs / 60_000) * 60_000),
      EndTime: new Date(Math.ceil(simulation.now() / 60_000) * 60_000 + 60_000),
      Period: 300,
      Statistics: ['Sum'],
    };
    const { Datapoints = [] } = (await cloud.call(
      'CloudWatch',
      'GetMetricStatistics',
      input,
      deployer,
    )) as GetMetricStatisticsOutput;
    for (const { Sum = 0 } of Datapoints) sum += Sum;
  }
  return sum;
}

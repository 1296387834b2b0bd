import {
  countExecution,
  countInvocation,
  countRule,
  countThrottle,
  type RuleMetric,
} from '../../simulator/aws/services/cloudwatch/counters.ts';
import { countMetric } from '../../simulator/aws/services/cloudwatch/store.ts';
import type { AlarmWorld } from './alarm-stack.ts';

type Act = (world: AlarmWorld, minute: number) => unknown;

/** What an alarm must see, and what it must not. */
export type Row = {
  /** What goes wrong, once a minute, and for how many minutes. */
  readonly cause: Act;
  readonly minutes: number;
  /** Work, once a minute, in which nothing is wrong; not done while something is. */
  readonly calm?: Act;
  readonly mend?: (world: AlarmWorld) => unknown;
  /** The series that the alarm must name, where it has several. */
  readonly series?: Readonly<Record<string, string>>;
  /** Minutes until it must say that all is well. */
  readonly over?: number;
};

type Labels = Readonly<Record<string, string>>;

const put = ({ simulation }: AlarmWorld, name: string, dimensions: Labels, value: number, namespace = 'Joinery') =>
  countMetric(simulation, { namespace, name, dimensions, value });

/** A message that waits in a queue for so many minutes. */
export const waiting = (queue: string, minutes: number): Row => ({
  minutes,
  cause: ({ call, physicalId }, minute) =>
    minute === 0 && call('SQS', 'SendMessage', { QueueUrl: physicalId(queue), MessageBody: '{}' }),
  mend: ({ call, physicalId }) => call('SQS', 'PurgeQueue', { QueueUrl: physicalId(queue) }),
});

/** A rule that cannot even keep what it cannot deliver. */
export const ruleLoses = (rule: string): Row => ({
  minutes: 1,
  cause: (world) => ruleCounts(world, rule, 'InvocationsFailedToBeSentToDlq'),
  calm: (world) => ruleCounts(world, rule, 'Invocations'),
});

export const ruleCounts = ({ simulation, physicalId }: AlarmWorld, rule: string, name: RuleMetric): void =>
  countRule(simulation, physicalId(rule), name);

type Runs = {
  readonly durationMs?: number;
  readonly failed?: number;
  readonly count?: number;
  readonly alias?: string;
};

function invoke(world: AlarmWorld, functionId: string, runs: Runs): void {
  const { durationMs = 60, failed = 0, count = 1, alias } = runs;
  const functionName = world.physicalId(functionId);
  for (let run = 0; run < count; run += 1)
    countInvocation(world.simulation, { functionName, alias, durationMs, isFailed: run < failed });
}

/** A function of which a part of the runs of each minute fail, or are slow. */
export const runsOf = (functionId: string, minutes: number, bad: Runs, good: Runs = {}): Row => ({
  minutes,
  cause: (world) => invoke(world, functionId, bad),
  calm: (world) => invoke(world, functionId, good),
  over: 70,
});

export const throttled = (functionId: string, alias: string): Row => ({
  minutes: 3,
  cause: ({ simulation, physicalId }) => countThrottle(simulation, physicalId(functionId), alias),
  calm: (world) => invoke(world, functionId, { alias }),
});

export const executionsEnd = (machine: string, status: 'FAILED' | 'TIMED_OUT' | 'ABORTED'): Row => {
  const end = ({ simulation, physicalId }: AlarmWorld, as: string) =>
    countExecution(simulation, { stateMachineArn: physicalId(machine), status: as });
  return { minutes: 1, cause: (world) => end(world, status), calm: (world) => end(world, 'SUCCEEDED') };
};

/** Values of one metric of Joinery's, each minute or each so many minutes: bad ones, and such as they are on a good day. */
export function values(
  name: string,
  dimensions: Labels,
  {
    bad,
    good,
    minutes = 5,
    each = 1,
  }: { bad: readonly number[]; good: readonly number[]; minutes?: number; each?: number },
): Row {
  const putAll = (world: AlarmWorld, list: readonly number[], minute: number) => {
    if (minute % each === 0) for (const value of list) put(world, name, dimensions, value);
  };
  return {
    minutes,
    cause: (world, minute) => putAll(world, bad, minute),
    calm: (world, minute) => putAll(world, good, minute),
  };
}

/** A metric by cluster: one cluster is in trouble, the other never is. The alarm must name the one, and nothing else. */
export function perCluster(
  name: string,
  {
    bad,
    good,
    minutes,
    series = {},
    also = {},
  }: { bad: number; good: number | undefined; minutes: number; series?: Labels; also?: Labels },
): Row {
  const named = { Cluster: 'banking', ...series };
  const other = (world: AlarmWorld) =>
    good !== undefined && put(world, name, { ...named, ...also, Cluster: 'retail' }, good);
  return {
    minutes,
    series: named,
    cause: (world) => {
      put(world, name, { ...named, ...also }, bad);
      other(world);
    },
    calm: (world) => {
      if (good !== undefined) put(world, name, { ...named, ...also }, good);
      other(world);
    },
  };
}

/** An error of DynamoDB on the ledger, in one operation. */
export const ledgerCounts = (name: string): Row => {
  const dimensions = (world: AlarmWorld, Operation: string) => ({
    TableName: world.physicalId('FleetTable'),
    Operation,
  });
  return {
    minutes: 3,
    series: { Operation: 'PutItem' },
    cause: (world) => put(world, name, dimensions(world, 'PutItem'), 1, 'AWS/DynamoDB'),
    // Somebody else's table.
    calm: (world) => put(world, name, { TableName: 'theirs', Operation: 'PutItem' }, 1, 'AWS/DynamoDB'),
  };
};

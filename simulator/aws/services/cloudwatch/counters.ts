import type { Simulation } from '../../../core/simulation.ts';
import { countMetric } from './store.ts';

/** One invocation that has ended. `alias` is the qualifier that it was called by, if it is an alias. */
export type Invocation = {
  readonly functionName: string;
  readonly alias?: string | undefined;
  readonly durationMs: number;
  readonly isFailed: boolean;
};

/** AWS/Lambda counts by function, and by alias where one was called. */
function lambdaDimensions(functionName: string, alias: string | undefined): Record<string, string>[] {
  const plain = { FunctionName: functionName };
  return alias === undefined ? [plain] : [plain, { ...plain, Resource: `${functionName}:${alias}` }];
}

export function countInvocation(
  simulation: Simulation,
  { functionName, alias, durationMs, isFailed }: Invocation,
): void {
  const namespace = 'AWS/Lambda';
  for (const dimensions of lambdaDimensions(functionName, alias)) {
    countMetric(simulation, { namespace, name: 'Invocations', dimensions, unit: 'Count' });
    // Zero for a success: the rate of errors is made of both.
    countMetric(simulation, { namespace, name: 'Errors', dimensions, unit: 'Count', value: isFailed ? 1 : 0 });
    countMetric(simulation, { namespace, name: 'Duration', dimensions, unit: 'Milliseconds', value: durationMs });
  }
}

/** An invocation that Lambda refused because the function's concurrency, or the account's, was used up. */
export function countThrottle(simulation: Simulation, functionName: string, alias?: string): void {
  for (const dimensions of lambdaDimensions(functionName, alias))
    countMetric(simulation, { namespace: 'AWS/Lambda', name: 'Throttles', dimensions, unit: 'Count' });
}

/** How many invocations are under way, whenever that changes. */
export function measureConcurrency(simulation: Simulation, functionName: string, value: number, alias?: string): void {
  for (const dimensions of lambdaDimensions(functionName, alias))
    countMetric(simulation, {
      namespace: 'AWS/Lambda',
      name: 'ConcurrentExecutions',
      dimensions,
      unit: 'Count',
      value,
    });
}

export type RuleMetric =
  | 'TriggeredRules'
  | 'Invocations'
  | 'FailedInvocations'
  | 'ThrottledRules'
  | 'InvocationsSentToDlq'
  | 'InvocationsFailedToBeSentToDlq';

/** What EventBridge counts of one rule of the default bus, by the rule's name. */
export function countRule(simulation: Simulation, ruleName: string, name: RuleMetric): void {
  countMetric(simulation, { namespace: 'AWS/Events', name, dimensions: { RuleName: ruleName }, unit: 'Count' });
}

const EXECUTIONS: Readonly<Record<string, string>> = {
  RUNNING: 'ExecutionsStarted',
  SUCCEEDED: 'ExecutionsSucceeded',
  FAILED: 'ExecutionsFailed',
  TIMED_OUT: 'ExecutionsTimedOut',
  ABORTED: 'ExecutionsAborted',
};

/** A change of the status of an execution. */
export function countExecution(simulation: Simulation, record: { stateMachineArn: string; status: string }): void {
  const name = EXECUTIONS[record.status];
  if (name === undefined) throw new RangeError(`no status ${record.status} of an execution`);
  const dimensions = { StateMachineArn: record.stateMachineArn };
  countMetric(simulation, { namespace: 'AWS/States', name, dimensions, unit: 'Count' });
}

export type QueueMetric =
  | 'NumberOfMessagesSent'
  | 'NumberOfMessagesReceived'
  | 'NumberOfMessagesDeleted'
  | 'NumberOfEmptyReceives';

export function countQueue(simulation: Simulation, queueName: string, name: QueueMetric, value = 1): void {
  countMetric(simulation, { namespace: 'AWS/SQS', name, dimensions: { QueueName: queueName }, unit: 'Count', value });
}

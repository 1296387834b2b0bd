import type { Cloud } from '../aws/cloud.ts';
import { decideForCaller, denial } from '../aws/iam/authorizer.ts';
import type { Caller } from '../aws/types.ts';
import { FunctionError } from '../lambda/outcome.ts';
import type { LambdaRuntime } from '../lambda/runtime.ts';
import type { StepFunctionsEngine, TaskRunner } from '../stepfunctions/engine.ts';

/** A function that a state machine calls: once before, and once after with what it answered. */
export type TaskEvent = { readonly payload: unknown; readonly result?: unknown; readonly error?: Error };

type Options = {
  readonly cloud: Cloud;
  readonly runtime: () => LambdaRuntime;
  readonly engine: () => StepFunctionsEngine;
  readonly onTask?: ((event: TaskEvent) => void) | undefined;
};

const NESTED = 'arn:aws:states:::states:startExecution.sync:2';

/** An error as a Task sees it: the name is what ErrorEquals matches, the message is the Cause. */
class TaskError extends Error {
  constructor(name: string, cause: string) {
    super(cause);
    this.name = name;
  }
}

/** Carries out the resources that the machines use: functions and nested executions. Anything else fails the run. */
export function taskRunner(options: Options): TaskRunner {
  return async ({ resource, input, caller }) => {
    if (resource.startsWith('arn:aws:lambda:')) return invokeFunction(options, resource, input, caller);
    if (resource === NESTED) return runNested(options, input as NestedInput, caller);
    throw new Error(`the task resource ${resource} is not simulated`);
  };
}

async function invokeFunction(options: Options, arn: string, payload: unknown, caller: Caller): Promise<unknown> {
  requireAccess(options.cloud, caller, 'lambda:InvokeFunction', arn, 'Lambda');
  options.onTask?.({ payload });
  try {
    const result = await options.runtime().invoke(arn, payload);
    options.onTask?.({ payload, result });
    return result;
  } catch (error) {
    if (!(error instanceof FunctionError)) throw error;
    options.onTask?.({ payload, error });
    throw new TaskError(error.name, JSON.stringify({ errorType: error.name, errorMessage: error.message, trace: [] }));
  }
}

type NestedInput = { readonly StateMachineArn: string; readonly Input: object; readonly Name?: string };

/** Starts a child as the machine's role and waits for its end, as startExecution.sync:2 does; a failed child is States.TaskFailed. */
async function runNested(options: Options, input: NestedInput, caller: Caller): Promise<unknown> {
  const { executionArn } = (await options.cloud.call(
    'SFN',
    'StartExecution',
    {
      stateMachineArn: input.StateMachineArn,
      input: JSON.stringify(input.Input),
      ...(input.Name ? { name: input.Name } : {}),
    },
    caller,
  )) as { executionArn: string };
  requireAccess(options.cloud, caller, 'states:DescribeExecution', executionArn, 'SFN');
  requireAccess(options.cloud, caller, 'states:StopExecution', executionArn, 'SFN');
  const ended = await options.engine().ended(executionArn);
  const description = {
    ExecutionArn: ended.executionArn,
    Input: JSON.parse(ended.input) as unknown,
    Name: ended.name,
    StateMachineArn: ended.stateMachineArn,
    Status: ended.status,
  };
  if (ended.status !== 'SUCCEEDED') {
    throw new TaskError(
      'States.TaskFailed',
      JSON.stringify({ ...description, Error: ended.error, Cause: ended.cause }),
    );
  }
  return { ...description, Output: JSON.parse(ended.output ?? 'null') as unknown };
}

/** Step Functions itself checks these with the machine's role, outside any API that the cloud dispatches. */
function requireAccess(cloud: Cloud, caller: Caller, action: string, resource: string, serviceId: string): void {
  const place = cloud.context(caller);
  const decision = decideForCaller(place, caller, { action, resource });
  if (!decision.allowed) throw denial(serviceId, caller, { action, resource }, decision.reason);
}

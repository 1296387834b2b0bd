import type { Cloud } from '../aws/cloud.ts';
import { queueUrl } from '../aws/services/sqs/state.ts';
import type { Simulation } from '../core/simulation.ts';
import { FunctionError } from './outcome.ts';
import { type LambdaRuntime, newRequestId } from './runtime.ts';

/** How a function's asynchronous invocations end: an AWS::Lambda::EventInvokeConfig of $LATEST. */
export type EventInvokeConfig = {
  readonly functionArn: string;
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeSeconds: number;
  /** A queue, which gets what failed for good; without one such an event is gone. */
  readonly onFailure: string | undefined;
};

/** An event that Lambda gave up. Only a test looks here: on AWS nothing but the destination and a metric tells of it. */
type AbandonedEvent = {
  readonly functionArn: string;
  readonly event: unknown;
  readonly reason: string;
  /** Null: lost, for want of a destination or because it could not be reached. */
  readonly sentTo: string | null;
};

export type AsynchronousInvocations = {
  /** Returns when Lambda has taken the event, not when the function has handled it. */
  invokeAsync(functionArn: string, event: unknown): void;
};

type Options = {
  readonly simulation: Simulation;
  readonly cloud: Cloud;
  readonly runtime: () => Pick<LambdaRuntime, 'invoke' | 'functionOf'>;
  readonly configs: readonly EventInvokeConfig[];
};

type Invocation = {
  readonly requestId: string;
  readonly functionArn: string;
  readonly event: unknown;
  readonly takenMs: number;
  /** How many attempts there were before. */
  readonly attempts: number;
  /** How often nothing was free to run it; such attempts are not counted. */
  readonly throttles?: number;
};

type Failure = {
  readonly condition: 'RetriesExhausted' | 'EventAgeExceeded';
  readonly invokeCount: number;
  readonly error: FunctionError;
};

const RETRY = 'lambda:retry';
const STATE = 'lambda:abandoned';
/** Before the second attempt, and before the third. */
const RETRY_SECONDS = [60, 120] as const;
/** A throttled event is tried again after a second, then after twice as long each time up to five minutes. */
const THROTTLED_SECONDS = { first: 1, most: 300 } as const;
const DEFAULTS = { maximumRetryAttempts: 2, maximumEventAgeSeconds: 6 * 3600, onFailure: undefined } as const;

/** Asynchronous invocations: a failed one is tried again by the function's own configuration, and then goes to its destination. */
export function asynchronousInvocations(options: Options): AsynchronousInvocations {
  const { simulation, runtime } = options;
  simulation.on<Invocation>(RETRY, (invocation) => attempt(options, invocation));
  return {
    invokeAsync(functionArn, event) {
      if (!runtime().functionOf(functionArn)) throw new Error(`there is no function to invoke: ${functionArn}`);
      const requestId = newRequestId(simulation);
      attempt(options, { requestId, functionArn, event, takenMs: simulation.now(), attempts: 0 });
    },
  };
}

/** Every event that was given up so far, with where it went. */
export function abandonedEvents(simulation: Simulation): readonly AbandonedEvent[] {
  return abandoned(simulation).events;
}

function abandoned(simulation: Simulation): { events: AbandonedEvent[] } {
  return simulation.state(STATE, () => ({ events: [] as AbandonedEvent[] }));
}

function attempt(options: Options, invocation: Invocation): void {
  const { simulation, runtime, configs } = options;
  const { requestId, functionArn, event, takenMs, attempts, throttles = 0 } = invocation;
  const config = configs.find((candidate) => candidate.functionArn === functionArn) ?? DEFAULTS;
  runtime()
    .invoke(functionArn, event, requestId)
    .catch(async (thrown: unknown) => {
      const error = thrown instanceof FunctionError ? thrown : new FunctionError('Error', String(thrown), thrown);
      const invokeCount = attempts + 1;
      const giveUp = (condition: Failure['condition']) =>
        abandon(options, invocation, config.onFailure, { condition, invokeCount, error });
      if (error.isThrottled) {
        const wait = Math.min(THROTTLED_SECONDS.first * 2 ** throttles, THROTTLED_SECONDS.most);
        const ageThen = (simulation.now() - takenMs) / 1000 + wait;
        if (ageThen > config.maximumEventAgeSeconds)
          return abandon(options, invocation, config.onFailure, {
            condition: 'EventAgeExceeded',
            invokeCount: attempts,
            error,
          });
        return simulation.schedule(wait, RETRY, { ...invocation, throttles: throttles + 1 });
      }
      const wait = attempts < config.maximumRetryAttempts ? RETRY_SECONDS[attempts] : undefined;
      if (wait === undefined) return giveUp('RetriesExhausted');
      const ageThen = (simulation.now() - takenMs) / 1000 + wait;
      if (ageThen > config.maximumEventAgeSeconds) return giveUp('EventAgeExceeded');
      simulation.schedule(wait, RETRY, { ...invocation, attempts: invokeCount });
    });
}

async function abandon(
  options: Options,
  invocation: Invocation,
  destination: string | undefined,
  failure: Failure,
): Promise<void> {
  const { functionArn, event } = invocation;
  const note = (reason: string, sentTo: string | null) =>
    abandoned(options.simulation).events.push({ functionArn, event, reason, sentTo });
  if (destination === undefined) {
    note(String(failure.error), null);
    return;
  }
  try {
    await send(options, destination, invocation, failure);
    note(String(failure.error), destination);
  } catch (error) {
    note(`${failure.error}; and ${destination} did not take it: ${error}`, null);
  }
}

/** The record of a failed invocation, sent with the function's own role. */
async function send(options: Options, queueArn: string, invocation: Invocation, failure: Failure): Promise<void> {
  const { simulation, cloud, runtime } = options;
  const { requestId, functionArn, event } = invocation;
  const { condition, invokeCount, error } = failure;
  const config = runtime().functionOf(functionArn);
  if (!config) throw new Error(`there is no function ${functionArn} any more`);
  const record = {
    version: '1.0',
    timestamp: new Date(simulation.now()).toISOString(),
    requestContext: {
      requestId,
      functionArn: `${functionArn}:$LATEST`,
      condition,
      approximateInvokeCount: invokeCount,
    },
    requestPayload: event,
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: { errorType: error.name, errorMessage: error.message, trace: [] },
  };
  const [, , , region = '', accountId = '', name = ''] = queueArn.split(':');
  const message = { QueueUrl: queueUrl({ region, accountId }, name), MessageBody: JSON.stringify(record) };
  await cloud.call('SQS', 'SendMessage', message, { roleArn: config.roleArn, sessionName: config.name });
}

import * as sdk from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SimulatedAwsError } from '../../../../simulator/aws/errors.ts';
import { sqs } from '../../../../simulator/aws/services/sqs/service.ts';
import { queueOfArn } from '../../../../simulator/aws/services/sqs/state.ts';
import {
  abandonedEvents,
  asynchronousInvocations,
  type EventInvokeConfig,
} from '../../../../simulator/lambda/asynchronous.ts';
import { FunctionError, THROTTLED } from '../../../../simulator/lambda/outcome.ts';
import type { LambdaRuntime } from '../../../../simulator/lambda/runtime.ts';
import { startTestCloud, type TestCloud } from '../../../support/test-cloud.ts';

const functionArn = 'arn:aws:lambda:eu-west-1:111122223333:function:release';
const roleArn = 'arn:aws:iam::111122223333:role/release';
const onFailure = 'arn:aws:sqs:eu-west-1:111122223333:failed';
const config = { functionArn, maximumRetryAttempts: 2, maximumEventAgeSeconds: 21_600, onFailure };
const START = Date.parse('2026-11-02T08:00:00Z');

describe('an asynchronous invocation', () => {
  let world: TestCloud;
  let attempts: { second: number; requestId: string | undefined }[];
  let senders: string[];
  let mayDo: boolean;
  let throttledUntil: number;
  beforeEach(async () => {
    attempts = [];
    senders = [];
    mayDo = true;
    throttledUntil = 0;
    world = startTestCloud([{ service: sqs, sdk }], {
      authorize: ({ action }, { caller }) => {
        if (action !== 'sqs:SendMessage') return;
        senders.push(caller.roleArn);
        if (!mayDo) throw new SimulatedAwsError('AccessDenied', 'no', 403);
      },
    });
    const queue = { QueueName: 'failed' };
    await world.simulation.runUntil(world.cloud.call('SQS', 'CreateQueue', queue, { roleArn, sessionName: 'x' }));
  });
  afterEach(() => world.simulation.close());

  /** Invokes a function that succeeds at the given attempt, and lets ten minutes go by. */
  async function invoke(successAt: number, configs: readonly EventInvokeConfig[] = [config]): Promise<void> {
    const { simulation, cloud } = world;
    const settings = { name: 'release', arn: functionArn, roleArn } as never;
    const runtime: Pick<LambdaRuntime, 'invoke' | 'functionOf'> = {
      functionOf: () => settings,
      invoke: async (_arn, _payload, requestId) => {
        attempts.push({ second: Math.round((simulation.now() - START) / 1000), requestId });
        if (simulation.now() < throttledUntil) throw new FunctionError(THROTTLED, 'Rate Exceeded');
        if (attempts.length !== successAt) throw new FunctionError('LeaseLost', 'the table is away');
      },
    };
    asynchronousInvocations({ simulation, cloud, runtime: () => runtime, configs }).invokeAsync(functionArn, { a: 1 });
    await simulation.runFor(600);
  }

  const sent = () =>
    Object.values(queueOfArn(world.simulation, onFailure)?.messages ?? {}).map(
      ({ body }) => JSON.parse(body) as unknown,
    );

  it('is tried again after one minute and after two more, under the same request id', async () => {
    await invoke(3);

    expect(attempts.map(({ second }) => second)).toEqual([0, 60, 180]);
    expect(new Set(attempts.map(({ requestId }) => requestId)).size).toBe(1);
    expect([sent(), abandonedEvents(world.simulation)]).toEqual([[], []]);
  });

  it("goes to the destination after its last attempt, sent with the function's role", async () => {
    await invoke(0);

    expect(sent()).toEqual([
      {
        version: '1.0',
        timestamp: expect.stringMatching(/^2026-11-02T08:03:00\.\d{3}Z$/),
        requestContext: {
          requestId: attempts[0]?.requestId,
          functionArn: `${functionArn}:$LATEST`,
          condition: 'RetriesExhausted',
          approximateInvokeCount: 3,
        },
        requestPayload: { a: 1 },
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        responsePayload: { errorType: 'LeaseLost', errorMessage: 'the table is away', trace: [] },
      },
    ]);
    expect(senders).toEqual([roleArn]);
    expect(abandonedEvents(world.simulation)).toMatchObject([{ event: { a: 1 }, sentTo: onFailure }]);
  });

  it('is given up before an attempt that would come after its age', async () => {
    await invoke(0, [{ ...config, maximumEventAgeSeconds: 100 }]);

    expect(attempts).toHaveLength(2);
    expect(sent()).toMatchObject([{ requestContext: { condition: 'EventAgeExceeded', approximateInvokeCount: 2 } }]);
  });

  it('is tried as often as its function says', async () => {
    await invoke(0, [{ ...config, maximumRetryAttempts: 0 }]);

    expect(attempts).toHaveLength(1);
  });

  it('waits while nothing is free to run the function, without losing an attempt', async () => {
    throttledUntil = START + 20_000;
    await invoke(0);

    const seconds = attempts.map(({ second }) => second);
    expect(seconds).toEqual([0, 1, 3, 7, 15, 31, 91, 211]);
    expect(sent()).toMatchObject([{ requestContext: { approximateInvokeCount: 3 } }]);
  });

  it('is lost without a destination', async () => {
    await invoke(0, []);

    expect(abandonedEvents(world.simulation)).toMatchObject([{ reason: 'LeaseLost: the table is away', sentTo: null }]);
  });

  it('is lost where the role may not send to the destination', async () => {
    mayDo = false;

    await invoke(0);

    expect(sent()).toEqual([]);
    expect(abandonedEvents(world.simulation)).toMatchObject([
      { reason: expect.stringContaining('did not take it'), sentTo: null },
    ]);
  });
});

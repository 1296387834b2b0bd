import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as sqs from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { leanSettings } from '../../../../shared/aws/lean-client.ts';
import type { CallFault } from '../../../../simulator/aws/call-faults.ts';
import { currentCaller, interceptAwsCalls } from '../../../../simulator/aws/current-caller.ts';
import { SimulatedAwsError } from '../../../../simulator/aws/errors.ts';
import { dynamoDb as simulatedTables } from '../../../../simulator/aws/services/dynamodb/service.ts';
import { sqs as simulatedQueues } from '../../../../simulator/aws/services/sqs/service.ts';
import { TEST_CALLER } from '../../../support/simulated-client.ts';
import { startTestCloud, type TestCloud } from '../../../support/test-cloud.ts';

const throttled = () => new SimulatedAwsError('ThrottlingException', 'Rate exceeded', 400);
const region = 'eu-west-1';

describe('a call that fails', () => {
  let world: TestCloud;
  /** Answers in place of the real one, for the first attempts. */
  let faults: (CallFault | Error)[];
  let giveBack: () => void;
  beforeEach(() => {
    faults = [];
    world = startTestCloud(
      [
        { service: simulatedQueues, sdk: sqs },
        { service: simulatedTables, sdk: dynamodb },
      ],
      {
        injectFault: () => {
          const fault = faults.shift();
          if (fault instanceof Error) throw fault;
          return fault;
        },
      },
    );
    process.env['AWS_MAX_ATTEMPTS'] = '1';
    giveBack = interceptAwsCalls();
  });
  afterEach(() => {
    giveBack();
    delete process.env['AWS_MAX_ATTEMPTS'];
    world.simulation.close();
  });

  const inFunction = <T>(call: () => Promise<T>): Promise<T> =>
    world.simulation.runUntil(currentCaller.run({ caller: TEST_CALLER, cloud: world.cloud }, async () => call()));
  const makeQueue = (settings: sqs.SQSClientConfig = {}) =>
    inFunction(() => new sqs.SQSClient({ region, ...settings }).send(new sqs.CreateQueueCommand({ QueueName: 'q' })));
  const describeTable = () =>
    inFunction(() =>
      new dynamodb.DynamoDBClient({ region }).send(new dynamodb.DescribeTableCommand({ TableName: 'none' })),
    );
  const outcomes = () => world.cloud.trace.entries.map(({ outcome }) => outcome);

  it('is tried three times, with longer and longer waits, whatever is set on this machine', async () => {
    faults = [throttled(), throttled()];

    const { QueueUrl } = await makeQueue();

    expect(QueueUrl).toContain('/q');
    expect(outcomes()).toEqual(['ThrottlingException', 'ThrottlingException', 'ok']);
  });

  it('throws what the last attempt was answered', async () => {
    faults = [throttled(), throttled(), new SimulatedAwsError('ServiceUnavailable', 'away', 503), throttled()];

    await expect(makeQueue()).rejects.toMatchObject({ name: 'ServiceUnavailable', $metadata: { attempts: 3 } });
    expect(faults).toHaveLength(1);
  });

  it("waits in the simulated time, by the seed's jitter", async () => {
    faults = [throttled(), throttled()];
    const fromMs = world.simulation.now();
    await makeQueue();
    const waitedMs = world.simulation.now() - fromMs;

    // Up to one and two seconds, and three calls.
    expect(waitedMs).toBeGreaterThan(45);
    expect(waitedMs).toBeLessThan(3_400);
  });

  it('goes by the attempts and the strategy that its client was made with', async () => {
    faults = [throttled()];
    await expect(makeQueue({ maxAttempts: 1 })).rejects.toMatchObject({ name: 'ThrottlingException' });
    faults = [throttled()];
    await expect(makeQueue(leanSettings() as sqs.SQSClientConfig)).rejects.toMatchObject({
      name: 'ThrottlingException',
    });
    expect(faults).toEqual([]);
  });

  it('is tried four times at DynamoDB, as its client is', async () => {
    faults = [throttled(), throttled(), throttled(), throttled(), throttled()];

    await expect(describeTable()).rejects.toMatchObject({ name: 'ThrottlingException' });
    expect(faults).toHaveLength(1);
  });

  it('is not tried again when it was wrong', async () => {
    await expect(describeTable()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    expect(outcomes()).toEqual(['ResourceNotFoundException']);
  });

  it('is made twice when the first answer was lost on the way', async () => {
    const { Attributes } = await inFunction(async () => {
      const client = new sqs.SQSClient({ region });
      const { QueueUrl } = await client.send(new sqs.CreateQueueCommand({ QueueName: 'q' }));
      faults = [{ kind: 'no-answer', isPerformed: true, afterSeconds: 5 }];
      await client.send(new sqs.SendMessageCommand({ QueueUrl, MessageBody: 'once' }));
      return client.send(
        new sqs.GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
      );
    });

    expect(Attributes).toEqual({ ApproximateNumberOfMessages: '2' });
  });

  it('is not tried again once its invocation is over', async () => {
    faults = [throttled()];
    let answer = 'nothing';
    void currentCaller.run({ caller: TEST_CALLER, cloud: world.cloud, isOver: () => faults.length === 0 }, async () => {
      await new sqs.SQSClient({ region }).send(new sqs.CreateQueueCommand({ QueueName: 'q' }));
      answer = 'answered';
    });
    await world.simulation.runFor(60);

    expect([answer, outcomes()]).toEqual(['nothing', ['ThrottlingException']]);
  });
});

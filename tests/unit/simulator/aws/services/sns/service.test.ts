import * as iamSdk from '@aws-sdk/client-iam';
import * as snsSdk from '@aws-sdk/client-sns';
import * as sqsSdk from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createAuthorizer } from '../../../../../../simulator/aws/iam/authorizer.ts';
import { iamService } from '../../../../../../simulator/aws/services/iam/service.ts';
import { settleRoles } from '../../../../../../simulator/aws/services/iam/state.ts';
import { createKey } from '../../../../../../simulator/aws/services/kms/keys.ts';
import { topicPolicy } from '../../../../../../simulator/aws/services/sns/policies.ts';
import { publishAsService } from '../../../../../../simulator/aws/services/sns/publish.ts';
import { snsService } from '../../../../../../simulator/aws/services/sns/service.ts';
import { publishedMessages } from '../../../../../../simulator/aws/services/sns/state.ts';
import {
  createTopic,
  setTopicPolicy,
  subscribe,
  type TopicDefinition,
} from '../../../../../../simulator/aws/services/sns/topics.ts';
import { sqs } from '../../../../../../simulator/aws/services/sqs/service.ts';
import { queueOfArn, queuePolicy } from '../../../../../../simulator/aws/services/sqs/state.ts';
import { startTestCloud, type TestCloud } from '../../../../../support/test-cloud.ts';

const deployer = { roleArn: 'arn:aws:iam::111122223333:role/deployer', sessionName: 'person' };
const notices = { roleArn: 'arn:aws:iam::111122223333:role/notices', sessionName: 'notices' };
const alarm = 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:silence';
const rule = 'arn:aws:events:eu-west-1:111122223333:rule/health';
const topicArn = 'arn:aws:sns:eu-west-1:111122223333:ops';
const queueArn = 'arn:aws:sqs:eu-west-1:111122223333:inbox';

const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });

describe('the simulated SNS', () => {
  let world: TestCloud;
  let invoked: unknown[];
  beforeEach(async () => {
    invoked = [];
    const functions = {
      exists: () => true,
      admits: (_arn: string, principal: string, source: string) =>
        principal === 'sns.amazonaws.com' && source === topicArn,
      invokeAsync: (_arn: string, event: unknown) => invoked.push(event),
    };
    world = startTestCloud(
      [
        { service: snsService(functions), sdk: snsSdk },
        { service: sqs, sdk: sqsSdk },
        { service: iamService, sdk: iamSdk },
      ],
      {
        authorize: createAuthorizer({
          deployerRoleArns: [deployer.roleArn],
          resourcePolicy: (...of) => queuePolicy(...of) ?? topicPolicy(...of),
        }),
      },
    );
    const trust = document({
      Effect: 'Allow',
      Principal: { Service: 'lambda.amazonaws.com' },
      Action: 'sts:AssumeRole',
    });
    await call('IAM', 'CreateRole', { RoleName: 'notices', AssumeRolePolicyDocument: trust });
    await may({ Sid: 'Publish', Effect: 'Allow', Action: 'sns:Publish', Resource: topicArn });
    settleRoles(world.simulation);
  });
  afterEach(() => world.simulation.close());

  const call = (service: string, name: string, input: object, caller = deployer): Promise<unknown> =>
    world.simulation.runUntil(world.cloud.call(service, name, input, caller));
  const may = (...statements: object[]) =>
    call('IAM', 'PutRolePolicy', {
      RoleName: 'notices',
      PolicyName: 'own',
      PolicyDocument: document(...statements),
    });
  const publish = (input: object = {}) =>
    call('SNS', 'Publish', { TopicArn: topicArn, Message: 'hello', ...input }, notices);
  const byService = (principal: string, sourceArn: string) =>
    world.simulation.runUntil(
      publishAsService(world.cloud.context(deployer), { principal, sourceArn }, { topicArn, message: 'hello' }),
    );
  const place = () => world.cloud.context(deployer);
  const topic = (more: Partial<TopicDefinition> = {}) => createTopic(place(), { name: 'ops', ...more });
  const messages = () => publishedMessages(world.simulation, topicArn);

  it('keeps what a role published that may', async () => {
    topic();
    await publish({ Subject: 'Spot interruption' });
    expect(messages()).toMatchObject([
      {
        subject: 'Spot interruption',
        message: 'hello',
        publisher: 'arn:aws:sts::111122223333:assumed-role/notices/notices',
      },
    ]);
    await may({ Sid: 'Publish', Effect: 'Allow', Action: 'sns:Publish', Resource: `${topicArn}-other` });
    await expect(publish()).rejects.toMatchObject({ name: 'AuthorizationErrorException' });
    expect(messages()).toHaveLength(1);
  });

  it.each([
    ['an empty message', { Message: '' }, 'Empty message'],
    ['a message over 256 KB', { Message: 'x'.repeat(262_145) }, 'Message too long'],
    ['a subject of a hundred characters', { Subject: 'x'.repeat(100) }, 'Subject'],
    ['a subject in two lines', { Subject: 'one\ntwo' }, 'Subject'],
    ['a subject that is not ASCII', { Subject: 'Störung' }, 'Subject'],
    ['an empty subject', { Subject: '' }, 'Subject'],
    ['an attribute of an unknown type', { MessageAttributes: { a: { DataType: 'Text', StringValue: 'x' } } }, 'type'],
  ])('refuses %s', async (_, input, reason) => {
    topic();
    await expect(publish(input)).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining(reason),
    });
    expect(messages()).toEqual([]);
  });

  it('takes a batch of ten, each entry on its own', async () => {
    topic();
    const batch = (PublishBatchRequestEntries: object[]) =>
      call('SNS', 'PublishBatch', { TopicArn: topicArn, PublishBatchRequestEntries }, notices);
    expect(
      await batch([
        { Id: 'a', Message: 'one' },
        { Id: 'b', Message: '' },
      ]),
    ).toMatchObject({ Successful: [{ Id: 'a' }], Failed: [{ Id: 'b', Code: 'InvalidParameter', SenderFault: true }] });
    const eleven = Array.from({ length: 11 }, (_, index) => ({ Id: `${index}`, Message: 'x' }));
    await expect(batch(eleven)).rejects.toMatchObject({ name: 'TooManyEntriesInBatchRequestException' });
    await expect(batch(eleven.slice(0, 2).map(() => ({ Id: 'a', Message: 'x' })))).rejects.toMatchObject({
      name: 'BatchEntryIdsNotDistinctException',
    });
  });

  it('lets alarms of the account in by its own policy, and no rule', async () => {
    topic();
    await byService('cloudwatch.amazonaws.com', alarm);
    await expect(byService('events.amazonaws.com', rule)).rejects.toMatchObject({
      name: 'AuthorizationErrorException',
    });
  });

  it('lets in the service and the source that its policy names, and only those', async () => {
    topic();
    const statement = {
      Sid: 'Rules',
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sns:Publish',
      Resource: topicArn,
      Condition: { ArnEquals: { 'aws:SourceArn': rule }, StringEquals: { 'aws:SourceAccount': '111122223333' } },
    };
    setTopicPolicy(world.simulation, topicArn, document(statement));
    await byService('events.amazonaws.com', rule);
    await expect(byService('events.amazonaws.com', `${rule}-other`)).rejects.toThrow('not authorized');
    await expect(byService('cloudwatch.amazonaws.com', alarm)).rejects.toThrow('not authorized');
    expect(() => setTopicPolicy(world.simulation, topicArn, document({ ...statement, Action: 'sns:*' }))).toThrow(
      'out of service scope',
    );
  });

  it("refuses alarms under the AWS-managed key, and takes a role's message", async () => {
    topic({ kmsKeyId: 'alias/aws/sns' });
    await expect(byService('cloudwatch.amazonaws.com', alarm)).rejects.toMatchObject({
      name: 'KMSAccessDeniedException',
    });
    await publish();
    expect(messages()).toHaveLength(1);
  });

  it("takes a service's message under a customer's key when the key's policy lets the service use it", async () => {
    const owner = {
      Sid: 'Owner',
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::111122223333:root' },
      Action: 'kms:*',
      Resource: '*',
    };
    const alarms = {
      Sid: 'Alarms',
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Action: ['kms:GenerateDataKey*', 'kms:Decrypt'],
      Resource: '*',
    };
    const key = createKey(world.simulation, place(), { description: '', isEnabled: true, policy: document(owner) });
    topic({ kmsKeyId: key.arn });
    await expect(byService('cloudwatch.amazonaws.com', alarm)).rejects.toThrow('kms:GenerateDataKey');
    key.policy = document(owner, { ...alarms, Action: 'kms:GenerateDataKey*' });
    await expect(byService('cloudwatch.amazonaws.com', alarm)).rejects.toThrow('kms:Decrypt');
    key.policy = document(owner, alarms);
    await byService('cloudwatch.amazonaws.com', alarm);

    await expect(publish()).rejects.toMatchObject({ name: 'KMSAccessDeniedException' });
    await may(
      { Sid: 'Publish', Effect: 'Allow', Action: 'sns:Publish', Resource: topicArn },
      { Sid: 'Key', Effect: 'Allow', Action: ['kms:GenerateDataKey*', 'kms:Decrypt'], Resource: key.arn },
    );
    await publish();
    expect(messages()).toHaveLength(2);
    key.state = 'Disabled';
    await expect(publish()).rejects.toMatchObject({ name: 'KMSDisabledException' });
  });

  it('delivers to a queue whose policy lets it, to a function, and to nobody who has not confirmed', async () => {
    topic();
    await call('SQS', 'CreateQueue', { QueueName: 'inbox' });
    subscribe(place(), topicArn, { protocol: 'sqs', endpoint: queueArn });
    subscribe(place(), topicArn, { protocol: 'email', endpoint: 'ops@example.com' });
    subscribe(place(), topicArn, {
      protocol: 'lambda',
      endpoint: 'arn:aws:lambda:eu-west-1:111122223333:function:relay',
    });
    await publish({ Subject: 'first' });
    await world.simulation.runFor(1);
    const outcomes = () => messages().map(({ deliveries }) => deliveries.map(({ outcome }) => outcome).toSorted());
    expect(outcomes()).toEqual([['delivered', 'not confirmed', expect.stringContaining('not authorized')].toSorted()]);
    expect(invoked).toMatchObject([{ Records: [{ EventSource: 'aws:sns', Sns: { Message: 'hello' } }] }]);

    const policy = document({
      Sid: 'Topic',
      Effect: 'Allow',
      Principal: { Service: 'sns.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: queueArn,
      Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
    });
    const QueueUrl = 'https://sqs.eu-west-1.amazonaws.com/111122223333/inbox';
    await call('SQS', 'SetQueueAttributes', { QueueUrl, Attributes: { Policy: policy } });
    await publish({ Subject: 'second' });
    await world.simulation.runFor(1);
    const bodies = Object.values(queueOfArn(world.simulation, queueArn)?.messages ?? {}).map(({ body }) =>
      JSON.parse(body),
    );
    expect(bodies).toMatchObject([{ Type: 'Notification', TopicArn: topicArn, Subject: 'second', Message: 'hello' }]);
  });

  it('says that a topic does not exist', async () => {
    await expect(publish()).rejects.toMatchObject({ name: 'NotFoundException' });
  });
});

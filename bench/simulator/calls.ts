import * as iamSdk from '@aws-sdk/client-iam';
import * as sdk from '@aws-sdk/client-sqs';
import { Cloud } from '../../simulator/aws/cloud.ts';
import { currentCaller, interceptAwsCalls } from '../../simulator/aws/current-caller.ts';
import { createAuthorizer } from '../../simulator/aws/iam/authorizer.ts';
import { iamService } from '../../simulator/aws/services/iam/service.ts';
import { settleRoles } from '../../simulator/aws/services/iam/state.ts';
import { sqs } from '../../simulator/aws/services/sqs/service.ts';
import { queuePolicy } from '../../simulator/aws/services/sqs/state.ts';
import { Simulation } from '../../simulator/core/simulation.ts';
import { type BenchReport, rounded } from '../report.ts';

const CALLS = 10_000;
const AT_ONCE = 50;
const BATCH = 10;
const PLACE = { accountId: '111122223333', region: 'eu-west-1' };
const QueueUrl = 'https://sqs.eu-west-1.amazonaws.com/111122223333/storm';
const queueArn = 'arn:aws:sqs:eu-west-1:111122223333:storm';
const deployer = { roleArn: 'arn:aws:iam::111122223333:role/deployer', sessionName: 'bench' };
const router = { roleArn: 'arn:aws:iam::111122223333:role/router', sessionName: 'router' };
const realNow = performance.now.bind(performance);

const policy = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });

/** What one simulated call costs a handler, through the SDK's client, permissions and checks included, up to 100,000 messages in a queue. */
export async function benchSimulatedCalls(): Promise<BenchReport> {
  const simulation = new Simulation({ seed: 1, startAt: '2026-11-02T08:00:00Z' });
  const giveSdkBack = interceptAwsCalls();
  try {
    const cloud = await prepare(simulation);
    const client = new sdk.SQSClient({ region: PLACE.region });
    const timed = async (calls: number, call: () => Promise<unknown>) => {
      const before = realNow();
      for (let made = 0; made < calls; made += AT_ONCE) {
        const batch = Array.from({ length: AT_ONCE }, () => currentCaller.run({ caller: router, cloud }, call));
        await simulation.runUntil(Promise.all(batch));
      }
      return ((realNow() - before) * 1000) / calls;
    };
    const handles: string[][] = [];
    const send = () => client.send(new sdk.SendMessageBatchCommand({ QueueUrl, Entries: entries() }));
    const receive = async () => {
      const input = { QueueUrl, MaxNumberOfMessages: BATCH, VisibilityTimeout: 3600, MessageAttributeNames: ['All'] };
      const { Messages = [] } = await client.send(new sdk.ReceiveMessageCommand(input));
      handles.push(Messages.map(({ ReceiptHandle = '' }) => ReceiptHandle));
    };
    const remove = () => {
      const Entries = (handles.pop() ?? []).map((ReceiptHandle, index) => ({ Id: `${index}`, ReceiptHandle }));
      return client.send(new sdk.DeleteMessageBatchCommand({ QueueUrl, Entries }));
    };
    await timed(AT_ONCE * 10, send);
    const rows: [string, number][] = [
      ['SendMessageBatch of 10', rounded(await timed(CALLS, send), 0)],
      ['ReceiveMessage of 10', rounded(await timed(CALLS, receive), 0)],
      ['DeleteMessageBatch of 10', rounded(await timed(CALLS, remove), 0)],
    ];
    return {
      title: 'Simulated SQS calls',
      columns: ['call', 'µs'],
      rows,
      notes: [`${CALLS} calls of each kind, so up to ${CALLS * BATCH} messages in the queue.`],
      faults: [],
    };
  } finally {
    giveSdkBack();
    simulation.close();
  }
}

async function prepare(simulation: Simulation): Promise<Cloud> {
  const cloud = new Cloud({
    simulation,
    ...PLACE,
    services: [
      { service: sqs, sdk },
      { service: iamService, sdk: iamSdk },
    ],
    authorize: createAuthorizer({ deployerRoleArns: [deployer.roleArn], resourcePolicy: queuePolicy }),
    traceLimit: 1000,
  });
  const call = (service: string, name: string, input: object) =>
    simulation.runUntil(cloud.call(service, name, input, deployer));
  const Principal = { Service: 'lambda.amazonaws.com' };
  const trust = policy({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' });
  await call('IAM', 'CreateRole', { RoleName: 'router', AssumeRolePolicyDocument: trust });
  const Action = ['sqs:SendMessage', 'sqs:ReceiveMessage', 'sqs:DeleteMessage'];
  const PolicyDocument = policy({ Sid: 'Storm', Effect: 'Allow', Action, Resource: queueArn });
  await call('IAM', 'PutRolePolicy', { RoleName: 'router', PolicyName: 'storm', PolicyDocument });
  await call('SQS', 'CreateQueue', { QueueName: 'storm' });
  settleRoles(simulation);
  return cloud;
}

function entries(): sdk.SendMessageBatchRequestEntry[] {
  const instance = 'i-0123456789abcdef0';
  const MessageBody = JSON.stringify({
    version: '0',
    id: '00000000-0000-4000-8000-000000000000',
    'detail-type': 'EC2 Spot Instance Interruption Warning',
    source: 'aws.ec2',
    account: PLACE.accountId,
    time: '2026-11-02T08:00:00Z',
    region: PLACE.region,
    resources: [`arn:aws:ec2:${PLACE.region}:${PLACE.accountId}:instance/${instance}`],
    detail: { 'instance-id': instance, 'instance-action': 'terminate' },
  });
  const MessageAttributes = { 'joinery-kind': { DataType: 'String', StringValue: 'spot-interruption' } };
  return Array.from({ length: BATCH }, (_, index) => ({ Id: `${index}`, MessageBody, MessageAttributes }));
}

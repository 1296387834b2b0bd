import * as dynamoDbSdk from '@aws-sdk/client-dynamodb';
import * as ec2Sdk from '@aws-sdk/client-ec2';
import * as sqsSdk from '@aws-sdk/client-sqs';
import { reconcileFleet } from '../../functions/reconcile-fleet/reconcile-fleet.ts';
import { type RecordFleetDeps, recordFleet } from '../../functions/record-fleet/record-fleet.ts';
import { deadLetters } from '../../shared/aws/dead-letters.ts';
import { attachedVolumes, describeFleetInstances, listFleetInstances } from '../../shared/aws/fleet-instances.ts';
import type { InstanceRecord } from '../../shared/fleet/instance-record.ts';
import { readInstances } from '../../shared/ledger/instance-records.ts';
import { ledgerTable } from '../../shared/ledger/table.ts';
import { dynamoDb } from '../../simulator/aws/services/dynamodb/service.ts';
import { createTable } from '../../simulator/aws/services/dynamodb/tables.ts';
import { eksImages } from '../../simulator/aws/services/ec2/images.ts';
import { onInstanceChange } from '../../simulator/aws/services/ec2/instance-lifecycle.ts';
import { seedNetwork } from '../../simulator/aws/services/ec2/network-seed.ts';
import { ec2Service } from '../../simulator/aws/services/ec2/service.ts';
import { sqs } from '../../simulator/aws/services/sqs/service.ts';
import { TABLE } from './dynamodb-targets.ts';
import { simulatedClient } from './simulated-client.ts';
import { startTestCloud } from './test-cloud.ts';

type Ec2 = Pick<ec2Sdk.EC2Client, 'send'>;

export const NODE_TAGS = { 'eks:eks-cluster-name': 'banking', 'karpenter.sh/nodepool': 'general' };

/** An account with EC2, the ledger's table and a dead-letter queue; state changes are kept until a test delivers them. */
export async function aFleetWorld() {
  const { simulation, cloud } = startTestCloud([
    { service: dynamoDb, sdk: dynamoDbSdk },
    { service: ec2Service, sdk: ec2Sdk },
    { service: sqs, sdk: sqsSdk },
  ]);
  createTable(simulation, TABLE);
  seedNetwork(simulation);
  const asked: string[] = [];
  const ec2: Ec2 = recorded(simulatedClient<ec2Sdk.EC2Client>(cloud, 'EC2'), asked);
  const sqsClient = simulatedClient<sqsSdk.SQSClient>(cloud, 'SQS');
  const clock = { now: () => simulation.now() };
  const region = 'eu-west-1';
  const table = ledgerTable({
    dynamodb: simulatedClient(cloud, 'DynamoDB'),
    tableName: TABLE.name,
    pause: async () => {},
  });
  const { QueueUrl = '' } = await simulation.runUntil(
    sqsClient.send(new sqsSdk.CreateQueueCommand({ QueueName: 'dead-letters' })),
  );
  const lines: { readonly [name: string]: unknown }[] = [];
  const lookup = { ec2, clock, region };
  const shared = {
    table,
    clock,
    lookUp: (ids: readonly string[]) => describeFleetInstances(lookup, ids),
    volumesOf: (ids: readonly string[]) => attachedVolumes(ec2, ids),
    writeLine: (line: string) => void lines.push(JSON.parse(line)),
  };
  const events: string[] = [];
  onInstanceChange(simulation, ({ instanceId, state, atMs }) => {
    events.push(eventBody(instanceId, state, atMs));
  });
  let messages = 0;
  return {
    simulation,
    table,
    lines,
    /** Names of the operations that EC2 was asked for. */
    asked,
    ec2,
    async launch(tags: Readonly<Record<string, string>> = NODE_TAGS): Promise<string> {
      const image = eksImages(region, simulation.now()).find(({ architecture }) => architecture === 'x86_64');
      const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
      const command = new ec2Sdk.RunInstancesCommand({
        ImageId: image?.id,
        InstanceType: 't3.medium',
        SubnetId: 'subnet-a',
        MinCount: 1,
        MaxCount: 1,
        ...(Tags.length > 0 ? { TagSpecifications: [{ ResourceType: 'instance', Tags }] } : {}),
      });
      const { Instances } = await simulation.runUntil(ec2.send(command));
      await simulation.runFor(10);
      return Instances?.[0]?.InstanceId ?? '';
    },
    /** The state changes since the last call, as EventBridge delivers them. */
    takeEvents: () => events.splice(0),
    /** Gives the positions of the messages that come again. */
    async deliver(bodies: readonly string[], overrides: Partial<RecordFleetDeps> = {}): Promise<number[]> {
      const Records = bodies.map((body, index) => ({ messageId: `m${messages + index + 1}`, body }));
      messages += bodies.length;
      const deps = { ...shared, region, bury: deadLetters(sqsClient, QueueUrl), ...overrides };
      const { batchItemFailures } = await simulation.runUntil(recordFleet({ Records }, deps));
      return batchItemFailures.map((failure) => Records.findIndex((one) => one.messageId === failure.itemIdentifier));
    },
    reconcile: (overrides: { readonly timeLeftMs?: () => number } = {}) =>
      simulation.runUntil(
        reconcileFleet(overrides.timeLeftMs ?? (() => 300_000), { ...shared, list: () => listFleetInstances(lookup) }),
      ),
    async recordOf(id: string): Promise<InstanceRecord | undefined> {
      return (await simulation.runUntil(readInstances(table, [id]))).get(id);
    },
    async deadLetters() {
      const command = new sqsSdk.ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ['All'],
      });
      const { Messages = [] } = await simulation.runUntil(sqsClient.send(command));
      return Messages.map(({ Body, MessageAttributes = {} }) => ({
        body: Body,
        reason: MessageAttributes['joinery-reason']?.StringValue,
        detail: MessageAttributes['joinery-detail']?.StringValue,
      }));
    },
    close: () => simulation.close(),
  };
}

export type FleetWorld = Awaited<ReturnType<typeof aFleetWorld>>;

export function eventBody(instanceId: string, state: string, atMs: number, overrides: object = {}): string {
  return JSON.stringify({
    version: '0',
    id: '7f2e9c30-5d91-4b20-9d4e-3c4d5e6f7001',
    'detail-type': 'EC2 Instance State-change Notification',
    source: 'aws.ec2',
    account: '111122223333',
    time: `${new Date(atMs).toISOString().slice(0, 19)}Z`,
    region: 'eu-west-1',
    resources: [`arn:aws:ec2:eu-west-1:111122223333:instance/${instanceId}`],
    detail: { 'instance-id': instanceId, state },
    ...overrides,
  });
}

function recorded(client: Ec2, asked: string[]): Ec2 {
  const send = (command: object) => {
    asked.push(command.constructor.name.replace(/Command$/, ''));
    return client.send(command as ec2Sdk.DescribeInstancesCommand);
  };
  return { send } as unknown as Ec2;
}

import * as eventBridgeSdk from '@aws-sdk/client-eventbridge';
import * as iamSdk from '@aws-sdk/client-iam';
import * as sfnSdk from '@aws-sdk/client-sfn';
import * as snsSdk from '@aws-sdk/client-sns';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createAuthorizer } from '../../../../../../simulator/aws/iam/authorizer.ts';
import { emitEvent } from '../../../../../../simulator/aws/services/eventbridge/bus.ts';
import { eventBridgeService } from '../../../../../../simulator/aws/services/eventbridge/service.ts';
import { lostDeliveries } from '../../../../../../simulator/aws/services/eventbridge/state.ts';
import { iamService } from '../../../../../../simulator/aws/services/iam/service.ts';
import { settleRoles } from '../../../../../../simulator/aws/services/iam/state.ts';
import { executionsOf } from '../../../../../../simulator/aws/services/sfn/executions.ts';
import { createSfnService } from '../../../../../../simulator/aws/services/sfn/index.ts';
import { type Caller, operation, type SimulatedService } from '../../../../../../simulator/aws/types.ts';
import { startTestCloud, type TestCloud } from '../../../../../support/test-cloud.ts';

const ACCOUNT = '111122223333';
const TOPIC = `arn:aws:sns:eu-west-1:${ACCOUNT}:notices`;
const MACHINE = `arn:aws:states:eu-west-1:${ACCOUNT}:stateMachine:report`;
const deployer: Caller = { roleArn: `arn:aws:iam::${ACCOUNT}:role/deployer`, sessionName: 'person' };
const topicPolicy = (rule: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sns:Publish',
      Resource: TOPIC,
      Condition: { ArnEquals: { 'aws:SourceArn': `arn:aws:events:eu-west-1:${ACCOUNT}:rule/${rule}` } },
    },
  });

let world: TestCloud;
let published: unknown[];

beforeEach(() => {
  published = [];
  const sns: SimulatedService = {
    serviceId: 'SNS',
    operations: {
      Publish: operation<snsSdk.PublishInput, snsSdk.PublishResponse>({
        authorize: ({ TopicArn }) => [{ action: 'sns:Publish', resource: TopicArn ?? '' }],
        run: ({ Message }) => {
          published.push(JSON.parse(Message ?? ''));
          return { MessageId: '1' };
        },
      }),
    },
  };
  const engine = { knows: (arn: string) => arn === MACHINE, start: () => undefined, abort: () => undefined };
  const functions = { exists: () => false, admits: () => false, invokeAsync: () => undefined };
  world = startTestCloud(
    [
      { service: iamService, sdk: iamSdk },
      { service: sns, sdk: snsSdk },
      { service: createSfnService(engine), sdk: sfnSdk },
      { service: eventBridgeService(functions), sdk: eventBridgeSdk },
    ],
    {
      authorize: createAuthorizer({
        deployerRoleArns: [deployer.roleArn],
        resourcePolicy: (_request, _context, serviceId) => (serviceId === 'SNS' ? topicPolicy('notices') : undefined),
      }),
    },
  );
});
afterEach(() => world.simulation.close());

const call = (service: string, name: string, input: object) =>
  world.simulation.runUntil(world.cloud.call(service, name, input, deployer));
const rule = async (Name: string, target: object) => {
  await call('EventBridge', 'PutRule', { Name, EventPattern: '{"source":["joinery"]}' });
  await call('EventBridge', 'PutTargets', { Rule: Name, Targets: [{ Id: 't', ...target }] });
};
const emit = async () => {
  emitEvent(world.simulation, { source: 'joinery', detailType: 'x', resources: [], detail: { n: 1 } });
  await world.simulation.runFor(2);
};

describe('a topic', () => {
  it('gets the event when its policy lets the rule publish, and not otherwise', async () => {
    await rule('notices', { Arn: TOPIC });
    await rule('others', { Arn: TOPIC });

    await emit();

    expect(published).toMatchObject([{ source: 'joinery', detail: { n: 1 } }]);
    expect(lostDeliveries(world.simulation)).toMatchObject([{ failure: { code: 'NO_PERMISSIONS' } }]);
  });
});

describe('a state machine', () => {
  const role = async (name: string, Action: string): Promise<string> => {
    const trust = { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sts:AssumeRole' };
    const document = (Statement: object) => JSON.stringify({ Version: '2012-10-17', Statement });
    await call('IAM', 'CreateRole', { RoleName: name, AssumeRolePolicyDocument: document(trust) });
    const PolicyDocument = document({ Effect: 'Allow', Action, Resource: MACHINE });
    await call('IAM', 'PutRolePolicy', { RoleName: name, PolicyName: 'p', PolicyDocument });
    settleRoles(world.simulation);
    return `arn:aws:iam::${ACCOUNT}:role/${name}`;
  };

  it("is started with the event by the target's role", async () => {
    await rule('starts', { Arn: MACHINE, RoleArn: await role('starter', 'states:StartExecution') });
    await rule('cannot', { Arn: MACHINE, RoleArn: await role('reader', 'states:DescribeStateMachine') });

    await emit();

    const executions = Object.values(executionsOf(world.simulation));
    expect(executions.map(({ input }) => JSON.parse(input))).toMatchObject([{ source: 'joinery', detail: { n: 1 } }]);
    expect(lostDeliveries(world.simulation)).toMatchObject([{ failure: { code: 'NO_PERMISSIONS' } }]);
  });
});

import { readFileSync } from 'node:fs';
import * as cloudWatchSdk from '@aws-sdk/client-cloudwatch';
import * as snsSdk from '@aws-sdk/client-sns';
import * as sqsSdk from '@aws-sdk/client-sqs';
import { createAuthorizer } from '../../simulator/aws/iam/authorizer.ts';
import { publishThroughSns } from '../../simulator/aws/services/cloudwatch/publish-through-sns.ts';
import { cloudWatchService } from '../../simulator/aws/services/cloudwatch/service.ts';
import { topicPolicy } from '../../simulator/aws/services/sns/policies.ts';
import { snsService } from '../../simulator/aws/services/sns/service.ts';
import { snsState } from '../../simulator/aws/services/sns/state.ts';
import { sqs } from '../../simulator/aws/services/sqs/service.ts';
import { fixed } from '../../simulator/boot/providers/fixed.ts';
import { keyProvider } from '../../simulator/boot/providers/keys.ts';
import { subscriptionProvider, topicPolicyProvider, topicProvider } from '../../simulator/boot/providers/topics.ts';
import { bootStack } from '../../simulator/cloudformation/boot-stack.ts';
import { providerTable } from '../../simulator/cloudformation/provider.ts';
import { standardProviders } from '../../simulator/cloudformation/standard-providers.ts';
import { parseTemplate, type Template } from '../../simulator/cloudformation/template.ts';
import { TEST_CALLER } from './simulated-client.ts';
import { startTestCloud } from './test-cloud.ts';

const ALARM_FILES = ['alarm-topic.yml', 'alarms-interruptions.yml', 'alarms-events.yml'];
const QUEUES = [
  'UrgentIngress',
  'BulkIngress',
  'IngressDeadLetters',
  'RuleDeadLetters',
  'FleetDeadLetters',
  'NoticeDeadLetters',
];
const RULES = [
  'SpotRule',
  'CapacityReservationRule',
  'HealthRule',
  'RebalanceRule',
  'StateChangeRule',
  'FleetRule',
  'NoticeRule',
];

/** The alarms alone, as they are deployed. */
export const alarmTemplate = (): Template => {
  const parts = ALARM_FILES.map((name) => {
    const text = readFileSync(new URL(`../../resources/${name}`, import.meta.url), 'utf8');
    return parseTemplate(text.replace("${param:alarmEmail, ''}", "''"));
  });
  return {
    Parameters: Object.assign({}, ...parts.map(({ Parameters }) => Parameters)),
    Conditions: Object.assign({}, ...parts.map(({ Conditions }) => Conditions)),
    Resources: Object.assign({}, ...parts.map(({ Resources }) => Resources)),
  };
};

/** The alarms with as much of the rest of the deployment as they refer to. */
export function alarmsWithNeighbours(): Template {
  const alarms = alarmTemplate();
  const queues = QUEUES.map((id) => [id, { Type: 'AWS::SQS::Queue', Properties: { SqsManagedSseEnabled: true } }]);
  const rules = RULES.map((id) => [
    id,
    {
      Type: 'AWS::Events::Rule',
      Properties: { EventPattern: { source: ['aws.ec2'] }, State: 'ENABLED' },
    },
  ]);
  const router = {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: { 'Fn::Sub': 'arn:aws:iam::${AWS::AccountId}:role/router' },
      Code: { ZipFile: 'export const handler = async () => null;' },
    },
  };
  return {
    ...alarms,
    Resources: {
      ...Object.fromEntries([...queues, ...rules]),
      RouterLambdaFunction: router,
      ...alarms.Resources,
    },
  };
}

/** An account in which the alarms stand; what they publish is in `sent()`. Close its simulation. */
export async function alarmStack() {
  const functions = { exists: () => false, admits: () => false, invokeAsync: () => undefined };
  const { simulation, cloud } = startTestCloud(
    [
      { service: cloudWatchService(publishThroughSns), sdk: cloudWatchSdk },
      { service: snsService(functions), sdk: snsSdk },
      { service: sqs, sdk: sqsSdk },
    ],
    { authorize: createAuthorizer({ deployerRoleArns: [TEST_CALLER.roleArn], resourcePolicy: topicPolicy }) },
  );
  const named = (type: string, arn: (id: string) => string) =>
    fixed(type, (_, { logicalId }) => ({
      physicalId: `joinery-prod-${logicalId}`,
      attributes: { Arn: arn(logicalId) },
    }));
  const place = 'eu-west-1:111122223333';
  const providers = {
    ...standardProviders,
    ...providerTable(
      keyProvider,
      topicProvider,
      topicPolicyProvider,
      subscriptionProvider,
      named('AWS::Events::Rule', (id) => `arn:aws:events:${place}:rule/joinery-prod-${id}`),
      named('AWS::Lambda::Function', (id) => `arn:aws:lambda:${place}:function:joinery-prod-${id}`),
    ),
  };
  const call = <O>(service: string, operation: string, input: object) =>
    simulation.runUntil(cloud.call(service, operation, input, TEST_CALLER)) as Promise<O>;
  const stack = await simulation.runUntil(
    bootStack({
      template: alarmsWithNeighbours(),
      stackName: 'joinery-prod',
      providers,
      context: cloud.context(TEST_CALLER),
    }),
  );
  const physicalId = (logicalId: string) => stack.resources[logicalId]?.physicalId ?? '';
  /** What was published, in its order. */
  const sent = () => snsState(simulation).topics[physicalId('AlarmTopic')]?.published ?? [];
  return { simulation, call, physicalId, sent };
}

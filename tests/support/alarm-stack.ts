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
import type { Json, Template, TemplateResource } from '../../simulator/cloudformation/template.ts';
import { compiledTemplate } from './packaged.ts';
import { TEST_CALLER } from './simulated-client.ts';
import { startTestCloud } from './test-cloud.ts';

const ALARM_TYPES = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'];
const TOPICS = ['TopicKey', 'AlarmTopic', 'AlarmTopicPolicy', 'PagingTopic', 'PagingTopicPolicy'];

/** The logical ids of all alarms of the deployment, as it is compiled. */
export const alarmIds = (): string[] =>
  Object.entries(compiledTemplate().Resources).flatMap(([id, { Type }]) => (ALARM_TYPES.includes(Type) ? [id] : []));

/** The alarms of the deployment, or some of them and what these stand for; with their topics, and a stand-in for each other resource that they name. */
export function alarmTemplate(only: readonly string[] = alarmIds()): Template {
  const whole = compiledTemplate();
  const resources: Record<string, TemplateResource> = {};
  const take = (id: string): void => {
    const resource = whole.Resources[id];
    if (!resource || resources[id]) return;
    const isWhole = ALARM_TYPES.includes(resource.Type) || TOPICS.includes(id);
    resources[id] = isWhole ? resource : standIn(resource.Type);
    if (isWhole) for (const name of namesIn(resource.Properties ?? {})) take(name);
  };
  for (const id of [...TOPICS, ...only]) take(id);
  const { Parameters = {}, Conditions = {} } = whole;
  return { Parameters, Conditions, Resources: resources };
}

const standIn = (Type: string): TemplateResource => ({
  Type,
  Properties: Type === 'AWS::SQS::Queue' ? { SqsManagedSseEnabled: true } : {},
});

/** Every name in a Ref, a GetAtt or a Sub; those of parameters are among them. */
export function namesIn(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(namesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, argument]) => {
    if (key === 'Ref') return [String(argument)];
    if (key === 'Fn::GetAtt') return [String(Array.isArray(argument) ? argument[0] : argument)];
    if (key === 'Fn::Sub') return [...String(argument).matchAll(/\$\{(\w+)[^}]*\}/g)].map(([, name = '']) => name);
    return namesIn(argument);
  });
}

const PLACE = 'eu-west-1:111122223333';
/** What `Ref` and `GetAtt Arn` of a stand-in give. */
const STAND_INS: Readonly<Record<string, (name: string) => readonly [ref: string, arn: string]>> = {
  'AWS::Events::Rule': (name) => [name, `arn:aws:events:${PLACE}:rule/${name}`],
  'AWS::Lambda::Function': (name) => [name, `arn:aws:lambda:${PLACE}:function:${name}`],
  'AWS::DynamoDB::Table': (name) => [name, `arn:aws:dynamodb:${PLACE}:table/${name}`],
  'AWS::StepFunctions::StateMachine': (name) => {
    const arn = `arn:aws:states:${PLACE}:stateMachine:${name}`;
    return [arn, arn];
  },
};

/** One notice of an alarm, by its logical id; of one of its series, with the series' labels. */
export type Notice = {
  readonly alarm: string;
  readonly state: string;
  readonly topic: 'AlarmTopic' | 'PagingTopic';
  readonly series?: Readonly<Record<string, string>>;
};

type Body = {
  readonly AlarmName: string;
  readonly NewStateValue: string;
  readonly alarmContributor?: { readonly attributes: Record<string, string> };
};

/** An account in which the alarms stand; what they published is in `notices()`. Close its simulation. */
export async function alarmStack(only?: readonly string[]) {
  const functions = { exists: () => false, admits: () => false, invokeAsync: () => undefined };
  const { simulation, cloud } = startTestCloud(
    [
      { service: cloudWatchService(publishThroughSns), sdk: cloudWatchSdk },
      { service: snsService(functions), sdk: snsSdk },
      { service: sqs, sdk: sqsSdk },
    ],
    { authorize: createAuthorizer({ deployerRoleArns: [TEST_CALLER.roleArn], resourcePolicy: topicPolicy }) },
  );
  const standIns = Object.entries(STAND_INS).map(([type, named]) =>
    fixed(type, (_, { logicalId }) => {
      const [physicalId, Arn] = named(`joinery-prod-${logicalId}`);
      return { physicalId, attributes: { Arn } };
    }),
  );
  const providers = {
    ...standardProviders,
    ...providerTable(keyProvider, topicProvider, topicPolicyProvider, subscriptionProvider, ...standIns),
  };
  const call = <O>(service: string, operation: string, input: object) =>
    simulation.runUntil(cloud.call(service, operation, input, TEST_CALLER)) as Promise<O>;
  const context = cloud.context(TEST_CALLER);
  const template = alarmTemplate(only);
  const stack = await simulation.runUntil(bootStack({ template, stackName: 'joinery-prod', providers, context }));
  const physicalId = (logicalId: string) => stack.resources[logicalId]?.physicalId ?? '';
  const published = (topic: Notice['topic']) =>
    (snsState(simulation).topics[physicalId(topic)]?.published ?? []).map(({ message }): Notice => {
      const { AlarmName, NewStateValue: state, alarmContributor: one } = JSON.parse(message) as Body;
      const alarm = /^joinery-prod-(\w+)-/.exec(AlarmName)?.[1] ?? AlarmName;
      return { alarm, state, topic, ...(one ? { series: one.attributes } : {}) };
    });
  /** What was published, topic by topic, in its order. */
  const notices = (): Notice[] => [...published('AlarmTopic'), ...published('PagingTopic')];
  return { simulation, call, physicalId, notices };
}

export type AlarmWorld = Awaited<ReturnType<typeof alarmStack>>;

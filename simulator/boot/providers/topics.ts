import { NotSimulatedError, SimulatedAwsError } from '../../aws/errors.ts';
import { createTopic, setTopicPolicy, subscribe } from '../../aws/services/sns/topics.ts';
import { generatedName } from '../../cloudformation/naming.ts';
import { checkProperties, documentText, mergedTags, textOf, textsOf } from '../../cloudformation/properties.ts';
import { type JsonMap, TemplateError } from '../../cloudformation/template.ts';
import { fixed } from './fixed.ts';

const TOPIC = 'AWS::SNS::Topic';
const NAME_CHARACTERS = 256;

export const topicProvider = fixed(TOPIC, (properties, context) => {
  const known = {
    TopicName: 'text',
    DisplayName: 'text',
    KmsMasterKeyId: 'text',
    Subscription: 'maps',
    Tags: 'tags',
  } as const;
  checkProperties(TOPIC, properties, known);
  const arn = answered(() =>
    createTopic(context, {
      name: textOf(properties, 'TopicName') ?? generatedName(context, NAME_CHARACTERS),
      displayName: textOf(properties, 'DisplayName'),
      kmsKeyId: textOf(properties, 'KmsMasterKeyId'),
      tags: mergedTags(context.tags, properties['Tags']),
    }),
  );
  for (const subscription of (properties['Subscription'] ?? []) as JsonMap[]) {
    checkProperties(`${TOPIC}.Subscription`, subscription, { Protocol: 'text', Endpoint: 'text' }, [
      'Protocol',
      'Endpoint',
    ]);
    answered(() => subscribe(context, arn, endpointOf(subscription)));
  }
  return { physicalId: arn, attributes: { TopicArn: arn, TopicName: arn.slice(arn.lastIndexOf(':') + 1) } };
});

function endpointOf(properties: JsonMap): { protocol: string; endpoint: string } {
  return { protocol: textOf(properties, 'Protocol') ?? '', endpoint: textOf(properties, 'Endpoint') ?? '' };
}

const POLICY = 'AWS::SNS::TopicPolicy';

export const topicPolicyProvider = fixed(POLICY, (properties, context) => {
  checkProperties(POLICY, properties, { PolicyDocument: 'json', Topics: 'texts' }, ['PolicyDocument', 'Topics']);
  for (const topicArn of textsOf(properties, 'Topics'))
    answered(() => setTopicPolicy(context.simulation, topicArn, documentText(properties['PolicyDocument'])));
  const physicalId = generatedName(context, NAME_CHARACTERS);
  return { physicalId, attributes: { Id: physicalId } };
});

const SUBSCRIPTION = 'AWS::SNS::Subscription';
const NOT_SIMULATED = [
  'FilterPolicy',
  'FilterPolicyScope',
  'DeliveryPolicy',
  'RedrivePolicy',
  'ReplayPolicy',
  'Region',
];

export const subscriptionProvider = fixed(SUBSCRIPTION, (properties, context) => {
  for (const name of NOT_SIMULATED)
    if (properties[name] !== undefined) throw new NotSimulatedError(`${SUBSCRIPTION} with ${name}`);
  const known = { TopicArn: 'text', Protocol: 'text', Endpoint: 'text', RawMessageDelivery: 'boolean' } as const;
  checkProperties(SUBSCRIPTION, properties, known, ['TopicArn', 'Protocol', 'Endpoint']);
  const isRaw = String(properties['RawMessageDelivery'] ?? false) === 'true';
  const topicArn = textOf(properties, 'TopicArn') ?? '';
  const arn = answered(() => subscribe(context, topicArn, { ...endpointOf(properties), isRaw }));
  return { physicalId: arn, attributes: { Arn: arn } };
});

/** What the service refuses, the template may not say. */
function answered<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof SimulatedAwsError) throw new TemplateError(error.message);
    throw error;
  }
}

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { findKey } from '../../../../../simulator/aws/services/kms/keys.ts';
import { topicOf } from '../../../../../simulator/aws/services/sns/state.ts';
import { keyAliasProvider, keyProvider } from '../../../../../simulator/boot/providers/keys.ts';
import {
  subscriptionProvider,
  topicPolicyProvider,
  topicProvider,
} from '../../../../../simulator/boot/providers/topics.ts';
import type { ResourceProvider } from '../../../../../simulator/cloudformation/provider.ts';
import type { JsonMap } from '../../../../../simulator/cloudformation/template.ts';
import { startTestCloud, type TestCloud } from '../../../../support/test-cloud.ts';

const deployer = { roleArn: 'arn:aws:iam::111122223333:role/deployer', sessionName: 'person' };
const topicArn = 'arn:aws:sns:eu-west-1:111122223333:ops';
const statement = {
  Sid: 'Rules',
  Effect: 'Allow',
  Principal: { Service: 'events.amazonaws.com' },
  Action: 'sns:Publish',
  Resource: topicArn,
};

describe('topics and keys of a template', () => {
  let world: TestCloud;
  beforeEach(() => {
    world = startTestCloud([]);
  });
  afterEach(() => world.simulation.close());
  const make = (provider: ResourceProvider, properties: JsonMap) =>
    provider.create(properties, {
      ...world.cloud.context(deployer),
      logicalId: 'It',
      stackName: 'joinery',
      stackId: 's',
      generation: 0,
      tags: { 'joinery.dev:stack': 'joinery-prod' },
    } as never);

  it('are made with their settings', async () => {
    const made = await make(topicProvider, {
      TopicName: 'ops',
      DisplayName: 'Joinery',
      KmsMasterKeyId: 'alias/ops',
      Subscription: [{ Protocol: 'email', Endpoint: 'ops@example.com' }],
    });
    expect(made).toEqual({ physicalId: topicArn, attributes: { TopicArn: topicArn, TopicName: 'ops' } });
    await make(topicPolicyProvider, {
      Topics: [topicArn],
      PolicyDocument: { Version: '2012-10-17', Statement: [statement] },
    });
    expect(topicOf(world.simulation, topicArn)).toMatchObject({
      displayName: 'Joinery',
      kmsKeyId: 'alias/ops',
      tags: { 'joinery.dev:stack': 'joinery-prod' },
      subscriptions: [{ protocol: 'email', endpoint: 'ops@example.com', isPending: true }],
      policy: expect.stringContaining('events.amazonaws.com'),
    });
    const generated = await make(topicProvider, {});
    expect(generated.attributes['TopicName']).toMatch(/^joinery-It-[0-9a-f]{12}$/);
  });

  it.each<[string, ResourceProvider, JsonMap, string]>([
    ['an unknown property', topicProvider, { Colour: 'red' }, 'unsupported property Colour'],
    ['a topic in order', topicProvider, { TopicName: 'ops.fifo' }, 'not simulated'],
    ['a name with a dot', topicProvider, { TopicName: 'o.ps' }, 'Topic Name'],
    [
      'a policy of no topic',
      topicPolicyProvider,
      { Topics: [topicArn], PolicyDocument: { Version: '2012-10-17', Statement: [statement] } },
      'does not exist',
    ],
    [
      'a subscription with a filter',
      subscriptionProvider,
      { TopicArn: topicArn, Protocol: 'sqs', Endpoint: 'x', FilterPolicy: {} },
      'not simulated',
    ],
    ['a key of another kind', keyProvider, { KeySpec: 'RSA_2048' }, 'not simulated'],
    [
      'a key that locks its owner out',
      keyProvider,
      {
        KeyPolicy: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'kms:*', Resource: '*' }],
        },
      },
      'will not allow you to update',
    ],
    ["an alias of AWS's", keyAliasProvider, { AliasName: 'alias/aws/sns', TargetKeyId: 'x' }, 'Invalid alias'],
    ['an alias of no key', keyAliasProvider, { AliasName: 'alias/ops', TargetKeyId: 'x' }, 'does not exist'],
  ])('are refused with %s', async (_, provider, properties, message) => {
    await expect(make(provider, properties)).rejects.toThrow(message);
  });

  it('finds a key by its alias', async () => {
    const key = await make(keyProvider, { Description: 'topics', EnableKeyRotation: true });
    await make(keyAliasProvider, { AliasName: 'alias/ops', TargetKeyId: key.physicalId });
    expect(findKey(world.simulation, 'alias/ops')?.arn).toBe(key.attributes['Arn']);
  });
});

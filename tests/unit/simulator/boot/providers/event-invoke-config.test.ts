import * as iamSdk from '@aws-sdk/client-iam';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { iamService } from '../../../../../simulator/aws/services/iam/service.ts';
import { type Deployment, emptyDeployment } from '../../../../../simulator/boot/deployment.ts';
import { eventInvokeConfigProvider } from '../../../../../simulator/boot/providers/event-invoke-config.ts';
import type { JsonMap } from '../../../../../simulator/cloudformation/template.ts';
import { startTestCloud, type TestCloud } from '../../../../support/test-cloud.ts';

const queueArn = 'arn:aws:sqs:eu-west-1:111122223333:failed';
const deployer = { roleArn: 'arn:aws:iam::111122223333:role/deployer', sessionName: 'person' };
const lambdaTrust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});
const good = {
  FunctionName: 'release',
  Qualifier: '$LATEST',
  MaximumRetryAttempts: 1,
  MaximumEventAgeInSeconds: 600,
  DestinationConfig: { OnFailure: { Destination: queueArn } },
};

describe('AWS::Lambda::EventInvokeConfig', () => {
  let world: TestCloud;
  let deployment: Deployment;
  const call = (operation: string, input: object) =>
    world.simulation.runUntil(world.cloud.call('IAM', operation, input, deployer));
  beforeEach(async () => {
    world = startTestCloud([{ service: iamService, sdk: iamSdk }]);
    deployment = emptyDeployment();
    const arn = 'arn:aws:lambda:eu-west-1:111122223333:function:release';
    const roleArn = 'arn:aws:iam::111122223333:role/release';
    deployment.functions.push({ name: 'release', arn, roleArn } as never);
    await call('CreateRole', { RoleName: 'release', AssumeRolePolicyDocument: lambdaTrust });
    await maySend(queueArn);
  });
  afterEach(() => world.simulation.close());

  const maySend = (Resource: string) =>
    call('PutRolePolicy', {
      RoleName: 'release',
      PolicyName: 'send',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Sid: 'Send', Effect: 'Allow', Action: 'sqs:SendMessage', Resource }],
      }),
    });

  const make = (properties: JsonMap) => {
    const context = { ...world.cloud.context(deployer), logicalId: 'Config', stackName: 'joinery' } as never;
    return eventInvokeConfigProvider(deployment).create(properties, context);
  };

  it("is the function's own setting", async () => {
    await make(good);

    expect(deployment.eventInvokeConfigs).toEqual([
      {
        functionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:release',
        maximumRetryAttempts: 1,
        maximumEventAgeSeconds: 600,
        onFailure: queueArn,
      },
    ]);
  });

  it('is refused when the role cannot send to the destination', async () => {
    await maySend('arn:aws:sqs:eu-west-1:111122223333:another');

    await expect(make(good)).rejects.toThrow('does not have permissions to call SendMessage');
  });

  it.each<[string, JsonMap, string]>([
    ['an unknown property', { ...good, Retries: 1 }, 'unsupported property Retries'],
    ['an unknown destination', { ...good, DestinationConfig: { OnError: {} } }, 'unsupported property OnError'],
    ['an unknown function', { ...good, FunctionName: 'other' }, 'Function not found'],
    ['no qualifier', { FunctionName: 'release' }, 'required [Qualifier]'],
    ['a version', { ...good, Qualifier: '1' }, 'only the qualifier $LATEST'],
    ['three retries', { ...good, MaximumRetryAttempts: 3 }, 'between 0 and 2'],
    ['too short a life', { ...good, MaximumEventAgeInSeconds: 59 }, 'between 60 and 21600'],
    [
      'a queue in order',
      { ...good, DestinationConfig: { OnFailure: { Destination: `${queueArn}.fifo` } } },
      'no standard queue',
    ],
  ])('is refused with %s', async (_, properties, message) => {
    await expect(make(properties)).rejects.toThrow(message);
  });
});

import * as iamSdk from '@aws-sdk/client-iam';
import * as sqsSdk from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { cloudWatchState } from '../../../../../simulator/aws/services/cloudwatch/state.ts';
import { iamService } from '../../../../../simulator/aws/services/iam/service.ts';
import { sqs } from '../../../../../simulator/aws/services/sqs/service.ts';
import { type Deployment, emptyDeployment } from '../../../../../simulator/boot/deployment.ts';
import { codeDeployProviders } from '../../../../../simulator/boot/providers/code-deploy.ts';
import { mappingProvider } from '../../../../../simulator/boot/providers/event-source-mappings.ts';
import { aliasProvider, versionProvider } from '../../../../../simulator/boot/providers/versions.ts';
import type { ResourceProvider } from '../../../../../simulator/cloudformation/provider.ts';
import type { JsonMap } from '../../../../../simulator/cloudformation/template.ts';
import { startTestCloud, type TestCloud } from '../../../../support/test-cloud.ts';

const deployer = { roleArn: 'arn:aws:iam::111122223333:role/deployer', sessionName: 'person' };
const functionArn = 'arn:aws:lambda:eu-west-1:111122223333:function:router';
const roleArn = 'arn:aws:iam::111122223333:role/router';
const queueArn = 'arn:aws:sqs:eu-west-1:111122223333:inbox';
const ACTIONS = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
const alias = { FunctionName: 'router', FunctionVersion: '1', Name: 'live' };

const trusting = (Service: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } },
      },
    ],
  });

describe('what surrounds a function in the template', () => {
  let world: TestCloud;
  let deployment: Deployment;
  beforeEach(async () => {
    world = startTestCloud([
      { service: iamService, sdk: iamSdk },
      { service: sqs, sdk: sqsSdk },
    ]);
    deployment = emptyDeployment();
    deployment.functions.push({
      name: 'router',
      arn: functionArn,
      roleArn,
      timeoutSeconds: 30,
      reservedConcurrency: 10,
    } as never);
    await call('IAM', 'CreateRole', {
      RoleName: 'router',
      AssumeRolePolicyDocument: trusting('lambda.amazonaws.com'),
    });
    await may(ACTIONS);
    await call('SQS', 'CreateQueue', { QueueName: 'inbox', Attributes: { VisibilityTimeout: '30' } });
  });
  afterEach(() => world.simulation.close());

  const call = (service: string, name: string, input: object) =>
    world.simulation.runUntil(world.cloud.call(service, name, input, deployer));
  const may = (Action: string[], Resource = queueArn) =>
    call('IAM', 'PutRolePolicy', {
      RoleName: 'router',
      PolicyName: 'receive',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Sid: 'Receive', Effect: 'Allow', Action, Resource }],
      }),
    });
  const make = (provider: ResourceProvider | undefined, properties: JsonMap) => {
    const context = { ...world.cloud.context(deployer), logicalId: 'It', stackName: 'joinery', stackId: 's' } as never;
    if (!provider) throw new Error('no provider');
    return provider.create(properties, context);
  };
  const makeMapping = (changes: JsonMap = {}) =>
    make(mappingProvider(deployment), { EventSourceArn: queueArn, FunctionName: functionArn, ...changes });
  const publish = () => make(versionProvider(deployment), { FunctionName: 'router' });
  const makeAlias = (changes: JsonMap = {}) => make(aliasProvider(deployment), { ...alias, ...changes });

  describe('a mapping', () => {
    it('is of a queue to an alias, with batches, scaling and partial responses', async () => {
      await publish();
      await makeAlias();
      await makeMapping({
        FunctionName: `${functionArn}:live`,
        BatchSize: 100,
        MaximumBatchingWindowInSeconds: 5,
        ScalingConfig: { MaximumConcurrency: 40 },
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      });
      expect(deployment.mappings).toEqual([
        {
          id: expect.stringMatching(/^[0-9a-f-]{36}$/),
          queueArn,
          targetArn: `${functionArn}:live`,
          batchSize: 100,
          windowSeconds: 5,
          reportsItemFailures: true,
          maximumConcurrency: 40,
          isEnabled: true,
        },
      ]);
      await expect(makeMapping({ FunctionName: `${functionArn}:live` })).rejects.toThrow('already exists');
    });

    it.each(ACTIONS)('is refused when the role may not %s', async (action) => {
      await may(ACTIONS.filter((other) => other !== action));
      await expect(makeMapping()).rejects.toThrow(`does not have permissions to call ${action.slice(4)} on SQS`);
      await may(ACTIONS, `${queueArn}-other`);
      await expect(makeMapping()).rejects.toThrow('does not have permissions to call ReceiveMessage');
    });

    it('is refused when the function may run for longer than a message is hidden', async () => {
      const QueueUrl = 'https://sqs.eu-west-1.amazonaws.com/111122223333/inbox';
      await call('SQS', 'SetQueueAttributes', { QueueUrl, Attributes: { VisibilityTimeout: '29' } });
      await expect(makeMapping()).rejects.toThrow(
        'Queue visibility timeout: 29 seconds is less than Function timeout: 30 seconds',
      );
    });

    it.each<[string, JsonMap, string]>([
      ['a filter', { FilterCriteria: { Filters: [] } }, 'not simulated'],
      ['provisioned pollers', { ProvisionedPollerConfig: {} }, 'not simulated'],
      ['an unknown property', { Batch: 3 }, 'unsupported property Batch'],
      ['a large batch without a window', { BatchSize: 11 }, 'must be greater than 0'],
      ['too large a batch', { BatchSize: 10_001 }, 'between 1 and 10000'],
      ['too long a window', { MaximumBatchingWindowInSeconds: 301 }, 'between 0 and 300'],
      ['a maximum of one', { ScalingConfig: { MaximumConcurrency: 1 } }, 'between 2 and 1000'],
      ['an unknown kind of response', { FunctionResponseTypes: ['All'] }, 'ReportBatchItemFailures'],
      ['an unknown function', { FunctionName: `${functionArn}s` }, 'Function not found'],
      ['an unknown alias', { FunctionName: `${functionArn}:live` }, 'Function not found'],
      ['an unknown queue', { EventSourceArn: `${queueArn}s` }, 'NonExistentQueue'],
    ])('is refused with %s', async (_, changes, message) => {
      await expect(makeMapping(changes)).rejects.toThrow(message);
    });
  });

  describe('an alias', () => {
    it('is of a published version, with provisioned concurrency within the reserve', async () => {
      await expect(makeAlias()).rejects.toThrow(`Function not found: ${functionArn}:1`);
      expect(await publish()).toEqual({
        physicalId: `${functionArn}:1`,
        attributes: { FunctionArn: `${functionArn}:1`, Version: '1' },
      });
      const concurrency = (ProvisionedConcurrentExecutions: number) => ({
        ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions },
      });
      await expect(makeAlias(concurrency(11))).rejects.toThrow('greater than the reservedConcurrentExecution');
      await expect(makeAlias({ ...concurrency(1), FunctionVersion: '$LATEST' })).rejects.toThrow('unpublished');
      await expect(makeAlias({ RoutingConfig: {} })).rejects.toThrow('not simulated');
      await expect(makeAlias({ Name: '12' })).rejects.toThrow('no name for an alias');
      await makeAlias(concurrency(1));
      expect(deployment.aliases).toEqual([
        { arn: `${functionArn}:live`, functionArn, version: '1', provisionedConcurrency: 1 },
      ]);
    });
  });

  describe('a deployment group', () => {
    const group = {
      ApplicationName: 'app',
      ServiceRoleArn: 'arn:aws:iam::111122223333:role/deploys',
      DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
      DeploymentStyle: { DeploymentOption: 'WITH_TRAFFIC_CONTROL', DeploymentType: 'BLUE_GREEN' },
      AlarmConfiguration: { Enabled: true, Alarms: [{ Name: 'errors' }] },
      AutoRollbackConfiguration: { Enabled: true, Events: ['DEPLOYMENT_STOP_ON_ALARM'] },
    };

    it('needs its application, its alarms and a role that CodeDeploy can assume', async () => {
      const [application, provider] = codeDeployProviders(deployment);
      await expect(make(provider, group)).rejects.toThrow('No application found');
      await make(application, { ApplicationName: 'app', ComputePlatform: 'Lambda' });
      await expect(make(provider, group)).rejects.toThrow('no alarm errors');
      cloudWatchState(world.simulation).alarms['errors'] = {} as never;
      await expect(make(provider, { ...group, ServiceRoleArn: roleArn })).rejects.toThrow('trust policy');
      await call('IAM', 'CreateRole', {
        RoleName: 'deploys',
        AssumeRolePolicyDocument: trusting('codedeploy.amazonaws.com'),
      });
      await make(provider, group);
      expect(deployment.deploymentGroups).toEqual([
        {
          name: expect.any(String),
          roleArn: group.ServiceRoleArn,
          configuration: group.DeploymentConfigName,
          alarmNames: ['errors'],
          rollsBackOn: ['DEPLOYMENT_STOP_ON_ALARM'],
        },
      ]);
      await expect(make(provider, { ...group, DeploymentStyle: {} })).rejects.toThrow('BLUE_GREEN');
      await expect(make(provider, { ...group, DeploymentConfigName: 'Slowly' })).rejects.toThrow('No Deployment');
      await expect(make(provider, { ...group, LoadBalancerInfo: {} })).rejects.toThrow('unsupported property');
    });
  });
});

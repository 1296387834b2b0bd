import { CreateTagsCommand, DescribeInstancesCommand, DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { executionIsRunning } from '../../../../shared/aws/executions.ts';
import { liveInstances } from '../../../../shared/aws/instances.ts';
import { networkTags } from '../../../../shared/aws/networks.ts';
import { parameterReader } from '../../../../shared/aws/parameters.ts';
import { anAwsError } from '../../../support/fakes/calls.ts';

const clients = { ec2: new EC2Client({}), sfn: new SFNClient({}), ssm: new SSMClient({}) };
const [ec2, sfn, ssm] = [mockClient(clients.ec2), mockClient(clients.sfn), mockClient(clients.ssm)];
beforeEach(() => {
  for (const client of [ec2, sfn, ssm]) client.reset();
});

describe('the instances of a NodePool', () => {
  it('are those of the cluster that are not terminated, page after page', async () => {
    ec2
      .on(DescribeInstancesCommand)
      .resolvesOnce({ Reservations: [{ Instances: [{ InstanceId: 'i-1' }] }, { Instances: [] }], NextToken: 'more' })
      .resolvesOnce({ Reservations: [{ Instances: [{ InstanceId: 'i-2' }, { InstanceId: 'i-3' }] }] });

    const ids = await liveInstances(clients.ec2)('banking', 'smoke');

    expect(ids).toEqual(['i-1', 'i-2', 'i-3']);
    const inputs = ec2.commandCalls(DescribeInstancesCommand).map((call) => call.args[0].input);
    expect(inputs).toEqual([
      {
        Filters: [
          { Name: 'tag:eks:eks-cluster-name', Values: ['banking'] },
          { Name: 'tag:karpenter.sh/nodepool', Values: ['smoke'] },
          {
            Name: 'instance-state-name',
            Values: ['pending', 'running', 'shutting-down', 'stopping', 'stopped'],
          },
        ],
      },
      expect.objectContaining({ NextToken: 'more' }),
    ]);
  });
});

describe('the tags of a network', () => {
  it('are read by resource and written to all of them in one call', async () => {
    ec2.on(DescribeSubnetsCommand, { SubnetIds: ['subnet-1', 'subnet-2'] }).resolves({
      Subnets: [{ SubnetId: 'subnet-1', Tags: [{ Key: 'Name', Value: 'a' }] }, { SubnetId: 'subnet-2' }],
    });
    ec2.on(CreateTagsCommand).resolves({});
    const tags = networkTags(clients.ec2);

    const found = await tags.ofSubnets(['subnet-1', 'subnet-2']);
    await tags.write(['subnet-1', 'sg-1'], { 'karpenter.sh/discovery': 'banking' });

    expect(Object.fromEntries(found)).toEqual({ 'subnet-1': { Name: 'a' }, 'subnet-2': {} });
    expect(ec2.commandCalls(CreateTagsCommand)[0]?.args[0].input).toEqual({
      Resources: ['subnet-1', 'sg-1'],
      Tags: [{ Key: 'karpenter.sh/discovery', Value: 'banking' }],
    });
  });
});

describe('whether an execution is running', () => {
  it.each([
    ['RUNNING', true],
    ['SUCCEEDED', false],
    ['ABORTED', false],
  ] as const)('%s: %s', async (status, expected) => {
    sfn.on(DescribeExecutionCommand, { executionArn: 'arn' }).resolves({ status });

    expect(await executionIsRunning(clients.sfn)('arn')).toBe(expected);
  });

  it('is not, when Step Functions no longer knows it, and is not guessed when it does not answer', async () => {
    const throttled = anAwsError('ThrottlingException');
    sfn.on(DescribeExecutionCommand).rejectsOnce(anAwsError('ExecutionDoesNotExist')).rejectsOnce(throttled);
    const isRunning = executionIsRunning(clients.sfn);

    expect(await isRunning('arn')).toBe(false);
    await expect(isRunning('arn')).rejects.toBe(throttled);
  });
});

describe('a parameter', () => {
  it('has a value, or is not there', async () => {
    ssm
      .on(GetParameterCommand, { Name: '/a' })
      .resolves({ Parameter: { Value: '1' } })
      .on(GetParameterCommand, { Name: '/b' })
      .rejects(anAwsError('ParameterNotFound'));
    const read = parameterReader(clients.ssm);

    expect([await read('/a'), await read('/b')]).toEqual(['1', undefined]);
  });
});

import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStackResourceCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { stackRole, stacks } from '../../../../shared/aws/stacks.ts';
import { anAwsError } from '../../../support/fakes/calls.ts';

const client = new CloudFormationClient({});
const cloudFormation = mockClient(client);
const adapter = stacks(client);
beforeEach(() => {
  cloudFormation.reset();
});

const STACK_ID = 'arn:aws:cloudformation:eu-west-1:111122223333:stack/joinery-cluster-banking/1';
const anEvent = (LogicalResourceId: string, ResourceStatus: string, ResourceStatusReason?: string) => ({
  StackId: STACK_ID,
  EventId: `${LogicalResourceId}-${ResourceStatus}`,
  StackName: 'joinery-cluster-banking',
  Timestamp: new Date(0),
  LogicalResourceId,
  PhysicalResourceId: LogicalResourceId === 'joinery-cluster-banking' ? STACK_ID : `physical-${LogicalResourceId}`,
  ResourceStatus: ResourceStatus as 'CREATE_FAILED',
  ...(ResourceStatusReason ? { ResourceStatusReason } : {}),
});

describe('the CloudFormation adapter', () => {
  it('finds no stack where CloudFormation says that there is none, and throws every other error', async () => {
    const denied = anAwsError('AccessDenied');
    cloudFormation
      .on(DescribeStacksCommand)
      .rejectsOnce(anAwsError('ValidationError', 'Stack with id joinery-cluster-banking does not exist'))
      .rejectsOnce(denied);

    expect(await adapter.describe('joinery-cluster-banking')).toBeUndefined();
    await expect(adapter.describe('joinery-cluster-banking')).rejects.toBe(denied);
  });

  it('knows an update that is none from one that began or is under way', async () => {
    const broken = anAwsError('ValidationError', 'Template format error');
    cloudFormation
      .on(UpdateStackCommand)
      .resolvesOnce({})
      .rejectsOnce(anAwsError('ValidationError', 'No updates are to be performed.'))
      .rejectsOnce(anAwsError('ValidationError', 'Stack:x is in UPDATE_IN_PROGRESS state and can not be updated.'))
      .rejectsOnce(broken);
    const update = () => adapter.update({ StackName: 'joinery-cluster-banking' });

    expect([await update(), await update(), await update()]).toEqual([true, false, true]);
    await expect(update()).rejects.toBe(broken);
  });

  it('takes the protection from a stack that never came up before it deletes it', async () => {
    cloudFormation.on(UpdateTerminationProtectionCommand).resolves({});
    cloudFormation.on(DeleteStackCommand).resolves({});

    await adapter.remove('joinery-cluster-banking', 'arn:role');

    expect(cloudFormation.calls().map((call) => call.args[0].input)).toEqual([
      { StackName: 'joinery-cluster-banking', EnableTerminationProtection: false },
      { StackName: 'joinery-cluster-banking', RoleARN: 'arn:role' },
    ]);
  });

  it('passes a create on as it is', async () => {
    cloudFormation.on(CreateStackCommand).resolves({});

    await adapter.create({ StackName: 'joinery-cluster-banking', OnFailure: 'ROLLBACK' });

    expect(cloudFormation.commandCalls(CreateStackCommand)[0]?.args[0].input).toEqual({
      StackName: 'joinery-cluster-banking',
      OnFailure: 'ROLLBACK',
    });
  });

  it('gives the reasons of the last operation, first cause first, without those that were only cancelled', async () => {
    cloudFormation.on(DescribeStackEventsCommand).resolves({
      StackEvents: [
        anEvent('joinery-cluster-banking', 'ROLLBACK_COMPLETE'),
        anEvent('joinery-cluster-banking', 'ROLLBACK_IN_PROGRESS', 'The following resource(s) failed'),
        anEvent('Policy', 'CREATE_FAILED', 'Resource creation cancelled'),
        anEvent('Profile', 'CREATE_FAILED', 'second'),
        anEvent('Role', 'CREATE_FAILED', 'first'),
        anEvent('Role', 'CREATE_IN_PROGRESS'),
        anEvent('joinery-cluster-banking', 'UPDATE_IN_PROGRESS', 'User Initiated'),
        anEvent('Queue', 'UPDATE_FAILED', 'of the operation before'),
        anEvent('joinery-cluster-banking', 'CREATE_IN_PROGRESS', 'User Initiated'),
      ],
    });

    expect(await adapter.failureReasons('joinery-cluster-banking')).toEqual(['Role: first', 'Profile: second']);
  });
});

describe('a role of a stack', () => {
  const roleOf = stackRole(client, 'arn:aws:iam::111122223333:role/joinery/');
  const aRole = (ResourceStatus: 'CREATE_COMPLETE' | 'CREATE_IN_PROGRESS') => ({
    StackResourceDetail: {
      LogicalResourceId: 'ClusterRole',
      PhysicalResourceId: 'banking-ClusterRole-1',
      ResourceType: 'AWS::IAM::Role',
      LastUpdatedTimestamp: new Date('2026-11-02T08:00:30Z'),
      ResourceStatus,
    },
  });

  it('is there once it is made, with the time of that, and not while it, or its stack, is not', async () => {
    cloudFormation
      .on(DescribeStackResourceCommand, { StackName: 'joinery-cluster-banking', LogicalResourceId: 'ClusterRole' })
      .rejectsOnce(anAwsError('ValidationError', "Stack 'joinery-cluster-banking' does not exist"))
      .resolvesOnce(aRole('CREATE_IN_PROGRESS'))
      .resolvesOnce(aRole('CREATE_COMPLETE'));
    const look = () => roleOf('joinery-cluster-banking', 'ClusterRole');

    expect([await look(), await look(), await look()]).toEqual([
      undefined,
      undefined,
      {
        arn: 'arn:aws:iam::111122223333:role/joinery/banking-ClusterRole-1',
        madeAtMs: Date.parse('2026-11-02T08:00:30Z'),
      },
    ]);
  });
});

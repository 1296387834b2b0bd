import type { DescribeStackEventsOutput } from '@aws-sdk/client-cloudformation';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SimulatedAwsError } from '../../../../../simulator/aws/errors.ts';
import { stacks } from '../../../../../simulator/aws/services/cloudformation/state.ts';
import { iamState } from '../../../../../simulator/aws/services/iam/state.ts';
import { sqsState } from '../../../../../simulator/aws/services/sqs/state.ts';
import { stackCloud } from '../../../../support/stack-cloud.ts';

/** A queue, and a role that depends on it. */
const template = (options: { delay?: number; queue?: string; role?: string; more?: string } = {}) => `
Parameters: { Delay: { Type: Number, Default: ${options.delay ?? 0} } }
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties: { QueueName: ${options.queue ?? 'joinery-one'}, DelaySeconds: !Ref Delay }
  Role:
    Type: AWS::IAM::Role
    Properties:
      Path: ${options.role ?? '/joinery/'}
      PermissionsBoundary: arn:aws:iam::111122223333:policy/joinery-boundary/BOUNDARY
      Description: !Sub 'Reads \${Queue.QueueName}'
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: [{ Effect: Allow, Principal: { Service: ec2.amazonaws.com }, Action: 'sts:AssumeRole' }]
${options.more ?? ''}
Outputs: { QueueArn: { Value: !GetAtt Queue.Arn } }
`;

describe('the simulated CloudFormation', () => {
  let world: Awaited<ReturnType<typeof stackCloud>>;
  const body = (options: Parameters<typeof template>[0] = {}) =>
    template(options).replace(/policy\/joinery-boundary\/BOUNDARY/, world.boundaryArn.split(':').at(-1) ?? '');
  const cfn = <O = Record<string, never>>(operation: string, input: object) =>
    world.call<O>('CloudFormation', operation, input);
  const input = (more: object = {}) => ({
    StackName: 'one',
    TemplateBody: body(),
    RoleARN: world.serviceRoleArn,
    Capabilities: ['CAPABILITY_IAM'],
    ...more,
  });
  const events = async (name = 'one') => {
    const { StackEvents = [] } = await cfn<DescribeStackEventsOutput>('DescribeStackEvents', { StackName: name });
    return StackEvents.reverse().map(
      ({ LogicalResourceId, ResourceStatus }) => `${LogicalResourceId} ${ResourceStatus}`,
    );
  };
  const madeRoles = () => Object.values(iamState(world.simulation).roles).filter(({ name }) => name.startsWith('one-'));
  const queues = () => Object.keys(sqsState(world.simulation).queues);

  beforeEach(async () => {
    world = await stackCloud();
  });
  afterEach(() => world.simulation.close());

  it('creates resources in the order of their dependencies and says so in its events', async () => {
    await cfn('CreateStack', input({ Tags: [{ Key: 'joinery.dev:cluster', Value: 'banking' }] }));

    const status = await world.settled('one');

    expect(status).toBe('CREATE_COMPLETE');
    expect(await events()).toEqual([
      'one CREATE_IN_PROGRESS',
      'Queue CREATE_IN_PROGRESS',
      'Queue CREATE_IN_PROGRESS',
      'Queue CREATE_COMPLETE',
      'Role CREATE_IN_PROGRESS',
      'Role CREATE_IN_PROGRESS',
      'Role CREATE_COMPLETE',
      'one CREATE_COMPLETE',
    ]);
    expect(await world.stack('one')).toMatchObject({
      Outputs: [{ OutputKey: 'QueueArn', OutputValue: 'arn:aws:sqs:eu-west-1:111122223333:joinery-one' }],
      Parameters: [{ ParameterKey: 'Delay', ParameterValue: '0' }],
    });
    expect(madeRoles()).toMatchObject([
      { description: 'Reads joinery-one', tags: { 'joinery.dev:cluster': 'banking' } },
    ]);
  });

  it.each<[string, (input: object) => object, string, string]>([
    ['a name with an underscore', (i) => ({ ...i, StackName: 'a_b' }), 'ValidationError', 'stackName'],
    [
      'an IAM role without the capability',
      (i) => ({ ...i, Capabilities: [] }),
      'InsufficientCapabilitiesException',
      'CAPABILITY_IAM',
    ],
    [
      'an unknown type',
      (i) => ({ ...i, TemplateBody: 'Resources: { A: { Type: "AWS::SQS::Queues" } }' }),
      'ValidationError',
      'AWS::SQS::Queues',
    ],
    [
      'an unknown parameter',
      (i) => ({ ...i, Parameters: [{ ParameterKey: 'No', ParameterValue: '1' }] }),
      'ValidationError',
      'do not exist',
    ],
    [
      'a template that is too long',
      (i) => ({ ...i, TemplateBody: `Resources: {}\n#${'x'.repeat(51_200)}` }),
      'ValidationError',
      '51200',
    ],
    [
      'a role that CloudFormation cannot assume',
      (i) => ({ ...i, RoleARN: 'arn:aws:iam::111122223333:role/no' }),
      'ValidationError',
      'cannot be assumed',
    ],
    ['what is not simulated', (i) => ({ ...i, TimeoutInMinutes: 5 }), 'NotSimulatedError', 'TimeoutInMinutes'],
  ])('refuses %s', async (_what, change, name, message) => {
    const refused = cfn('CreateStack', change(input()));

    await expect(refused).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
    expect(Object.keys(stacks(world.simulation))).toEqual([]);
  });

  it('knows a request again by its token, and a name that is taken', async () => {
    const first = await cfn('CreateStack', input({ ClientRequestToken: 'run-1' }));

    expect(await cfn('CreateStack', input({ ClientRequestToken: 'run-1' }))).toEqual(first);
    await expect(cfn('CreateStack', input({ ClientRequestToken: 'run-2' }))).rejects.toMatchObject({
      name: 'AlreadyExistsException',
    });
  });

  it('does not use a role before it has propagated', async () => {
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'cloudformation.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ],
    });
    await world.call('IAM', 'CreateRole', { RoleName: 'fresh', AssumeRolePolicyDocument });
    const create = () => cfn('CreateStack', input({ RoleARN: 'arn:aws:iam::111122223333:role/fresh' }));

    await expect(create()).rejects.toThrow('cannot be assumed');
    await world.simulation.runFor(12);
    await expect(create()).resolves.toBeDefined();
  });

  it('rolls a failed creation back, with the reason, and leaves nothing', async () => {
    await cfn('CreateStack', input({ TemplateBody: body({ role: '/elsewhere/' }) }));

    expect(await world.settled('one')).toBe('ROLLBACK_COMPLETE');
    expect((await world.failures('one'))[0]).toContain('is not authorized to perform: iam:CreateRole');
    expect([madeRoles(), queues()]).toEqual([[], []]);
    await expect(cfn('UpdateStack', input())).rejects.toThrow('ROLLBACK_COMPLETE state and can not be updated');
  });

  it('removes also what a failed resource had half made', async () => {
    const attach = '      ManagedPolicyArns: [arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]';
    await cfn('CreateStack', input({ TemplateBody: body({ more: attach }) }));

    expect(await world.settled('one')).toBe('ROLLBACK_COMPLETE');
    expect((await world.failures('one'))[0]).toContain('iam:AttachRolePolicy');
    expect(madeRoles()).toEqual([]);
  });

  it('does as OnFailure says', async () => {
    const bad = { TemplateBody: body({ role: '/elsewhere/' }) };
    const { StackId } = await cfn<{ StackId: string }>('CreateStack', input({ ...bad, OnFailure: 'DELETE' }));
    const removed = await world.settled(StackId);
    await world.simulation.runFor(61);
    await cfn('CreateStack', input({ ...bad, OnFailure: 'DO_NOTHING' }));

    expect(removed).toBe('DELETE_COMPLETE');
    expect(await world.settled('one')).toBe('CREATE_FAILED');
    expect(queues()).toEqual(['joinery-one']);
  });

  it('fails a creation on a queue that is there already', async () => {
    await world.call('SQS', 'CreateQueue', { QueueName: 'joinery-one' });
    await cfn('CreateStack', input());

    expect(await world.settled('one')).toBe('ROLLBACK_COMPLETE');
    expect((await world.failures('one'))[0]).toContain('already exists');
    expect(queues()).toEqual(['joinery-one']);
  });

  it('changes in place what can be, and finds when there is nothing to do', async () => {
    await cfn('CreateStack', input());
    await world.settled('one');
    const [before] = madeRoles();

    await cfn('UpdateStack', input({ Parameters: [{ ParameterKey: 'Delay', ParameterValue: '7' }] }));
    const status = await world.settled('one');

    expect(status).toBe('UPDATE_COMPLETE');
    expect(sqsState(world.simulation).queues['joinery-one']?.attributes['DelaySeconds']).toBe('7');
    expect(madeRoles()).toEqual([before]);
    const again = { UsePreviousTemplate: true, TemplateBody: undefined };
    const same = input({ ...again, Parameters: [{ ParameterKey: 'Delay', UsePreviousValue: true }] });
    await expect(cfn('UpdateStack', same)).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'No updates are to be performed.',
    });
  });

  it('replaces what cannot be changed and removes the old one afterwards', async () => {
    await cfn('CreateStack', input());
    await world.settled('one');

    await cfn('UpdateStack', input({ TemplateBody: body({ queue: 'joinery-two' }) }));

    expect(await world.settled('one')).toBe('UPDATE_COMPLETE');
    expect(queues()).toEqual(['joinery-two']);
    expect(madeRoles()).toMatchObject([{ description: 'Reads joinery-two' }]);
    expect((await events()).slice(-4)).toEqual([
      'one UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
      'Queue DELETE_IN_PROGRESS',
      'Queue DELETE_COMPLETE',
      'one UPDATE_COMPLETE',
    ]);
  });

  it('puts everything back when an update fails', async () => {
    await cfn('CreateStack', input());
    await world.settled('one');
    const [before] = madeRoles();

    await cfn('UpdateStack', input({ TemplateBody: body({ queue: 'joinery-two', role: '/elsewhere/' }) }));

    expect(await world.settled('one')).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(queues()).toEqual(['joinery-one']);
    expect(madeRoles()).toEqual([before]);
    expect(await world.stack('one')).toMatchObject({
      Outputs: [{ OutputValue: 'arn:aws:sqs:eu-west-1:111122223333:joinery-one' }],
    });
  });

  it('deletes a stack that is not protected, and knows it by its id afterwards', async () => {
    const { StackId } = await cfn<{ StackId: string }>('CreateStack', input({ EnableTerminationProtection: true }));
    await world.settled('one');
    await expect(cfn('DeleteStack', { StackName: 'one' })).rejects.toThrow('TerminationProtection');

    await cfn('UpdateTerminationProtection', { StackName: 'one', EnableTerminationProtection: false });
    await cfn('DeleteStack', { StackName: 'one' });

    expect(await world.settled(StackId)).toBe('DELETE_COMPLETE');
    expect((await events(StackId)).slice(-5)).toEqual([
      'Role DELETE_IN_PROGRESS',
      'Role DELETE_COMPLETE',
      'Queue DELETE_IN_PROGRESS',
      'Queue DELETE_COMPLETE',
      'one DELETE_COMPLETE',
    ]);
    expect([madeRoles(), queues()]).toEqual([[], []]);
    await expect(cfn('DescribeStacks', { StackName: 'one' })).rejects.toThrow('Stack with id one does not exist');
    expect(await cfn('DeleteStack', { StackName: 'one' })).toEqual({});
  });

  it('deletes a stack that is still being created', async () => {
    const { StackId } = await cfn<{ StackId: string }>('CreateStack', input());
    await world.simulation.runFor(1);
    await cfn('DeleteStack', { StackName: 'one' });

    expect(await world.settled(StackId)).toBe('DELETE_COMPLETE');
    expect([madeRoles(), queues()]).toEqual([[], []]);
  });

  it('keeps what the template says to retain', async () => {
    const retained = body().replace('Type: AWS::SQS::Queue', 'Type: AWS::SQS::Queue\n    DeletionPolicy: Retain');
    const { StackId } = await cfn<{ StackId: string }>('CreateStack', input({ TemplateBody: retained }));
    await world.settled('one');
    await cfn('DeleteStack', { StackName: 'one' });

    expect(await world.settled(StackId)).toBe('DELETE_COMPLETE');
    expect(queues()).toEqual(['joinery-one']);
    expect(await events(StackId)).toContain('Queue DELETE_SKIPPED');
  });

  it('comes to the same end from every moment at which the world was saved', async () => {
    await cfn('CreateStack', input());
    const saved = [world.simulation.snapshot()];
    for (let moment = 0; moment < 60; moment += 1) {
      await world.simulation.runFor(0.033);
      saved.push(world.simulation.snapshot());
    }
    await world.simulation.runFor(33);
    for (let moment = 0; moment < 60; moment += 1) {
      await world.simulation.runFor(0.25);
      saved.push(world.simulation.snapshot());
    }
    const ends = new Set<string>();
    for (const moment of saved) {
      world.simulation.restore(moment);
      ends.add(
        JSON.stringify([await world.settled('one'), queues(), madeRoles().map(({ name }) => name), await events()]),
      );
    }

    expect([...ends]).toHaveLength(1);
    expect([...ends][0]).toContain('CREATE_COMPLETE');
  });

  it('tries again when a service throttles', async () => {
    world.simulation.close();
    let throttled = 0;
    world = await stackCloud({
      injectFault: ({ operation, caller }) => {
        if (operation !== 'CreateRole' || caller.sessionName !== 'AWSCloudFormation' || throttled >= 2) return;
        throttled += 1;
        throw new SimulatedAwsError('Throttling', 'Rate exceeded');
      },
    });
    await cfn('CreateStack', input());

    expect(await world.settled('one')).toBe('CREATE_COMPLETE');
    expect(throttled).toBe(2);
  });

  it('needs PassRole of whoever names a role, and the permission on that stack', async () => {
    const trust = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });
    await world.call('IAM', 'CreateRole', { RoleName: 'worker', AssumeRolePolicyDocument });
    const create = {
      Effect: 'Allow',
      Action: 'cloudformation:CreateStack',
      Resource: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/one/*',
    };
    const pass = { Effect: 'Allow', Action: 'iam:PassRole', Resource: world.serviceRoleArn };
    const grant = (...Statement: object[]) =>
      world.call('IAM', 'PutRolePolicy', {
        RoleName: 'worker',
        PolicyName: 'inline',
        PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
      });
    const worker = { roleArn: 'arn:aws:iam::111122223333:role/worker', sessionName: 's' };
    const attempt = (StackName: string) =>
      world.simulation.runUntil(world.cloud.call('CloudFormation', 'CreateStack', input({ StackName }), worker));

    await grant(create);
    await expect(attempt('one')).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('iam:PassRole'),
    });
    await grant(create, pass);
    await expect(attempt('two')).rejects.toThrow('cloudformation:CreateStack');
    await expect(attempt('one')).resolves.toBeDefined();
  });
});

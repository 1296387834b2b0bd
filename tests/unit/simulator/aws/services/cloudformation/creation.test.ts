import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SimulatedAwsError } from '../../../../../../simulator/aws/errors.ts';
import { stacks } from '../../../../../../simulator/aws/services/cloudformation/state.ts';
import { stackWorld } from './stack-world.ts';

describe('the simulated CloudFormation, creating a stack', () => {
  let world: Awaited<ReturnType<typeof stackWorld>>;
  beforeEach(async () => {
    world = await stackWorld();
  });
  afterEach(() => world.simulation.close());

  it('creates resources in the order of their dependencies and says so in its events', async () => {
    await world.cfn('CreateStack', world.input({ Tags: [{ Key: 'joinery.dev:cluster', Value: 'banking' }] }));

    const status = await world.settled('one');

    expect(status).toBe('CREATE_COMPLETE');
    expect(await world.events()).toEqual([
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
      Outputs: [{ OutputKey: 'QueueArn', OutputValue: 'arn:aws:sqs:eu-west-1:111122223333:joinery-cluster-one' }],
      Parameters: [{ ParameterKey: 'Delay', ParameterValue: '0' }],
    });
    expect(world.madeRoles()).toMatchObject([
      { description: 'Reads joinery-cluster-one', tags: { 'joinery.dev:cluster': 'banking' } },
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
    const refused = world.cfn('CreateStack', change(world.input()));

    await expect(refused).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
    expect(Object.keys(stacks(world.simulation))).toEqual([]);
  });

  it('knows a request again by its token, and a name that is taken', async () => {
    const first = await world.cfn('CreateStack', world.input({ ClientRequestToken: 'run-1' }));

    expect(await world.cfn('CreateStack', world.input({ ClientRequestToken: 'run-1' }))).toEqual(first);
    await expect(world.cfn('CreateStack', world.input({ ClientRequestToken: 'run-2' }))).rejects.toMatchObject({
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
    const create = () => world.cfn('CreateStack', world.input({ RoleARN: 'arn:aws:iam::111122223333:role/fresh' }));

    await expect(create()).rejects.toThrow('cannot be assumed');
    await world.simulation.runFor(12);
    await expect(create()).resolves.toBeDefined();
  });

  it('rolls a failed creation back, with the reason, and leaves nothing', async () => {
    await world.cfn('CreateStack', world.input({ TemplateBody: world.body({ role: '/elsewhere/' }) }));

    expect(await world.settled('one')).toBe('ROLLBACK_COMPLETE');
    expect((await world.failures('one'))[0]).toContain('is not authorized to perform: iam:CreateRole');
    expect([world.madeRoles(), world.queues()]).toEqual([[], []]);
    await expect(world.cfn('UpdateStack', world.input())).rejects.toThrow(
      'ROLLBACK_COMPLETE state and can not be updated',
    );
  });

  it('removes also what a failed resource had half made', async () => {
    const attach = '      ManagedPolicyArns: [arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]';
    await world.cfn('CreateStack', world.input({ TemplateBody: world.body({ more: attach }) }));

    expect(await world.settled('one')).toBe('ROLLBACK_COMPLETE');
    expect((await world.failures('one'))[0]).toContain('iam:AttachRolePolicy');
    expect(world.madeRoles()).toEqual([]);
  });

  it('does as OnFailure says', async () => {
    const bad = { TemplateBody: world.body({ role: '/elsewhere/' }) };
    const { StackId } = await world.cfn<{ StackId: string }>(
      'CreateStack',
      world.input({ ...bad, OnFailure: 'DELETE' }),
    );
    const removed = await world.settled(StackId);
    await world.simulation.runFor(61);
    await world.cfn('CreateStack', world.input({ ...bad, OnFailure: 'DO_NOTHING' }));

    expect(removed).toBe('DELETE_COMPLETE');
    expect(await world.settled('one')).toBe('CREATE_FAILED');
    expect(world.queues()).toEqual(['joinery-cluster-one']);
  });

  it('fails a creation on a queue that is there already', async () => {
    await world.call('SQS', 'CreateQueue', { QueueName: 'joinery-cluster-one' });
    await world.cfn('CreateStack', world.input());

    expect(await world.settled('one')).toBe('ROLLBACK_COMPLETE');
    expect((await world.failures('one'))[0]).toContain('already exists');
    expect(world.queues()).toEqual(['joinery-cluster-one']);
  });

  it('comes to the same end from every moment at which the world was saved', async () => {
    await world.cfn('CreateStack', world.input());
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
        JSON.stringify([
          await world.settled('one'),
          world.queues(),
          world.madeRoles().map(({ name }) => name),
          await world.events(),
        ]),
      );
    }

    expect([...ends]).toHaveLength(1);
    expect([...ends][0]).toContain('CREATE_COMPLETE');
  });

  it('tries again when a service throttles', async () => {
    world.simulation.close();
    let throttled = 0;
    world = await stackWorld({
      injectFault: ({ operation, caller }) => {
        if (operation !== 'CreateRole' || caller.sessionName !== 'AWSCloudFormation' || throttled >= 2) return;
        throttled += 1;
        throw new SimulatedAwsError('Throttling', 'Rate exceeded');
      },
    });
    await world.cfn('CreateStack', world.input());

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
      world.simulation.runUntil(world.cloud.call('CloudFormation', 'CreateStack', world.input({ StackName }), worker));

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

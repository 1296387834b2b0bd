import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sqsState } from '../../../../../../simulator/aws/services/sqs/state.ts';
import { stackWorld } from './stack-world.ts';

describe('the simulated CloudFormation, changing and deleting a stack', () => {
  let world: Awaited<ReturnType<typeof stackWorld>>;
  beforeEach(async () => {
    world = await stackWorld();
  });
  afterEach(() => world.simulation.close());

  it('changes in place what can be, and finds when there is nothing to do', async () => {
    await world.cfn('CreateStack', world.input());
    await world.settled('one');
    const [before] = world.madeRoles();

    await world.cfn('UpdateStack', world.input({ Parameters: [{ ParameterKey: 'Delay', ParameterValue: '7' }] }));
    const status = await world.settled('one');

    expect(status).toBe('UPDATE_COMPLETE');
    expect(sqsState(world.simulation).queues['joinery-cluster-one']?.attributes['DelaySeconds']).toBe('7');
    expect(world.madeRoles()).toEqual([before]);
    const again = { UsePreviousTemplate: true, TemplateBody: undefined };
    const same = world.input({ ...again, Parameters: [{ ParameterKey: 'Delay', UsePreviousValue: true }] });
    await expect(world.cfn('UpdateStack', same)).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'No updates are to be performed.',
    });
  });

  it('replaces what cannot be changed and removes the old one afterwards', async () => {
    await world.cfn('CreateStack', world.input());
    await world.settled('one');

    await world.cfn('UpdateStack', world.input({ TemplateBody: world.body({ queue: 'joinery-cluster-two' }) }));

    expect(await world.settled('one')).toBe('UPDATE_COMPLETE');
    expect(world.queues()).toEqual(['joinery-cluster-two']);
    expect(world.madeRoles()).toMatchObject([{ description: 'Reads joinery-cluster-two' }]);
    expect((await world.events()).slice(-4)).toEqual([
      'one UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
      'Queue DELETE_IN_PROGRESS',
      'Queue DELETE_COMPLETE',
      'one UPDATE_COMPLETE',
    ]);
  });

  it('puts everything back when an update fails', async () => {
    await world.cfn('CreateStack', world.input());
    await world.settled('one');
    const [before] = world.madeRoles();

    await world.cfn(
      'UpdateStack',
      world.input({ TemplateBody: world.body({ queue: 'joinery-cluster-two', role: '/elsewhere/' }) }),
    );

    expect(await world.settled('one')).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(world.queues()).toEqual(['joinery-cluster-one']);
    expect(world.madeRoles()).toEqual([before]);
    expect(await world.stack('one')).toMatchObject({
      Outputs: [{ OutputValue: 'arn:aws:sqs:eu-west-1:111122223333:joinery-cluster-one' }],
    });
  });

  it('deletes a stack that is not protected, and knows it by its id afterwards', async () => {
    const { StackId } = await world.cfn<{ StackId: string }>(
      'CreateStack',
      world.input({ EnableTerminationProtection: true }),
    );
    await world.settled('one');
    await expect(world.cfn('DeleteStack', { StackName: 'one' })).rejects.toThrow('TerminationProtection');

    await world.cfn('UpdateTerminationProtection', { StackName: 'one', EnableTerminationProtection: false });
    await world.cfn('DeleteStack', { StackName: 'one' });

    expect(await world.settled(StackId)).toBe('DELETE_COMPLETE');
    expect((await world.events(StackId)).slice(-5)).toEqual([
      'Role DELETE_IN_PROGRESS',
      'Role DELETE_COMPLETE',
      'Queue DELETE_IN_PROGRESS',
      'Queue DELETE_COMPLETE',
      'one DELETE_COMPLETE',
    ]);
    expect([world.madeRoles(), world.queues()]).toEqual([[], []]);
    await expect(world.cfn('DescribeStacks', { StackName: 'one' })).rejects.toThrow('Stack with id one does not exist');
    expect(await world.cfn('DeleteStack', { StackName: 'one' })).toEqual({});
  });

  it('deletes a stack that is still being created', async () => {
    const { StackId } = await world.cfn<{ StackId: string }>('CreateStack', world.input());
    await world.simulation.runFor(1);
    await world.cfn('DeleteStack', { StackName: 'one' });

    expect(await world.settled(StackId)).toBe('DELETE_COMPLETE');
    expect([world.madeRoles(), world.queues()]).toEqual([[], []]);
  });

  it('keeps what the template says to retain', async () => {
    const retained = world.body().replace('Type: AWS::SQS::Queue', 'Type: AWS::SQS::Queue\n    DeletionPolicy: Retain');
    const { StackId } = await world.cfn<{ StackId: string }>('CreateStack', world.input({ TemplateBody: retained }));
    await world.settled('one');
    await world.cfn('DeleteStack', { StackName: 'one' });

    expect(await world.settled(StackId)).toBe('DELETE_COMPLETE');
    expect(world.queues()).toEqual(['joinery-cluster-one']);
    expect(await world.events(StackId)).toContain('Queue DELETE_SKIPPED');
  });
});

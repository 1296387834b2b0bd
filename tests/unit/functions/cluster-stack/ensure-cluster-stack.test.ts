import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { ensureClusterStack } from '../../../../functions/cluster-stack/ensure-cluster-stack.ts';
import { anAwsError } from '../../../support/fakes/calls.ts';
import { fakeStacks } from '../../../support/fakes/fake-stacks.ts';
import { anInput, aRegistryRow, aStepWorld, drive } from '../../../support/fakes/step-world.ts';

const NAME = 'joinery-cluster-banking-prod';
const SERVICE_ROLE = 'arn:aws:iam::111122223333:role/cluster-stack-service';

type CreateInput = {
  Parameters: { ParameterKey: string; ParameterValue: string }[];
  Tags: { Key: string; Value: string }[];
};

function aWorld(template = 'Resources: {}', spec = {}) {
  const world = aStepWorld(spec);
  world.setRow(undefined);
  const cloudFormation = fakeStacks(world);
  const deps = {
    ...world.deps,
    stacks: cloudFormation.stacks,
    template,
    serviceRoleArn: SERVICE_ROLE,
    boundaryArn: 'arn:aws:iam::111122223333:policy/boundary',
    routerRoleArn: 'arn:aws:iam::111122223333:role/router',
    ruleDeadLettersArn: 'arn:aws:sqs:eu-west-1:111122223333:rule-dead-letters',
    alarmTopicArn: 'arn:aws:sns:eu-west-1:111122223333:alarms',
    accountId: '111122223333',
  };
  return {
    world,
    cloudFormation,
    deps,
    turn: () => ensureClusterStack(anInput('cluster-stack'), deps),
    run: (changed: Partial<typeof deps> = {}) =>
      drive(world, 'cluster-stack', (input) => ensureClusterStack(input, { ...deps, ...changed })),
  };
}

describe("the cluster's stack, when there is none", () => {
  it('is made with its service role, termination protection and our tags, and what it made is registered', async () => {
    const { world, cloudFormation, run } = aWorld();

    const results = await run();

    const [input] = cloudFormation.inputsOf('createStack') as CreateInput[];
    expect(input).toMatchObject({
      StackName: NAME,
      TemplateBody: 'Resources: {}',
      RoleARN: SERVICE_ROLE,
      Capabilities: ['CAPABILITY_IAM'],
      EnableTerminationProtection: true,
      OnFailure: 'ROLLBACK',
      ClientRequestToken: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect(Object.fromEntries((input?.Tags ?? []).map(({ Key, Value }) => [Key, Value]))).toEqual({
      team: 'payments',
      'joinery.dev:cluster': 'banking-prod',
      'joinery.dev:execution': 'run-7',
      'joinery.dev:template': expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect(results[0]).toMatchObject({ retryAfterSeconds: 54 });
    expect(results.at(-1)).toMatchObject({ ready: true, change: 'created' });
    expect(world.row()).toEqual(aRegistryRow());
    expect(world.journal.indexOf(`intend CloudFormation stack ${NAME}`)).toBeLessThan(
      world.journal.indexOf('createStack'),
    );
  });

  it('gets every parameter that the template needs, and none that it does not know', async () => {
    const template = readFileSync(new URL('../../../../resources/cluster-stack.yml', import.meta.url), 'utf8');
    const { cloudFormation, turn } = aWorld(template);

    await turn();

    const section = /^Parameters:\n([\s\S]*?)^\S/m.exec(template)?.[1] ?? '';
    const blocks = section.split(/^ {2}(?=\S)/m).filter((block) => block.trim() !== '');
    const nameOf = (block: string) => block.slice(0, block.indexOf(':'));
    const needed = blocks.filter((block) => !block.includes('Default:')).map(nameOf);
    const [input] = cloudFormation.inputsOf('createStack') as CreateInput[];
    const given = (input?.Parameters ?? []).map((parameter) => parameter.ParameterKey);
    expect(needed.length).toBeGreaterThan(0);
    expect(blocks.map(nameOf)).toEqual(expect.arrayContaining(given));
    expect(given).toEqual(expect.arrayContaining(needed));
  });

  it('lets the router alone send to the queue, and has the direct rule when the file says so', async () => {
    const { cloudFormation, turn } = aWorld('', { interruptions: { directSpotRule: true } });

    await turn();

    const [input] = cloudFormation.inputsOf('createStack') as CreateInput[];
    expect(input?.Parameters).toEqual(
      expect.arrayContaining([
        { ParameterKey: 'RouterRoleArn', ParameterValue: 'arn:aws:iam::111122223333:role/router' },
        { ParameterKey: 'DirectSpotRule', ParameterValue: 'true' },
        {
          ParameterKey: 'RuleDeadLettersArn',
          ParameterValue: 'arn:aws:sqs:eu-west-1:111122223333:rule-dead-letters',
        },
      ]),
    );
  });

  it('is looked for again when another made it in the same moment', async () => {
    const { cloudFormation, turn } = aWorld();
    cloudFormation.fail('createStack', anAwsError('AlreadyExistsException', 'Stack already exists'));

    expect(await turn()).toMatchObject({ ready: false, change: 'none' });
  });

  it('ends the run with the first reasons when it cannot be made', async () => {
    const { cloudFormation, run } = aWorld();
    cloudFormation.failFromNowOn(true);

    await expect(run()).rejects.toMatchObject({
      name: 'StackFailed',
      message: expect.stringContaining('is ROLLBACK_COMPLETE. NodeRole: the boundary does not allow it; second.'),
    });
    expect(cloudFormation.inputsOf('removeStack')).toEqual([]);
  });
});

describe('a stack that is there', () => {
  it('is left alone when template and parameters are those it was last given', async () => {
    const { world, cloudFormation, run } = aWorld();
    await run();

    const [result] = await run();

    expect(result).toMatchObject({ ready: true, change: 'none' });
    expect(cloudFormation.inputsOf('updateStack')).toEqual([]);
    expect(world.row()?.state).toBe('creating');
  });

  it('does not make a living cluster one that is being created again', async () => {
    const { world, run } = aWorld();
    world.setRow(aRegistryRow({ state: 'active', instanceProfile: 'old' }));

    await run();

    expect(world.row()).toEqual(aRegistryRow({ state: 'active' }));
  });

  it('is updated when the template changed', async () => {
    const { cloudFormation, run } = aWorld();
    await run();

    const results = await run({ template: 'Resources: { More: {} }' });

    expect(cloudFormation.inputsOf('updateStack')).toMatchObject([
      { StackName: NAME, TemplateBody: 'Resources: { More: {} }', RoleARN: SERVICE_ROLE },
    ]);
    expect(results.at(-1)).toMatchObject({ ready: true, change: 'updated' });
  });

  it('ends the run when its update was rolled back, and is tried again by the next run', async () => {
    const { cloudFormation, run } = aWorld();
    await run();
    cloudFormation.failFromNowOn(true);
    const failed = run({ template: 'new' });
    await expect(failed).rejects.toMatchObject({
      name: 'StackFailed',
      details: { status: 'UPDATE_ROLLBACK_COMPLETE' },
    });
    cloudFormation.failFromNowOn(false);

    const results = await run({ template: 'new' });

    expect(results.at(-1)).toMatchObject({ ready: true, change: 'updated' });
    expect(cloudFormation.inputsOf('updateStack')).toHaveLength(2);
  });

  it('is good enough after a rolled back update when the file asks for what it had before', async () => {
    const { cloudFormation, run } = aWorld();
    await run();
    cloudFormation.failFromNowOn(true);
    await expect(run({ template: 'new' })).rejects.toMatchObject({ name: 'StackFailed' });

    const results = await run();

    expect(results).toMatchObject([{ ready: true, change: 'none' }]);
  });

  it('is removed once and made again when an earlier run could not make it', async () => {
    const { cloudFormation, run } = aWorld();
    cloudFormation.failFromNowOn(true);
    await expect(run()).rejects.toMatchObject({ name: 'StackFailed' });
    cloudFormation.failFromNowOn(false);

    const results = await run();

    expect(cloudFormation.inputsOf('removeStack')).toEqual([{ name: NAME, roleArn: SERVICE_ROLE }]);
    expect(cloudFormation.inputsOf('createStack')).toHaveLength(2);
    expect(results.at(-1)).toMatchObject({ ready: true, change: 'created' });
  });

  it('is removed no second time when it cannot be made again', async () => {
    const { cloudFormation, run } = aWorld();
    cloudFormation.failFromNowOn(true);
    await expect(run()).rejects.toMatchObject({ name: 'StackFailed' });

    await expect(run()).rejects.toMatchObject({ name: 'StackFailed' });

    expect(cloudFormation.inputsOf('removeStack')).toHaveLength(1);
  });

  it('is refused without a change when it is not ours', async () => {
    const { world, cloudFormation, turn } = aWorld();
    cloudFormation.put({ StackName: NAME, CreationTime: new Date(0), StackStatus: 'ROLLBACK_COMPLETE' });

    await expect(turn()).rejects.toMatchObject({ name: 'ForeignStack' });
    expect(world.journal).toEqual(['fence', 'start cluster-stack']);
  });

  it.each(['DELETE_FAILED', 'UPDATE_ROLLBACK_FAILED', 'ROLLBACK_FAILED'] as const)(
    'ends the run in %s',
    async (status) => {
      const { cloudFormation, turn } = aWorld();
      const Tags = [{ Key: 'joinery.dev:cluster', Value: 'banking-prod' }];
      cloudFormation.put({ StackName: NAME, CreationTime: new Date(0), StackStatus: status, Tags });

      await expect(turn()).rejects.toMatchObject({ name: 'StackFailed' });
    },
  );

  it('without one of its outputs is of an older deployment', async () => {
    const { cloudFormation, run } = aWorld();
    await run();
    const { Outputs = [], ...stack } = cloudFormation.stack() ?? {
      StackName: NAME,
      CreationTime: undefined,
      StackStatus: undefined,
    };
    cloudFormation.put({ ...stack, Outputs: Outputs.filter((output) => output.OutputKey !== 'NodeRoleArn') });

    await expect(run()).rejects.toMatchObject({
      name: 'StackIncomplete',
      message: expect.stringContaining('has no output NodeRoleArn'),
    });
  });
});

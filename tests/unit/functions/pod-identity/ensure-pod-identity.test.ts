import { describe, expect, it } from '@jest/globals';
import { ensurePodIdentity } from '../../../../functions/pod-identity/ensure-pod-identity.ts';
import { anAwsError } from '../../../support/fakes/calls.ts';
import { fakeEks } from '../../../support/fakes/fake-eks.ts';
import { aRegistryRow, aStepWorld, drive } from '../../../support/fakes/step-world.ts';

function aWorld() {
  const world = aStepWorld();
  const eks = fakeEks(world);
  const deps = { ...world.deps, podIdentity: eks.podIdentity };
  return {
    world,
    eks,
    run: () => drive(world, 'pod-identity', (input) => ensurePodIdentity(input, deps)),
  };
}

describe("the controller's pod identity association", () => {
  it('is made for its service account, and ready only when it has been effective for ten seconds', async () => {
    const { world, eks, run } = aWorld();

    const results = await run();

    expect(eks.inputsOf('createAssociation')).toEqual([
      {
        clusterName: 'banking-prod',
        namespace: 'kube-system',
        serviceAccount: 'karpenter',
        roleArn: 'arn:aws:iam::111122223333:role/joinery/controller',
        tags: { team: 'payments', 'joinery.dev:cluster': 'banking-prod', 'joinery.dev:execution': 'run-7' },
        clientRequestToken: expect.stringMatching(/^[0-9a-f]{32}$/),
      },
    ]);
    expect(results.at(-1)).toMatchObject({ ready: true, change: 'created' });
    expect(world.clock.now()).toBeGreaterThanOrEqual(Date.parse('2026-11-02T08:00:10Z'));
    expect(world.journal.indexOf('intend pod identity association kube-system/karpenter')).toBeLessThan(
      world.journal.indexOf('createAssociation'),
    );
  });

  it('is left alone a second time', async () => {
    const { eks, run } = aWorld();
    await run();

    const [result] = await run();

    expect(result).toMatchObject({ ready: true, change: 'none' });
    expect(eks.inputsOf('createAssociation')).toHaveLength(1);
  });

  it('gets the present role, and is waited for again', async () => {
    const { world, eks, run } = aWorld();
    await run();
    const row = aRegistryRow();
    world.setRow({ ...row, roles: { ...row.roles, controller: 'arn:aws:iam::111122223333:role/joinery/new' } });
    const before = world.clock.now();

    const results = await run();

    expect(eks.inputsOf('updateAssociation')).toEqual([
      { associationId: 'a-1', roleArn: 'arn:aws:iam::111122223333:role/joinery/new' },
    ]);
    expect(results.at(-1)).toMatchObject({ ready: true, change: 'updated' });
    expect(world.clock.now() - before).toBeGreaterThanOrEqual(10_000);
  });

  it('is looked for again when it turns out to be there already', async () => {
    const { eks, run } = aWorld();
    eks.fail('createAssociation', anAwsError('ResourceInUseException', 'Association already exists: a-1'));

    const results = await run();

    expect(results[0]).toMatchObject({ ready: false, change: 'none' });
    expect(results.at(-1)).toMatchObject({ ready: true });
  });

  describe('that somebody else made', () => {
    const theirs = (roleArn: string) => ({
      associationId: 'a-9',
      namespace: 'kube-system',
      serviceAccount: 'karpenter',
      roleArn,
      createdAt: new Date('2026-11-02T07:00:00Z'),
    });

    it('is adopted when its role is the right one', async () => {
      const { eks, run } = aWorld();
      eks.putAssociation(theirs('arn:aws:iam::111122223333:role/joinery/controller'));

      expect(await run()).toMatchObject([{ ready: true, change: 'adopted' }]);
      expect(eks.inputsOf('updateAssociation')).toEqual([]);
    });

    it('is not changed when it has another role: the error names both, and what to do', async () => {
      const { eks, run } = aWorld();
      eks.putAssociation(theirs('arn:aws:iam::111122223333:role/theirs'));

      await expect(run()).rejects.toMatchObject({
        name: 'ForeignPodIdentity',
        retryable: false,
        message: expect.stringMatching(
          /role\/theirs, by the association a-9.*role\/joinery\/controller.*Delete that association/,
        ),
      });
      expect(eks.inputsOf('updateAssociation')).toEqual([]);
    });
  });
});

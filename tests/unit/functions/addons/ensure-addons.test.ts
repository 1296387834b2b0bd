import { describe, expect, it } from '@jest/globals';
import { ensureAddons } from '../../../../functions/addons/ensure-addons.ts';
import { anAwsError } from '../../../support/fakes/calls.ts';
import { fakeEks } from '../../../support/fakes/fake-eks.ts';
import { anInput, aStepWorld, drive } from '../../../support/fakes/step-world.ts';

const OURS = { 'joinery.dev:cluster': 'banking-prod' };

function aWorld(addons: Readonly<Record<string, unknown>> = {}) {
  const world = aStepWorld({ addons });
  const eks = fakeEks(world);
  const deps = { ...world.deps, addons: eks.addons };
  return {
    world,
    eks,
    turn: (phase: 'before-nodes' | 'after-nodes') => ensureAddons(anInput('addons'), phase, deps),
    run: (phase: 'before-nodes' | 'after-nodes') => drive(world, 'addons', (input) => ensureAddons(input, phase, deps)),
  };
}

describe('the add-ons before the nodes', () => {
  it('are made all at once, at the pinned version or the default of this Kubernetes version, with our tags', async () => {
    const { world, eks, run } = aWorld({ 'vpc-cni': { version: 'v1.20.4-eksbuild.1' } });

    const results = await run('before-nodes');

    expect(eks.inputsOf('createAddon')).toMatchObject([
      { addonName: 'vpc-cni', addonVersion: 'v1.20.4-eksbuild.1', resolveConflicts: 'OVERWRITE' },
      { addonName: 'kube-proxy', addonVersion: 'v1.0.0-eksbuild.1-kube-proxy' },
      { addonName: 'eks-pod-identity-agent', tags: { 'joinery.dev:cluster': 'banking-prod', team: 'payments' } },
    ]);
    const tokens = (eks.inputsOf('createAddon') as { clientRequestToken: string }[]).map(
      (input) => input.clientRequestToken,
    );
    expect(new Set(tokens).size).toBe(3);
    expect(results.at(-1)).toMatchObject({ ready: true, change: 'created' });
    expect(results.at(-1)?.detail).toBe('vpc-cni is ACTIVE; kube-proxy is ACTIVE; eks-pod-identity-agent is ACTIVE');
    const intents = world.journal.filter((entry) => entry.startsWith('intend add-on'));
    expect(intents).toHaveLength(3);
    expect(world.journal.indexOf('intend add-on kube-proxy')).toBeLessThan(world.journal.lastIndexOf('createAddon'));
  });

  it('wait while the cluster is busy with something else', async () => {
    const { eks, turn } = aWorld();
    eks.fail('createAddon', anAwsError('InvalidRequestException', "Cluster 'banking-prod' is not in ACTIVE status"));

    expect(await turn('before-nodes')).toMatchObject({ ready: false });
  });

  it('are refused where EKS offers none for this Kubernetes version', async () => {
    const { eks, turn } = aWorld();
    eks.addons.defaultVersion = async () => undefined;

    await expect(turn('before-nodes')).rejects.toMatchObject({ name: 'NoAddonVersion' });
    expect(eks.inputsOf('createAddon')).toEqual([]);
  });
});

describe('CoreDNS', () => {
  const coredns = (status: 'ACTIVE' | 'DEGRADED' | 'CREATE_FAILED', addonVersion = 'v1.12.4-eksbuild.1') => ({
    addonName: 'coredns',
    status,
    addonVersion,
    tags: OURS,
    health: { issues: [{ code: 'InsufficientNumberOfReplicas' as const, message: 'no nodes' }] },
  });

  it('is left alone when it is ACTIVE and no version is pinned', async () => {
    const { eks, world, turn } = aWorld();
    eks.putAddon(coredns('ACTIVE'));

    expect(await turn('after-nodes')).toMatchObject({ ready: true, change: 'none' });
    expect(world.journal).toEqual(['fence', 'start addons', 'end addons']);
  });

  it('is updated to a pinned version without overwriting what a person configured', async () => {
    const { eks, run } = aWorld({ coredns: { version: 'v1.13.1-eksbuild.1' } });
    eks.putAddon(coredns('ACTIVE'));

    const results = await run('after-nodes');

    expect(eks.inputsOf('updateAddon')).toMatchObject([
      { addonName: 'coredns', addonVersion: 'v1.13.1-eksbuild.1', resolveConflicts: 'PRESERVE' },
    ]);
    expect(results[0]?.detail).toBe('coredns: updating from v1.12.4-eksbuild.1 to v1.13.1-eksbuild.1');
    expect(results.at(-1)).toMatchObject({ ready: true, change: 'updated' });
  });

  it('may be DEGRADED for as long as the step may take: then the run says why', async () => {
    const { eks, run } = aWorld();
    eks.putAddon(coredns('DEGRADED'));

    const results = await run('after-nodes');

    const waits = results.slice(0, -1).map((result) => result.retryAfterSeconds);
    expect(waits.reduce((sum, seconds) => sum + seconds)).toBe(1200);
    expect(results.at(-1)).toMatchObject({
      expired: true,
      detail: 'coredns is DEGRADED (InsufficientNumberOfReplicas: no nodes)',
    });
  });

  it('ends the run when it could not be made', async () => {
    const { eks, turn } = aWorld();
    eks.putAddon(coredns('CREATE_FAILED'));

    await expect(turn('after-nodes')).rejects.toMatchObject({
      name: 'AddonFailed',
      message: expect.stringContaining('coredns is CREATE_FAILED: InsufficientNumberOfReplicas: no nodes'),
    });
  });
});

describe('an add-on that somebody else made', () => {
  const theirs = (addonName: string) => ({ addonName, status: 'ACTIVE' as const, addonVersion: 'v1.12.4-eksbuild.1' });

  it.each([{}, { coredns: { version: 'v1.12.4-eksbuild.1' } }])(
    'is adopted as it is when the file says %j',
    async (addons) => {
      const { eks, turn } = aWorld(addons);
      eks.putAddon(theirs('coredns'));

      expect(await turn('after-nodes')).toMatchObject({
        ready: true,
        change: 'adopted',
        detail: 'coredns is ACTIVE; somebody else made it, and it is used as it is',
      });
      expect(eks.inputsOf('updateAddon')).toEqual([]);
    },
  );

  it('is never brought to another version: the error says what to do, and nothing was changed', async () => {
    const { eks, turn } = aWorld({ coredns: { version: 'v1.13.1-eksbuild.1' } });
    eks.putAddon({ ...theirs('coredns'), tags: { 'joinery.dev:cluster': 'another' } });

    await expect(turn('after-nodes')).rejects.toMatchObject({
      name: 'ForeignAddon',
      retryable: false,
      message: expect.stringMatching(
        /v1\.12\.4-eksbuild\.1.*v1\.13\.1-eksbuild\.1.*Nothing was changed.*spec\.addons\.coredns\.version/,
      ),
    });
    expect(eks.inputsOf('updateAddon')).toEqual([]);
  });

  it('does not hide that others were made', async () => {
    const { eks, run } = aWorld();
    eks.putAddon(theirs('vpc-cni'));

    expect((await run('before-nodes')).at(-1)).toMatchObject({ ready: true, change: 'created' });
  });
});

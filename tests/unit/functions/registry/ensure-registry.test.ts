import { describe, expect, it } from '@jest/globals';
import { ensureRegistry } from '../../../../functions/registry/ensure-registry.ts';
import { fakeEks } from '../../../support/fakes/fake-eks.ts';
import { aCluster, anInput, aRegistryRow, aStepWorld } from '../../../support/fakes/step-world.ts';

function aWorld() {
  const world = aStepWorld();
  const eks = fakeEks(world);
  eks.putCluster({ name: 'banking-prod', version: '1.35' });
  const deps = { ...world.deps, eks: eks.clusters };
  return { world, eks, deps, turn: () => ensureRegistry(anInput('registry'), deps) };
}

describe('the registry row', () => {
  it('says that the cluster lives, with its versions, and keeps what the stack made', async () => {
    const { world, turn } = aWorld();
    world.setRow(aRegistryRow({ kubernetesVersion: '1.34', karpenterVersion: '1.0.0' }));

    const result = await turn();

    expect(world.row()).toEqual(
      aRegistryRow({ state: 'active', kubernetesVersion: '1.35', karpenterVersion: '1.14.1' }),
    );
    expect(result).toMatchObject({ ready: true, change: 'created' });
  });

  it('is not written again when it is current', async () => {
    const { world, turn } = aWorld();
    world.setRow(aRegistryRow({ state: 'active' }));

    expect(await turn()).toMatchObject({ ready: true, change: 'none' });
  });

  it('of a living cluster is updated, not created, when a version changes', async () => {
    const { world, turn } = aWorld();
    world.setRow(aRegistryRow({ state: 'active', karpenterVersion: '1.13.0' }));

    expect(await turn()).toMatchObject({ ready: true, change: 'updated' });
  });

  it('has the budget of the cluster file, and loses it when the file does', async () => {
    const { world, deps } = aWorld();
    const budget = { dollarsPerHour: '12.50', nodePools: { default: { dollarsPerHour: '4' } } };
    const deps2 = { ...deps, loadCluster: async () => aCluster({ budget }) };

    const first = await ensureRegistry(anInput('registry'), deps2);
    const written = world.row()?.budget;
    const again = await ensureRegistry(anInput('registry'), deps2);
    await ensureRegistry(anInput('registry'), deps);

    expect([first.change, again.change]).toEqual(['created', 'none']);
    expect(written).toEqual(budget);
    expect(world.row()).not.toHaveProperty('budget');
  });

  it('is not written for a cluster that is gone', async () => {
    const { world, deps } = aWorld();
    const eks = { describe: async () => undefined };

    const turn = ensureRegistry(anInput('registry'), { ...deps, eks });

    await expect(turn).rejects.toMatchObject({ name: 'ClusterNotReady' });
    expect(world.row()?.state).toBe('creating');
  });
});

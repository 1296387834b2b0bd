import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Diagnosis } from '../../shared/diagnosis/diagnose.ts';
import type { Account } from '../../simulator/boot/account.ts';
import type { World } from '../../simulator/core/simulation.ts';
import { AILMENTS, diagnosed } from '../../simulator/scenarios/ailments.ts';
import { aBootstrappedAccount, aStage } from '../support/simulated-run.ts';

describe('the deployed function diagnose', () => {
  let account: Account;
  let whole: World;
  beforeAll(async () => {
    account = await aBootstrappedAccount();
    whole = account.simulation.snapshot();
  });
  afterAll(() => account.close());

  const diagnose = async (name?: string): Promise<Diagnosis> => {
    account.restore(whole);
    const ailment = name === undefined ? undefined : AILMENTS[name];
    return (await account.simulation.runUntil(diagnosed(aStage(account), ailment))) as Diagnosis;
  };

  it('finds nothing in a cluster where nothing is wrong', async () => {
    expect(await diagnose()).toEqual({
      cluster: 'banking-prod',
      healthy: true,
      pendingPods: 0,
      causes: [],
      unread: [],
    });
  });

  it.each(Object.keys(AILMENTS))('names what is wrong: %s', async (name) => {
    const { causes, healthy, unread, pendingPods } = await diagnose(name);
    const wanted = AILMENTS[name]?.cause;

    expect([healthy, unread, pendingPods]).toEqual([false, [], 3]);
    const found = causes.filter(({ id }) => id === wanted);
    expect(found.length).toBeGreaterThan(0);
    // Nothing else is blamed, but for what follows from it.
    const others = causes.filter(
      ({ id, about, severity }) => id !== wanted && severity === 'error' && about !== 'pods',
    );
    expect(others.filter(({ id }) => !['launch-failed', 'node-pool-not-ready'].includes(id))).toEqual([]);
    for (const { why, fix } of found) expect([why.length > 20, fix.length > 20]).toEqual([true, true]);
  });

  it('refuses what is no cluster, and a cluster that nobody registered', async () => {
    account.restore(whole);
    const deployed = [...account.runtime.functions.values()].find(({ name }) => name.endsWith('-diagnose'));
    const invoke = (event: unknown) => account.simulation.runUntil(account.runtime.invoke(deployed?.arn ?? '', event));

    await expect(invoke({})).rejects.toMatchObject({ name: 'InvalidInput' });
    await expect(invoke({ cluster: 'nobody' })).rejects.toMatchObject({ name: 'ClusterNotRegistered' });
  });
});

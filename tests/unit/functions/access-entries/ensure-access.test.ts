import { describe, expect, it } from '@jest/globals';
import { closeAccess, openAccess } from '../../../../functions/access-entries/ensure-access.ts';
import { anAwsError } from '../../../support/fakes/calls.ts';
import { fakeEks } from '../../../support/fakes/fake-eks.ts';
import { anInput, aStepWorld, drive } from '../../../support/fakes/step-world.ts';

const ADMIN = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy';
const NODE_ROLE = 'arn:aws:iam::111122223333:role/joinery/karpenter-node';
const roles = {
  installer: 'arn:aws:iam::111122223333:role/installer',
  operator: 'arn:aws:iam::111122223333:role/operator',
  reader: 'arn:aws:iam::111122223333:role/reader',
};

function aWorld() {
  const world = aStepWorld();
  const eks = fakeEks(world);
  const deps = { ...world.deps, access: eks.access, roles };
  return {
    world,
    eks,
    deps,
    open: () => openAccess(anInput('access'), deps),
    run: () => drive(world, 'access', (input) => openAccess(input, deps)),
  };
}

describe('opening access', () => {
  it('makes an entry for each role that speaks to the cluster, and only the installer is an administrator', async () => {
    const { world, eks, open } = aWorld();

    const result = await open();

    const tags = { 'joinery.dev:cluster': 'banking-prod', 'joinery.dev:execution': 'run-7' };
    const entry = (principalArn: string, type: string, more: object = {}) => ({
      clusterName: 'banking-prod',
      principalArn,
      type,
      ...more,
      tags,
    });
    expect(eks.inputsOf('createEntry')).toEqual([
      entry(roles.installer, 'STANDARD'),
      entry(roles.operator, 'STANDARD', { kubernetesGroups: ['joinery:operators'] }),
      entry(roles.reader, 'STANDARD', { kubernetesGroups: ['joinery:readers'] }),
      entry(NODE_ROLE, 'EC2_LINUX'),
    ]);
    expect(eks.inputsOf('associate')).toEqual([
      { name: 'banking-prod', principalArn: roles.installer, policyArn: ADMIN },
    ]);
    expect(result).toMatchObject({ ready: true, change: 'created' });
    const intents = world.journal.flatMap((entry, index) =>
      entry.startsWith('intend access entry') ? [world.journal[index + 1]] : [],
    );
    expect(intents).toEqual(['createEntry', 'createEntry', 'createEntry', 'createEntry']);
  });

  it('changes nothing a second time, and does not call opening and closing a change', async () => {
    const { eks, world, deps, open } = aWorld();
    await open();
    await closeAccess(anInput('access'), deps);
    const before = eks.entries();

    const result = await open();

    expect(result).toMatchObject({ ready: true, change: 'none' });
    expect(eks.entries()).toEqual(before);
    expect(eks.policiesOf(roles.installer)).toEqual([ADMIN]);
    expect(world.journal.filter((entry) => entry === 'createEntry')).toHaveLength(4);
  });

  it('gives an entry its group back', async () => {
    const { eks, open } = aWorld();
    eks.putEntry({ principalArn: roles.reader, type: 'STANDARD', kubernetesGroups: [] });

    await open();

    expect(eks.inputsOf('updateGroups')).toEqual([
      { name: 'banking-prod', principalArn: roles.reader, groups: ['joinery:readers'] },
    ]);
  });

  it('refuses an entry of the node role of another type: nodes could never join', async () => {
    const { eks, open } = aWorld();
    eks.putEntry({ principalArn: NODE_ROLE, type: 'STANDARD' });

    await expect(open()).rejects.toMatchObject({
      name: 'ForeignAccessEntry',
      message: expect.stringContaining(`${NODE_ROLE} is of type STANDARD`),
    });
  });

  it('goes on when a killed run made an entry that EKS does not show yet', async () => {
    const { eks, open } = aWorld();
    eks.fail('createEntry', anAwsError('ResourceInUseException', 'The specified access entry is already in use'));
    eks.putEntry({ principalArn: roles.operator, type: 'STANDARD', kubernetesGroups: ['joinery:operators'] });

    const result = await open();

    expect(eks.inputsOf('createEntry')).toHaveLength(3);
    expect(result).toMatchObject({ ready: false });
  });

  it('waits until EKS knows the new entry, then makes it an administrator', async () => {
    const { eks, run } = aWorld();
    eks.fail('associate', anAwsError('ResourceNotFoundException', 'no access entry'));

    const results = await run();

    expect(results.map((result) => result.ready)).toEqual([false, true]);
    expect(eks.policiesOf(roles.installer)).toEqual([ADMIN]);
  });
});

describe('closing access', () => {
  it('takes the administrator away from the installer and says whether it was one', async () => {
    const { eks, deps, open } = aWorld();
    await open();

    expect(await closeAccess(anInput('access'), deps)).toEqual({ closed: true });
    expect(await closeAccess(anInput('access'), deps)).toEqual({ closed: false });
    expect(eks.policiesOf(roles.installer)).toEqual([]);
  });
});

import { afterEach, describe, expect, it } from '@jest/globals';
import { releaseAfterEnd } from '../../../../functions/release-lease/release-after-end.ts';
import { OpsError } from '../../../../shared/errors/ops-error.ts';
import type { KubeApi } from '../../../../shared/kube/api.ts';
import { readLease, takeLease } from '../../../../shared/ledger/lease.ts';
import { ledgerTable } from '../../../../shared/ledger/table.ts';
import { simulatedDynamoDb, TABLE } from '../../../support/dynamodb-targets.ts';
import { anAwsError } from '../../../support/fakes/calls.ts';
import { fakeEks } from '../../../support/fakes/fake-eks.ts';
import { fakeKube } from '../../../support/fakes/fake-kube.ts';

const HOLDER = 'arn:aws:states:eu-west-1:111122223333:execution:bootstrap-cluster:run-7';
const INSTALLER = 'arn:aws:iam::111122223333:role/installer';
const ADMIN = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy';
const NAME = 'joinery-smoke-test-banking-prod';
const clock = { now: () => Date.parse('2026-11-02T08:00:00Z') };

const anEvent = (overrides: object = {}) => ({
  'detail-type': 'Step Functions Execution Status Change',
  detail: {
    executionArn: HOLDER,
    status: 'ABORTED',
    input: JSON.stringify({ metadata: { name: 'banking-prod' } }),
    ...overrides,
  },
});

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

async function aWorld(connect?: () => Promise<KubeApi>) {
  const dynamodb = await simulatedDynamoDb();
  closers.push(dynamodb.close);
  const table = ledgerTable({ dynamodb: dynamodb.client, tableName: TABLE.name });
  const journal: string[] = [];
  const eks = fakeEks({ journal, clock });
  const kube = fakeKube(journal);
  eks.putEntry({ principalArn: INSTALLER, type: 'STANDARD' });
  await eks.access.associate('banking-prod', INSTALLER, ADMIN);
  kube.put({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'inflate', namespace: NAME } });
  kube.put({ apiVersion: 'karpenter.sh/v1', kind: 'NodePool', metadata: { name: NAME } });
  await dynamodb.run(() =>
    takeLease({ table, clock }, { cluster: 'banking-prod', holder: HOLDER, isRunning: async () => false }),
  );
  journal.length = 0;
  const deps = { table, access: eks.access, installerRoleArn: INSTALLER, connect: connect ?? kube.connect };
  return {
    journal,
    eks,
    kube,
    lease: () => dynamodb.run(() => readLease(table, 'banking-prod')),
    release: (event: unknown) => dynamodb.run(() => releaseAfterEnd(event, deps)),
  };
}

describe('a root execution that was stopped', () => {
  it.each(['FAILED', 'TIMED_OUT', 'ABORTED'])(
    'and is %s gives its lease back, stops its siblings, and leaves neither pods nor an administrator',
    async (status) => {
      const { eks, kube, lease, release } = await aWorld();

      const outcome = await release(anEvent({ status }));

      expect(outcome).toEqual({ cluster: 'banking-prod', released: true, left: [] });
      expect(await lease()).toMatchObject({ holder: undefined, fence: 2 });
      expect([...kube.ofKind('NodePool'), ...kube.ofKind('Deployment')]).toEqual([]);
      expect(eks.policiesOf(INSTALLER)).toEqual([]);
    },
  );

  it('touches nothing when another run holds the lease', async () => {
    const { journal, lease, release } = await aWorld();

    const outcome = await release(anEvent({ executionArn: `${HOLDER}-other` }));

    expect(outcome).toEqual({ cluster: 'banking-prod', released: false, left: [] });
    expect(await lease()).toMatchObject({ holder: HOLDER, fence: 1 });
    expect(journal).toEqual([]);
  });

  it('and was nested, or holds nothing any more, needs nothing', async () => {
    const { journal, release } = await aWorld();

    expect(await release(anEvent({ input: '{"run":{"cluster":"banking-prod"}}' }))).toEqual({
      cluster: null,
      released: false,
      left: [],
    });
    expect(journal).toEqual([]);
  });

  it.each([
    ['that is not there', anAwsError('ResourceNotFoundException', 'No cluster found for name: banking-prod.')],
    ['that has no endpoint yet', new OpsError('ClusterNotReady', 'no endpoint yet')],
  ])('before it made a cluster %s has nothing to clean up in it', async (_, error) => {
    const { lease, release } = await aWorld(async () => {
      throw error;
    });

    expect(await release(anEvent())).toEqual({ cluster: 'banking-prod', released: true, left: [] });
    expect(await lease()).toMatchObject({ holder: undefined });
  });

  it('tells what it could not clean up, goes on, and gives the lease back all the same', async () => {
    const { eks, release } = await aWorld(async () => {
      throw new OpsError('Unavailable', 'no way to the endpoint');
    });

    const outcome = await release(anEvent());

    expect(outcome).toEqual({
      cluster: 'banking-prod',
      released: true,
      left: ['the smoke test: Unavailable: no way to the endpoint'],
    });
    expect(eks.policiesOf(INSTALLER)).toEqual([]);
  });

  it('is not taken for one when it succeeded', async () => {
    const { lease, release } = await aWorld();

    await expect(release(anEvent({ status: 'SUCCEEDED' }))).rejects.toThrow();
    expect(await lease()).toMatchObject({ holder: HOLDER });
  });
});

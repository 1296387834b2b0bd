import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { findCluster } from '../../simulator/aws/services/eks/state.ts';
import type { Account } from '../../simulator/boot/account.ts';
import type { World } from '../../simulator/core/simulation.ts';
import { SYSTEM_ADMIN } from '../../simulator/kubernetes/types.ts';
import {
  autoModeCluster,
  eksctlCluster,
  eksctlPlainCluster,
  terraformCluster,
} from '../../simulator/others/clusters.ts';
import { seedOthers } from '../../simulator/others/seed.ts';
import { adopt, anAdoption } from '../support/adopting.ts';
import { changesSince, newSince, type WorldSnapshot, worldSnapshot } from '../support/others-snapshot.ts';
import { anAccount, SUBNETS } from '../support/simulated-run.ts';

const CLUSTERS = [eksctlPlainCluster(), eksctlCluster(), terraformCluster(), autoModeCluster()];

describe('adopting clusters of others', () => {
  let account: Account;
  let seeded: World;
  let before: WorldSnapshot;
  beforeAll(async () => {
    account = await anAccount();
    await account.simulation.runUntil(seedOthers(account, CLUSTERS, SUBNETS));
    seeded = account.simulation.snapshot();
    before = worldSnapshot(account);
  });
  beforeEach(() => account.restore(seeded));
  afterAll(() => account.close());

  const changed = () => changesSince(before, account).map(({ path }) => path);

  it('stops before any change, with everything that it would need at once', async () => {
    const { ended, plan } = await adopt(account, anAdoption('eksctl-plain', []));

    expect([ended.status, ended.error]).toEqual(['FAILED', 'PreflightFailed']);
    expect(plan?.faults.map(({ check, path }) => [check, path])).toEqual(
      ['consent', 'consent', 'consent'].map((check) => [check, 'spec.consent']),
    );
    for (const consent of ['change-authentication-mode', 'tag-shared-resources', 'install-addons'])
      expect(ended.cause).toContain(`put ${consent} into spec.consent`);
    expect(changed()).toEqual([]);
    expect(newSince(before, account)).toEqual([]);
  });

  it('makes a plan that names each change with its consent, and changes nothing', async () => {
    const { ended, plan } = await adopt(account, { ...anAdoption('eksctl-plain'), planOnly: true });
    const consented = plan?.resources.flatMap(({ resource, consent }) => (consent ? [`${consent}: ${resource}`] : []));

    expect(ended.status).toBe('SUCCEEDED');
    expect(new Set(consented)).toEqual(
      new Set([
        'change-authentication-mode: authentication mode',
        'tag-shared-resources: tag joinery.dev:cluster',
        'install-addons: add-on',
        'tag-shared-resources: tag karpenter.sh/discovery',
      ]),
    );
    expect(changed()).toEqual([]);
  });

  it('installs Karpenter beside what is there, and changes what the file consents to alone', async () => {
    const { ended } = await adopt(account, anAdoption('eksctl-plain'));
    const found = findCluster(account.simulation, 'eksctl-plain');
    const deployment = account.kubernetes
      .find('eksctl-plain')
      ?.as(SYSTEM_ADMIN)
      .get({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'karpenter', namespace: 'kube-system' });

    expect([ended.status, ended.cause]).toEqual(['SUCCEEDED', undefined]);
    expect(changed()).toEqual([
      // Its authentication mode, and the mark.
      'cluster/eksctl-plain',
      'cluster/eksctl-plain/tags',
      // The discovery tag.
      `security-group/${found?.securityGroupId}`,
    ]);
    expect(found?.authenticationMode).toBe('API_AND_CONFIG_MAP');
    expect(found?.tags).toMatchObject({
      'joinery.dev:cluster': 'eksctl-plain',
      'alpha.eksctl.io/cluster-name': 'eksctl-plain',
    });
    expect(Object.keys(found?.addons ?? {})).toEqual(['eks-pod-identity-agent']);
    expect(Object.keys(found?.nodegroups ?? {})).toEqual(['ng-1']);
    expect(deployment?.status?.['readyReplicas']).toBe(2);
    expect(JSON.stringify(deployment?.spec)).not.toContain('joinery.dev/bootstrap');
  });

  it('refuses a Karpenter of somebody else and points to attach, with nothing changed', async () => {
    const { ended } = await adopt(account, anAdoption('terraform-prod'));

    expect([ended.status, ended.error]).toEqual(['FAILED', 'PreflightFailed']);
    expect(ended.cause).toContain('use mode: attach');
    expect(changed()).toEqual([]);
    expect(newSince(before, account)).toEqual([]);
  });

  it('takes back what it made for the look, when it finds another Karpenter only inside', async () => {
    const { ended } = await adopt(account, anAdoption('eksctl-prod'));

    expect([ended.status, ended.error]).toEqual(['FAILED', 'AdoptionRefused']);
    expect(ended.cause).toContain('karpenter/karpenter runs Karpenter 1.6.3');
    expect(ended.cause).toContain('use mode: attach');
    // EKS never takes an authentication mode back; with the new mode it makes entries for nobody.
    expect(changed()).toEqual(['cluster/eksctl-prod']);
    // Of the account, as with every run that gets past its preflight.
    expect(newSince(before, account)).toEqual(['role/AWSServiceRoleForEC2Spot']);
  });

  it('refuses Auto Mode unless told otherwise', async () => {
    const { ended } = await adopt(account, anAdoption('auto-prod'));

    expect(ended.cause).toContain('EKS Auto Mode');
    expect(changed()).toEqual([]);
  });

  it('has one clear error for a cluster that does not exist', async () => {
    const { ended } = await adopt(account, anAdoption('nobodys'));

    expect([ended.status, ended.error]).toEqual(['FAILED', 'ClusterMissing']);
    expect(ended.cause).toContain('There is no EKS cluster nobodys in account 111122223333, eu-west-1');
  });
});

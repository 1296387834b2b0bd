import { describe, expect, it } from '@jest/globals';
import { attachPlan, type Seen } from '../../../../functions/attachment/attach-plan.ts';
import { aRegistryRow } from '../../../support/fakes/step-world.ts';

const found = {
  name: 'payments-prod',
  version: '1.35',
  status: 'ACTIVE',
  accessConfig: { authenticationMode: 'API' },
  resourcesVpcConfig: { endpointPublicAccess: true, publicAccessCidrs: ['0.0.0.0/0'] },
} as const;

const seen = (more: Partial<Seen> = {}): Seen => ({
  cluster: 'payments-prod',
  region: 'eu-west-1',
  accountId: '111122223333',
  found: { ...found, resourcesVpcConfig: { ...found.resourcesVpcConfig, publicAccessCidrs: ['0.0.0.0/0'] } },
  row: undefined,
  stackHasVpc: false,
  hasReader: false,
  instances: 3,
  attachment: undefined,
  ...more,
});
const withCluster = (more: object): Seen =>
  seen({ found: { ...found, ...more } as unknown as NonNullable<Seen['found']> });
const checks = (plan: { faults: readonly { check: string }[] }) => plan.faults.map(({ check }) => check);
const at = '2026-11-02T08:00:00.000Z';

describe('the plan of an attach', () => {
  it('says what comes to be, before the cluster itself was asked', () => {
    const plan = attachPlan(seen(), at);

    expect(plan).toMatchObject({ blocked: false, faults: [], kubernetesVersion: '1.35', karpenterVersion: 'unknown' });
    expect(plan.resources.map(({ step, action }) => `${step} ${action}`)).toEqual([
      'access-rules unknown',
      'access-rules unknown',
      'reader create',
      'queue unknown',
      'registry create',
      'fleet update',
    ]);
  });

  it.each([
    ['no cluster of that name', seen({ found: undefined }), 'existing-cluster'],
    [
      'a cluster of ours by its tag',
      withCluster({ tags: { 'joinery.dev:cluster': 'payments-prod' } }),
      'existing-cluster',
    ],
    ['a cluster of ours by its row', seen({ row: aRegistryRow() }), 'existing-cluster'],
    ['a cluster that is not up', withCluster({ status: 'DELETING' }), 'existing-cluster'],
    [
      'a cluster without access entries',
      withCluster({ accessConfig: { authenticationMode: 'CONFIG_MAP' } }),
      'authentication-mode',
    ],
    ['an endpoint out of reach', withCluster({ resourcesVpcConfig: { endpointPublicAccess: false } }), 'endpoint'],
  ])('is blocked by %s alone', (_, what, check) => {
    const plan = attachPlan(what, at);

    expect([plan.blocked, checks(plan)]).toEqual([true, [check]]);
  });

  it('takes a private endpoint where the functions are in a VPC', () => {
    const what = { ...withCluster({ resourcesVpcConfig: { endpointPublicAccess: false } }), stackHasVpc: true };
    expect(attachPlan(what, at).blocked).toBe(false);
  });

  it('says that notices will come twice where rules of the account send to their queue', () => {
    const queue = { owner: 'theirs', name: 'q', url: '', arn: '', policyBefore: '', readerRoleArn: '' } as const;
    const inside = { karpenterVersion: '1.6.3', queue, rules: ['Spot', 'State'], todo: undefined };

    expect(attachPlan(seen({ inside }), at).warnings).toMatchObject([
      {
        check: 'duplicate-delivery',
        message:
          'rules Spot, State of this account send to q too: each notice comes twice, which Karpenter does not mind',
      },
    ]);
    expect(attachPlan(seen({ inside: { ...inside, rules: [] } }), at).warnings).toEqual([]);
  });
});

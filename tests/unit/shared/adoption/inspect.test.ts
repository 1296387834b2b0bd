import { describe, expect, it } from '@jest/globals';
import type { ClusterFacts } from '../../../../shared/adoption/facts.ts';
import { factsSchema } from '../../../../shared/adoption/facts-schema.ts';
import { inspectCluster } from '../../../../shared/adoption/inspect.ts';
import { OTHERS_CLUSTERS } from '../../../../simulator/others/clusters.ts';
import { DEFECTS } from '../../../../simulator/others/defects.ts';
import { storedFacts } from '../../../support/adoption-facts.ts';

const seen = storedFacts();
const factsOf = (name: string): ClusterFacts => {
  const facts = seen[name];
  if (!facts) throw new Error(`tests/fixtures/adoption has no ${name}`);
  return facts;
};
const idsIn = (facts: ClusterFacts) => inspectCluster(facts).map(({ id }) => id);

/** What each defect shows as; some are two faults, or have a second effect. */
const FOUND: Readonly<Record<string, readonly string[]>> = {
  D1: ['interruption-queue-not-given'],
  D2: ['rule-detail-type-misspelt', 'notices-not-delivered', 'aws-auth-group-misspelt'],
  D3: ['launch-templates-left'],
  D4: ['objects-without-controller'],
  D5: ['machines-without-claim'],
  D6: ['controller-permissions-missing'],
  D7: ['node-role-shared'],
  D8: ['nodes-not-let-in'],
  D9: ['definitions-stale'],
  D10: ['controller-policy-is-full'],
  D11: ['rule-names-collide'],
  D12: ['interruption-queue-unprotected', 'controller-passes-any-role'],
  D13: ['notices-not-delivered'],
  D14: ['uninstall-cut-short'],
  D15: ['release-pending', 'version-not-pinned'],
  D16: ['interruption-queue-missing'],
  D17: ['objects-of-cloudformation'],
  D18: ['interruption-queue-is-no-name'],
};

describe('the inspection of clusters of others', () => {
  it('has seen every cluster that the simulator has', () => {
    expect(Object.keys(seen)).toEqual([...Object.keys(OTHERS_CLUSTERS), ...Object.keys(DEFECTS)]);
  });

  it('finds nothing in a cluster that is well', () => {
    expect(inspectCluster(factsOf('terraform'))).toEqual([]);
  });

  it.each(Object.entries(FOUND))('finds %s, and nothing else', (defect, ids) => {
    const findings = inspectCluster(factsOf(defect));

    expect(findings.map(({ id }) => id)).toEqual(ids);
    expect(findings.some((finding) => finding.defect === defect)).toBe(true);
    for (const { breaks, fix, evidence } of findings) expect([breaks, fix, evidence].every(Boolean)).toBe(true);
  });

  it('finds in the clusters of eksctl and the CDK what these tools are known for', () => {
    expect(idsIn(factsOf('eksctl'))).toEqual(
      expect.arrayContaining([
        'interruption-queue-not-given',
        'interruption-queue-unprotected',
        'controller-policy-is-full',
      ]),
    );
    expect(idsIn(factsOf('cdk'))).toEqual(
      expect.arrayContaining(['rule-detail-type-misspelt', 'aws-auth-group-misspelt', 'definitions-stale']),
    );
  });

  it('asks of a controller only what its own version calls and hears', () => {
    const d6 = factsOf('D6');
    const [controller] = d6.inside?.controllers ?? [];
    if (!d6.inside || !controller) throw new Error('no controller');
    const older: ClusterFacts = { ...d6, inside: { ...d6.inside, controllers: [{ ...controller, version: '1.6.3' }] } };

    expect(idsIn(older)).not.toContain('controller-permissions-missing');
  });

  it('says nothing of what it could not see', () => {
    for (const facts of Object.values(seen)) {
      const findings = inspectCluster({ ...facts, inside: null, insideReason: 'not let in' });
      expect(findings.filter(({ evidence }) => evidence.startsWith('inside'))).toEqual([]);
    }
  });

  it('leaves a queue that Joinery fills to Joinery', () => {
    const d13 = factsOf('D13');
    const queue = d13.karpenterAccount?.queue;
    if (!d13.karpenterAccount || !queue) throw new Error('no queue');
    const tagged = { ...queue, tags: { 'joinery.dev:cluster': d13.cluster } };

    expect(idsIn({ ...d13, karpenterAccount: { ...d13.karpenterAccount, queue: tagged } })).toEqual([]);
  });

  it('counts security groups with the discovery tag, and tells two autoscalers', () => {
    const well = factsOf('terraform');
    const [group] = well.network.securityGroups;
    if (!group || !well.inside) throw new Error('no group');
    const second = { ...group, id: 'sg-2', isClusterGroup: false };
    const network = { ...well.network, securityGroups: [group, second] };
    const autoscalers = [{ namespace: 'kube-system', name: 'cluster-autoscaler', replicas: 1 }];

    expect(idsIn({ ...well, network, inside: { ...well.inside, autoscalers } })).toEqual([
      'several-discovery-groups',
      'cluster-autoscaler-runs',
    ]);
  });

  it('takes every facts that was seen as a facts file, and refuses what it does not know', () => {
    for (const facts of Object.values(seen)) expect(factsSchema.safeParse(facts).error).toBeUndefined();
    expect(factsSchema.safeParse({ ...factsOf('terraform'), colour: 'blue' }).success).toBe(false);
  });
});

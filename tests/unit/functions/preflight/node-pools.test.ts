import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { aNodeClass, aNodePool, aRequirement } from '../../../support/karpenter-manifests.ts';
import { anAccount, namesIn, runPreflight, type SimulatedAccount } from './simulated-account.ts';

const LIMITS = { cpu: '100', memory: '200Gi' };
const byTag = (value: string) => ({ subnetSelectorTerms: [{ tags: { 'karpenter.sh/discovery': value } }] });

function pools(pool: Record<string, unknown> = { limits: LIMITS }, nodeClass: Record<string, unknown> = byTag('*')) {
  return { nodePools: [{ manifest: aNodeClass(nodeClass) }, { manifest: aNodePool(pool) }] };
}

/** A pool of its own, with limits and requirements. */
function requiring(...requirements: object[]) {
  const { template } = aNodePool().spec;
  return pools({ limits: LIMITS, template: { spec: { ...template.spec, requirements } } });
}

describe('the preflight of node pools', () => {
  let account: SimulatedAccount;
  beforeEach(() => {
    account = anAccount();
  });
  afterEach(() => account.simulation.close());

  it('stops before anything is made when the linter finds an error, and says which', async () => {
    const { error, plan, intents } = await runPreflight(account, { spec: pools({}) });

    expect(error?.name).toBe('PreflightFailed');
    expect(error?.message).toContain(
      'node-pools (spec.nodePools[1].manifest.spec.limits): NodePool/general: no-limits:',
    );
    expect(plan?.blocked).toBe(true);
    expect(intents).toEqual([]);
  });

  it('goes on with warnings, which are in the plan with their place, and leaves infos out', async () => {
    const nodeClass = { ...byTag('*'), metadataOptions: { httpPutResponseHopLimit: 3 } };

    const { error, plan } = await runPreflight(account, { spec: pools(undefined, nodeClass), planOnly: true });

    expect(error).toBeUndefined();
    expect(namesIn(plan?.warnings)).toEqual([
      'node-pools spec.nodePools[0].manifest.spec.metadataOptions.httpPutResponseHopLimit',
    ]);
  });

  it('goes on without a warning when the file says that it is meant', async () => {
    const nodeClass = { ...byTag('*'), metadataOptions: { httpPutResponseHopLimit: 3 } };
    const lint = { off: [{ rule: 'metadata-hop-limit', reason: 'old agents need the metadata' }] };

    const { plan } = await runPreflight(account, { spec: { ...pools(undefined, nodeClass), lint }, planOnly: true });

    expect(plan).toMatchObject({ faults: [], warnings: [] });
  });

  it('knows the tag that the run will write, and refuses a class that selects by another', async () => {
    const own = await runPreflight(account, { spec: pools(undefined, byTag('banking-prod')), planOnly: true });
    const other = await runPreflight(account, { spec: pools(undefined, byTag('other')), planOnly: true });

    expect(namesIn(own.plan?.faults)).toEqual([]);
    expect(namesIn(other.plan?.faults)).toEqual(['node-pools spec.nodePools[0].manifest.spec.subnetSelectorTerms[0]']);
  });

  it('goes by what EC2 offers in the zones of the subnets, not by the snapshot', async () => {
    const { call } = account.cloud;
    const spec = requiring(aRequirement('node.kubernetes.io/instance-type', 'In', ['m5.large', 'm5.xlarge']));
    const before = await runPreflight(account, { spec, planOnly: true });
    account.cloud.call = async (service, operation, input, caller) => {
      const answer = await call.call(account.cloud, service, operation, input, caller);
      if (operation !== 'DescribeInstanceTypeOfferings') return answer;
      const { InstanceTypeOfferings } = answer as { InstanceTypeOfferings: { InstanceType: string }[] };
      return {
        InstanceTypeOfferings: InstanceTypeOfferings.filter(({ InstanceType }) => !InstanceType.startsWith('m5.')),
      };
    };

    const after = await runPreflight(account, { spec, planOnly: true });

    expect(namesIn(before.plan?.faults)).toEqual([]);
    expect(after.plan?.faults.map(({ message }) => message)).toEqual([
      'NodePool/general: selects-no-type: no instance type has node.kubernetes.io/instance-type In [m5.large, m5.xlarge] in eu-west-1: no node is ever launched',
    ]);
  });
});

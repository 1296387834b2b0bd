import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ec2World } from '../../../../simulator/aws/services/ec2/world.ts';
import { seedCustomerKey } from '../../../../simulator/aws/services/kms/keys.ts';
import { setQuota } from '../../../../simulator/aws/services/service-quotas/quotas.ts';
import { anAccount, namesIn, PLACE, runPreflight, type SimulatedAccount } from './simulated-account.ts';

describe('the preflight of an account', () => {
  let account: SimulatedAccount;
  beforeEach(() => {
    account = anAccount();
  });
  afterEach(() => account.simulation.close());

  const planFor = async (spec: Record<string, unknown> = {}) =>
    (await runPreflight(account, { spec, planOnly: true })).plan;
  const faultsFor = async (spec: Record<string, unknown> = {}) => namesIn((await planFor(spec))?.faults);

  describe('about what AWS offers', () => {
    it('refuses a Kubernetes version that EKS no longer offers, without complaints that only follow from it', async () => {
      const spec = { kubernetesVersion: '1.29', karpenter: { version: '1.14.1' } };

      expect(await faultsFor(spec)).toEqual(['kubernetes-version spec.kubernetesVersion']);
    });

    it('warns of a version in extended support and plans its price; refuses it under standard support', async () => {
      const extended = await planFor({ kubernetesVersion: '1.33' });
      const standard = await faultsFor({ kubernetesVersion: '1.33', supportType: 'STANDARD' });

      expect(namesIn(extended?.warnings)).toEqual(['kubernetes-version spec.kubernetesVersion']);
      expect(extended?.resources.find(({ step }) => step === 'cluster')?.monthlyUsd).toBe('438.00');
      expect(standard).toEqual(['kubernetes-version spec.supportType']);
    });

    it('refuses an add-on version that does not go with the Kubernetes version, and accepts one that does', async () => {
      const bad = await faultsFor({ addons: { coredns: { version: 'v1.11.3-eksbuild.1' } } });
      const good = await faultsFor({ addons: { coredns: { version: 'v1.14.2-eksbuild.1' } } });

      expect(bad).toEqual(['addon-version spec.addons.coredns.version']);
      expect(good).toEqual([]);
    });

    it('refuses instance types that are unknown, for another architecture, or not in every zone', async () => {
      const only = (name: string) => faultsFor({ bootstrapNodes: { instanceTypes: [name] } });
      const path = 'instance-types spec.bootstrapNodes.instanceTypes[0]';

      expect(await only('m9z.large')).toEqual([path]);
      expect(await only('t4g.medium')).toEqual([path]);
      expect(await only('m5.large')).toEqual([]);
    });

    it('names the zone that does not offer a type', async () => {
      const { call } = account.cloud;
      account.cloud.call = async (service, operation, input, caller) => {
        const answer = await call.call(account.cloud, service, operation, input, caller);
        if (operation !== 'DescribeInstanceTypeOfferings') return answer;
        const { InstanceTypeOfferings } = answer as { InstanceTypeOfferings: { Location: string }[] };
        return { InstanceTypeOfferings: InstanceTypeOfferings.filter(({ Location }) => Location !== 'eu-west-1c') };
      };

      const plan = await planFor();

      expect(plan?.faults.map(({ message }) => message)).toEqual(['eu-west-1c does not offer t3.medium']);
    });
  });

  describe('about room on the bootstrap nodes', () => {
    const requesting = (cpu: string, memory: string) => ({
      karpenter: { resources: { requests: { cpu, memory }, limits: { cpu: '4', memory: '8Gi' } } },
    });

    it.each([
      { cpu: '1', memory: '1Gi', expected: [] },
      // 1930m less 150m for daemons leaves 1780m beside which CoreDNS has room once on each node.
      { cpu: '1680m', memory: '1Gi', expected: [] },
      { cpu: '1700m', memory: '1Gi', expected: ['bootstrap-capacity spec.bootstrapNodes'] },
      { cpu: '1790m', memory: '1Gi', expected: ['bootstrap-capacity spec.karpenter.resources.requests'] },
      { cpu: '1', memory: '3300Mi', expected: ['bootstrap-capacity spec.karpenter.resources.requests'] },
    ])('on t3.medium, a controller of $cpu and $memory: $expected', async ({ cpu, memory, expected }) => {
      expect(await faultsFor(requesting(cpu, memory))).toEqual(expected);
    });

    it('accepts with a third node what two have no room for', async () => {
      const bootstrapNodes = { minSize: 3, desiredSize: 3, maxSize: 4 };

      expect(await faultsFor({ ...requesting('1700m', '1Gi'), bootstrapNodes })).toEqual([]);
    });
  });

  describe('about quotas', () => {
    it('refuses when the account may have no further cluster', async () => {
      setQuota(account.simulation, 'eks', 'L-1194D53C', 0);

      expect(await faultsFor()).toEqual(['quotas']);
    });

    it.each([
      { quota: 13, smokeTest: true, refused: true },
      { quota: 14, smokeTest: true, refused: false },
      { quota: 5, smokeTest: false, refused: true },
      { quota: 6, smokeTest: false, refused: false },
    ])(
      'with $quota vCPUs on demand and smoke test $smokeTest: refused $refused',
      async ({ quota, smokeTest, refused }) => {
        setQuota(account.simulation, 'ec2', 'L-1216C47A', quota);

        const plan = await planFor({ smokeTest: { enabled: smokeTest } });

        expect(namesIn(plan?.faults)).toEqual(refused ? ['quotas'] : []);
      },
    );

    it('counts what runs on demand already', async () => {
      setQuota(account.simulation, 'ec2', 'L-1216C47A', 20);
      const before = await faultsFor();
      await account.call('EC2', 'RunInstances', {
        ImageId: await anImage(),
        InstanceType: 'm5.2xlarge',
        MinCount: 1,
        MaxCount: 1,
        SubnetId: 'subnet-a',
      });
      await account.simulation.runFor(60);

      const plan = await planFor();

      expect(before).toEqual([]);
      expect(plan?.faults[0]?.message).toContain('may run 20 vCPUs on demand and runs 8; 6 are needed');
    });

    it('warns of a NodePool that may outgrow the quota', async () => {
      setQuota(account.simulation, 'ec2', 'L-1216C47A', 99);

      const plan = await planFor();

      expect(plan?.faults).toEqual([]);
      expect(namesIn(plan?.warnings)).toEqual(['node-pools spec.nodePools[0]']);
    });
  });

  describe('about the default key of volumes', () => {
    const useKey = (usableThroughEc2: boolean) => {
      const key = seedCustomerKey(account.simulation, PLACE, { usableThroughEc2 });
      ec2World(account.simulation).ebs = { encryptionByDefault: true, defaultKeyArn: key.arn };
      return key;
    };

    it("accepts the account's own key when everyone in the account may use it through EC2", async () => {
      useKey(true);

      expect(await planFor()).toMatchObject({ faults: [], warnings: [] });
    });

    it('refuses a key that only hands the decision to policies that nobody has, once for each role', async () => {
      useKey(false);

      const plan = await planFor();

      expect(namesIn(plan?.faults)).toEqual(['volume-key', 'volume-key']);
      expect(plan?.faults.map(({ message }) => message).join()).toMatch(/Auto Scaling's role.*Karpenter's role/);
    });

    it('refuses a key that is about to be deleted, or that is gone', async () => {
      const key = useKey(true);
      key.state = 'PendingDeletion';
      const pending = await planFor();
      ec2World(account.simulation).ebs.defaultKeyArn = 'arn:aws:kms:eu-west-1:111122223333:key/gone';
      const gone = await planFor();

      expect(pending?.faults[0]?.message).toContain('PendingDeletion');
      expect(gone?.faults[0]?.message).toContain('does not exist');
    });
  });

  async function anImage(): Promise<string> {
    const { Images } = (await account.call('EC2', 'DescribeImages', { Owners: ['amazon'] })) as {
      Images: { ImageId: string; Architecture: string }[];
    };
    return Images.find(({ Architecture }) => Architecture === 'x86_64')?.ImageId ?? '';
  }
});

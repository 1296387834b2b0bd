import { afterEach, describe, expect, it } from '@jest/globals';
import { type NetworkSeed, type SubnetSeed, seedNetwork } from '../../../../simulator/aws/services/ec2/network-seed.ts';
import { addSecurityGroup } from '../../../../simulator/aws/services/ec2/security-groups.ts';
import { anAccount, namesIn, runPreflight, type SimulatedAccount } from './simulated-account.ts';

const ENDPOINTS = ['ec2', 'ecr.api', 'ecr.dkr', 'eks', 'eks-auth', 's3', 'sqs', 'ssm', 'sts'];
const subnets = (part: Partial<SubnetSeed> = {}): SubnetSeed[] =>
  ['a', 'b', 'c'].map((letter) => ({ id: `subnet-${letter}`, zone: `eu-west-1${letter}`, ...part }));

describe('the preflight of a network', () => {
  let account: SimulatedAccount;
  afterEach(() => account.simulation.close());

  const planFor = async (network: NetworkSeed, spec: Record<string, unknown> = {}) => {
    account = anAccount(network);
    const { plan } = await runPreflight(account, { spec, planOnly: true });
    return plan;
  };

  it('refuses subnets that all lie in one zone', async () => {
    const plan = await planFor({ subnets: subnets({ zone: 'eu-west-1a' }) });

    expect(namesIn(plan?.faults)).toEqual(['zones spec.network.subnetIds']);
    expect(plan?.faults[0]?.message).toContain('eu-west-1a');
  });

  it('refuses subnets of two VPCs and says which are where', async () => {
    account = anAccount({ vpcId: 'vpc-1', subnets: subnets().slice(0, 2) });
    seedNetwork(account.simulation, { vpcId: 'vpc-2', subnets: subnets().slice(2) });

    const { plan } = await runPreflight(account, { planOnly: true });

    expect(plan?.faults.map(({ message }) => message)).toEqual([
      'the subnets are in 2 VPCs: subnet-a and subnet-b in vpc-1, subnet-c in vpc-2',
    ]);
  });

  it.each([
    { free: 9, faults: 3, warnings: 0 },
    { free: 10, faults: 0, warnings: 3 },
    { free: 17, faults: 0, warnings: 3 },
    { free: 18, faults: 0, warnings: 0 },
  ])(
    'wants 10 free addresses in each of three subnets and would have 18: $free',
    async ({ free, faults, warnings }) => {
      const plan = await planFor({ subnets: subnets({ freeAddresses: free }) });

      expect(plan?.faults.filter(({ check }) => check === 'free-addresses')).toHaveLength(faults);
      expect(plan?.faults).toHaveLength(faults);
      expect(plan?.warnings.filter(({ check }) => check === 'free-addresses')).toHaveLength(warnings);
    },
  );

  it('refuses a subnet without a default route when endpoints are missing, and names them', async () => {
    const endpoints = ENDPOINTS.filter((service) => service !== 'sqs' && service !== 's3');

    const plan = await planFor({ subnets: subnets({ wayOut: 'none' }), endpoints });

    expect(namesIn(plan?.faults)).toEqual([0, 1, 2].map((index) => `way-out spec.network.subnetIds[${index}]`));
    expect(plan?.faults[0]?.message).toMatch(/rtb-\w+ has no default route.*no working endpoint for s3, sqs$/);
  });

  it('accepts a subnet with all endpoints in place of a way out, and says what such a VPC lacks', async () => {
    const plan = await planFor({ subnets: subnets({ wayOut: 'none' }), endpoints: ENDPOINTS });

    expect(plan?.faults).toEqual([]);
    expect(namesIn(plan?.warnings)).toEqual([
      'way-out spec.network.subnetIds',
      'way-out spec.karpenter.settings.isolatedVPC',
    ]);
  });

  it('refuses endpoints alone when the cluster can be reached by the internet only', async () => {
    const network = { endpointAccess: 'public' };

    const plan = await planFor({ subnets: subnets({ wayOut: 'none' }), endpoints: ENDPOINTS }, { network });

    expect(new Set(namesIn(plan?.faults))).toEqual(new Set(['way-out spec.network.endpointAccess']));
  });

  it('refuses a NAT gateway that does not work', async () => {
    const plan = await planFor({ natState: 'failed' });

    expect(plan?.faults).toHaveLength(3);
    expect(plan?.faults[0]?.message).toMatch(/leads to NAT gateway nat-\w+, which is failed/);
  });

  it('refuses a public subnet whose nodes get no public address, and warns of one whose nodes do', async () => {
    const [a, b, c] = subnets();
    const seeds = [
      { ...a, wayOut: 'internet-gateway', mapPublicIp: false },
      { ...b, wayOut: 'internet-gateway', mapPublicIp: true },
      c,
    ] as SubnetSeed[];

    const plan = await planFor({ subnets: seeds });

    expect(namesIn(plan?.faults)).toEqual(['way-out spec.network.subnetIds[0]']);
    expect(namesIn(plan?.warnings)).toEqual(['way-out spec.network.subnetIds[1]']);
  });

  it("judges a subnet without a route table of its own by the VPC's main one", async () => {
    const plan = await planFor({ subnets: subnets({ association: 'main' }) });

    expect(plan?.faults.map(({ check }) => check)).toEqual(['way-out', 'way-out', 'way-out']);
  });

  it('refuses security groups that do not exist or are of another VPC, and accepts one of this VPC', async () => {
    account = anAccount({ vpcId: 'vpc-1' });
    seedNetwork(account.simulation, { vpcId: 'vpc-2', subnets: [] });
    const group = (vpcId: string) =>
      addSecurityGroup(account.simulation, { name: 'nodes', description: 'nodes', vpcId, tags: {} }).id;
    const [here, there] = [group('vpc-1'), group('vpc-2')];
    const network = { securityGroupIds: [here, there, 'sg-0'] };

    const { plan } = await runPreflight(account, { spec: { network }, planOnly: true });

    expect(namesIn(plan?.faults)).toEqual([
      'security-groups spec.network.securityGroupIds[1]',
      'security-groups spec.network.securityGroupIds[2]',
    ]);
  });

  it('warns of two groups with the discovery tag and of a subnet that keeps the tag of another cluster', async () => {
    const [a, ...rest] = subnets();
    const tags = { 'karpenter.sh/discovery': 'lending-prod' };
    account = anAccount({ vpcId: 'vpc-1', subnets: [{ id: 'subnet-a', zone: 'eu-west-1a', ...a, tags }, ...rest] });
    for (const name of ['one', 'two']) {
      const own = { 'karpenter.sh/discovery': 'banking-prod' };
      addSecurityGroup(account.simulation, { name, description: name, vpcId: 'vpc-1', tags: own });
    }

    const { plan } = await runPreflight(account, { planOnly: true });

    expect(plan?.faults).toEqual([]);
    expect(namesIn(plan?.warnings)).toEqual(['discovery-tags', 'discovery-tags spec.network.subnetIds[0]']);
    expect(plan?.resources.find(({ name }) => name === 'subnet-a')).toMatchObject({
      action: 'none',
      reason: expect.stringContaining('lending-prod'),
    });
  });
});

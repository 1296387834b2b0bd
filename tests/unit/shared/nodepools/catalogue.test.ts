import { describe, expect, it } from '@jest/globals';
import { selectTypes } from '../../../../shared/instance-types/select.ts';
import { requirementsOfPool } from '../../../../shared/nodepools/capacity-types.ts';
import { costAtMost, inDollars } from '../../../../shared/nodepools/cost-at-most.ts';
import { buildNodeClass } from '../../../../shared/nodepools/profiles/build-node-class.ts';
import {
  PROFILE_NAMES,
  profileNamed,
  profileNodeClass,
  profileNodePool,
} from '../../../../shared/nodepools/profiles/catalogue.ts';
import { checked } from '../../../../shared/nodepools/profiles/checked.ts';

const facts = {
  clusterName: 'banking-prod',
  subnetIds: ['subnet-0a'],
  securityGroupId: 'sg-0a',
  instanceProfile: 'profile',
  amiAlias: 'al2023@v20261101',
};
const templateOf = (pool: ReturnType<typeof profileNodePool>) =>
  pool.spec['template'] as { spec: Record<string, unknown>; metadata?: { labels: Record<string, string> } };
const typesOf = (pool: ReturnType<typeof profileNodePool>, region = 'eu-west-1') =>
  selectTypes(requirementsOfPool(pool), { region }).types;

describe.each(PROFILE_NAMES)('the profile %s', (name) => {
  const pool = profileNodePool(name);

  it('makes a NodePool and an EC2NodeClass that Karpenter takes, with a purpose and the row that asks for it', () => {
    const nodeClass = buildNodeClass(profileNodeClass(name), facts);

    expect(checked(pool)).toBe(pool);
    expect(checked(nodeClass).spec).toMatchObject({
      amiSelectorTerms: [{ alias: 'al2023@v20261101' }],
      metadataOptions: { httpTokens: 'required', httpPutResponseHopLimit: 1 },
      blockDeviceMappings: [{ ebs: { encrypted: true, volumeType: 'gp3' } }],
    });
    expect(templateOf(pool).spec['nodeClassRef']).toMatchObject({ name: nodeClass.metadata.name });
    expect(profileNamed(name).purpose).toMatch(/\.$/);
    expect(profileNamed(name).row).toMatch(/^[PK]\d$/);
  });

  it.each(['eu-west-1', 'us-east-1'])(
    'has enough types in %s, none of them bare metal, and a bound for what it costs',
    (region) => {
      const types = typesOf(pool, region);
      const { worstCase } = costAtMost(pool, region);

      const isSpot = profileNamed(name).capacityTypes.includes('spot');
      expect(types.length).toBeGreaterThanOrEqual(isSpot ? 15 : 8);
      expect(types.filter(({ isBareMetal }) => isBareMetal)).toEqual([]);
      expect(Number(worstCase.dollarsPerHour)).toBeGreaterThan(1);
      expect(Number(worstCase.dollarsPerHour)).toBeLessThan(25);
    },
  );
});

describe('the pools of the documents', () => {
  it('keep to themselves what is for a purpose, by a taint of their own', () => {
    const taints = PROFILE_NAMES.map((name) => [name, templateOf(profileNodePool(name)).spec['taints']]);

    expect(Object.fromEntries(taints)).toEqual({
      default: undefined,
      balanced: undefined,
      'general-workloads': [{ key: 'workload-type', value: 'general', effect: 'NoSchedule' }],
      'gpu-workloads': [{ key: 'workload-type', value: 'gpu', effect: 'NoSchedule' }],
      'batch-jobs': [{ key: 'workload-type', value: 'batch', effect: 'NoSchedule' }],
      'banking-general': [{ key: 'banking.com/general', value: 'true', effect: 'NoSchedule' }],
      'banking-compute': [{ key: 'banking.com/compute', value: 'true', effect: 'NoSchedule' }],
    });
  });

  it.each([
    ['banking-general', '1000', '1000Gi', '30s', '24h', ['spot', 'on-demand']],
    ['banking-compute', '500', '500Gi', '15s', '8h', ['spot']],
  ] as const)(
    '%s has the documents limits, delay and capacity types',
    (name, cpu, memory, delay, life, capacityTypes) => {
      const { spec } = profileNodePool(name);

      expect(spec).toMatchObject({
        limits: { cpu, memory },
        disruption: { consolidationPolicy: 'WhenEmptyOrUnderutilized', consolidateAfter: delay },
        template: { spec: { expireAfter: life } },
      });
      expect(profileNamed(name).capacityTypes).toEqual(capacityTypes);
    },
  );

  it('are had to the letter with overrides, harmful as they are', () => {
    const general = checked(profileNodePool('banking-general', { instanceFamilies: ['t3', 'm5'], expireAfter: '30m' }));
    const compute = checked(profileNodePool('banking-compute', { instanceFamilies: ['c5'], expireAfter: '10m' }));

    expect(typesOf(general).map(({ name }) => name)).toEqual([
      'm5.large',
      'm5.xlarge',
      't3.large',
      't3.medium',
      't3.xlarge',
    ]);
    expect(typesOf(compute).map(({ name }) => name)).toEqual(['c5.2xlarge', 'c5.4xlarge', 'c5.large', 'c5.xlarge']);
    expect([templateOf(general).spec['expireAfter'], templateOf(compute).spec['expireAfter']]).toEqual(['30m', '10m']);
  });

  it('have GPUs of NVIDIA only, whatever families are asked for', () => {
    const types = typesOf(profileNodePool('gpu-workloads', { instanceFamilies: ['g4dn', 'g4ad', 'm5'] }));

    expect(types.length).toBeGreaterThan(3);
    expect(new Set(types.map(({ family }) => family))).toEqual(new Set(['g4dn']));
  });
});

describe('overrides', () => {
  it('with families keep the sizes and guards of the profile, with sizes its families, with types nothing', () => {
    const names = (overrides: Parameters<typeof profileNodePool>[1]) =>
      typesOf(profileNodePool('banking-compute', overrides)).map(({ name }) => name);

    expect(names({ instanceFamilies: ['m5'] })).toEqual(['m5.2xlarge', 'm5.4xlarge', 'm5.large', 'm5.xlarge']);
    expect(names({ instanceSizes: ['large'] })).toEqual(['c5.large', 'c5a.large', 'c6a.large', 'c6i.large']);
    expect(names({ instanceTypes: ['c5.metal', 'm5.24xlarge'] })).toEqual(['c5.metal', 'm5.24xlarge']);
    expect(names({ instanceTypes: ['c5.*'] })).toEqual(expect.arrayContaining(['c5.metal', 'c5.24xlarge']));
  });

  it('merge limits and labels, replace taints and budgets, and give a volume a class of its own', () => {
    const overrides = {
      name: 'ledger',
      limits: { 'nvidia.com/gpu': '0' },
      labels: { team: 'ledger' },
      taints: [],
      budgets: [{ nodes: '0', schedule: '0 9 * * mon-fri', duration: '8h' }],
      rootVolume: { gib: 200 },
    };

    const pool = checked(profileNodePool('banking-general', overrides));

    expect(pool.spec).toMatchObject({
      limits: { cpu: '1000', memory: '1000Gi', 'nvidia.com/gpu': '0' },
      disruption: { budgets: [{ nodes: '0', schedule: '0 9 * * mon-fri', duration: '8h' }] },
      template: {
        metadata: { labels: { 'banking.com/pool': 'general', team: 'ledger' } },
        spec: { nodeClassRef: { name: 'ledger-volume' } },
      },
    });
    expect(templateOf(pool).spec).not.toHaveProperty('taints');
    expect(profileNodeClass('banking-general', overrides)).toEqual({
      name: 'ledger-volume',
      rootVolume: { gib: 200, iops: 4000, throughputMiBps: 250 },
    });
  });
});

describe('dollars for people', () => {
  it.each([
    ['0', '$0.00'],
    ['6.24', '$6.24'],
    ['6.964317', '$6.97'],
    ['12.999001', '$13.00'],
    ['5.9', '$5.90'],
  ])('%s is %s: whole cents, rounded up', (exact, shown) => {
    expect(inDollars(exact)).toBe(shown);
  });
});

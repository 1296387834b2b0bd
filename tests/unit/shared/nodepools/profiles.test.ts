import { describe, expect, it } from '@jest/globals';
import { buildNodeClass, type NodeClassInput } from '../../../../shared/nodepools/profiles/build-node-class.ts';
import { isProfileName, PROFILE_NAMES, profileNodePool } from '../../../../shared/nodepools/profiles/catalogue.ts';
import { checked } from '../../../../shared/nodepools/profiles/checked.ts';
import { InvalidProfileError } from '../../../../shared/nodepools/profiles/manifest.ts';
import { DEFAULT_NODE_CLASS } from '../../../../shared/nodepools/profiles/profile.ts';

const defaultNodeClass = (given: NodeClassInput, rootVolume = DEFAULT_NODE_CLASS.rootVolume) =>
  checked(buildNodeClass({ name: 'default', rootVolume }, given));
const defaultNodePool = (overrides: Parameters<typeof profileNodePool>[1] = {}) =>
  checked(profileNodePool('default', overrides));

const input = {
  clusterName: 'banking-prod',
  subnetIds: ['subnet-0a', 'subnet-0b'],
  securityGroupId: 'sg-0a',
  instanceProfile: 'joinery-banking-prod-karpenter-node',
  amiAlias: 'al2023@v20261101',
};

describe('the profile default', () => {
  it('asks for arm64, on-demand, families t, c and m from generation 4, within limits, consolidated when empty', () => {
    const pool = defaultNodePool();

    expect(pool.metadata.name).toBe('default');
    expect(pool.spec).toEqual({
      limits: { cpu: '100', memory: '200Gi' },
      disruption: { consolidationPolicy: 'WhenEmpty', consolidateAfter: '30s', budgets: [{ nodes: '10%' }] },
      template: {
        spec: {
          nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'default' },
          expireAfter: '720h',
          terminationGracePeriod: '24h',
          requirements: [
            { key: 'kubernetes.io/os', operator: 'In', values: ['linux'] },
            { key: 'kubernetes.io/arch', operator: 'In', values: ['arm64'] },
            { key: 'karpenter.sh/capacity-type', operator: 'In', values: ['on-demand'] },
            { key: 'karpenter.k8s.aws/instance-category', operator: 'In', values: ['t', 'c', 'm'] },
            { key: 'karpenter.k8s.aws/instance-generation', operator: 'Gt', values: ['3'] },
            { key: 'karpenter.k8s.aws/instance-hypervisor', operator: 'In', values: ['nitro'] },
          ],
        },
      },
    });
  });

  it('takes the overrides of a cluster file', () => {
    const pool = profileNodePool('default', {
      name: 'web',
      weight: 10,
      limits: { cpu: '8', nodes: 3 },
      capacityTypes: ['spot'],
      instanceTypes: ['m7g.*'],
      instanceFamilies: ['c7g'],
      zones: ['eu-west-1a'],
      labels: { team: 'web' },
      taints: [{ key: 'team', value: 'web', effect: 'NoSchedule' }],
      terminationGracePeriod: '1h',
    });

    expect(pool).toMatchObject({
      metadata: { name: 'web' },
      spec: {
        weight: 10,
        limits: { cpu: '8', memory: '200Gi', nodes: '3' },
        template: { metadata: { labels: { team: 'web' } }, spec: { terminationGracePeriod: '1h' } },
      },
    });
    expect(JSON.stringify(pool)).toContain(
      '"karpenter.k8s.aws/instance-family","operator":"In","values":["c7g","m7g"]',
    );
    expect(JSON.stringify(pool)).not.toContain('instance-category');
  });

  it('refuses overrides that make a pool which could never work', () => {
    expect(() => defaultNodePool({ instanceTypes: ['m7g.large', 'c7g.*'] })).toThrow(InvalidProfileError);
    expect(() => defaultNodePool({ labels: { 'karpenter.sh/nodepool': 'x' } })).toThrow(
      /spec.template.metadata.labels/,
    );
  });

  it('makes a hardened EC2NodeClass that selects by id', () => {
    expect(defaultNodeClass(input, { gib: 80, iops: 4000 })).toEqual({
      apiVersion: 'karpenter.k8s.aws/v1',
      kind: 'EC2NodeClass',
      metadata: { name: 'default' },
      spec: {
        amiSelectorTerms: [{ alias: 'al2023@v20261101' }],
        instanceProfile: 'joinery-banking-prod-karpenter-node',
        subnetSelectorTerms: [{ id: 'subnet-0a' }, { id: 'subnet-0b' }],
        securityGroupSelectorTerms: [{ id: 'sg-0a' }],
        metadataOptions: {
          httpEndpoint: 'enabled',
          httpProtocolIPv6: 'disabled',
          httpPutResponseHopLimit: 1,
          httpTokens: 'required',
        },
        blockDeviceMappings: [
          {
            deviceName: '/dev/xvda',
            rootVolume: true,
            ebs: { volumeSize: '80Gi', volumeType: 'gp3', encrypted: true, deleteOnTermination: true, iops: 4000 },
          },
        ],
        tags: { 'joinery.dev/cluster': 'banking-prod' },
      },
    });
  });

  it.each(['al2023@latest', 'al2@v20261101', 'bottlerocket@1.2.3'])('refuses the AMI alias %s', (amiAlias) => {
    expect(() => defaultNodeClass({ ...input, amiAlias })).toThrow(InvalidProfileError);
  });

  it('is one of the catalogue', () => {
    expect(PROFILE_NAMES).toEqual([
      'default',
      'balanced',
      'general-workloads',
      'gpu-workloads',
      'batch-jobs',
      'banking-general',
      'banking-compute',
    ]);
    expect(isProfileName('default')).toBe(true);
    expect(isProfileName('toString')).toBe(false);
  });
});

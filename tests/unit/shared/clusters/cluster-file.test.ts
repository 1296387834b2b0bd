import { describe, expect, it } from '@jest/globals';
import { aClass, aFile, aPool, faultsOf, parse, pathsOf } from './sample.ts';

const network = (parts: Record<string, unknown>) =>
  aFile({ network: { subnetIds: ['subnet-a', 'subnet-b'], ...parts } });
const settings = (parts: Record<string, unknown>) => aFile({ karpenter: { settings: parts } });
const pools = (...nodePools: unknown[]) => aFile({ nodePools });

describe('parseClusterFileWith', () => {
  it('fills in the defaults of the design', () => {
    const parsed = parse(aFile());

    expect(parsed).toMatchObject({
      ok: true,
      cluster: {
        spec: {
          mode: 'create',
          network: { endpointAccess: 'both', publicAccessCidrs: ['0.0.0.0/0'] },
          bootstrapNodes: { instanceTypes: ['t3.medium'], minSize: 2, desiredSize: 3, maxSize: 4 },
          karpenter: {
            version: '1.14.1',
            settings: { batchMaxDuration: '10s', batchIdleDuration: '1s' },
            resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '1', memory: '1Gi' } },
          },
          nodePools: [{ profile: 'default', overrides: {} }],
          interruptions: { directSpotRule: false },
          smokeTest: { enabled: true, pods: 5, cpu: '1' },
        },
      },
    });
  });

  it('gives the same value when its own answer is parsed again', () => {
    for (const file of [
      aFile(),
      network({ endpointAccess: 'private' }),
      pools({ profile: 'default' }, { manifest: aPool('a') }),
    ]) {
      const first = parse(file);

      expect(first.ok && parse(first.cluster)).toEqual(first);
      expect(first.ok).toBe(true);
    }
  });

  it('names ten faults of one file in ten messages', () => {
    const file = aFile(
      {
        region: 'Ireland',
        kubernetesVersion: 1.3,
        network: { subnetIds: ['subnet-a', 'subnet-a'], endpointAccess: 'open' },
        bootstrapNodes: { minSize: 1, desiredSize: 5, instanceTypes: ['t3.*'] },
        karpentr: {},
        nodePools: [{ profile: 'defalt' }],
      },
      { metadata: { name: 'banking.prod' } },
    );

    expect(pathsOf(file).sort()).toEqual(
      [
        'metadata.name',
        'spec.region',
        'spec.kubernetesVersion',
        'spec.network.subnetIds[1]',
        'spec.network.endpointAccess',
        'spec.bootstrapNodes.minSize',
        'spec.bootstrapNodes.maxSize',
        'spec.bootstrapNodes.instanceTypes[0]',
        'spec.karpentr',
        'spec.nodePools[0].profile',
      ].sort(),
    );
  });

  it.each([
    ['the smallest sizes', aFile({ bootstrapNodes: { minSize: 2, desiredSize: 2, maxSize: 2 } })],
    ['the newest Kubernetes of a Karpenter', aFile({ kubernetesVersion: '1.36', karpenter: { version: '1.13.0' } })],
    ['narrow ranges', network({ publicAccessCidrs: ['203.0.113.0/24', '198.51.100.7/32'] })],
    ['a quick batch', settings({ batchMaxDuration: '1500ms', batchIdleDuration: '1.5s' })],
    ['all that gp3 gives', aFile({ bootstrapNodes: { disk: { gib: 160, iops: 80000, throughputMiBps: 2000 } } })],
    ['arm64 only', aFile({ bootstrapNodes: { instanceTypes: ['t4g.medium', 'c7gn.large'] } })],
    ['a class of its own', pools({ manifest: aClass('own') }, { manifest: aPool('a', 'own') })],
    [
      'one profile twice by different names',
      pools({ profile: 'default' }, { profile: 'default', overrides: { name: 'second', limits: { cpu: '10' } } }),
    ],
    ['tags', aFile({ tags: { 'cost centre': 'É 12/3' } })],
  ])('accepts %s', (_, file) => {
    expect(faultsOf(file)).toEqual([]);
  });

  it('refuses what is nested too deep before it walks it', () => {
    let manifest: Record<string, unknown> = aPool('a');
    for (let level = 0; level < 5000; level += 1) manifest = { manifest };

    expect(faultsOf(pools({ manifest }))).toEqual([': is nested more than 64 levels deep']);
  });
});

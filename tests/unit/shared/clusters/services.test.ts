import { describe, expect, it } from '@jest/globals';
import { parseClusterFile } from '../../../../shared/clusters/parse.ts';
import { aFile } from './sample.ts';

const POOLS = [{ profile: 'default' }, { profile: 'banking-general' }, { profile: 'banking-compute' }];

function faultsOf(services: readonly object[], nodePools: readonly object[] | undefined = POOLS): string[] {
  const parsed = parseClusterFile(aFile({ services, ...(nodePools.length > 0 ? { nodePools } : {}) }));
  return parsed.ok ? [] : parsed.faults.map(({ path, message }) => `${path}: ${message}`);
}

describe('the services of a cluster file', () => {
  it('are read with their defaults', () => {
    const parsed = parseClusterFile(aFile({ nodePools: POOLS, services: [{ name: 'auth', pool: 'banking-general' }] }));

    expect(parsed.ok && parsed.cluster.spec.services).toEqual([
      { name: 'auth', pool: 'banking-general', critical: false },
    ]);
  });

  it('may be on any pool of the file, the one of a file without nodePools among them', () => {
    expect(faultsOf([{ name: 'auth', pool: 'default', critical: true, spot: 'never' }], [])).toEqual([]);
    expect(faultsOf([{ name: 'auth', pool: 'web' }], [{ profile: 'default', overrides: { name: 'web' } }])).toEqual([]);
  });

  it.each([
    [
      { name: 'a', pool: 'banking-genral' },
      'pool: there is no NodePool "banking-genral"; did you mean banking-general?',
    ],
    [
      { name: 'a', pool: 'zzz' },
      'pool: there is no NodePool "zzz"; the pools of this file are default, banking-general, banking-compute',
    ],
    [
      { name: 'a', pool: 'banking-compute', critical: true },
      'critical: is true, but NodePool banking-compute has spot only',
    ],
    [
      { name: 'a', pool: 'banking-general', critical: true, spot: 'required' },
      'spot: is required, but the service is critical',
    ],
    [
      { name: 'a', pool: 'banking-compute', spot: 'never' },
      'spot: is never, but NodePool banking-compute has spot only',
    ],
    [{ name: 'a', pool: 'default', spot: 'preferred' }, 'spot: is preferred, but NodePool default has on-demand only'],
    [{ name: 'a', pool: 'default', spot: 'maybe' }, 'spot: must be one of preferred, required, never; is "maybe"'],
    [{ name: 'A b', pool: 'default' }, 'name: must be lower-case letters'],
    [{ name: 'a', pool: 'default', pol: 1 }, 'pol: unknown key; did you mean pool?'],
  ])('%j is refused', (service, fault) => {
    expect(faultsOf([service])).toEqual([expect.stringContaining(`spec.services[0].${fault}`)]);
  });

  it('have names of their own, and every fault is told at once', () => {
    const faults = faultsOf([
      { name: 'a', pool: 'default' },
      { name: 'a', pool: 'nowhere-at-all' },
    ]);

    expect(faults).toEqual([
      'spec.services[1].name: "a" is already at spec.services[0]',
      expect.stringMatching(/^spec\.services\[1\]\.pool: /),
    ]);
  });

  it('fit what an override makes of the pool', () => {
    const withFallback = [{ profile: 'banking-compute', overrides: { capacityTypes: ['spot', 'on-demand'] } }];

    expect(faultsOf([{ name: 'gateway', pool: 'banking-compute', critical: true }], withFallback)).toEqual([]);
  });
});

describe('the root volume of a pool', () => {
  it('keeps to what gp3 gives', () => {
    const nodePools = [
      { profile: 'default', overrides: { rootVolume: { gib: 20, iops: 20000, throughputMiBps: 900 } } },
    ];

    expect(faultsOf([], nodePools)).toEqual([
      expect.stringMatching(/^spec\.nodePools\[0\]\.overrides\.rootVolume\.iops: is 20000; gp3 gives at most 500/),
    ]);
  });
});

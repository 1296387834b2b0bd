import { describe, expect, it } from '@jest/globals';
import { endpointFaults } from '../../../../shared/clusters/run-faults.ts';
import { aFile, parse } from './sample.ts';

const network = (parts: Record<string, unknown>) =>
  aFile({ network: { subnetIds: ['subnet-a', 'subnet-b'], ...parts } });

describe('what a run refuses', () => {
  const clusterOf = (file: unknown) => {
    const parsed = parse(file);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
    return parsed.cluster;
  };

  it.each([
    ['private', network({ endpointAccess: 'private' }), 'spec.network.endpointAccess'],
    ['narrow', network({ publicAccessCidrs: ['203.0.113.0/24'] }), 'spec.network.publicAccessCidrs'],
  ])('refuses a %s endpoint unless the stack has a vpc', (_, file, path) => {
    const cluster = clusterOf(file);

    expect(endpointFaults(cluster, { stackHasVpc: false }).map((fault) => fault.path)).toEqual([path]);
    expect(endpointFaults(cluster, { stackHasVpc: true })).toEqual([]);
  });

  it('takes an endpoint that everyone reaches', () => {
    expect(endpointFaults(clusterOf(aFile()), { stackHasVpc: false })).toEqual([]);
  });

  it('leaves the endpoint of an adopted cluster to the preflight, which sees it', () => {
    const file = aFile({
      mode: 'adopt',
      network: { subnetIds: ['subnet-0a', 'subnet-0b'], endpointAccess: 'private' },
    });
    expect(endpointFaults(clusterOf(file), { stackHasVpc: false })).toEqual([]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { beginRun } from '../../../../functions/begin-run/begin-run.ts';
import { parseFile } from '../../../../functions/begin-run/parse-file.ts';
import type { AttachFile } from '../../../../shared/clusters/attach-file.ts';
import type { Cluster } from '../../../../shared/clusters/cluster-file.ts';
import { LeaseHeld } from '../../../../shared/ledger/lease.ts';

const EXECUTION = 'arn:aws:states:eu-west-1:111122223333:execution:bootstrap-cluster:run-7';

function aWorld(options: { stackHasVpc?: boolean } = {}) {
  const journal: string[] = [];
  const stored = new Map<string, Cluster | AttachFile>();
  const deps = {
    clock: { now: () => Date.parse('2026-11-02T08:00:00Z') },
    region: 'eu-west-1',
    accountId: '111122223333',
    stackHasVpc: options.stackHasVpc ?? false,
    parse: parseFile,
    takeLease: async (cluster: string, holder: string) => {
      journal.push(`lease ${cluster} ${holder}`);
      return 4;
    },
    storeCluster: async (key: string, cluster: Cluster | AttachFile) => {
      journal.push(`store ${key}`);
      stored.set(key, cluster);
      return { bucket: 'documents', key, sha256: 'abc' };
    },
  };
  return { journal, stored, deps };
}

const aFile = (spec: object = {}, name = 'banking-prod') => ({
  apiVersion: 'joinery.dev/v1',
  kind: 'Cluster',
  metadata: { name },
  spec: {
    region: 'eu-west-1',
    kubernetesVersion: '1.35',
    network: { subnetIds: ['subnet-0a', 'subnet-0b'] },
    ...spec,
  },
});

const anEvent = (input: object, machine = 'bootstrap-cluster') => ({ machine, execution: EXECUTION, input });

describe('beginning a run', () => {
  it('takes the lease, stores the parsed file with its defaults, and answers ids and pointers only', async () => {
    const { journal, stored, deps } = aWorld();

    const { run } = await beginRun(anEvent(aFile({ smokeTest: { enabled: false } })), deps);

    const key = 'clusters/banking-prod/runs/run-7/cluster.json';
    expect(run).toEqual({
      cluster: 'banking-prod',
      rootExecution: EXECUTION,
      fence: 4,
      spec: { bucket: 'documents', key, sha256: 'abc' },
      startedAt: '2026-11-02T08:00:00.000Z',
      planOnly: false,
      smokeTest: false,
    });
    expect(journal).toEqual([`lease banking-prod ${EXECUTION}`, `store ${key}`]);
    expect(stored.get(key)).toMatchObject({ spec: { bootstrapNodes: { instanceTypes: ['t3.medium'] } } });
  });

  it('takes no lease for a plan, and no number that a lease could have', async () => {
    const { journal, deps } = aWorld();

    const { run } = await beginRun(anEvent({ ...aFile(), planOnly: true }), deps);

    expect(run).toMatchObject({ planOnly: true, fence: 0 });
    expect(journal).not.toContainEqual(expect.stringMatching(/^lease/));
  });

  it.each(['install-karpenter', 'smoke-test'])(
    'refuses planOnly for %s, which would change things',
    async (machine) => {
      const { journal, deps } = aWorld();

      await expect(beginRun(anEvent({ ...aFile(), planOnly: true }, machine), deps)).rejects.toMatchObject({
        name: 'InvalidClusterFile',
      });
      expect(journal).toEqual([]);
    },
  );

  it('names ten faults in one error and does nothing', async () => {
    const { journal, deps } = aWorld();
    const file = aFile(
      {
        region: 'Europe',
        mode: 'destroy',
        kubernetesVersion: 1.3,
        network: { subnetIds: ['subnet-0a'], endpointAccess: 'none' },
        bootstrapNodes: { minSize: 1 },
        karpenter: { settings: { batchMaxDuration: 'soon' } },
        smokeTest: { pods: 0 },
        logging: ['everything'],
        colour: 'blue',
      },
      'not a name!',
    );

    const failed = beginRun(anEvent(file), deps);

    await expect(failed).rejects.toMatchObject({ name: 'InvalidClusterFile' });
    const { details, message } = (await failed.catch(
      (error: { details: { faults: string[] }; message: string }) => error,
    )) as { details: { faults: string[] }; message: string };
    expect(details.faults.length).toBeGreaterThanOrEqual(10);
    for (const fault of details.faults) expect(message).toContain(fault);
    expect(journal).toEqual([]);
  });

  it.each([
    [
      'another Region',
      aFile({ region: 'eu-central-1' }),
      'spec.region: is eu-central-1; this deployment works in eu-west-1',
    ],
    [
      'an endpoint that functions outside a VPC cannot reach',
      aFile({ network: { subnetIds: ['subnet-0a', 'subnet-0b'], endpointAccess: 'private' } }),
      'spec.network.endpointAccess',
    ],
    ['planOnly that is no truth value', { ...aFile(), planOnly: 'yes' }, 'planOnly: must be true or false'],
    [
      'an attached cluster that is to be bootstrapped',
      { ...aFile(), spec: { region: 'eu-west-1', mode: 'attach' } },
      'spec.mode: is attach, which bootstrap-cluster does not do: start attach-cluster',
    ],
    [
      'to attach what is to be made',
      aFile(),
      'spec.mode: must be attach for attach-cluster, is create',
      'attach-cluster',
    ],
    [
      'to attach in another account',
      { ...aFile(), spec: { region: 'eu-west-1', mode: 'attach', accountId: '444455556666' } },
      'spec.accountId: is 444455556666; this deployment works in account 111122223333',
      'attach-cluster',
    ],
  ] as [string, object, string, string?][])(
    'refuses %s before anything is done',
    // A fourth parameter of its own would be Jest's callback where a row has three values.
    async (...[, input, message, machine]) => {
      const { journal, deps } = aWorld();

      await expect(beginRun(anEvent(input, machine), deps)).rejects.toMatchObject({
        name: 'InvalidClusterFile',
        message: expect.stringContaining(message),
      });
      expect(journal).toEqual([]);
    },
  );

  it('takes a private endpoint where the functions are in a VPC', async () => {
    const { deps } = aWorld({ stackHasVpc: true });
    const network = { subnetIds: ['subnet-0a', 'subnet-0b'], endpointAccess: 'private' };

    await expect(beginRun(anEvent(aFile({ network })), deps)).resolves.toMatchObject({ run: { fence: 4 } });
  });

  it('stores nothing when another run is at the cluster', async () => {
    const { journal, deps } = aWorld();
    const takeLease = async () => {
      throw new LeaseHeld('banking-prod', 'another', 'now');
    };

    await expect(beginRun(anEvent(aFile()), { ...deps, takeLease })).rejects.toMatchObject({ name: 'LeaseHeld' });
    expect(journal).toEqual([]);
  });
});

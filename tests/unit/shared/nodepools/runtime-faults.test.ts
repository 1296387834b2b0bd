import { describe, expect, it } from '@jest/globals';
import { runtimeFaults } from '../../../../shared/nodepools/runtime-faults.ts';
import { validateManifest } from '../../../../shared/nodepools/validate-manifest.ts';
import { aNodeClass, aNodePool, aRequirement } from '../../../support/karpenter-manifests.ts';

const paths = (object: unknown) => runtimeFaults(object).map(({ path }) => path);

/** The API server takes it, Karpenter does not. */
function expectSilentFault(object: unknown, path: string) {
  expect(validateManifest(object)).toEqual([]);
  expect(paths(object)).toEqual([path]);
}

function poolWith(part: Record<string, unknown>) {
  const pool = aNodePool();
  Object.assign(pool.spec.template.spec, part);
  return pool;
}

describe('runtimeFaults', () => {
  it('finds nothing in objects that work', () => {
    expect(runtimeFaults(aNodePool())).toEqual([]);
    expect(runtimeFaults(aNodeClass())).toEqual([]);
  });

  it('turns an instance type with a wildcard into the family to write', () => {
    const pool = poolWith({
      requirements: [aRequirement('node.kubernetes.io/instance-type', 'In', ['m5.large', 't3.*'])],
    });

    expectSilentFault(pool, 'spec.template.spec.requirements[0].values[1]');
    expect(runtimeFaults(pool)[0]?.message).toContain('karpenter.k8s.aws/instance-family In ["t3"]');
  });

  it('finds a key whose name is too long for a label', () => {
    expectSilentFault(
      poolWith({ requirements: [aRequirement(`example.com/${'a'.repeat(64)}`, 'Exists')] }),
      'spec.template.spec.requirements[0].key',
    );
  });

  it('finds a taint that is there twice', () => {
    const taint = { key: 'example.com/a', effect: 'NoSchedule' };

    expectSilentFault(poolWith({ taints: [taint], startupTaints: [taint] }), 'spec.template.spec.startupTaints[0]');
  });

  it('finds a reference to something that is no EC2NodeClass', () => {
    expectSilentFault(
      poolWith({ nodeClassRef: { group: 'eks.amazonaws.com', kind: 'NodeClass', name: 'default' } }),
      'spec.template.spec.nodeClassRef',
    );
  });

  it.each(['@daily please', '61 * * * *', '* * * * * *', '0 9-5 * * *', '*/0 * * * *'])(
    'finds the schedule "%s", which no one can read',
    (schedule) => {
      const budgets = [{ nodes: '0', schedule, duration: '8h' }];

      expectSilentFault(
        aNodePool({ disruption: { consolidateAfter: '0s', budgets } }),
        'spec.disruption.budgets[0].schedule',
      );
    },
  );

  it.each(['@daily', '0 9 * * mon-fri', '*/15 0-6,22-23 1 jan ?'])('reads the schedule "%s"', (schedule) => {
    const budgets = [{ nodes: '0', schedule, duration: '8h' }];

    expect(runtimeFaults(aNodePool({ disruption: { consolidateAfter: '0s', budgets } }))).toEqual([]);
  });

  it('judges each selector term by itself', () => {
    const good = { id: 'subnet-1' };
    const bad = { id: 'subnet-2', tags: { a: 'b' } };

    expectSilentFault(aNodeClass({ subnetSelectorTerms: [good, bad] }), 'spec.subnetSelectorTerms[1]');
    expectSilentFault(aNodeClass({ subnetSelectorTerms: [{ id: 'x-subnet-1!' }] }), 'spec.subnetSelectorTerms[0].id');
    expectSilentFault(
      aNodeClass({ amiSelectorTerms: [{ alias: 'al2023@v20261101', ssmParameter: '/a' }] }),
      'spec.amiSelectorTerms[0]',
    );
    expectSilentFault(
      aNodeClass({ amiSelectorTerms: [{ alias: 'windows2022@latest@1' }] }),
      'spec.amiSelectorTerms[0].alias',
    );
  });

  it('finds volumes that EC2 would refuse', () => {
    expectSilentFault(
      aNodeClass({ blockDeviceMappings: [{ deviceName: '/dev/xvda', ebs: { volumeSize: 'Ti' } }] }),
      'spec.blockDeviceMappings[0].ebs.volumeSize',
    );
    expectSilentFault(
      aNodeClass({ blockDeviceMappings: [{ ebs: { volumeSize: '20Gi' } }] }),
      'spec.blockDeviceMappings[0].deviceName',
    );
  });

  it('finds names that are too long for the labels they become', () => {
    const name = 'a'.repeat(64);

    expectSilentFault({ ...aNodePool(), metadata: { name } }, 'metadata.name');
    expectSilentFault({ ...aNodeClass(), metadata: { name } }, 'metadata.name');
  });
});

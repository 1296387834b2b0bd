import { describe, expect, it } from '@jest/globals';
import { instanceType } from '../../../../shared/instance-types/catalogue.ts';
import { LABEL, labelsOf } from '../../../../shared/instance-types/labels.ts';
import { instanceTypesIn } from '../../../../simulator/aws/services/ec2/instance-types.ts';
import { typeLabels } from '../../../../simulator/karpenter/instance-types/labels.ts';

/** Of several values; the simulated Karpenter writes those of one node. */
const SETS: readonly string[] = [LABEL.zone, LABEL.capacityType, LABEL.tenancy];
const differences = new Map<string, Set<string>>();
for (const region of ['eu-west-1', 'us-east-1']) {
  for (const facts of instanceTypesIn(region)) {
    // The Mac types, which Karpenter does not read at all.
    if (facts.arch === undefined) continue;
    const type = instanceType(facts.name);
    if (!type) throw new Error(`the snapshot does not know ${facts.name}`);
    const { values, unknown } = labelsOf(type, { region });
    const simulated = typeLabels(facts, region);
    for (const key of Object.values(LABEL)) {
      if (SETS.includes(key) || unknown.has(key)) continue;
      if (values.get(key)?.join('|') === simulated[key]) continue;
      const families = differences.get(key) ?? new Set();
      differences.set(key, families.add(type.family));
    }
  }
}
const familiesOf = (key: string) => [...(differences.get(key) ?? [])].sort();

describe('the labels of the snapshot and those of the simulated Karpenter, read independently', () => {
  it('agree on every type but for what is listed here', () => {
    const found = Object.fromEntries([...differences.keys()].map((key) => [key, familiesOf(key)]));

    expect(found).toEqual({
      // The simulated EC2 does not name its Neuron devices.
      [LABEL.acceleratorName]: ['inf1', 'inf2', 'trn1', 'trn1n'],
      // There EBS optimisation is optional: no label, where the simulated Karpenter has the baseline.
      [LABEL.ebsBandwidth]: ['c1', 'c3', 'i2', 'm1', 'm2', 'm3', 'r3'],
      // Disks that are not NVMe.
      [LABEL.localNvme]: ['c1', 'c3', 'd2', 'h1', 'i2', 'm1', 'm2', 'm3', 'r3', 'x1', 'x1e'],
      // Several cards, of which the simulated Karpenter counts one.
      [LABEL.networkBandwidth]: ['dl1', 'p4d', 'p4de', 'trn1', 'trn1n'],
    });
  });
});

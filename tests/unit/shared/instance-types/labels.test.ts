import { describe, expect, it } from '@jest/globals';
import { instanceType, instanceTypes } from '../../../../shared/instance-types/catalogue.ts';
import { LABEL, type LabelContext, labelsOf } from '../../../../shared/instance-types/labels.ts';
import { namePartsOf } from '../../../../shared/instance-types/names.ts';

function labels(name: string, context?: LabelContext) {
  const type = instanceType(name);
  if (!type) throw new Error(`no ${name}`);
  const { values, unknown } = labelsOf(type, context);
  return { unknown, of: (key: string) => values.get(key)?.join('|') };
}

describe('the labels of an instance type', () => {
  it.each([
    ['m7g.large', 'm', 7, 'm7g', 'large'],
    ['u-6tb1.112xlarge', 'u', 1, 'u-6tb1', '112xlarge'],
    ['u7i-12tb.224xlarge', 'u', 7, 'u7i-12tb', '224xlarge'],
    ['u7in-32tb.224xlarge', 'u', 7, 'u7in-32tb', '224xlarge'],
    ['mac2-m2pro.metal', 'mac', 2, 'mac2-m2pro', 'metal'],
    ['mac-m4.metal', undefined, undefined, 'mac-m4', 'metal'],
    ['hpc7a.96xlarge', 'hpc', 7, 'hpc7a', '96xlarge'],
    ['c7i-flex.large', 'c', 7, 'c7i-flex', 'large'],
    ['p5en.48xlarge', 'p', 5, 'p5en', '48xlarge'],
    ['p6-b200.48xlarge', 'p', 6, 'p6-b200', '48xlarge'],
    ['im4gn.16xlarge', 'im', 4, 'im4gn', '16xlarge'],
    ['is4gen.medium', 'is', 4, 'is4gen', 'medium'],
    ['x2iezn.metal', 'x', 2, 'x2iezn', 'metal'],
    ['trn1n.32xlarge', 'trn', 1, 'trn1n', '32xlarge'],
    ['c8gb.metal-24xl', 'c', 8, 'c8gb', 'metal-24xl'],
    ['gr6f.4xlarge', 'gr', 6, 'gr6f', '4xlarge'],
  ])('reads %s as category %s, generation %s, family %s, size %s', (name, category, generation, family, size) => {
    expect(instanceType(name)).toBeDefined();
    expect(namePartsOf(name)).toEqual({ category, generation, family, size });
  });

  it('says of an ordinary type what Karpenter says', () => {
    const { of, unknown } = labels('m6i.large', { region: 'eu-west-1', zones: ['eu-west-1a', 'eu-west-1c'] });

    expect(Object.fromEntries(Object.values(LABEL).map((key) => [key.split('/').pop(), of(key)]))).toMatchObject({
      'instance-type': 'm6i.large',
      arch: 'amd64',
      os: 'linux',
      zone: 'eu-west-1a|eu-west-1c',
      region: 'eu-west-1',
      'capacity-type': 'on-demand|spot',
      'instance-cpu': '2',
      'instance-memory': '8192',
      'instance-cpu-manufacturer': 'intel',
      'instance-hypervisor': 'nitro',
      'instance-capability-flex': 'false',
      'instance-tenancy': 'default|dedicated',
      'instance-gpu-name': undefined,
      'instance-local-nvme': undefined,
      'windows-build': undefined,
    });
    expect(unknown.has(LABEL.networkBandwidth)).toBe(true);
  });

  it('names devices in lower case with hyphens, and counts Inferentia once', () => {
    const [dl1, inf2, dl2q] = [labels('dl1.24xlarge'), labels('inf2.48xlarge'), labels('dl2q.24xlarge')];

    expect([dl1.of(LABEL.gpuName), dl1.of(LABEL.gpuManufacturer), dl1.of(LABEL.gpuCount)]).toEqual([
      'gaudi-hl-205',
      'habana',
      '8',
    ]);
    expect([inf2.of(LABEL.acceleratorName), inf2.of(LABEL.acceleratorCount)]).toEqual(['inferentia2', '12']);
    expect([dl2q.of(LABEL.acceleratorName), dl2q.of(LABEL.acceleratorManufacturer)]).toEqual([
      'qualcomm-ai100',
      'qualcomm',
    ]);
  });

  it('gives bare metal an empty hypervisor, and NVMe only to disks that are', () => {
    expect(labels('m6i.metal').of(LABEL.hypervisor)).toBe('');
    expect(labels('i3.large').of(LABEL.localNvme)).toBe('475');
    expect(labels('d2.xlarge').of(LABEL.localNvme)).toBeUndefined();
    expect(labels('d2.xlarge').unknown.has(LABEL.localNvme)).toBe(false);
  });

  it('marks flex types', () => {
    expect(labels('c7i-flex.large').of(LABEL.flex)).toBe('true');
  });

  it('has stated bandwidth where it is sustained, no figure for words, and says where it does not know', () => {
    expect(labels('m6i.32xlarge').of(LABEL.networkBandwidth)).toBe('50000');
    expect(labels('p4d.24xlarge').of(LABEL.networkBandwidth)).toBe('400000');
    expect([
      labels('t2.large').of(LABEL.networkBandwidth),
      labels('t2.large').unknown.has(LABEL.networkBandwidth),
    ]).toEqual([undefined, false]);
    expect(labels('m6i.large').unknown.get(LABEL.networkBandwidth)).toContain('snapshot');
    expect(labels('m6i.large').unknown.get(LABEL.encryptsInTransit)).toContain('snapshot');
  });

  it('gives Windows to amd64 only', () => {
    const windows = { os: 'windows', windowsBuild: '10.0.20348' } as const;

    expect([labels('m6i.large', windows).of(LABEL.os), labels('m6i.large', windows).of(LABEL.windowsBuild)]).toEqual([
      'windows',
      '10.0.20348',
    ]);
    expect(labels('m6g.large', windows).of(LABEL.os)).toBeUndefined();
  });

  it('takes the zones of the node class in a Region that the snapshot lacks, and knows none without them', () => {
    expect(labels('m6i.large', { region: 'eu-north-1', zones: ['eu-north-1a'] }).of(LABEL.zone)).toBe('eu-north-1a');
    expect(labels('m6i.large', { region: 'eu-north-1' }).unknown.get(LABEL.zone)).toContain('eu-north-1');
  });

  it('has for each type a value, a reason, or neither, of each label, never both', () => {
    for (const type of instanceTypes()) {
      const { values, unknown } = labelsOf(type, { region: 'us-east-1' });
      expect([...values.keys()].filter((key) => unknown.has(key))).toEqual([]);
      expect([...values.keys(), ...unknown.keys()].every((key) => Object.values<string>(LABEL).includes(key))).toBe(
        true,
      );
    }
  });
});

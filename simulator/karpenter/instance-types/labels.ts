import type { InstanceTypeFacts } from '../../aws/services/ec2/instance-types.ts';
import { LABELS } from '../names.ts';

const PREFIX = 'karpenter.k8s.aws/instance-';
/** Category, generation and what comes after: m7g.large, u-6tb1.metal, inf2.xlarge. */
const NAME = /^([a-z]+)(?:-[0-9]+tb)?([0-9]+).*\./;

// Facts of AWS, the same in every simulated world.
const known = new Map<string, Readonly<Record<string, string>>>();

/** Labels of an instance type that no offering decides. Those that say nothing of a type are absent. */
export function typeLabels(type: InstanceTypeFacts, region: string): Readonly<Record<string, string>> {
  const key = `${region} ${type.name}`;
  const labels = known.get(key) ?? makeLabels(type, region);
  known.set(key, labels);
  return labels;
}

function makeLabels(type: InstanceTypeFacts, region: string): Record<string, string> {
  const [, category, generation] = NAME.exec(type.name) ?? [];
  const own: Record<string, string | number | undefined> = {
    category,
    generation,
    family: type.family,
    size: type.name.split('.')[1],
    cpu: type.vcpu,
    'cpu-manufacturer': type.manufacturer.toLowerCase().replace(/[^a-z0-9-]/g, ''),
    memory: type.memoryMiB,
    hypervisor: type.hypervisor ?? '',
    'ebs-bandwidth': type.ebsBaselineMbps,
    'network-bandwidth': networkMbps(type.networkPerformance),
    'local-nvme': type.instanceStorageGB > 0 ? type.instanceStorageGB : undefined,
    'gpu-name': type.gpu?.name.toLowerCase().replaceAll(' ', '-'),
    'gpu-manufacturer': type.gpu?.manufacturer.toLowerCase(),
    'gpu-count': type.gpu?.count,
    'gpu-memory': type.gpu?.memoryMiB,
    'accelerator-count': type.accelerators,
    'accelerator-manufacturer': type.accelerators === undefined ? undefined : 'aws',
    'capability-flex': String(type.family.endsWith('flex')),
    tenancy: 'default',
  };
  const labels = Object.entries(own).flatMap(([name, value]) =>
    value === undefined ? [] : [[`${PREFIX}${name}`, String(value)] as const],
  );
  return {
    ...Object.fromEntries(labels),
    [LABELS.instanceType]: type.name,
    [LABELS.arch]: type.arch ?? '',
    [LABELS.os]: 'linux',
    [LABELS.region]: region,
  };
}

/** Mbit/s of `Up to 12.5 Gigabit` and the like; burstable figures count as what is sustained is not published here. */
function networkMbps(performance: string): number | undefined {
  const [, figure] = /([\d.]+) Gigabit/.exec(performance) ?? [];
  return figure === undefined ? undefined : Math.round(Number(figure) * 1000);
}

/** Keys that an instance type (or an offering of it) decides: a pod may ask for them in every NodePool. */
export function isProviderKey(key: string): boolean {
  return (
    key.startsWith(PREFIX) ||
    key === LABELS.capacityType ||
    key === LABELS.zone ||
    key === LABELS.zoneId ||
    key === LABELS.region ||
    key === LABELS.instanceType ||
    key === LABELS.arch ||
    key === LABELS.os
  );
}

/** Keys that offerings decide, not the type alone. */
export function isOfferingKey(key: string): boolean {
  return key === LABELS.capacityType || key === LABELS.zone || key === LABELS.zoneId;
}

import { zonesIn } from './catalogue.ts';
import type { InstanceType, Known } from './instance-type.ts';

const AWS = 'karpenter.k8s.aws/instance-';

/** Keys of Karpenter's well-known labels that instance types answer. */
export const LABEL = {
  instanceType: 'node.kubernetes.io/instance-type',
  arch: 'kubernetes.io/arch',
  os: 'kubernetes.io/os',
  windowsBuild: 'node.kubernetes.io/windows-build',
  zone: 'topology.kubernetes.io/zone',
  zoneId: 'topology.k8s.aws/zone-id',
  region: 'topology.kubernetes.io/region',
  capacityType: 'karpenter.sh/capacity-type',
  category: `${AWS}category`,
  family: `${AWS}family`,
  generation: `${AWS}generation`,
  size: `${AWS}size`,
  cpu: `${AWS}cpu`,
  cpuManufacturer: `${AWS}cpu-manufacturer`,
  clockMhz: `${AWS}cpu-sustained-clock-speed-mhz`,
  memory: `${AWS}memory`,
  hypervisor: `${AWS}hypervisor`,
  encryptsInTransit: `${AWS}encryption-in-transit-supported`,
  enclaves: `${AWS}nitro-enclaves-supported`,
  flex: `${AWS}capability-flex`,
  localNvme: `${AWS}local-nvme`,
  networkBandwidth: `${AWS}network-bandwidth`,
  ebsBandwidth: `${AWS}ebs-bandwidth`,
  gpuName: `${AWS}gpu-name`,
  gpuManufacturer: `${AWS}gpu-manufacturer`,
  gpuCount: `${AWS}gpu-count`,
  gpuMemory: `${AWS}gpu-memory`,
  acceleratorName: `${AWS}accelerator-name`,
  acceleratorManufacturer: `${AWS}accelerator-manufacturer`,
  acceleratorCount: `${AWS}accelerator-count`,
  tenancy: `${AWS}tenancy`,
} as const;

/** What of the pool and its node class decides labels beside the type itself. */
export type LabelContext = {
  readonly region?: string;
  /** Zones of the subnets of the node class; all of the Region's when left out. */
  readonly zones?: readonly string[];
  readonly os?: 'linux' | 'windows';
  /** Of the Windows images, such as 10.0.20348. */
  readonly windowsBuild?: string;
};

/** A key in neither map is a label that the type does not have. */
export type TypeLabels = {
  /** More than one value where the node gets one of several: zone, capacity type, tenancy. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** Labels that the snapshot cannot tell, with the reason. */
  readonly unknown: ReadonlyMap<string, string>;
};

const NOT_IN_SNAPSHOT = 'the snapshot does not have it';

/** The labels that Karpenter's AWS provider gives the nodes of a type. */
export function labelsOf(type: InstanceType, context: LabelContext = {}): TypeLabels {
  const values = new Map<string, readonly string[]>();
  const unknown = new Map<string, string>();
  const add = (key: string, value: Known<string | number | boolean | undefined>) => {
    if (value === 'unknown') unknown.set(key, NOT_IN_SNAPSHOT);
    else if (value !== undefined) values.set(key, [String(value)]);
  };
  add(LABEL.instanceType, type.name);
  add(LABEL.arch, type.arch);
  addSystem(type, context, add);
  add(LABEL.category, type.category);
  add(LABEL.family, type.family);
  add(LABEL.generation, type.generation);
  add(LABEL.size, type.size);
  add(LABEL.cpu, type.vcpu);
  add(LABEL.cpuManufacturer, kebab(type.cpuManufacturer));
  add(LABEL.clockMhz, type.clockMhz);
  add(LABEL.memory, type.memoryMiB);
  // An empty label, not a missing one, on bare metal.
  add(LABEL.hypervisor, type.hypervisor ?? '');
  add(LABEL.encryptsInTransit, type.encryptsInTransit);
  add(LABEL.enclaves, type.hasEnclaves);
  add(LABEL.flex, type.family.includes('-flex'));
  if (type.hasNvme) add(LABEL.localNvme, type.storageGB);
  add(LABEL.networkBandwidth, type.networkMbps);
  add(LABEL.ebsBandwidth, type.ebsMaximumMbps);
  addDevices(type, add);
  values.set(LABEL.tenancy, ['default', 'dedicated']);
  values.set(
    LABEL.capacityType,
    type.usageClasses.filter((usage) => usage !== 'capacity-block'),
  );
  addPlace(type, context, values, unknown);
  return { values, unknown };
}

type Add = (key: string, value: string | number | undefined) => void;

function addSystem(type: InstanceType, { os = 'linux', windowsBuild }: LabelContext, add: Add): void {
  // Windows images are for amd64 only; other types are left without an operating system.
  if (os === 'linux' || type.arch === 'amd64') add(LABEL.os, os);
  if (os === 'windows') add(LABEL.windowsBuild, windowsBuild ?? 'unknown');
}

function addDevices({ gpu, accelerator }: InstanceType, add: Add): void {
  add(LABEL.gpuName, gpu && kebab(gpu.name));
  add(LABEL.gpuManufacturer, gpu && kebab(gpu.manufacturer));
  add(LABEL.gpuCount, gpu?.count);
  add(LABEL.gpuMemory, gpu?.memoryMiB);
  add(LABEL.acceleratorName, accelerator && kebab(accelerator.name));
  add(LABEL.acceleratorManufacturer, accelerator && kebab(accelerator.manufacturer));
  add(LABEL.acceleratorCount, accelerator?.count);
}

function addPlace(
  type: InstanceType,
  { region, zones }: LabelContext,
  values: Map<string, readonly string[]>,
  unknown: Map<string, string>,
): void {
  unknown.set(LABEL.zoneId, 'zone ids differ from account to account');
  if (region === undefined) {
    unknown.set(LABEL.region, 'no Region is given');
    unknown.set(LABEL.zone, 'no Region is given');
    return;
  }
  values.set(LABEL.region, [region]);
  const offered = zonesIn(type, region) ?? zones;
  if (offered === undefined) unknown.set(LABEL.zone, `the snapshot does not have the offerings of ${region}`);
  else values.set(LABEL.zone, zones ? offered.filter((zone) => zones.includes(zone)) : offered);
}

function kebab(text: string): string {
  return text.toLowerCase().replaceAll(' ', '-');
}

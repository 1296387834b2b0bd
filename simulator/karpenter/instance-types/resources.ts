import type { InstanceTypeFacts } from '../../aws/services/ec2/instance-types.ts';
import type { NodeClass } from '../objects.ts';
import type { Settings } from '../settings.ts';

/** Amounts as the simulated scheduler counts them: cpu in thousandths, memory and storage in bytes. */
export type Amounts = Readonly<Record<string, number>>;

export type TypeResources = { readonly capacity: Amounts; readonly allocatable: Amounts };

const MI = 2 ** 20;
const EVICTION_MEMORY_MI = 100;
const DEFAULT_ROOT_GI = 20;

/** Thousandths of the cores that are kept from pods: 6 % of the first, 1 % of the second, 0.5 % of two more, 0.25 % of the rest. */
function reservedCpu(cores: number): number {
  const shares = 60 * Math.min(cores, 1) + 10 * Math.min(Math.max(cores - 1, 0), 1);
  return Math.floor(shares + 5 * Math.min(Math.max(cores - 2, 0), 2) + 2.5 * Math.max(cores - 4, 0));
}

/** Pods that the addresses of its interfaces allow. */
export function maxPodsOf(type: InstanceTypeFacts, nodeClass: Pick<NodeClass, 'spec'>, reservedEnis: number): number {
  const wanted = nodeClass.spec.kubelet?.maxPods;
  if (wanted !== undefined) return wanted;
  return Math.max(0, type.maxInterfaces - reservedEnis) * (type.ipv4PerInterface - 1) + 2;
}

/** GiB of the root volume of a class's nodes. */
export function rootGibOf(nodeClass: Pick<NodeClass, 'spec'>): number {
  const mappings = nodeClass.spec.blockDeviceMappings ?? [];
  const root = mappings.find(({ rootVolume }) => rootVolume) ?? mappings[0];
  return gibOf(root?.ebs?.volumeSize) ?? DEFAULT_ROOT_GI;
}

/** GiB, rounded up, of a volume size such as 50Gi or 1T. */
export function gibOf(size: string | undefined): number | undefined {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(Gi|G|Ti|T)$/.exec(size ?? '') ?? [];
  if (digits === undefined) return undefined;
  const bytes = { Gi: 2 ** 30, G: 1e9, Ti: 2 ** 40, T: 1e12 }[unit as 'Gi' | 'G' | 'Ti' | 'T'];
  return Math.ceil((Number(digits) * bytes) / 2 ** 30);
}

/** What Karpenter expects of a node of this type before it has seen one. */
export function typeResources(
  type: InstanceTypeFacts,
  nodeClass: Pick<NodeClass, 'spec'>,
  settings: Pick<Settings, 'reservedEnis' | 'vmMemoryOverheadPercent'>,
): TypeResources {
  const pods = maxPodsOf(type, nodeClass, settings.reservedEnis);
  const memory = Math.floor(type.memoryMiB * (1 - settings.vmMemoryOverheadPercent)) * MI;
  const storage = rootGibOf(nodeClass) * 2 ** 30;
  const devices = type.gpu ? gpus(type.gpu) : {};
  return {
    capacity: { cpu: type.vcpu * 1000, memory, pods, 'ephemeral-storage': storage, ...devices },
    allocatable: {
      cpu: type.vcpu * 1000 - reservedCpu(type.vcpu),
      memory: memory - (255 + 11 * pods + EVICTION_MEMORY_MI) * MI,
      pods,
      'ephemeral-storage': Math.floor(storage * 0.9) - 2 ** 30,
      ...devices,
    },
  };
}

function gpus(gpu: { readonly manufacturer: string; readonly count: number }): Amounts {
  if (gpu.manufacturer === 'NVIDIA') return { 'nvidia.com/gpu': gpu.count };
  return gpu.manufacturer === 'AMD' ? { 'amd.com/gpu': gpu.count } : {};
}

/** Amounts as quantities of a status; what is zero is left out. */
export function quantitiesOf(amounts: Amounts): Record<string, string> {
  return Object.fromEntries(
    Object.entries(amounts)
      .filter(([, amount]) => amount !== 0)
      .map(([resource, amount]) => [resource, quantityOf(resource, amount)]),
  );
}

function quantityOf(resource: string, amount: number): string {
  if (resource === 'cpu') return amount % 1000 === 0 ? String(amount / 1000) : `${amount}m`;
  const isBytes = resource === 'memory' || resource === 'ephemeral-storage';
  if (!isBytes) return String(amount);
  return amount % MI === 0 ? `${amount / MI}Mi` : `${Math.floor(amount / 1024)}Ki`;
}

export function sum(left: Amounts, right: Amounts): Amounts {
  const total: Record<string, number> = { ...left };
  for (const [resource, amount] of Object.entries(right)) total[resource] = (total[resource] ?? 0) + amount;
  return total;
}

/** Whether all of `wanted` fits into `available`. */
export function fits(wanted: Amounts, available: Amounts): boolean {
  return Object.entries(wanted).every(([resource, amount]) => amount === 0 || amount <= (available[resource] ?? 0));
}

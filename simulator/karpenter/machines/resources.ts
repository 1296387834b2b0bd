import type { InstanceTypeFacts } from '../../aws/services/ec2/instance-types.ts';

type Quantities = Record<string, string>;

/** The hypervisor and the kernel keep the rest of an instance's memory from the kubelet. */
const MEMORY_SHARE = 0.94;

/** Thousandths of the cores: 6 % of the first, 1 % of the second, 0.5 % of two more, 0.25 % of the rest. */
function reservedCpu(cores: number): number {
  const shares = 60 * Math.min(cores, 1) + 10 * Math.min(Math.max(cores - 1, 0), 1);
  return Math.floor(shares + 5 * Math.min(Math.max(cores - 2, 0), 2) + 2.5 * Math.max(cores - 4, 0));
}

/** What a machine's kubelet reports, as the EKS-optimised images configure it. */
export function machineResources(
  type: InstanceTypeFacts,
  diskGib: number,
  maxPods: number | undefined,
): { capacity: Quantities; allocatable: Quantities } {
  const pods = maxPods ?? type.maxInterfaces * (type.ipv4PerInterface - 1) + 2;
  const memoryMi = Math.floor(type.memoryMiB * MEMORY_SHARE);
  const diskMi = diskGib * 1024;
  const gpu: Quantities = type.gpu?.manufacturer === 'NVIDIA' ? { 'nvidia.com/gpu': String(type.gpu.count) } : {};
  return {
    capacity: {
      cpu: String(type.vcpu),
      memory: `${memoryMi}Mi`,
      pods: String(pods),
      'ephemeral-storage': `${diskMi}Mi`,
      ...gpu,
    },
    allocatable: {
      cpu: `${type.vcpu * 1000 - reservedCpu(type.vcpu)}m`,
      memory: `${memoryMi - 255 - 11 * pods - 100}Mi`,
      pods: String(pods),
      'ephemeral-storage': `${Math.floor((diskMi - 1024) * 0.9)}Mi`,
      ...gpu,
    },
  };
}

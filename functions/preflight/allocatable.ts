import type { InstanceTypeFacts } from '../../shared/aws/instance-types.ts';

/** What a node has for pods. */
export type Room = { readonly milliCpu: number; readonly memoryMiB: number; readonly pods: number };

/** The hypervisor and the kernel keep about this share of the memory. */
const MEMORY_OVERHEAD = 0.075;
const EVICTION_MIB = 100;
const KUBELET_MIB = 255;
const KUBELET_MIB_PER_POD = 11;

/** Allocatable of a node with EKS's Amazon Linux image, without prefix delegation. */
export function allocatable({ vcpu, memoryMiB, maxInterfaces, ipv4PerInterface }: InstanceTypeFacts): Room {
  const pods = Math.min(maxInterfaces * (ipv4PerInterface - 1) + 2, vcpu > 30 ? 250 : 110);
  const usable = Math.floor(memoryMiB * (1 - MEMORY_OVERHEAD));
  return {
    milliCpu: vcpu * 1000 - reservedMilliCpu(vcpu),
    memoryMiB: usable - KUBELET_MIB - KUBELET_MIB_PER_POD * pods - EVICTION_MIB,
    pods,
  };
}

/** 6 % of the first core, 1 % of the second, 0.5 % of the next two, 0.25 % of each further one. */
function reservedMilliCpu(vcpu: number): number {
  const first = 60 + (vcpu > 1 ? 10 : 0) + Math.max(0, Math.min(vcpu, 4) - 2) * 5;
  return Math.floor(first + Math.max(0, vcpu - 4) * 2.5);
}

import type { InstanceType } from '../instance-types/instance-type.ts';
import { quantityOf } from '../instance-types/quantity.ts';
import { at, listAt } from './facts.ts';

/** What a pod asks of its node. */
export type Requests = { readonly cpu: number; readonly memoryMiB: number };

const MIB = 2 ** 20;
/** Karpenter takes 7.5 % off what EC2 names, for what the hypervisor keeps. */
const VM_OVERHEAD = 0.075;
const EVICTION_MIB = 100;
const KUBELET_MIB = 255;

type Container = { readonly restartPolicy?: string };

function requested(container: unknown, resource: string): number {
  const value = at(container, 'resources', 'requests', resource) ?? at(container, 'resources', 'limits', resource);
  return typeof value === 'string' || typeof value === 'number' ? (quantityOf(value) ?? 0) : 0;
}

/** The sum of its containers, or the largest of its init containers; those that stay beside them count with the containers. */
function totalOf(pod: unknown, resource: string): number {
  const sum = (containers: readonly unknown[]) =>
    containers.reduce<number>((total, container) => total + requested(container, resource), 0);
  const init = listAt<Container>(pod, 'spec', 'initContainers');
  const beside = init.filter(({ restartPolicy }) => restartPolicy === 'Always');
  const before = init.filter(({ restartPolicy }) => restartPolicy !== 'Always');
  const largest = Math.max(0, ...before.map((container) => requested(container, resource)));
  const overhead = quantityOf(String(at(pod, 'spec', 'overhead', resource) ?? '0')) ?? 0;
  return Math.max(sum(listAt(pod, 'spec', 'containers')) + sum(beside), largest + sum(beside)) + overhead;
}

export function requestsOf(pod: unknown): Requests {
  return { cpu: totalOf(pod, 'cpu'), memoryMiB: totalOf(pod, 'memory') / MIB };
}

/** What a node of the type has for pods at the most, with the reserves of AL2023 for as few pods as there are: an upper bound. */
function mostFor(type: InstanceType): Requests {
  const reservedCpu = 0.06 + (type.vcpu > 1 ? 0.01 : 0) + Math.max(0, Math.min(type.vcpu, 4) - 2) * 0.005;
  return {
    cpu: type.vcpu - reservedCpu,
    memoryMiB: type.memoryMiB * (1 - VM_OVERHEAD) - EVICTION_MIB - KUBELET_MIB,
  };
}

/** Whether an empty node of the type could hold the pod; the pods of daemon sets come on top. */
export function couldHold(type: InstanceType, { cpu, memoryMiB }: Requests): boolean {
  const most = mostFor(type);
  return cpu <= most.cpu && memoryMiB <= most.memoryMiB;
}

export function requestsText({ cpu, memoryMiB }: Requests): string {
  return `${Number(cpu.toFixed(3))} CPU and ${Math.ceil(memoryMiB)} MiB`;
}

import type { NodeSpec } from '../../../../kubernetes/controllers/nodes/join.ts';
import type { InstanceFacts, InstanceTypeFacts } from '../ports.ts';
import type { NodegroupRecord } from '../state.ts';

/** The hypervisor and the kernel keep about this share of an instance's memory from the kubelet. */
const MEMORY_SHARE = 0.94;

/** Pods that the network plugin can give an address to, without prefix delegation. */
function maxPods(type: InstanceTypeFacts): number {
  return Math.min(type.maxNetworkInterfaces * (type.ipv4PerInterface - 1) + 2, type.vcpu > 30 ? 250 : 110);
}

/** EKS's kube-reserved CPU: 6 % of the first core, 1 % of the second, 0.5 % of the next two, 0.25 % of the rest. */
function reservedMilliCpu(vcpu: number): number {
  const share = (core: number) => (core === 0 ? 60 : core === 1 ? 10 : core < 4 ? 5 : 2.5);
  return Math.floor(Array.from({ length: vcpu }, (_, core) => share(core)).reduce((sum, part) => sum + part, 0));
}

/** Capacity and allocatable of a machine as the EKS-optimised AMIs configure the kubelet. */
export function nodeResources(
  type: InstanceTypeFacts,
  diskGiB: number,
): { capacity: Record<string, string>; allocatable: Record<string, string> } {
  const pods = maxPods(type);
  const memoryMiB = Math.floor(type.memoryMiB * MEMORY_SHARE);
  const reservedMiB = 255 + 11 * pods + 100;
  const diskMiB = diskGiB * 1024;
  return {
    capacity: {
      cpu: String(type.vcpu),
      memory: `${memoryMiB}Mi`,
      pods: String(pods),
      'ephemeral-storage': `${diskMiB}Mi`,
    },
    allocatable: {
      cpu: `${type.vcpu * 1000 - reservedMilliCpu(type.vcpu)}m`,
      memory: `${memoryMiB - reservedMiB}Mi`,
      pods: String(pods),
      'ephemeral-storage': `${Math.floor((diskMiB - 1024) * 0.9)}Mi`,
    },
  };
}

/** The Node that a group's instance registers as; the kubelet adds the labels that every node has. */
export function nodeSpecOf(
  nodegroup: NodegroupRecord,
  instance: InstanceFacts,
  type: InstanceTypeFacts,
  region: string,
): NodeSpec {
  return {
    name: instance.privateDnsName,
    instanceId: instance.instanceId,
    providerId: `aws:///${instance.zone}/${instance.instanceId}`,
    region,
    zone: instance.zone,
    zoneId: instance.zoneId,
    instanceType: instance.instanceType,
    arch: type.arch,
    labels: {
      'eks.amazonaws.com/nodegroup': nodegroup.name,
      'eks.amazonaws.com/nodegroup-image': nodegroup.releaseVersion,
      'eks.amazonaws.com/capacityType': nodegroup.capacityType,
      ...nodegroup.labels,
    },
    taints: nodegroup.taints,
    ...nodeResources(type, nodegroup.diskGiB),
    kubeletVersion: nodegroup.kubeletVersion,
    internalIp: instance.privateIp,
  };
}

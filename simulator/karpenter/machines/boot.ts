import { waysOut } from '../../aws/services/ec2/egress.ts';
import { instanceType } from '../../aws/services/ec2/instance-types.ts';
import { ec2World, type Instance } from '../../aws/services/ec2/world.ts';
import { zoneIdOf } from '../../aws/services/ec2/zones.ts';
import { roleOfInstance } from '../../aws/services/iam/instance-roles.ts';
import type { Simulation } from '../../core/simulation.ts';
import { SYSTEM_ADMIN } from '../../kubernetes/types.ts';
import type { Outcome } from '../controller.ts';
import { LABELS } from '../names.ts';
import { type NodeConfig, nodeConfigIn } from '../node-claim/user-data.ts';
import { nodeRef } from '../objects.ts';
import type { Cluster, KarpenterPorts } from '../options.ts';
import { machineResources } from './resources.ts';

/** Interface endpoints that do for a node without a way to the internet. */
const ENDPOINTS = ['ecr.api', 'ecr.dkr', 's3', 'sts', 'ec2', 'eks'];
const RETRY_SECONDS = 20;
const PENDING_SECONDS = 2;

type Place = { readonly simulation: Simulation; readonly cluster: Cluster; readonly ports: KarpenterPorts };

/** Whether an instance was launched by Karpenter for this cluster. */
export function isOurMachine(simulation: Simulation, clusterName: string, instanceId: string): boolean {
  const tags = ec2World(simulation).instances[instanceId]?.tags ?? {};
  return tags[LABELS.nodePool] !== undefined && tags[`kubernetes.io/cluster/${clusterName}`] === 'owned';
}

/** Seconds from the launch until the kubelet of an instance first speaks to the cluster. */
export function bootSeconds(simulation: Simulation, instanceId: string): number {
  return simulation.between(`karpenter:boot:${instanceId}`, 25, 36);
}

/**
 * A machine on its way: it joins the cluster of its user data when it runs, has a way out, and its role is let in; it goes on
 * trying for as long as it lives. When it ends, its kubelet falls silent.
 */
export function reconcileMachine(place: Place, instanceId: string): Outcome {
  const { simulation, cluster, ports } = place;
  const instance = ec2World(simulation).instances[instanceId];
  if (!instance || (instance.state !== 'pending' && instance.state !== 'running')) {
    if (instance) ports.nodeGone(instance.privateDnsName);
    return undefined;
  }
  if (instance.state === 'pending') return { againAfterSeconds: PENDING_SECONDS };
  const bootedMs = instance.launchedMs + bootSeconds(simulation, instanceId) * 1000;
  if (bootedMs > simulation.now()) return { againAfterSeconds: (bootedMs - simulation.now()) / 1000 };
  if (ports.isNodeAlive(instance.privateDnsName)) return undefined;
  const config = nodeConfigIn(instance.userData);
  const isMeant = config?.clusterName === cluster.name;
  if (!config || !isMeant || !isConnected(simulation, instance) || !isLetIn(place, instance)) {
    return { againAfterSeconds: RETRY_SECONDS };
  }
  if (cluster.as(SYSTEM_ADMIN).get(nodeRef(instance.privateDnsName))) return { againAfterSeconds: RETRY_SECONDS };
  join(place, instance, config);
  return undefined;
}

function isConnected(simulation: Simulation, instance: Instance): boolean {
  const { internet, services } = waysOut(simulation, instance.subnetId);
  return internet || ENDPOINTS.every((service) => services.includes(service));
}

function isLetIn({ simulation, ports }: Place, instance: Instance): boolean {
  const roleArn = roleOfInstance(simulation, instance);
  return roleArn !== undefined && ports.canJoin(roleArn);
}

function join({ simulation, cluster, ports }: Place, instance: Instance, config: NodeConfig): void {
  const facts = instanceType(instance.type);
  if (!facts || facts.arch === undefined) throw new Error(`${instance.type} cannot be a node`);
  const { arch } = facts;
  const disk = ec2World(simulation).volumes[instance.volumeIds[0] ?? '']?.gib ?? 20;
  const { capacity, allocatable } = machineResources(facts, disk, config.maxPods);
  ports.joinNode({
    name: instance.privateDnsName,
    instanceId: instance.id,
    providerId: `aws:///${instance.zone}/${instance.id}`,
    region: instance.zone.slice(0, -1),
    zone: instance.zone,
    zoneId: zoneIdOf(instance.zone),
    instanceType: instance.type,
    arch,
    labels: config.labels,
    taints: config.taints,
    capacity,
    allocatable,
    kubeletVersion: cluster.version,
    internalIp: instance.privateIp,
  });
}

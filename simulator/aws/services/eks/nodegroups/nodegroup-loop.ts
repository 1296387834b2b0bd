import type { Simulation } from '../../../../core/simulation.ts';
import { type KubeCluster, SYSTEM_ADMIN } from '../../../../kubernetes/types.ts';
import { revokeAll } from '../access/grants.ts';
import type { EksPorts } from '../ports.ts';
import { type ClusterRecord, eksState, findCluster, type NodegroupRecord, type NodeRecord } from '../state.ts';
import { drawSeconds } from '../timings.ts';
import { drainNode } from './node-drain.ts';
import { launchMissing } from './node-launch.ts';
import { canRegister, hasNetworkPermission, isNodeReady } from './node-readiness.ts';
import { nodeSpecOf } from './node-spec.ts';

type Due = { cluster: string; nodegroup: string; uid: string };

const BUSY_SECONDS = 5;
const STEADY_SECONDS = 10;
/** EKS terminates a machine whose pods have not gone by then. */
const DRAIN_DEADLINE_MS = 5 * 60_000;
const ALIVE = ['pending', 'running'];

export function scheduleTick(
  simulation: Simulation,
  cluster: ClusterRecord,
  nodegroup: NodegroupRecord,
  afterSeconds: number,
): void {
  const due: Due = { cluster: cluster.name, nodegroup: nodegroup.name, uid: nodegroup.uid };
  simulation.schedule(afterSeconds, 'eks:nodegroup-tick', due);
}

/** What a group and its Auto Scaling group do by themselves, over and over: see what died, launch, let join, report. */
export function registerNodegroupLoop(simulation: Simulation, ports: EksPorts, region: string): void {
  simulation.on<{ instanceId: string }>('eks:machine-lost', ({ instanceId }) => silence(simulation, ports, instanceId));
  ports.ec2.onInstanceLost(simulation, (instanceId) => simulation.schedule(0, 'eks:machine-lost', { instanceId }));
  simulation.on<Due>('eks:nodegroup-tick', (due) => {
    const cluster = findCluster(simulation, due.cluster);
    const nodegroup = cluster?.nodegroups[due.nodegroup];
    const kube = ports.kubernetes.find(due.cluster);
    if (!cluster || !nodegroup || !kube || nodegroup.uid !== due.uid) return;
    buryDead(simulation, ports, cluster, nodegroup, kube);
    drainLeaving(simulation, ports, nodegroup, kube);
    if (nodegroup.status === 'DELETING') {
      if (isEmptied(simulation, nodegroup)) return removeNodegroup(simulation, cluster, nodegroup);
    } else if (nodegroup.status !== 'CREATE_FAILED') {
      launchMissing(simulation, ports, cluster, nodegroup);
      letJoin(simulation, ports, cluster, nodegroup, region);
      report(simulation, ports, cluster, nodegroup, kube);
    }
    const isSteady = ['ACTIVE', 'CREATE_FAILED'].includes(nodegroup.status) && nodegroup.dead.length === 0;
    scheduleTick(simulation, cluster, nodegroup, isSteady ? STEADY_SECONDS : BUSY_SECONDS);
  });
}

/** What ran on a machine stops with it, long before its group looks at it again. */
function silence(simulation: Simulation, ports: EksPorts, instanceId: string): void {
  for (const { name, nodegroups } of Object.values(eksState(simulation).clusters))
    for (const { nodes } of Object.values(nodegroups))
      for (const node of nodes)
        if (node.instanceId === instanceId && node.joined) ports.nodes.gone(name, node.nodeName);
}

/** A machine that is gone leaves the group at once; its Node object goes when the cloud's node controller has noticed. */
function buryDead(
  simulation: Simulation,
  ports: EksPorts,
  cluster: ClusterRecord,
  nodegroup: NodegroupRecord,
  kube: KubeCluster,
): void {
  for (const node of [...nodegroup.nodes]) {
    const state = ports.ec2.instance(simulation, node.instanceId)?.state ?? 'terminated';
    if (ALIVE.includes(state)) continue;
    if (state.startsWith('stop')) ports.ec2.terminate(simulation, node.instanceId);
    nodegroup.nodes = nodegroup.nodes.filter((other) => other !== node);
    if (node.joined) {
      ports.nodes.gone(cluster.name, node.nodeName);
      nodegroup.dead.push(node.nodeName);
    }
    const key = `${cluster.name}:${nodegroup.name}:${node.ordinal}`;
    const launchAtMs = simulation.now() + 1000 * drawSeconds(simulation, 'replacementLaunch', key);
    nodegroup.nextLaunchAtMs = Math.max(nodegroup.nextLaunchAtMs, launchAtMs);
  }
  const api = kube.as(SYSTEM_ADMIN);
  nodegroup.dead = nodegroup.dead.filter((name) => api.get({ apiVersion: 'v1', kind: 'Node', name }) !== undefined);
}

function drainLeaving(simulation: Simulation, ports: EksPorts, nodegroup: NodegroupRecord, kube: KubeCluster): void {
  const staying = nodegroup.nodes.filter((node) => node.drainUntilMs === undefined);
  const wanted = nodegroup.status === 'DELETING' ? 0 : nodegroup.desiredSize;
  for (const node of staying.slice(wanted)) node.drainUntilMs = simulation.now() + DRAIN_DEADLINE_MS;
  for (const node of nodegroup.nodes) {
    if (node.drainUntilMs === undefined) continue;
    const isDrained = !node.joined || drainNode(kube, node.nodeName);
    if (isDrained || simulation.now() >= node.drainUntilMs) ports.ec2.terminate(simulation, node.instanceId);
  }
}

function letJoin(
  simulation: Simulation,
  ports: EksPorts,
  cluster: ClusterRecord,
  nodegroup: NodegroupRecord,
  region: string,
): void {
  for (const node of nodegroup.nodes) {
    if (!node.joined && node.joinAtMs <= simulation.now())
      node.joined = join(simulation, ports, cluster, nodegroup, node, region);
  }
}

function join(
  simulation: Simulation,
  ports: EksPorts,
  cluster: ClusterRecord,
  nodegroup: NodegroupRecord,
  node: NodeRecord,
  region: string,
): boolean {
  const instance = ports.ec2.instance(simulation, node.instanceId);
  const type = instance && ports.ec2.instanceType(simulation, instance.instanceType);
  if (!instance || !type || instance.state !== 'running') return false;
  if (!canRegister(simulation, ports, cluster, nodegroup, instance.subnetId)) return false;
  ports.nodes.join(cluster.name, nodeSpecOf(nodegroup, instance, type, region));
  return true;
}

/** Creation ends when every node is Ready, or with what went wrong when the time is up. */
function report(
  simulation: Simulation,
  ports: EksPorts,
  cluster: ClusterRecord,
  nodegroup: NodegroupRecord,
  kube: KubeCluster,
): void {
  const nowMs = simulation.now();
  const isPermitted = hasNetworkPermission(simulation, ports, cluster, nodegroup.spec.nodeRole ?? '');
  const unready = nodegroup.nodes.filter((node) => !isPermitted || isNodeReady(kube, node.nodeName) !== true);
  const isWhole = nodegroup.nodes.length >= nodegroup.desiredSize && unready.length === 0;
  if (nodegroup.status === 'CREATING') {
    if (isWhole && nowMs >= nodegroup.activeNotBeforeMs) nodegroup.status = 'ACTIVE';
    else if (nowMs >= nodegroup.failsAtMs) failCreation(nodegroup, unready);
  } else if (nodegroup.status !== 'UPDATING') {
    nodegroup.status = nodegroup.issues.length > 0 ? 'DEGRADED' : 'ACTIVE';
  }
}

function failCreation(nodegroup: NodegroupRecord, unready: readonly NodeRecord[]): void {
  nodegroup.status = 'CREATE_FAILED';
  if (nodegroup.issues.length > 0) return;
  const isRegistered = unready.some((node) => node.joined);
  nodegroup.issues = [
    {
      code: 'NodeCreationFailure',
      message: isRegistered
        ? 'Unhealthy nodes in the kubernetes cluster'
        : 'Instances failed to join the kubernetes cluster',
      resourceIds: unready.map((node) => node.instanceId),
    },
  ];
}

function isEmptied(simulation: Simulation, nodegroup: NodegroupRecord): boolean {
  const isDue = simulation.now() >= (nodegroup.deleteNotBeforeMs ?? 0);
  return nodegroup.nodes.length === 0 && nodegroup.dead.length === 0 && isDue;
}

/** With the last group that uses a role EKS removes the role's access entry, whoever else relies on it. */
function removeNodegroup(simulation: Simulation, cluster: ClusterRecord, nodegroup: NodegroupRecord): void {
  delete cluster.nodegroups[nodegroup.name];
  const role = nodegroup.spec.nodeRole ?? '';
  const isUsed = Object.values(cluster.nodegroups).some((other) => other.spec.nodeRole === role);
  if (isUsed || cluster.accessEntries[role]?.type !== 'EC2_LINUX') return;
  revokeAll(simulation, cluster, role);
  delete cluster.accessEntries[role];
}

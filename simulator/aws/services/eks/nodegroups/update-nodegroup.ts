import type { UpdateNodegroupConfigRequest, UpdateNodegroupConfigResponse } from '@aws-sdk/client-eks';
import type { Simulation } from '../../../../core/simulation.ts';
import { type KubeCluster, SYSTEM_ADMIN } from '../../../../kubernetes/types.ts';
import { NotSimulatedError } from '../../../errors.ts';
import { operation } from '../../../types.ts';
import type { Checked } from '../checked.ts';
import { clusterReadyFor, eksError, invalidParameter, nodegroupNamed } from '../faults.ts';
import type { EksPorts } from '../ports.ts';
import { findCluster, type NodegroupRecord } from '../state.ts';
import { drawSeconds } from '../timings.ts';
import { beginUpdate, finishUpdate, updateView } from '../updates.ts';
import { onNodegroup } from './nodegroup-access.ts';
import { checkLabels, checkScaling, checkUpdateConfig, kubernetesTaints } from './nodegroup-checks.ts';

type Due = { cluster: string; nodegroup: string; uid: string; update: string };

export function updateNodegroupOperation() {
  return operation<Checked<UpdateNodegroupConfigRequest>, UpdateNodegroupConfigResponse>({
    authorize: (input, context) => [onNodegroup(context, 'UpdateNodegroupConfig', input)],
    run: (input, { simulation }) => {
      if (input.warmPoolConfig) throw new NotSimulatedError('EKS UpdateNodegroupConfig with warmPoolConfig');
      const cluster = clusterReadyFor(simulation, input.clusterName, ['ACTIVE', 'UPDATING']);
      const nodegroup = nodegroupNamed(cluster, input.nodegroupName);
      if (!['ACTIVE', 'DEGRADED'].includes(nodegroup.status)) {
        throw eksError('ResourceInUseException', `Nodegroup cannot be updated as it is currently not in Active State`, {
          clusterName: cluster.name,
          nodegroupName: nodegroup.name,
        });
      }
      const params = applyChanges(simulation, nodegroup, input);
      if (params.length === 0) throw invalidParameter('No changes were given for the node group');
      nodegroup.status = 'UPDATING';
      nodegroup.modifiedAtMs = simulation.now();
      const update = beginUpdate(simulation, cluster, 'ConfigUpdate', params, { nodegroupName: nodegroup.name });
      const key = `${cluster.name}:${nodegroup.name}:${cluster.updates.length}`;
      const due: Due = { cluster: cluster.name, nodegroup: nodegroup.name, uid: nodegroup.uid, update: update.id };
      simulation.schedule(drawSeconds(simulation, 'updateNodegroupConfig', key), 'eks:nodegroup-updated', due);
      return { update: updateView(update) };
    },
  });
}

type Params = NonNullable<Parameters<typeof beginUpdate>[3]>;

function applyChanges(
  simulation: Simulation,
  nodegroup: NodegroupRecord,
  input: Checked<UpdateNodegroupConfigRequest>,
): Params {
  const params: Params = [];
  if (input.scalingConfig) {
    const sizes = checkScaling(simulation, {
      minSize: input.scalingConfig.minSize ?? nodegroup.minSize,
      maxSize: input.scalingConfig.maxSize ?? nodegroup.maxSize,
      desiredSize: input.scalingConfig.desiredSize ?? nodegroup.desiredSize,
    });
    Object.assign(nodegroup, sizes);
    params.push({ type: 'MinSize', value: String(sizes.minSize) }, { type: 'MaxSize', value: String(sizes.maxSize) });
    params.push({ type: 'DesiredSize', value: String(sizes.desiredSize) });
  }
  if (input.labels) {
    checkLabels(input.labels.addOrUpdateLabels);
    const removed = input.labels.removeLabels ?? [];
    const kept = Object.entries(nodegroup.labels).filter(([key]) => !removed.includes(key));
    nodegroup.labels = { ...Object.fromEntries(kept), ...input.labels.addOrUpdateLabels };
    params.push({ type: 'LabelsToAdd', value: JSON.stringify(input.labels.addOrUpdateLabels ?? {}) });
    params.push({ type: 'LabelsToRemove', value: JSON.stringify(removed) });
  }
  if (input.taints) {
    const same = (one: { key: string; effect: string }) => (other: { key: string; effect: string }) =>
      one.key === other.key && one.effect === other.effect;
    const added = kubernetesTaints(input.taints.addOrUpdateTaints);
    const removed = kubernetesTaints(input.taints.removeTaints);
    const kept = nodegroup.taints.filter((taint) => ![...added, ...removed].some(same(taint)));
    nodegroup.taints = [...kept, ...added];
    params.push({ type: 'TaintsToAdd', value: JSON.stringify(added) });
    params.push({ type: 'TaintsToRemove', value: JSON.stringify(removed) });
  }
  if (input.updateConfig) {
    nodegroup.updateConfig = checkUpdateConfig(input.updateConfig);
    params.push({ type: 'MaxUnavailable', value: String(nodegroup.updateConfig.maxUnavailable ?? '') });
  }
  if (input.nodeRepairConfig) {
    nodegroup.spec.nodeRepairConfig = input.nodeRepairConfig;
    params.push({ type: 'NodeRepairEnabled', value: String(input.nodeRepairConfig.enabled ?? false) });
  }
  return params;
}

/** When an update has settled, the nodes that exist have the labels and taints too. */
export function registerNodegroupUpdates(simulation: Simulation, ports: EksPorts): void {
  simulation.on<Due>('eks:nodegroup-updated', (due) => {
    const cluster = findCluster(simulation, due.cluster);
    const nodegroup = cluster?.nodegroups[due.nodegroup];
    if (!cluster || nodegroup?.uid !== due.uid) return;
    const kube = ports.kubernetes.find(cluster.name);
    const removed = cluster.updates
      .find((update) => update.id === due.update)
      ?.params?.find((param) => param.type === 'LabelsToRemove')?.value;
    if (kube) relabel(kube, nodegroup, JSON.parse(removed ?? '[]') as string[]);
    finishUpdate(cluster, due.update);
    if (nodegroup.status === 'UPDATING') nodegroup.status = 'ACTIVE';
  });
}

function relabel(kube: KubeCluster, nodegroup: NodegroupRecord, removed: readonly string[]): void {
  const api = kube.as(SYSTEM_ADMIN);
  for (const { nodeName } of nodegroup.nodes) {
    const node = { apiVersion: 'v1', kind: 'Node', name: nodeName };
    if (!api.get(node)) continue;
    const labels = { ...Object.fromEntries(removed.map((key) => [key, null])), ...nodegroup.labels };
    api.mergePatch(node, { metadata: { labels }, spec: { taints: nodegroup.taints } });
  }
}

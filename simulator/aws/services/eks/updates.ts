import type {
  DescribeUpdateRequest,
  DescribeUpdateResponse,
  ListUpdatesRequest,
  ListUpdatesResponse,
  Update,
  UpdateType,
} from '@aws-sdk/client-eks';
import type { Simulation } from '../../../core/simulation.ts';
import { operation } from '../../types.ts';
import type { Checked } from './checked.ts';
import { clusterNamed, eksError } from './faults.ts';
import { pageOf } from './paging.ts';
import { onCluster, onPart, partArn } from './permissions.ts';
import { type ClusterRecord, findCluster, freshUuid, type UpdateRecord } from './state.ts';

type Scope = { readonly nodegroupName?: string | undefined; readonly addonName?: string | undefined };

/** An update that has begun: InProgress until `finishUpdate`. */
export function beginUpdate(
  simulation: Simulation,
  cluster: ClusterRecord,
  type: UpdateType,
  params: Update['params'],
  scope: Scope = {},
): UpdateRecord {
  const update: UpdateRecord = {
    id: freshUuid(simulation),
    status: 'InProgress',
    type,
    params: params ?? [],
    createdAtMs: simulation.now(),
    errors: [],
    ...(scope.nodegroupName === undefined ? {} : { nodegroupName: scope.nodegroupName }),
    ...(scope.addonName === undefined ? {} : { addonName: scope.addonName }),
  };
  cluster.updates.push(update);
  return update;
}

export function finishUpdate(cluster: ClusterRecord, id: string): void {
  for (const update of cluster.updates) if (update.id === id) update.status = 'Successful';
}

export function updateView(update: UpdateRecord): Update {
  const { createdAtMs, nodegroupName: _nodegroup, addonName: _addon, ...view } = update;
  return { ...view, createdAt: new Date(createdAtMs) };
}

/** EKS changes one thing at a time in a cluster. */
export function refuseWhileUpdating(cluster: ClusterRecord, operationName: string): void {
  const running = cluster.updates.find(
    (update) => update.status === 'InProgress' && !update.nodegroupName && !update.addonName,
  );
  if (!running) return;
  throw eksError(
    'ResourceInUseException',
    `Cannot ${operationName} because cluster ${cluster.name} currently has update ${running.id} in progress`,
    { clusterName: cluster.name },
  );
}

function inScope(cluster: ClusterRecord, scope: Scope): UpdateRecord[] {
  return cluster.updates.filter(
    (update) => update.nodegroupName === scope.nodegroupName && update.addonName === scope.addonName,
  );
}

function accessFor(
  action: string,
  input: { name?: string | undefined } & Scope,
  context: Parameters<typeof onCluster>[0],
) {
  const clusterName = input.name ?? '';
  const cluster = findCluster(context.simulation, clusterName);
  const nodegroup = input.nodegroupName;
  const addon = input.addonName;
  return [
    onCluster(context, action, clusterName),
    ...(nodegroup
      ? [onPart(action, cluster?.nodegroups[nodegroup], partArn(context, 'nodegroup', clusterName, nodegroup, '*'))]
      : []),
    ...(addon ? [onPart(action, cluster?.addons[addon], partArn(context, 'addon', clusterName, addon, '*'))] : []),
  ];
}

export const updateOperations = {
  DescribeUpdate: operation<Checked<DescribeUpdateRequest>, DescribeUpdateResponse>({
    authorize: (input, context) => accessFor('DescribeUpdate', input, context),
    run: (input, { simulation }) => {
      const cluster = clusterNamed(simulation, input.name ?? '');
      const update = inScope(cluster, input).find((candidate) => candidate.id === input.updateId);
      if (!update) throw eksError('ResourceNotFoundException', `No update found for ID: ${input.updateId}`);
      return { update: updateView(update) };
    },
  }),
  ListUpdates: operation<Checked<ListUpdatesRequest>, ListUpdatesResponse>({
    authorize: (input, context) => accessFor('ListUpdates', input, context),
    run: (input, { simulation }) => {
      const { items, nextToken } = pageOf(inScope(clusterNamed(simulation, input.name ?? ''), input), input);
      return { updateIds: items.map((update) => update.id), ...(nextToken ? { nextToken } : {}) };
    },
  }),
};

import { isDeepStrictEqual } from 'node:util';
import type { Stack } from '@aws-sdk/client-cloudformation';
import { namesOf } from '../../../shared/clusters/names.ts';
import type { World } from '../world.ts';
import { compared, type PlannedResource, planned } from './planned-resource.ts';

/** What the run makes in the account beside the cluster: service-linked roles, the cluster's stack, its registry row. */
export function accountResources(world: World): PlannedResource[] {
  return [...linkedRoles(world), clusterStack(world)];
}

function linkedRoles({ linkedRoles: roles }: World): PlannedResource[] {
  return roles.map(({ name, service, exists }) =>
    planned(
      { step: 'preflight', resource: 'service-linked role', name, seconds: [1, 5] },
      exists ? { action: 'none' } : { action: 'create', after: { service } },
    ),
  );
}

function clusterStack({ cluster, existing }: World): PlannedResource {
  const { stackName, queueName } = namesOf(cluster.metadata.name);
  const { disk } = cluster.spec.bootstrapNodes;
  const thing = {
    step: 'cluster-stack',
    resource: 'CloudFormation stack',
    name: stackName,
    seconds: [60, 120],
    // Roles cost nothing; the queue is paid by the request.
    monthlyUsd: null,
  } as const;
  const after = {
    InterruptionQueueName: queueName,
    KarpenterNamespace: cluster.spec.karpenter.namespace,
    BootstrapDiskGib: String(disk.gib),
    BootstrapDiskIops: String(disk.iops),
    BootstrapDiskThroughput: String(disk.throughputMiBps),
  };
  if (!existing.stack) return planned(thing, { action: 'create', after });
  const status = existing.stack.StackStatus ?? '';
  if (status === 'ROLLBACK_COMPLETE' || status === 'DELETE_IN_PROGRESS') {
    return planned(thing, { action: 'create', reason: 'an earlier run could not create it: it is made anew', after });
  }
  const decision = compared(parametersOf(existing.stack), after);
  if (decision.action !== 'none') return planned(thing, decision);
  const reason = 'its parameters are as they should be; a newer template, if there is one, is found by the step itself';
  return planned(thing, { action: 'none', reason });
}

function parametersOf({ Parameters = [] }: Stack): Record<string, unknown> {
  return Object.fromEntries(Parameters.map(({ ParameterKey = '', ParameterValue }) => [ParameterKey, ParameterValue]));
}

/** The row by which the rest of Joinery finds the cluster. */
export function registryRow({ cluster, existing }: World): PlannedResource {
  const { mode, kubernetesVersion, karpenter, budget } = cluster.spec;
  const thing = {
    step: 'registry',
    resource: 'registry row',
    name: cluster.metadata.name,
    seconds: [0, 1],
    monthlyUsd: null,
  } as const;
  const { row } = existing;
  // What is stored may have its keys in another order.
  const isSameBudget = isDeepStrictEqual(row?.budget, budget);
  const after = {
    state: 'active',
    mode,
    kubernetesVersion,
    karpenterVersion: karpenter.version,
    ...(isSameBudget ? {} : { budget }),
  };
  if (!row) return planned(thing, { action: 'create', after });
  return planned(thing, compared(row, after));
}

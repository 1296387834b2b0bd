import { jsonEqual } from '../../../shared/kube/schema/values.ts';
import { runtimeFaults } from '../../../shared/nodepools/runtime-faults.ts';
import { resourceAmount } from '../../kubernetes/controllers/quantities.ts';
import { ConditionSet, conditionIn, TRUE, type Verdict } from '../conditions.ts';
import { type Controller, listClaims, type Outcome } from '../controller.ts';
import { poolHash } from '../hashes.ts';
import { type Amounts, quantitiesOf, sum } from '../instance-types/resources.ts';
import { ANNOTATIONS, LABELS, POOL_HASH_VERSION } from '../names.ts';
import { classRef, isGoing, type NodeClaim, type NodeClass, type NodePool, poolRef } from '../objects.ts';

const CONDITIONS = ['ValidationSucceeded', 'NodeClassReady'];

/** What the API server took but Karpenter cannot work with. */
function validation(pool: NodePool): Verdict {
  const faults = runtimeFaults(pool);
  if (faults.length === 0) return TRUE;
  const message = faults.map(({ path, message: text }) => `${path}: ${text}`).join('; ');
  return { status: 'False', reason: 'NodePoolValidationFailed', message };
}

function classReadiness(nodeClass: NodeClass | undefined): Verdict {
  if (!nodeClass) return { status: 'False', reason: 'NodeClassNotFound', message: 'NodeClass not found on cluster' };
  if (isGoing(nodeClass))
    return { status: 'False', reason: 'NodeClassTerminating', message: 'NodeClass is Terminating' };
  const ready = conditionIn(nodeClass, 'Ready');
  if (ready?.status === 'True') return TRUE;
  if (ready?.status === 'False') return { status: 'False', reason: ready.reason, message: ready.message };
  return { status: 'Unknown', reason: 'NodeClassReadinessUnknown', message: 'Node Class Readiness Unknown' };
}

/** What the claims of a pool have together; `nodes` counts them. */
export function usageOf(claims: readonly NodeClaim[], poolName: string): Amounts {
  return claims
    .filter(({ metadata }) => metadata.labels?.[LABELS.nodePool] === poolName)
    .map(({ status }): Amounts => ({ ...amountsOf(status?.capacity), nodes: 1 }))
    .reduce(sum, {});
}

export function amountsOf(quantities: Readonly<Record<string, string | number>> | undefined): Amounts {
  return Object.fromEntries(
    Object.entries(quantities ?? {}).map(([resource, quantity]) => [resource, resourceAmount(resource, quantity)]),
  );
}

/** Judges a pool, counts what it has, and marks it with the hash of its template. */
export async function reconcilePool(controller: Controller, name: string): Promise<Outcome> {
  const { api, simulation } = controller;
  const found = api.get(poolRef(name)) as NodePool | undefined;
  if (!found || isGoing(found)) return undefined;
  const pool = markHash(controller, found);
  const nodeClass = api.get(classRef(pool.spec.template.spec.nodeClassRef.name)) as NodeClass | undefined;
  const conditions = new ConditionSet(pool, CONDITIONS, simulation.timestamp());
  conditions.set('ValidationSucceeded', validation(pool));
  conditions.set('NodeClassReady', classReadiness(nodeClass));
  if (!conditions.get('NodeRegistrationHealthy')) {
    const message = 'object is awaiting reconciliation';
    conditions.set('NodeRegistrationHealthy', { status: 'Unknown', reason: 'AwaitingReconciliation', message });
  }
  const usage = usageOf(listClaims(controller), name);
  const status = {
    ...pool.status,
    conditions: conditions.list(),
    resources: {
      ...Object.fromEntries(GONE_WHEN_EMPTY.map((resource) => [resource, null])),
      ...quantitiesOf(usage),
      nodes: String(usage['nodes'] ?? 0),
    },
    nodes: usage['nodes'] ?? 0,
    ...(nodeClass?.metadata.generation === undefined
      ? {}
      : { nodeClassObservedGeneration: nodeClass.metadata.generation }),
  };
  if (!jsonEqual(withoutNulls(status), pool.status)) api.mergePatch(poolRef(name), { status }, 'status');
  return undefined;
}

/** A merge patch removes what is null. */
const GONE_WHEN_EMPTY = ['cpu', 'memory', 'pods', 'ephemeral-storage', 'nvidia.com/gpu', 'amd.com/gpu'];

function withoutNulls<T extends { resources: Record<string, unknown> }>(status: T): T {
  const resources = Object.entries(status.resources).filter(([, quantity]) => quantity !== null);
  return { ...status, resources: Object.fromEntries(resources) };
}

function markHash({ api }: Controller, pool: NodePool): NodePool {
  const wanted = { [ANNOTATIONS.poolHash]: poolHash(pool), [ANNOTATIONS.poolHashVersion]: POOL_HASH_VERSION };
  const { annotations = {} } = pool.metadata;
  if (Object.entries(wanted).every(([key, value]) => annotations[key] === value)) return pool;
  return api.mergePatch(poolRef(pool.metadata.name), { metadata: { annotations: wanted } }) as NodePool;
}

/** Whether the nodes of a pool come up: what the last registration, or its time-out, showed. */
export function setRegistrationHealth({ api, simulation }: Controller, poolName: string, verdict: Verdict): void {
  const pool = api.get(poolRef(poolName)) as NodePool | undefined;
  if (!pool) return;
  const conditions = new ConditionSet(pool, CONDITIONS, simulation.timestamp());
  const old = conditions.get('NodeRegistrationHealthy');
  if (old?.status === verdict.status && old.reason === (verdict.reason ?? old.type)) return;
  conditions.set('NodeRegistrationHealthy', verdict);
  api.mergePatch(poolRef(poolName), { status: { conditions: conditions.list() } }, 'status');
}

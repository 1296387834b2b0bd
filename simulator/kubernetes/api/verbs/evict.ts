import { type KubeObject, KubeStatusError, type KubeUser } from '../../types.ts';
import { accessTo, authorize } from '../authorization/authorize.ts';
import type { ApiContext } from '../context.ts';
import { notFound } from '../errors.ts';
import { copyJson } from '../json.ts';
import { type LabelSelector, matchesLabelSelector } from '../selectors.ts';
import { type DeleteOptions, deleteStored } from './delete.ts';
import type { Target } from './request.ts';

const BUDGETS_KEY = 'policy/poddisruptionbudgets';

/** Evicts a pod: a deletion that PodDisruptionBudgets may forbid. */
export function evictPod(
  context: ApiContext,
  user: KubeUser,
  target: Target,
  options: DeleteOptions,
  dryRun: boolean,
): void {
  const { resource, namespace, name = '' } = target;
  authorize(context, user, accessTo('create', resource, target, 'eviction'));
  const pod = context.store.get(resource.storageKey, namespace, name);
  if (!pod) throw notFound(resource, name);
  if (!isExempt(pod)) spendBudget(context, pod, dryRun);
  deleteStored(context, resource, pod, options, dryRun);
}

/** A pod that does not run, or is going already, costs no availability. */
function isExempt(pod: KubeObject): boolean {
  const phase = pod.status?.['phase'];
  return (
    phase === 'Pending' || phase === 'Succeeded' || phase === 'Failed' || pod.metadata.deletionTimestamp !== undefined
  );
}

function isReady(pod: KubeObject): boolean {
  const conditions = (pod.status?.['conditions'] ?? []) as { type: string; status: string }[];
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}

function spendBudget(context: ApiContext, pod: KubeObject, dryRun: boolean): void {
  const { namespace, labels = {} } = pod.metadata;
  const budgets = context.store
    .list(BUDGETS_KEY, namespace)
    .filter((budget) => matchesLabelSelector(budget.spec?.['selector'] as LabelSelector | undefined, labels));
  if (budgets.length > 1) {
    const message = 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';
    throw new KubeStatusError(500, 'InternalError', message);
  }
  const [budget] = budgets;
  if (!budget || mayGoUnready(pod, budget)) return;
  const status = budget.status ?? {};
  const observed = Number(status['observedGeneration'] ?? 0);
  if (observed < (budget.metadata.generation ?? 0)) throw tooMany(budget, { retryAfterSeconds: 10 });
  if (Number(status['disruptionsAllowed'] ?? 0) <= 0) throw tooMany(budget, {});
  if (dryRun) return;
  const next = copyJson(budget);
  const disrupted = {
    ...(status['disruptedPods'] as object | undefined),
    [pod.metadata.name]: context.simulation.timestamp(),
  };
  next.status = { ...status, disruptionsAllowed: Number(status['disruptionsAllowed']) - 1, disruptedPods: disrupted };
  context.store.put(BUDGETS_KEY, next);
}

/** A pod that is not ready may go when the rest is healthy enough, or always where the budget says so. */
function mayGoUnready(pod: KubeObject, budget: KubeObject): boolean {
  if (isReady(pod)) return false;
  if (budget.spec?.['unhealthyPodEvictionPolicy'] === 'AlwaysAllow') return true;
  const { currentHealthy = 0, desiredHealthy = 0 } = budget.status ?? {};
  return Number(currentHealthy) >= Number(desiredHealthy) && Number(desiredHealthy) > 0;
}

function tooMany(budget: KubeObject, more: Record<string, unknown>): KubeStatusError {
  const { name } = budget.metadata;
  const { desiredHealthy = 0, currentHealthy = 0 } = budget.status ?? {};
  const why =
    more['retryAfterSeconds'] === undefined
      ? `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`
      : `The disruption budget ${name} is still being processed by the server.`;
  return new KubeStatusError(
    429,
    'TooManyRequests',
    "Cannot evict pod as it would violate the pod's disruption budget.",
    {
      causes: [{ reason: 'DisruptionBudget', message: why }],
      ...more,
    },
  );
}

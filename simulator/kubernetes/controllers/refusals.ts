import type { Reconciliation } from './context.ts';
import { keyOf } from './objects.ts';

const NOT_SIMULATED = [
  ['apps/v1', 'StatefulSet'],
  ['batch/v1', 'Job'],
  ['batch/v1', 'CronJob'],
  ['v1', 'ReplicationController'],
] as const;

/** Kinds that nothing here acts on: better to fail than to leave them without pods and say nothing. */
export function refuseUnsimulatedKinds(run: Reconciliation): void {
  for (const [apiVersion, kind] of NOT_SIMULATED) {
    const [object] = run.list(apiVersion, kind);
    if (object) throw new Error(`${kind} ${keyOf(object)}: no controller for this kind is simulated`);
  }
}

import type { ClusterFacts } from '../../shared/adoption/facts.ts';
import type { ClusterObserver } from '../../shared/aws/observe-cluster.ts';
import { objectKeysOf } from '../../shared/clusters/names.ts';
import { executionId } from '../../shared/clusters/ownership.ts';
import type { DocumentPointer } from '../../shared/runs/run.ts';
import type { StepInput } from '../../shared/runs/step-input.ts';
import { type Connect, observe } from './observe.ts';

export type LookDeps = {
  readonly observer: ClusterObserver;
  /** As the reader: a cluster whose owner has let it in is seen whole before anything is changed. */
  readonly connectReader: Connect;
  readonly storeFacts: (key: string, facts: ClusterFacts) => Promise<DocumentPointer>;
};

/** Looks at the cluster before the preflight judges it; changes nothing. */
export async function lookAtCluster({ run }: StepInput, deps: LookDeps): Promise<DocumentPointer> {
  const facts = await observe(run.cluster, deps.connectReader, deps.observer);
  return deps.storeFacts(objectKeysOf(run.cluster, executionId(run.rootExecution)).facts, facts);
}

import type { KubeObject } from '../kubernetes/types.ts';

export type Condition = {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
  lastTransitionTime: string;
  observedGeneration?: number;
};

type WithConditions = KubeObject & { status?: { conditions?: Condition[] } };

/** One change to a condition; a reason that is left out is the type's name, as for everything that is simply so. */
export type Verdict = { readonly status: Condition['status']; readonly reason?: string; readonly message?: string };

export const TRUE: Verdict = { status: 'True' };

export function conditionIn(object: WithConditions, type: string): Condition | undefined {
  return object.status?.conditions?.find((condition) => condition.type === type);
}

export function isTrue(object: WithConditions, type: string): boolean {
  return conditionIn(object, type)?.status === 'True';
}

/**
 * The conditions of an object in the making: those that its Ready condition depends on start as Unknown, each change is
 * stamped when (and only when) its status changes, and `list` has them by time with Ready last.
 */
export class ConditionSet {
  readonly #conditions: Map<string, Condition>;
  readonly #object: WithConditions;
  readonly #dependents: readonly string[];
  readonly #timestamp: string;

  constructor(object: WithConditions, dependents: readonly string[], timestamp: string) {
    this.#object = object;
    this.#dependents = dependents;
    this.#timestamp = timestamp;
    this.#conditions = new Map((object.status?.conditions ?? []).map((condition) => [condition.type, condition]));
    const initial = {
      status: 'Unknown',
      reason: 'AwaitingReconciliation',
      message: 'object is awaiting reconciliation',
    };
    for (const type of dependents) {
      if (!this.#conditions.has(type)) this.#put(type, initial as Verdict, object.metadata.creationTimestamp);
    }
    this.#settle();
  }

  get(type: string): Condition | undefined {
    return this.#conditions.get(type);
  }

  set(type: string, verdict: Verdict): void {
    this.#put(type, verdict, this.#timestamp);
    this.#settle();
  }

  clear(type: string): void {
    this.#conditions.delete(type);
  }

  list(): Condition[] {
    const rank = (condition: Condition) => (condition.type === 'Ready' ? '~' : condition.lastTransitionTime);
    return [...this.#conditions.values()].sort((left, right) =>
      rank(left) === rank(right) ? this.#position(left) - this.#position(right) : rank(left) < rank(right) ? -1 : 1,
    );
  }

  /** Of conditions of one second those that came first in the life of the object come first. */
  #position({ type }: Condition): number {
    const index = this.#dependents.indexOf(type);
    return index < 0 ? this.#dependents.length : index;
  }

  #put(type: string, verdict: Verdict, when: string | undefined): void {
    const old = this.#conditions.get(type);
    const { generation } = this.#object.metadata;
    this.#conditions.set(type, {
      type,
      status: verdict.status,
      reason: verdict.reason ?? type,
      message: verdict.message ?? '',
      lastTransitionTime: old?.status === verdict.status ? old.lastTransitionTime : (when ?? this.#timestamp),
      ...(generation === undefined ? {} : { observedGeneration: generation }),
    });
  }

  #settle(): void {
    const all = this.#dependents.flatMap((type) => this.#conditions.get(type) ?? []);
    const named = (status: Condition['status']) =>
      all.filter((condition) => condition.status === status).map(({ type, reason }) => `${type}=${status}, ${reason}`);
    const [failed, unknown] = [named('False'), named('Unknown')];
    const first = this.#conditions.has('Ready') ? this.#timestamp : this.#object.metadata.creationTimestamp;
    if (failed.length > 0) {
      const verdict = { status: 'False', reason: 'UnhealthyDependents', message: failed.join('; ') } as const;
      this.#put('Ready', verdict, first);
    } else if (unknown.length > 0) {
      const verdict = { status: 'Unknown', reason: 'ReconcilingDependents', message: unknown.join('; ') } as const;
      this.#put('Ready', verdict, first);
    } else {
      this.#put('Ready', TRUE, first);
    }
  }
}

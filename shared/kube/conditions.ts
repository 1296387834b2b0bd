import type { Manifest } from './api.ts';

/** A condition of an object's status, as Kubernetes and Karpenter write them. */
export type Condition = {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
  readonly observedGeneration?: number;
};

export function conditionsOf(object: Manifest): readonly Condition[] {
  return ((object['status'] ?? {}) as { conditions?: readonly Condition[] }).conditions ?? [];
}

/** What a condition says, in the controller's own words. */
export function wordsOf({ reason, message }: Condition): string {
  return [reason, message].filter(Boolean).join(': ');
}

import { isJsonObject, jsonEqual } from '../../../shared/kube/schema/values.ts';
import type { KubeObject, KubeRef } from '../types.ts';
import type { Reconciliation } from './context.ts';
import type { Condition } from './objects.ts';

export function refOf(object: KubeObject): KubeRef {
  const { name, namespace } = object.metadata;
  return { apiVersion: object.apiVersion, kind: object.kind, name, ...(namespace === undefined ? {} : { namespace }) };
}

/** Replaces an object's status where it differs; whether it did. */
export function writeStatus(run: Reconciliation, object: KubeObject, status: Record<string, unknown>): boolean {
  const wanted = withoutUndefined(status);
  if (jsonEqual(object.status ?? {}, wanted)) return false;
  const { resourceVersion: _, ...metadata } = object.metadata;
  run.api.updateStatus({ ...object, metadata, status: wanted });
  return true;
}

function withoutUndefined(value: Record<string, unknown>): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const name in value) {
    const member = value[name];
    if (member !== undefined) result[name] = isJsonObject(member) ? withoutUndefined(member) : member;
  }
  return result;
}

/** A count as the API writes it: zero is left out. */
export function countOf(number: number): number | undefined {
  return number === 0 ? undefined : number;
}

/** Conditions with one set; the time of transition moves only with the status. */
export function withCondition(
  conditions: readonly Condition[] | undefined,
  next: Omit<Condition, 'lastTransitionTime'>,
  timestamp: string,
): Condition[] {
  const old = (conditions ?? []).find((condition) => condition.type === next.type);
  const since = old?.status === next.status ? (old.lastTransitionTime ?? timestamp) : timestamp;
  const changed: Condition = { ...next, lastTransitionTime: since };
  if (!old) return [...(conditions ?? []), changed];
  return (conditions ?? []).map((condition) => (condition === old ? changed : condition));
}

/** Milliseconds of a timestamp in an object; absent ones are the beginning of time. */
export function timeMs(timestamp: string | undefined): number {
  return timestamp === undefined ? 0 : Date.parse(timestamp);
}

import { BUILT_IN_RESOURCES } from '../../api/resources/built-in.ts';
import { customResources } from '../../api/resources/custom.ts';
import { apiVersionOf } from '../../api/resources/resource.ts';
import type { KubeObject } from '../../types.ts';
import type { Reconciliation } from '../context.ts';
import { refOf } from '../writing.ts';
import { blockers, FOREGROUND, isWaitingForDependents, judge, ORPHAN, type OwnerGraph, ownerGraph } from './owners.ts';

type ServedKind = { readonly apiVersion: string; readonly kind: string };

const ALWAYS_SERVED: readonly ServedKind[] = BUILT_IN_RESOURCES.filter(({ verbs }) => verbs.includes('list')).map(
  (resource) => ({ apiVersion: apiVersionOf(resource), kind: resource.kind }),
);

/** Deletes what has lost its owners, and carries out foreground and orphan deletions. */
export function collectGarbage(run: Reconciliation): void {
  if (!run.state.isGarbageLikely) return;
  run.state.isGarbageLikely = false;
  const custom = run.list('apiextensions.k8s.io/v1', 'CustomResourceDefinition').map(customResources);
  const served = [...ALWAYS_SERVED, ...custom.flatMap(listedOnce)];
  const builtIn = ALWAYS_SERVED.flatMap(({ apiVersion, kind }) => run.list(apiVersion, kind));
  const others = custom.flatMap(listedOnce).flatMap(({ apiVersion, kind }) => run.api.list(apiVersion, kind));
  const graph = ownerGraph([...builtIn, ...others]);
  const groupKinds = new Set(served.map(({ apiVersion, kind }) => groupKind(apiVersion, kind)));
  for (const object of graph.objects) {
    if (isWaitingForDependents(object)) endForeground(run, graph, object);
    else if (isOrphaning(object)) endOrphaning(run, graph, object);
    const verdict = judge(graph, object, (owner) => groupKinds.has(groupKind(owner.apiVersion, owner.kind)));
    if (verdict.act === 'delete') deleteIfThere(run, object, verdict.propagationPolicy);
    if (verdict.act === 'disown') disown(run, object, verdict.from);
  }
}

/** The objects of a kind are the same in all its versions. */
function listedOnce(versions: ReturnType<typeof customResources>): ServedKind[] {
  const [first] = versions;
  return first ? [{ apiVersion: apiVersionOf(first), kind: first.kind }] : [];
}

function groupKind(apiVersion: string, kind: string): string {
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  return `${group}/${kind}`;
}

function isOrphaning(object: KubeObject): boolean {
  return object.metadata.deletionTimestamp !== undefined && (object.metadata.finalizers ?? []).includes(ORPHAN);
}

function endForeground(run: Reconciliation, graph: OwnerGraph, owner: KubeObject): void {
  const blocking = blockers(graph, owner);
  if (blocking.length === 0) removeFinalizer(run, owner, FOREGROUND);
}

function endOrphaning(run: Reconciliation, graph: OwnerGraph, owner: KubeObject): void {
  for (const dependent of graph.dependents(owner)) disown(run, dependent, [owner.metadata.uid ?? '']);
  removeFinalizer(run, owner, ORPHAN);
}

function disown(run: Reconciliation, object: KubeObject, uids: readonly string[]): void {
  const present = presentOf(run, object);
  const references = present?.metadata.ownerReferences ?? [];
  const kept = references.filter((reference) => !uids.includes(reference.uid));
  if (!present || kept.length === references.length) return;
  run.api.mergePatch(refOf(present), { metadata: { ownerReferences: kept.length > 0 ? kept : null } });
}

function removeFinalizer(run: Reconciliation, object: KubeObject, name: string): void {
  const present = presentOf(run, object);
  const finalizers = present?.metadata.finalizers ?? [];
  if (!present || !finalizers.includes(name)) return;
  const kept = finalizers.filter((finalizer) => finalizer !== name);
  run.api.mergePatch(refOf(present), { metadata: { finalizers: kept.length > 0 ? kept : null } });
}

function deleteIfThere(
  run: Reconciliation,
  object: KubeObject,
  propagationPolicy: 'Foreground' | 'Background' | 'Orphan',
): void {
  if (presentOf(run, object)) run.api.delete(refOf(object), { propagationPolicy });
}

/** The object as it is by now, unless another one has its name. */
function presentOf(run: Reconciliation, object: KubeObject): KubeObject | undefined {
  const present = run.api.get(refOf(object));
  return present?.metadata.uid === object.metadata.uid ? present : undefined;
}

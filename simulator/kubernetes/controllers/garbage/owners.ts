import type { KubeObject, OwnerReference } from '../../types.ts';

/** The objects of a cluster by what owns what. */
export type OwnerGraph = {
  readonly objects: readonly KubeObject[];
  owner(reference: OwnerReference, dependent: KubeObject): KubeObject | undefined;
  dependents(owner: KubeObject): readonly KubeObject[];
};

export function ownerGraph(objects: readonly KubeObject[]): OwnerGraph {
  const byUid = new Map(objects.map((object) => [object.metadata.uid, object]));
  const dependents = new Map<string, KubeObject[]>();
  for (const object of objects) {
    for (const { uid } of object.metadata.ownerReferences ?? []) {
      const known = dependents.get(uid);
      if (known) known.push(object);
      else dependents.set(uid, [object]);
    }
  }
  return {
    objects,
    owner: (reference, dependent) => {
      const found = byUid.get(reference.uid);
      const { namespace } = found?.metadata ?? {};
      // An owner in another namespace is none.
      return namespace === undefined || namespace === dependent.metadata.namespace ? found : undefined;
    },
    dependents: (owner) => dependents.get(owner.metadata.uid ?? '') ?? [],
  };
}

export type Propagation = 'Foreground' | 'Background' | 'Orphan';

/** What the garbage collector does with an object now. */
export type Verdict =
  | { readonly act: 'keep' }
  | { readonly act: 'delete'; readonly propagationPolicy: Propagation }
  | { readonly act: 'disown'; readonly from: readonly string[] };

export const FOREGROUND = 'foregroundDeletion';
export const ORPHAN = 'orphan';

export function isWaitingForDependents(object: KubeObject): boolean {
  return object.metadata.deletionTimestamp !== undefined && (object.metadata.finalizers ?? []).includes(FOREGROUND);
}

/** Judges an object by its owners. `isServed` tells kinds that exist: an owner of an unknown kind may yet be found. */
export function judge(
  graph: OwnerGraph,
  object: KubeObject,
  isServed: (reference: OwnerReference) => boolean,
): Verdict {
  const references = object.metadata.ownerReferences ?? [];
  if (references.length === 0 || object.metadata.deletionTimestamp !== undefined) return { act: 'keep' };
  const found = references.map((reference) => ({ reference, owner: graph.owner(reference, object) }));
  const dangling = found.filter(({ owner, reference }) => !owner && isServed(reference));
  const waiting = found.filter(({ owner }) => owner && isWaitingForDependents(owner));
  const goers = [...dangling, ...waiting].map(({ reference }) => reference.uid);
  if (goers.length === 0) return { act: 'keep' };
  if (goers.length < references.length) return { act: 'disown', from: goers };
  const finalizers = object.metadata.finalizers ?? [];
  if (waiting.length > 0 && graph.dependents(object).length > 0)
    return { act: 'delete', propagationPolicy: 'Foreground' };
  if (finalizers.includes(ORPHAN)) return { act: 'delete', propagationPolicy: 'Orphan' };
  if (finalizers.includes(FOREGROUND)) return { act: 'delete', propagationPolicy: 'Foreground' };
  return { act: 'delete', propagationPolicy: 'Background' };
}

/** The dependents that keep an object from going in a foreground deletion. */
export function blockers(graph: OwnerGraph, owner: KubeObject): KubeObject[] {
  return graph
    .dependents(owner)
    .filter((dependent) =>
      (dependent.metadata.ownerReferences ?? []).some(
        (reference) => reference.uid === owner.metadata.uid && reference.blockOwnerDeletion,
      ),
    );
}

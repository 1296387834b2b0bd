import { type LabelSelector, matchesLabelSelector } from '../../api/selectors.ts';
import type { KubeObject, OwnerReference } from '../../types.ts';
import type { Reconciliation } from '../context.ts';
import { isControlledBy, isTerminating } from '../objects.ts';
import { refOf } from '../writing.ts';

export function controllerReference(owner: KubeObject): OwnerReference {
  return {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  };
}

// A list is made anew when an object of its kind changes, and gone through for each owner.
const byController = new WeakMap<readonly KubeObject[], ReadonlyMap<string | undefined, readonly KubeObject[]>>();

/** Those that the owner controls, and those that nobody does, in their order. */
function concerning<T extends KubeObject>(owner: KubeObject, candidates: readonly T[]): readonly T[] {
  const groups = byController.get(candidates) ?? Map.groupBy(candidates, controllerOf);
  byController.set(candidates, groups);
  const own = groups.get(owner.metadata.uid) ?? [];
  if (!groups.has(undefined)) return own as readonly T[];
  return candidates.filter((object) => [undefined, owner.metadata.uid].includes(controllerOf(object)));
}

function controllerOf({ metadata }: KubeObject): string | undefined {
  return metadata.ownerReferences?.find(({ controller }) => controller)?.uid;
}

/**
 * The objects of a kind that a controller owns. It adopts those that match its selector and have no controller, and
 * releases its own that no longer match.
 */
export function claimed<T extends KubeObject>(
  run: Reconciliation,
  owner: KubeObject & { spec: { selector: LabelSelector } },
  candidates: readonly T[],
): T[] {
  return concerning(owner, candidates).flatMap((object) => {
    if (object.metadata.namespace !== owner.metadata.namespace) return [];
    const references = object.metadata.ownerReferences ?? [];
    const isOwn = isControlledBy(object, owner);
    if (!isOwn && references.some((reference) => reference.controller)) return [];
    const matches = matchesLabelSelector(owner.spec.selector, object.metadata.labels ?? {});
    if (isOwn) {
      if (matches || isTerminating(owner)) return [object];
      const ownerReferences = references.filter((reference) => reference.uid !== owner.metadata.uid);
      run.api.mergePatch(refOf(object), { metadata: { ownerReferences } });
      return [];
    }
    if (!matches || isTerminating(object) || isTerminating(owner)) return [];
    const ownerReferences = [...references, controllerReference(owner)];
    return [run.api.mergePatch(refOf(object), { metadata: { ownerReferences } }) as T];
  });
}

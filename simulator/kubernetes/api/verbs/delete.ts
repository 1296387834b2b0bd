import type { KubeObject } from '../../types.ts';
import { accessTo, authorize } from '../authorization/authorize.ts';
import type { ApiContext } from '../context.ts';
import { conflict, forbidden, methodNotAllowed, notFound } from '../errors.ts';
import { copyJson } from '../json.ts';
import { NAMESPACES_KEY } from '../kinds/namespaces.ts';
import { DEFINITIONS_KEY } from '../resources/custom.ts';
import type { Resource } from '../resources/resource.ts';
import { beginDefinitionEnd, endEmptyDefinition } from './definition-end.ts';
import { beginNamespaceEnd, endEmptyNamespace } from './namespace-end.ts';
import type { Write } from './request.ts';

/** The body of a DELETE. */
export type DeleteOptions = {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: 'Foreground' | 'Background' | 'Orphan';
  readonly orphanDependents?: boolean;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
};

const FIXED_NAMESPACES = ['default', 'kube-system', 'kube-public'];

/** Deletes one object, or marks it for deletion. Returns it as it is afterwards, and whether it is gone. */
export function deleteObject(
  context: ApiContext,
  write: Write,
  options: DeleteOptions,
): { object: KubeObject; isGone: boolean } {
  const { resource, namespace, name = '' } = write.target;
  if (!resource.verbs.includes('delete')) throw methodNotAllowed();
  authorize(context, write.user, accessTo('delete', resource, write.target));
  const object = context.store.get(resource.storageKey, namespace, name);
  if (!object) throw notFound(resource, name);
  return deleteStored(context, resource, object, options, write.options.dryRun);
}

/** A deletion after authorization. */
export function deleteStored(
  context: ApiContext,
  resource: Resource,
  object: KubeObject,
  options: DeleteOptions,
  dryRun = false,
): { object: KubeObject; isGone: boolean } {
  checkPreconditions(resource, object, options);
  if (resource.storageKey === NAMESPACES_KEY && FIXED_NAMESPACES.includes(object.metadata.name)) {
    throw forbidden(resource, object.metadata.name, 'this namespace may not be deleted');
  }
  const next = marked(context, resource, object, options);
  if (dryRun) return { object: next, isGone: isReadyToGo(next) };
  if (isReadyToGo(next)) {
    removeObject(context, resource, next);
    return { object: next, isGone: true };
  }
  const isNew = JSON.stringify(next) !== JSON.stringify(object);
  const stored = isNew ? context.store.put(resource.storageKey, next) : object;
  if (resource.storageKey === NAMESPACES_KEY && isNew) beginNamespaceEnd(context, stored);
  if (resource.storageKey === DEFINITIONS_KEY && isNew) beginDefinitionEnd(context, stored);
  const present = context.store.get(resource.storageKey, object.metadata.namespace, object.metadata.name);
  return { object: present ?? stored, isGone: present === undefined };
}

function checkPreconditions(resource: Resource, object: KubeObject, options: DeleteOptions): void {
  const { uid, resourceVersion } = options.preconditions ?? {};
  if (uid !== undefined && uid !== object.metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${object.metadata.uid}`;
    throw conflict(resource, object.metadata.name, why);
  }
  if (resourceVersion !== undefined && resourceVersion !== object.metadata.resourceVersion) {
    const why = `Precondition failed: ResourceVersion in precondition: ${resourceVersion}, ResourceVersion in object meta: ${object.metadata.resourceVersion}`;
    throw conflict(resource, object.metadata.name, why);
  }
}

function marked(context: ApiContext, resource: Resource, object: KubeObject, options: DeleteOptions): KubeObject {
  const next = copyJson(object);
  const { metadata } = next;
  setPropagationFinalizer(next, options);
  const graceSeconds = gracePeriod(resource, next, options);
  const isFirst = metadata.deletionTimestamp === undefined;
  // A later deletion may shorten the grace period, never lengthen it.
  if (isFirst || graceSeconds < (metadata.deletionGracePeriodSeconds ?? 0)) {
    const at = context.simulation.now() + graceSeconds * 1000;
    metadata.deletionTimestamp = new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z');
    metadata.deletionGracePeriodSeconds = graceSeconds;
  }
  if (isFirst && metadata.generation !== undefined) metadata.generation += 1;
  if (resource.storageKey === NAMESPACES_KEY) next.status = { ...next.status, phase: 'Terminating' };
  if (resource.storageKey === DEFINITIONS_KEY) markDefinition(next);
  return next;
}

/** A definition stays until its objects are gone. */
function markDefinition(definition: KubeObject): void {
  const finalizer = 'customresourcecleanup.apiextensions.k8s.io';
  const { finalizers = [] } = definition.metadata;
  if (!finalizers.includes(finalizer)) definition.metadata.finalizers = [...finalizers, finalizer];
}

/** Foreground and orphan deletion wait for the garbage collector, which takes their finalizers away. */
function setPropagationFinalizer(object: KubeObject, options: DeleteOptions): void {
  const { metadata } = object;
  const policy = options.propagationPolicy ?? (options.orphanDependents ? 'Orphan' : undefined);
  if (policy === undefined) return;
  const rest = (metadata.finalizers ?? []).filter((name) => name !== 'foregroundDeletion' && name !== 'orphan');
  if (policy === 'Foreground') rest.push('foregroundDeletion');
  if (policy === 'Orphan') rest.push('orphan');
  if (rest.length > 0) metadata.finalizers = rest;
  else delete metadata.finalizers;
}

function gracePeriod(resource: Resource, object: KubeObject, options: DeleteOptions): number {
  if (resource.storageKey !== '/pods') return 0;
  const phase = object.status?.['phase'];
  const isRunningSomewhere = object.spec?.['nodeName'] && phase !== 'Succeeded' && phase !== 'Failed';
  if (!isRunningSomewhere) return 0;
  const own = object.spec?.['terminationGracePeriodSeconds'];
  return Math.max(0, options.gracePeriodSeconds ?? (typeof own === 'number' ? own : 30));
}

/** Whether nothing holds a deleted object any more. */
export function isReadyToGo(object: KubeObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, finalizers = [] } = object.metadata;
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds > 0 || finalizers.length > 0) return false;
  const ownFinalizers = object.kind === 'Namespace' ? object.spec?.['finalizers'] : undefined;
  return !Array.isArray(ownFinalizers) || ownFinalizers.length === 0;
}

export function removeObject(context: ApiContext, resource: Resource, object: KubeObject): void {
  const last = context.store.remove(resource.storageKey, object);
  resource.strategy.stored?.(last, context);
  if (resource.isCustom) endEmptyDefinition(context, `${resource.plural}.${resource.group}`);
  if (object.metadata.namespace !== undefined) endEmptyNamespace(context, object.metadata.namespace);
}

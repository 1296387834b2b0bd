import { jsonEqual } from '../../../../shared/kube/schema/values.ts';
import type { KubeObject } from '../../types.ts';
import { accessTo, authorize } from '../authorization/authorize.ts';
import { checkEscalation } from '../authorization/escalation.ts';
import type { ApiContext } from '../context.ts';
import { badRequest, conflict, methodNotAllowed, notFound, STALE } from '../errors.ts';
import { recordUpdate } from '../patching/managed-fields.ts';
import type { Resource } from '../resources/resource.ts';
import { writerOf } from './create.ts';
import { decodeVersion } from './decode.ts';
import { isReadyToGo, removeObject } from './delete.ts';
import type { Write } from './request.ts';
import { validateObject } from './validate.ts';

/** The object that a request names; 404 when there is none. The stored one: copy before changing. */
export function mustGet(context: ApiContext, write: Pick<Write, 'target'>): KubeObject {
  const { resource, namespace, name = '' } = write.target;
  const object = context.store.get(resource.storageKey, namespace, name);
  if (!object) throw notFound(resource, name);
  return object;
}

export function checkSubresource(write: Write): void {
  const { resource, subresource } = write.target;
  if (subresource === undefined) return;
  if (!resource.subresources.some(({ name }) => name === subresource))
    throw notFound(resource, write.target.name ?? '');
}

/** Replaces an object, or its status by way of the subresource. */
export function replaceObject(context: ApiContext, write: Write, given: unknown): KubeObject {
  const { target, user } = write;
  if (!target.resource.verbs.includes('update')) throw methodNotAllowed();
  authorize(context, user, accessTo('update', target.resource, target, target.subresource));
  checkSubresource(write);
  const stored = context.store.get(target.resource.storageKey, target.namespace, target.name ?? '');
  const object = decodeVersion(write, given, stored);
  if (object.metadata.name !== target.name) {
    throw badRequest(
      `the name of the object (${object.metadata.name}) does not match the name on the URL (${target.name})`,
    );
  }
  return commitUpdate(context, write, mustGet(context, write), object, (next, old) =>
    recordUpdate(target.resource, next, old, writerOf(context, write)),
  );
}

/** Everything between a decoded new version of an object and its storage; `record` sets the managed fields. */
export function commitUpdate(
  context: ApiContext,
  write: Write,
  old: KubeObject,
  given: KubeObject,
  record: (next: KubeObject, old: KubeObject) => void,
): KubeObject {
  const { target, user } = write;
  const { resource } = target;
  checkPreconditions(resource, given, old);
  const next = target.subresource === 'status' ? withNewStatus(old, given) : withNewSpec(resource, old, given);
  keepIdentity(next, old);
  if (target.subresource === undefined) resource.strategy.prepare?.(next, old, context);
  if (resource.hasGeneration && target.subresource !== 'status') countGeneration(next, old);
  resource.strategy.admit?.(next, old, context, user);
  validateObject(context, target, next, old);
  checkEscalation(context, user, resource, next, old);
  record(next, old);
  return storeUpdate(context, write, next, old);
}

function storeUpdate(context: ApiContext, write: Write, next: KubeObject, old: KubeObject): KubeObject {
  const { resource } = write.target;
  if (jsonEqual(next, old)) return old;
  if (write.options.dryRun) return next;
  if (isReadyToGo(next)) {
    removeObject(context, resource, next);
    return next;
  }
  const stored = context.store.put(resource.storageKey, next);
  resource.strategy.stored?.(stored, context);
  return stored;
}

function checkPreconditions(resource: Resource, given: KubeObject, old: KubeObject): void {
  const { resourceVersion, uid, name } = given.metadata;
  if (uid && uid !== old.metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`;
    throw conflict(resource, name, why);
  }
  if (resourceVersion && resourceVersion !== '0' && resourceVersion !== old.metadata.resourceVersion) {
    throw conflict(resource, name, STALE);
  }
}

function withNewStatus(old: KubeObject, given: KubeObject): KubeObject {
  const next = { ...old, metadata: { ...old.metadata } };
  if (given.status === undefined) delete next.status;
  else next.status = given.status;
  if (given.metadata.managedFields) next.metadata.managedFields = given.metadata.managedFields;
  return next;
}

function withNewSpec(resource: Resource, old: KubeObject, given: KubeObject): KubeObject {
  if (!resource.hasStatus) return given;
  const { status: _status, ...rest } = given;
  return (old.status === undefined ? rest : { ...rest, status: old.status }) as KubeObject;
}

const SERVER_FIELDS = [
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'generation',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'namespace',
  'generateName',
] as const;

function keepIdentity(next: KubeObject, old: KubeObject): void {
  const metadata: Record<string, unknown> = next.metadata;
  for (const field of SERVER_FIELDS) {
    if (old.metadata[field] === undefined) delete metadata[field];
    else metadata[field] = old.metadata[field];
  }
}

/** A generation is a version of everything but metadata and status. */
function countGeneration(next: KubeObject, old: KubeObject): void {
  const desired = ({ metadata: _metadata, status: _status, ...rest }: KubeObject) => rest;
  if (!jsonEqual(desired(next), desired(old))) next.metadata.generation = (old.metadata.generation ?? 0) + 1;
}

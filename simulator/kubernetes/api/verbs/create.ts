import type { KubeObject } from '../../types.ts';
import { accessTo, authorize } from '../authorization/authorize.ts';
import { checkEscalation } from '../authorization/escalation.ts';
import type { ApiContext } from '../context.ts';
import { alreadyExists, badRequest, conflict, forbidden, methodNotAllowed, notFound } from '../errors.ts';
import { NAMESPACES_KEY } from '../kinds/namespaces.ts';
import { recordUpdate } from '../patching/managed-fields.ts';
import type { Resource } from '../resources/resource.ts';
import { decodeObject } from './decode.ts';
import type { Target, Write } from './request.ts';
import { validateObject } from './validate.ts';

/** Creates an object. */
export function createObject(context: ApiContext, write: Write, given: unknown): KubeObject {
  const { target, user } = write;
  if (!target.resource.verbs.includes('create')) throw methodNotAllowed();
  authorize(context, user, accessTo('create', target.resource, { namespace: target.namespace }));
  const object = decodeObject(target.resource, given, write.options);
  if (object.metadata.resourceVersion) throw badRequest('resourceVersion should not be set on objects to be created');
  delete object.metadata.managedFields;
  return insertObject(context, write, object, (made) =>
    recordUpdate(target.resource, made, undefined, writerOf(context, write)),
  );
}

export function writerOf(context: ApiContext, write: Write) {
  return {
    manager: write.options.fieldManager,
    subresource: write.target.subresource,
    time: context.simulation.timestamp(),
  };
}

/** Everything after decoding; `record` sets the managed fields. */
export function insertObject(
  context: ApiContext,
  write: Write,
  object: KubeObject,
  record: (object: KubeObject) => void,
): KubeObject {
  const { target, options, user } = write;
  const { resource } = target;
  const { metadata } = object;
  placeInNamespace(target, object);
  metadata.name ??= '';
  if (metadata.name === '' && metadata.generateName) {
    metadata.name = freeName(context, resource, metadata.namespace, metadata.generateName);
  }
  checkNamespace(context, resource, object);
  stampNew(context, resource, object);
  if (resource.hasStatus && resource.kind !== 'Node') delete object.status;
  resource.strategy.prepare?.(object, undefined, context);
  resource.strategy.admit?.(object, undefined, context, user);
  validateObject(context, target, object, undefined);
  checkEscalation(context, user, resource, object, undefined);
  if (context.store.get(resource.storageKey, metadata.namespace, metadata.name)) {
    throw alreadyExists(resource, metadata.name);
  }
  record(object);
  if (options.dryRun) return object;
  const stored = context.store.put(resource.storageKey, object);
  resource.strategy.stored?.(stored, context);
  return stored;
}

function placeInNamespace(target: Target, object: KubeObject): void {
  const { metadata } = object;
  if (!target.resource.namespaced) {
    if (metadata.namespace) throw badRequest('namespace should not be set on a cluster-scoped object');
    delete metadata.namespace;
    return;
  }
  if (metadata.namespace && metadata.namespace !== target.namespace) {
    const given = `the namespace of the provided object does not match the namespace sent on the request`;
    throw badRequest(given);
  }
  if (target.namespace !== undefined) metadata.namespace = target.namespace;
}

function freeName(context: ApiContext, resource: Resource, namespace: string | undefined, prefix: string): string {
  for (;;) {
    const name = prefix.slice(0, 58) + context.store.newNameSuffix(resource.storageKey, namespace, prefix);
    if (!context.store.get(resource.storageKey, namespace, name)) return name;
  }
}

function checkNamespace(context: ApiContext, resource: Resource, object: KubeObject): void {
  if (!resource.namespaced) return;
  const name = object.metadata.namespace ?? '';
  const namespace = context.store.get(NAMESPACES_KEY, undefined, name);
  if (!namespace) throw notFound({ group: '', plural: 'namespaces', kind: 'Namespace' }, name);
  if (!namespace.metadata.deletionTimestamp) return;
  const why = `unable to create new content in namespace ${name} because it is being terminated`;
  const message = `namespace ${name} is being terminated`;
  throw forbidden(resource, object.metadata.name, why, [
    { reason: 'NamespaceTerminating', message, field: 'metadata.namespace' },
  ]);
}

function stampNew(context: ApiContext, resource: Resource, object: KubeObject): void {
  const { metadata } = object;
  if (metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: `;
    throw conflict(resource, metadata.name, why);
  }
  metadata.uid = context.store.newUid(resource.storageKey, metadata.namespace, metadata.name);
  metadata.creationTimestamp = context.simulation.timestamp();
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  if (resource.hasGeneration) metadata.generation = 1;
  else delete metadata.generation;
}

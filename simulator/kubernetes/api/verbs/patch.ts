import { type KubeObject, KubeStatusError } from '../../types.ts';
import { accessTo, authorize } from '../authorization/authorize.ts';
import type { ApiContext } from '../context.ts';
import { badRequest, methodNotAllowed } from '../errors.ts';
import { applyConfiguration } from '../patching/apply.ts';
import { applyJsonPatch } from '../patching/json-patch.ts';
import { recordUpdate, setManagers } from '../patching/managed-fields.ts';
import { applyMergePatch } from '../patching/merge-patch.ts';
import { applyStrategicMerge } from '../patching/strategic-merge.ts';
import { insertObject, writerOf } from './create.ts';
import { checkObject, decodeVersion, defaultObject } from './decode.ts';
import type { Write } from './request.ts';
import { checkSubresource, commitUpdate, mustGet } from './update.ts';

export type PatchType = 'json' | 'merge' | 'strategic';

/** Changes an object by a patch. */
export function patchObject(context: ApiContext, write: Write, type: PatchType, patch: unknown): KubeObject {
  const { resource } = write.target;
  if (!resource.verbs.includes('patch')) throw methodNotAllowed();
  authorize(context, write.user, accessTo('patch', resource, write.target, write.target.subresource));
  checkSubresource(write);
  const old = mustGet(context, write);
  const patched = decodeVersion(write, patchedObject(write, old, type, patch), old);
  if (patched.metadata.name !== old.metadata.name) {
    throw badRequest('the name of the object does not match the name on the URL');
  }
  return commitUpdate(context, write, old, patched, (next, before) =>
    recordUpdate(resource, next, before, writerOf(context, write)),
  );
}

function patchedObject(write: Write, old: KubeObject, type: PatchType, patch: unknown): unknown {
  if (type === 'json') return applyJsonPatch(old, patch);
  if (type === 'merge') return applyMergePatch(old, patch);
  const { resource } = write.target;
  if (resource.isCustom) {
    const accepted = 'application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml';
    const message = `the body of the request was in an unknown format - accepted media types include: ${accepted}`;
    throw new KubeStatusError(415, 'UnsupportedMediaType', message, {});
  }
  return applyStrategicMerge(resource.schema, old, patch);
}

/** Server-side apply: creates the object, or merges the configuration into it. `isNew` says which. */
export function applyObject(
  context: ApiContext,
  write: Write,
  given: unknown,
  force: boolean,
): { object: KubeObject; isNew: boolean } {
  const { target, user, options } = write;
  const { resource } = target;
  if (!resource.verbs.includes('patch')) throw methodNotAllowed();
  authorize(context, user, accessTo('patch', resource, target, target.subresource));
  checkSubresource(write);
  const configuration = decodeConfiguration(write, given);
  const live = context.store.get(resource.storageKey, target.namespace, target.name ?? '');
  const writer = writerOf(context, write);
  const applied = applyConfiguration(resource, live, relevantPart(write, configuration), writer, force);
  const managers = applied.metadata.managedFields ?? [];
  defaultObject(resource, applied);
  const record = (object: KubeObject) => setManagers(object, managers);
  expectSame(configuration, applied);
  if (live) return { object: commitUpdate(context, write, live, applied, record), isNew: false };
  if (target.subresource !== undefined) mustGet(context, write);
  authorize(context, user, accessTo('create', resource, target));
  return { object: insertObject(context, { ...write, options }, applied, record), isNew: true };
}

/** A uid or resourceVersion in the configuration is a condition on the live object. */
function expectSame(configuration: KubeObject, applied: KubeObject): void {
  const { uid, resourceVersion } = configuration.metadata;
  if (uid !== undefined) applied.metadata.uid = uid;
  if (resourceVersion !== undefined) applied.metadata.resourceVersion = resourceVersion;
}

/** The configuration as given, checked but without defaults: what is not in it is not owned. */
function decodeConfiguration(write: Write, given: unknown): KubeObject {
  const { resource, name, namespace } = write.target;
  const configuration = checkObject(resource, given, write.options);
  const { metadata } = configuration;
  if (metadata.managedFields && metadata.managedFields.length > 0)
    throw badRequest('metadata.managedFields must be nil');
  if (!metadata.name) metadata.name = name ?? '';
  if (metadata.name !== name)
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
  if (namespace !== undefined) metadata.namespace ??= namespace;
  return configuration;
}

/** Only the status counts at the status subresource, and everything but the status elsewhere. */
function relevantPart(write: Write, configuration: KubeObject): KubeObject {
  const { apiVersion, kind, metadata, status } = configuration;
  if (write.target.subresource === 'status') {
    const {
      labels: _labels,
      annotations: _annotations,
      finalizers: _finalizers,
      ownerReferences: _owners,
      ...rest
    } = metadata;
    return { apiVersion, kind, metadata: rest, ...(status === undefined ? {} : { status }) };
  }
  if (!write.target.resource.hasStatus) return configuration;
  const { status: _status, ...rest } = configuration;
  return rest as KubeObject;
}

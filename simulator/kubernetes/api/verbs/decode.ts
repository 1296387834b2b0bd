import { applyDefaults } from '../../../../shared/kube/schema/apply-defaults.ts';
import { prune } from '../../../../shared/kube/schema/prune.ts';
import type { Fault, JsonSchema } from '../../../../shared/kube/schema/types.ts';
import { validateStructural } from '../../../../shared/kube/schema/validate-structural.ts';
import { isJsonObject, type JsonObject } from '../../../../shared/kube/schema/values.ts';
import type { KubeMetadata, KubeObject } from '../../types.ts';
import { badRequest } from '../errors.ts';
import { copyJson } from '../json.ts';
import { apiVersionOf, type Resource } from '../resources/resource.ts';
import { modelSchema } from '../schemas/models.ts';
import type { Write, WriteOptions } from './request.ts';

/**
 * Takes a client's object in: the right kind, no fields that the schema does not know, types as they should be, defaults
 * filled in. What is wrong here is a 400; what the validation says later is a 422. Returns a copy.
 */
export function decodeObject(resource: Resource, given: unknown, options: WriteOptions): KubeObject {
  const object = checkObject(resource, given, options);
  defaultObject(resource, object);
  return object;
}

/**
 * Takes a new version of an object in. Controllers write the status of the very object that they read: what it shares with
 * the stored one was looked at when that was stored, and a write of the status takes nothing else over.
 */
export function decodeVersion({ target, options }: Write, given: unknown, stored: KubeObject | undefined): KubeObject {
  const { resource, subresource } = target;
  if (subresource !== 'status' || !stored || !isJsonObject(given)) return decodeObject(resource, given, options);
  const object = checkObject(resource, withoutShared(given, stored), options);
  if (resource.isCustom) applyDefaults(resource.schema, object);
  return object;
}

/** The object without what it shares with another, but for the status. */
function withoutShared(object: JsonObject, other: JsonObject): JsonObject {
  const rest: JsonObject = {};
  for (const name in object) {
    const member = object[name];
    const present = other[name];
    if (name === 'metadata' && isJsonObject(member) && isJsonObject(present))
      rest[name] = withoutShared(member, present);
    else if (name === 'status' || typeof member !== 'object' || member !== present) rest[name] = member;
  }
  return rest;
}

/** The same as for a new object, without defaults, for a configuration that is applied. */
export function checkObject(resource: Resource, given: unknown, options: WriteOptions): KubeObject {
  if (!isJsonObject(given)) throw badRequest(`couldn't get version/kind; json parse error: not an object`);
  const object = (resource.isCustom ? copyJson(given) : withoutNulls(given)) as KubeObject;
  checkType(resource, object);
  if (!isJsonObject(object.metadata)) object.metadata = { name: '' };
  object.metadata = withoutNulls(object.metadata) as KubeMetadata;
  const unknown = [
    ...prune(modelSchema('V1ObjectMeta'), object.metadata, 'metadata'),
    ...prune(resource.schema, object, ''),
  ];
  refuseUnknown(resource, unknown, options);
  refuseMistyped(resource, validateStructural(modelSchema('V1ObjectMeta'), object.metadata, 'metadata'));
  if (!resource.isCustom) {
    refuseMistyped(resource, validateStructural(resource.schema, object, ''));
    stringifyQuantities(resource.schema, object);
  }
  return object;
}

/** Fills in defaults, in place. */
export function defaultObject(resource: Resource, object: KubeObject): void {
  if (resource.isCustom) applyDefaults(resource.schema, object);
  else resource.strategy.applyDefaults?.(object);
}

function checkType(resource: Resource, object: KubeObject): void {
  const apiVersion = apiVersionOf(resource);
  object.apiVersion ??= apiVersion;
  object.kind ??= resource.kind;
  if (object.apiVersion !== apiVersion) {
    const what = `the API version in the data (${object.apiVersion}) does not match the expected API version (${apiVersion})`;
    throw badRequest(what);
  }
  if (object.kind !== resource.kind) {
    throw badRequest(
      `${object.kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: no kind "${object.kind}" is registered`,
    );
  }
}

function cannotBeHandled(resource: Resource, why: string) {
  return badRequest(
    `${resource.kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: ${why}`,
  );
}

function refuseUnknown(resource: Resource, unknown: readonly string[], options: WriteOptions): void {
  if (unknown.length === 0 || options.fieldValidation === 'Ignore') return;
  const texts = unknown.map((path) => `unknown field ${JSON.stringify(path)}`);
  if (options.fieldValidation === 'Strict') {
    throw cannotBeHandled(resource, `strict decoding error: ${texts.join(', ')}`);
  }
  options.warnings.push(...texts);
}

function refuseMistyped(resource: Resource, faults: readonly Fault[]): void {
  const mistyped = faults.filter((fault) => fault.reason === 'FieldValueTypeInvalid');
  if (mistyped.length === 0) return;
  throw cannotBeHandled(resource, `json: ${mistyped.map((fault) => fault.message).join(', ')}`);
}

/** A null is an absent field to the built-in types. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isJsonObject(value)) return value;
  const result: JsonObject = {};
  for (const name in value) {
    const member = value[name];
    if (member !== null && member !== undefined) result[name] = withoutNulls(member);
  }
  return result;
}

/** Quantities may be written as numbers; the server keeps text. The schema says which they are: a CRD's default is none. */
function stringifyQuantities(schema: JsonSchema, value: unknown): void {
  if (Array.isArray(value)) for (const item of value) stringifyQuantities(schema.items ?? {}, item);
  if (!isJsonObject(value)) return;
  const { properties, additionalProperties } = schema;
  for (const [name, member] of Object.entries(value)) {
    const one = properties?.[name] ?? (typeof additionalProperties === 'object' ? additionalProperties : {});
    if (one.format === 'quantity' && typeof member === 'number') value[name] = String(member);
    else stringifyQuantities(one, member);
  }
}

import type { JsonSchema } from './types.ts';
import { memberSchemaOf } from './validate-structural.ts';
import { isJsonObject, type JsonObject, memberPath } from './values.ts';

const ROOT_FIELDS = ['apiVersion', 'kind', 'metadata'];

/**
 * Removes, in place, the fields that the schema does not know, and returns their paths. At the root (path '') and in
 * embedded resources apiVersion, kind and metadata always stay.
 */
export function prune(schema: JsonSchema, value: unknown, path: string): string[] {
  if (Array.isArray(value)) {
    const items = schema.items;
    if (!items) return [];
    return value.flatMap((item, index) => prune(items, item, `${path}[${index}]`));
  }
  return isJsonObject(value) ? pruneObject(schema, value, path) : [];
}

function pruneObject(schema: JsonSchema, value: JsonObject, path: string): string[] {
  const isResource = path === '' || schema['x-kubernetes-embedded-resource'] === true;
  const keepsUnknown = schema['x-kubernetes-preserve-unknown-fields'] === true || schema.additionalProperties === true;
  const pruned: string[] = [];
  for (const [name, member] of Object.entries(value)) {
    if (isResource && ROOT_FIELDS.includes(name)) continue;
    const memberSchema = memberSchemaOf(schema, name);
    if (memberSchema) {
      pruned.push(...prune(memberSchema, member, memberPath(path, name)));
    } else if (!keepsUnknown) {
      delete value[name];
      pruned.push(memberPath(path, name));
    }
  }
  return pruned;
}

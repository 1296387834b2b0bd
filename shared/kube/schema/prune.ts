import type { JsonSchema } from './types.ts';
import { memberSchemaOf } from './validate-structural.ts';
import { isJsonObject, type JsonObject, memberPath } from './values.ts';

const ROOT_FIELDS = ['apiVersion', 'kind', 'metadata'];

/**
 * Removes, in place, the fields that the schema does not know, and returns their paths. At the root (path '') and in
 * embedded resources apiVersion, kind and metadata always stay.
 */
export function prune(schema: JsonSchema, value: unknown, path: string): string[] {
  const pruned: string[] = [];
  collect(schema, value, path, pruned);
  return pruned;
}

function collect(schema: JsonSchema, value: unknown, path: string, pruned: string[]): void {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (!items) return;
    for (const [index, item] of value.entries()) collect(items, item, `${path}[${index}]`, pruned);
  } else if (isJsonObject(value)) collectFromObject(schema, value, path, pruned);
}

function collectFromObject(schema: JsonSchema, value: JsonObject, path: string, pruned: string[]): void {
  const isResource = path === '' || schema['x-kubernetes-embedded-resource'] === true;
  const keepsUnknown = schema['x-kubernetes-preserve-unknown-fields'] === true || schema.additionalProperties === true;
  for (const name of Object.keys(value)) {
    if (isResource && ROOT_FIELDS.includes(name)) continue;
    const memberSchema = memberSchemaOf(schema, name);
    if (memberSchema) {
      collect(memberSchema, value[name], memberPath(path, name), pruned);
    } else if (!keepsUnknown) {
      delete value[name];
      pruned.push(memberPath(path, name));
    }
  }
}

import type { JsonSchema } from './types.ts';
import { isJsonObject } from './values.ts';

/** Fills in the schema's defaults, in place, as the API server does on every write of a custom object. */
export function applyDefaults(schema: JsonSchema, value: unknown): void {
  if (Array.isArray(value)) {
    if (schema.items) for (const item of value) applyDefaults(schema.items, item);
    return;
  }
  if (!isJsonObject(value)) return;
  for (const [name, member] of Object.entries(schema.properties ?? {})) {
    // A null where the schema allows none gives way to the default.
    const isAbsent = value[name] === undefined || (value[name] === null && !member.nullable);
    if (isAbsent && member.default !== undefined) value[name] = copyOf(member.default);
    if (value[name] !== undefined) applyDefaults(member, value[name]);
  }
  const others = schema.additionalProperties;
  if (typeof others !== 'object') return;
  for (const [name, member] of Object.entries(value)) {
    if (!schema.properties || !Object.hasOwn(schema.properties, name)) applyDefaults(others, member);
  }
}

/** Most defaults are plain values, which need no copy. */
function copyOf(value: unknown): unknown {
  return typeof value === 'object' ? structuredClone(value) : value;
}

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { JsonSchema } from '../../../../shared/kube/schema/types.ts';
import { ATOMIC_MODELS, KEY_DEFAULTS, LIST_MERGING, QUANTITY_FIELDS } from './list-merging.ts';

// The client's generated models are the API's own field lists; their text is read because loading them all takes long.
const modelsFolder = join(dirname(createRequire(import.meta.url).resolve('@kubernetes/client-node')), 'gen', 'models');

const schemas = new Map<string, JsonSchema>();
const names = new WeakMap<JsonSchema, string>();

/** The schema of a model such as `V1PodSpec`. Schemas refer to each other as objects, and some to themselves. */
export function modelSchema(model: string): JsonSchema {
  const known = schemas.get(model);
  if (known) return known;
  const schema: JsonSchema = { type: 'object' };
  schemas.set(model, schema);
  names.set(schema, model);
  fillSchema(schema, model);
  return schema;
}

/** Which model a schema was read from; undefined for the schema of a plain field. */
export function modelNameOf(schema: JsonSchema): string | undefined {
  return names.get(schema);
}

/** A model's name as Kubernetes calls the type: `PodSpec` for `V1PodSpec`. */
export function kubeTypeName(model: string): string {
  return model.replace(/^(?:[A-Z][a-z]+)?V\d(?:alpha\d|beta\d)?/, '');
}

const ATTRIBUTE = /"name": "([^"]+)",\s+"baseName": "([^"]+)",\s+"type": "([^"]+)",\s+"format": "([^"]*)"/g;
const DECLARATION = /(?:\/\*\*\s+\* ([^\n]*)\n\s+\*\/\s+)?'([^']+)'(\??): /g;
const CLASS_COMMENT = /\/\*\*\s+\* ([^\n]*)\n\s*\*\/\s+export declare class/;

function fillSchema(schema: JsonSchema, model: string): void {
  const source = readFileSync(join(modelsFolder, `${model}.js`), 'utf8');
  const declarations = readFileSync(join(modelsFolder, `${model}.d.ts`), 'utf8');
  const described = new Map<string, { description: string | undefined; isRequired: boolean }>();
  for (const [, description, name, optional] of declarations.matchAll(DECLARATION)) {
    if (name) described.set(name, { description: unescaped(description), isRequired: optional === '' });
  }
  const required: string[] = [];
  schema.properties = {};
  const comment = unescaped(CLASS_COMMENT.exec(declarations)?.[1]);
  if (comment !== undefined) schema.description = comment;
  if (ATOMIC_MODELS.has(kubeTypeName(model))) schema['x-kubernetes-map-type'] = 'atomic';
  for (const [, name = '', baseName = '', type = '', format = ''] of source.matchAll(ATTRIBUTE)) {
    const declared = described.get(name);
    if (declared?.isRequired) required.push(baseName);
    const field = `${kubeTypeName(model)}.${baseName}`;
    schema.properties[baseName] = fieldSchema(field, type, format, declared?.description);
  }
  if (required.length > 0) schema.required = required;
}

function unescaped(text: string | undefined): string | undefined {
  return text?.replaceAll(/\\(["'`])/g, '$1');
}

function fieldSchema(field: string, type: string, format: string, description: string | undefined): JsonSchema {
  const schema = QUANTITY_FIELDS.has(field) ? quantities(type) : typeSchema(type, format);
  const merging = LIST_MERGING[field];
  if (!merging && description === undefined) return schema;
  // A reference to a model stays the model's own object, so that its name is not lost.
  if (names.has(schema)) return schema;
  if (description !== undefined) schema.description = description;
  if (merging) Object.assign(schema, merging);
  if (KEY_DEFAULTS[field] !== undefined) schema.default = KEY_DEFAULTS[field];
  return schema;
}

function quantities(type: string): JsonSchema {
  const quantity: JsonSchema = { anyOf: [{ type: 'number' }, { type: 'string' }], format: 'quantity' };
  return type.startsWith('{') ? { type: 'object', additionalProperties: quantity } : quantity;
}

const SCALARS: Record<string, JsonSchema> = {
  string: { type: 'string' },
  boolean: { type: 'boolean' },
  any: { 'x-kubernetes-preserve-unknown-fields': true },
  Date: { type: 'string', format: 'date-time' },
  V1MicroTime: { type: 'string', format: 'date-time' },
  IntOrString: { 'x-kubernetes-int-or-string': true },
};

function typeSchema(type: string, format: string): JsonSchema {
  if (type === 'number') {
    return format === 'double' ? { type: 'number', format } : { type: 'integer', ...(format ? { format } : {}) };
  }
  const scalar = SCALARS[type];
  if (scalar) return type === 'string' && format ? { ...scalar, format } : { ...scalar };
  const list = /^Array<(.+)>$/.exec(type)?.[1];
  if (list) return { type: 'array', items: typeSchema(list, format) };
  const map = /^\{ \[key: string\]: (.+); \}$/.exec(type)?.[1];
  if (map) return { type: 'object', additionalProperties: typeSchema(map, format) };
  return modelSchema(type);
}

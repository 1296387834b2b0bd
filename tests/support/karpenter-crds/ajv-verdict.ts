import { Ajv } from 'ajv';
import type { JsonSchema } from '../../../shared/kube/schema/types.ts';

const INT32 = 2 ** 31;
const INT64 = 2 ** 63;

function newAjv(): Ajv {
  const ajv = new Ajv({ allErrors: true, strict: false, unicodeRegExp: false, useDefaults: true });
  ajv.addFormat('int32', { type: 'number', validate: (value: number) => value >= -INT32 && value < INT32 });
  ajv.addFormat('int64', { type: 'number', validate: (value: number) => value >= -INT64 && value <= INT64 });
  ajv.addFormat('date-time', (value: string) => /^\d{4}-\d{2}-\d{2}T/.test(value) && !Number.isNaN(Date.parse(value)));
  ajv.addKeyword({
    keyword: 'uniqueByKeys',
    type: 'array',
    schemaType: 'array',
    validate: (keys: string[], items: Record<string, unknown>[]) => {
      const seen = items.map((item) => JSON.stringify(keys.map((key) => item?.[key])));
      return new Set(seen).size === seen.length;
    },
  });
  return ajv;
}

const COPIED = [
  ...['type', 'enum', 'pattern', 'format', 'default', 'required', 'minimum', 'maximum', 'minLength', 'maxLength'],
  ...['minItems', 'maxItems', 'minProperties', 'maxProperties'],
] as const;

/** A structural schema as JSON Schema; fields that the schema does not name are refused, as `kubectl --validate=strict` does. */
function toJsonSchema(schema: JsonSchema): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const keyword of COPIED) if (schema[keyword] !== undefined) result[keyword] = schema[keyword];
  if (schema['x-kubernetes-int-or-string']) result['type'] = ['integer', 'string'];
  if (schema.nullable) result['type'] = [result['type'], 'null'].flat();
  if (schema['x-kubernetes-list-type'] === 'set') result['uniqueItems'] = true;
  if (schema['x-kubernetes-list-type'] === 'map') result['uniqueByKeys'] = schema['x-kubernetes-list-map-keys'];
  if (schema.items) result['items'] = toJsonSchema(schema.items);
  if (typeof schema.additionalProperties === 'object') {
    result['additionalProperties'] = toJsonSchema(schema.additionalProperties);
  }
  if (schema.properties) {
    result['properties'] = Object.fromEntries(
      Object.entries(schema.properties).map(([name, member]) => [name, toJsonSchema(member)]),
    );
    result['additionalProperties'] = schema['x-kubernetes-preserve-unknown-fields'] === true;
  }
  return result;
}

/** Checks the structure with ajv. Fills the schema's defaults into the value, and returns what is wrong with it. */
export function ajvVerdict(schema: JsonSchema): (value: unknown) => string[] {
  const validate = newAjv().compile(toJsonSchema(schema));
  return (value) => {
    validate(value);
    return (validate.errors ?? []).map(({ instancePath, keyword, message }) => `${instancePath} ${keyword} ${message}`);
  };
}

import { matchesPattern, validateFormat } from './formats.ts';
import type { Fault, JsonSchema } from './types.ts';
import { isJsonObject, type JsonObject, jsonEqual, jsonTypeOf, memberPath } from './values.ts';

/**
 * Checks a value against a structural schema, as the API server does for a custom object (422 causes). Rules in CEL are
 * `evaluateRules`, unknown fields are `prune`.
 */
export function validateStructural(schema: JsonSchema, value: unknown, path: string): Fault[] {
  if (value === null && schema.nullable) return [];
  const typeFault = checkType(schema, value, path);
  if (typeFault) return [typeFault];
  return [
    ...checkEnum(schema, value, path),
    ...(typeof value === 'string' ? checkString(schema, value, path) : []),
    ...(typeof value === 'number' ? checkNumber(schema, value, path) : []),
    ...(Array.isArray(value) ? checkArray(schema, value, path) : []),
    ...(isJsonObject(value) ? checkObject(schema, value, path) : []),
    ...checkCombinations(schema, value, path),
  ];
}

const invalid = (path: string, shown: unknown, text: string): Fault => ({
  path,
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${JSON.stringify(shown)}: ${text}`,
});

function checkType(schema: JsonSchema, value: unknown, path: string): Fault | undefined {
  const actual = jsonTypeOf(value);
  const isRight = schema['x-kubernetes-int-or-string']
    ? actual === 'integer' || actual === 'string'
    : schema.type === undefined || schema.type === actual || (schema.type === 'number' && actual === 'integer');
  if (isRight) return undefined;
  const wanted = schema['x-kubernetes-int-or-string'] ? 'integer,string' : schema.type;
  return {
    path,
    reason: 'FieldValueTypeInvalid',
    message: `Invalid value: "${actual}": ${path} in body must be of type ${wanted}: "${actual}"`,
  };
}

function checkEnum(schema: JsonSchema, value: unknown, path: string): Fault[] {
  if (!schema.enum || schema.enum.some((allowed) => jsonEqual(allowed, value))) return [];
  const supported = schema.enum.map((allowed) => JSON.stringify(allowed)).join(', ');
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${supported}`;
  return [{ path, reason: 'FieldValueNotSupported', message }];
}

function checkString(schema: JsonSchema, value: string, path: string): Fault[] {
  const faults: Fault[] = [];
  const length = [...value].length;
  if (schema.maxLength !== undefined && length > schema.maxLength) {
    const message = `Too long: may not be more than ${schema.maxLength} bytes`;
    faults.push({ path, reason: 'FieldValueTooLong', message });
  }
  if (schema.minLength !== undefined && length < schema.minLength) {
    faults.push(invalid(path, value, `${path} in body should be at least ${schema.minLength} chars long`));
  }
  if (schema.pattern !== undefined && !matchesPattern(schema.pattern, value)) {
    faults.push(invalid(path, value, `${path} in body should match '${schema.pattern}'`));
  }
  if (schema.format !== undefined && !validateFormat(schema.format, value)) {
    faults.push(invalid(path, value, `${path} in body must be of type ${schema.format}: ${JSON.stringify(value)}`));
  }
  return faults;
}

function checkNumber(schema: JsonSchema, value: number, path: string): Fault[] {
  const faults: Fault[] = [];
  const { minimum, maximum, multipleOf } = schema;
  if (minimum !== undefined && (schema.exclusiveMinimum ? value <= minimum : value < minimum)) {
    const bound = schema.exclusiveMinimum ? 'greater than' : 'greater than or equal to';
    faults.push(invalid(path, value, `${path} in body should be ${bound} ${minimum}`));
  }
  if (maximum !== undefined && (schema.exclusiveMaximum ? value >= maximum : value > maximum)) {
    const bound = schema.exclusiveMaximum ? 'less than' : 'less than or equal to';
    faults.push(invalid(path, value, `${path} in body should be ${bound} ${maximum}`));
  }
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf)) {
    faults.push(invalid(path, value, `${path} in body should be a multiple of ${multipleOf}`));
  }
  return faults;
}

function tooMany(path: string, actual: number, limit: number): Fault {
  return { path, reason: 'FieldValueTooMany', message: `Too many: ${actual}: must have at most ${limit} items` };
}

function checkArray(schema: JsonSchema, value: unknown[], path: string): Fault[] {
  const faults: Fault[] = [];
  if (schema.maxItems !== undefined && value.length > schema.maxItems) {
    faults.push(tooMany(path, value.length, schema.maxItems));
  }
  if (schema.minItems !== undefined && value.length < schema.minItems) {
    faults.push(invalid(path, value.length, `${path} in body should have at least ${schema.minItems} items`));
  }
  const items = schema.items;
  const inside = items ? value.flatMap((item, index) => validateStructural(items, item, `${path}[${index}]`)) : [];
  return [...faults, ...inside, ...checkDuplicates(schema, value, path)];
}

function checkDuplicates(schema: JsonSchema, value: unknown[], path: string): Fault[] {
  const isSet = schema['x-kubernetes-list-type'] === 'set' || schema.uniqueItems === true;
  if (!isSet && schema['x-kubernetes-list-type'] !== 'map') return [];
  const seen = new Set<string>();
  return value.flatMap((item, index) => {
    const identity = JSON.stringify(isSet ? item : listMapKey(schema, item));
    if (!seen.has(identity)) {
      seen.add(identity);
      return [];
    }
    return [{ path: `${path}[${index}]`, reason: 'FieldValueDuplicate', message: `Duplicate value: ${identity}` }];
  });
}

/** The key fields of an item of a list of type `map`, with the schema's defaults for absent ones. */
export function listMapKey(schema: JsonSchema, item: unknown): JsonObject {
  const key: JsonObject = {};
  for (const name of [...(schema['x-kubernetes-list-map-keys'] ?? [])].sort()) {
    const given = isJsonObject(item) ? item[name] : undefined;
    const value = given ?? schema.items?.properties?.[name]?.default;
    if (value !== undefined) key[name] = value;
  }
  return key;
}

function checkObject(schema: JsonSchema, value: JsonObject, path: string): Fault[] {
  const faults: Fault[] = [];
  const size = Object.keys(value).length;
  if (schema.maxProperties !== undefined && size > schema.maxProperties) {
    faults.push(tooMany(path, size, schema.maxProperties));
  }
  if (schema.minProperties !== undefined && size < schema.minProperties) {
    faults.push(invalid(path, size, `${path} in body should have at least ${schema.minProperties} properties`));
  }
  for (const name of schema.required ?? []) {
    if (value[name] === undefined) {
      faults.push({ path: memberPath(path, name), reason: 'FieldValueRequired', message: 'Required value' });
    }
  }
  for (const [name, member] of Object.entries(value)) {
    const memberSchema = memberSchemaOf(schema, name);
    if (memberSchema && member !== undefined)
      faults.push(...validateStructural(memberSchema, member, memberPath(path, name)));
  }
  return faults;
}

/** The schema of a member by its name: a property, or the schema of all other members. */
export function memberSchemaOf(schema: JsonSchema | undefined, name: string): JsonSchema | undefined {
  if (schema?.properties && Object.hasOwn(schema.properties, name)) return schema.properties[name];
  return typeof schema?.additionalProperties === 'object' ? schema.additionalProperties : undefined;
}

function checkCombinations(schema: JsonSchema, value: unknown, path: string): Fault[] {
  const passes = (option: JsonSchema) => validateStructural(option, value, path).length === 0;
  const faults = (schema.allOf ?? []).flatMap((option) => validateStructural(option, value, path));
  if (schema.anyOf && !schema.anyOf.some(passes)) {
    faults.push(invalid(path, jsonTypeOf(value), `${path} in body must validate at least one schema (anyOf)`));
  }
  if (schema.oneOf && schema.oneOf.filter(passes).length !== 1) {
    faults.push(invalid(path, jsonTypeOf(value), `${path} in body must validate one and only one schema (oneOf)`));
  }
  if (schema.not && passes(schema.not)) {
    faults.push(invalid(path, jsonTypeOf(value), `${path} in body must not validate the schema (not)`));
  }
  return faults;
}

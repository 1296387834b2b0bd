import { matchesPattern, validateFormat } from './formats.ts';
import type { Fault, JsonSchema } from './types.ts';
import { isJsonObject, isSame, type JsonObject, jsonEqual, jsonTypeOf, memberPath } from './values.ts';

/**
 * Checks a value against a structural schema, as the API server does for a custom object (422 causes). Rules in CEL are
 * `evaluateRules`, unknown fields are `prune`.
 *
 * @param before what is stored: the very objects that the value shares with it, in the same places, are not looked at again
 */
export function validateStructural(schema: JsonSchema, value: unknown, path: string, before?: unknown): Fault[] {
  const faults: Fault[] = [];
  collect(schema, value, path, faults, before);
  return faults;
}

/** Adds the faults of a value and of all that is in it to a list: most values have none, and no list is made for them. */
function collect(schema: JsonSchema, value: unknown, path: string, faults: Fault[], before?: unknown): void {
  if (isSame(value, before)) return;
  if (value === null && schema.nullable) return;
  const typeFault = checkType(schema, value, path);
  if (typeFault) {
    faults.push(typeFault);
    return;
  }
  if (schema.enum) checkEnum(schema.enum, value, path, faults);
  if (typeof value === 'string') checkString(schema, value, path, faults);
  else if (typeof value === 'number') checkNumber(schema, value, path, faults);
  else if (Array.isArray(value)) checkArray(schema, value, path, faults);
  else if (isJsonObject(value)) checkObject(schema, value, path, faults, isJsonObject(before) ? before : {});
  checkCombinations(schema, value, path, faults);
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

function checkEnum(allowed: readonly unknown[], value: unknown, path: string, faults: Fault[]): void {
  if (allowed.some((one) => jsonEqual(one, value))) return;
  const supported = allowed.map((one) => JSON.stringify(one)).join(', ');
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${supported}`;
  faults.push({ path, reason: 'FieldValueNotSupported', message });
}

function checkString(schema: JsonSchema, value: string, path: string, faults: Fault[]): void {
  const { maxLength, minLength, pattern, format } = schema;
  const length = maxLength === undefined && minLength === undefined ? 0 : [...value].length;
  if (maxLength !== undefined && length > maxLength) {
    faults.push({ path, reason: 'FieldValueTooLong', message: `Too long: may not be more than ${maxLength} bytes` });
  }
  if (minLength !== undefined && length < minLength) {
    faults.push(invalid(path, value, `${path} in body should be at least ${minLength} chars long`));
  }
  if (pattern !== undefined && !matchesPattern(pattern, value)) {
    faults.push(invalid(path, value, `${path} in body should match '${pattern}'`));
  }
  if (format !== undefined && !validateFormat(format, value)) {
    faults.push(invalid(path, value, `${path} in body must be of type ${format}: ${JSON.stringify(value)}`));
  }
}

function checkNumber(schema: JsonSchema, value: number, path: string, faults: Fault[]): void {
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
}

function tooMany(path: string, actual: number, limit: number): Fault {
  return { path, reason: 'FieldValueTooMany', message: `Too many: ${actual}: must have at most ${limit} items` };
}

function checkArray(schema: JsonSchema, value: readonly unknown[], path: string, faults: Fault[]): void {
  const { maxItems, minItems, items } = schema;
  if (maxItems !== undefined && value.length > maxItems) faults.push(tooMany(path, value.length, maxItems));
  if (minItems !== undefined && value.length < minItems) {
    faults.push(invalid(path, value.length, `${path} in body should have at least ${minItems} items`));
  }
  if (items) {
    for (const [index, item] of value.entries()) collect(items, item, `${path}[${index}]`, faults);
  }
  checkDuplicates(schema, value, path, faults);
}

function checkDuplicates(schema: JsonSchema, value: readonly unknown[], path: string, faults: Fault[]): void {
  const isSet = schema['x-kubernetes-list-type'] === 'set' || schema.uniqueItems === true;
  if (!isSet && schema['x-kubernetes-list-type'] !== 'map') return;
  const seen = new Set<string>();
  for (const [index, item] of value.entries()) {
    const identity = JSON.stringify(isSet ? item : listMapKey(schema, item));
    if (seen.has(identity)) {
      faults.push({
        path: `${path}[${index}]`,
        reason: 'FieldValueDuplicate',
        message: `Duplicate value: ${identity}`,
      });
    }
    seen.add(identity);
  }
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

function checkObject(schema: JsonSchema, value: JsonObject, path: string, faults: Fault[], before: JsonObject): void {
  const names = Object.keys(value);
  if (schema.maxProperties !== undefined && names.length > schema.maxProperties) {
    faults.push(tooMany(path, names.length, schema.maxProperties));
  }
  if (schema.minProperties !== undefined && names.length < schema.minProperties) {
    faults.push(invalid(path, names.length, `${path} in body should have at least ${schema.minProperties} properties`));
  }
  for (const name of schema.required ?? []) {
    if (value[name] === undefined) {
      faults.push({ path: memberPath(path, name), reason: 'FieldValueRequired', message: 'Required value' });
    }
  }
  for (const name of names) {
    const member = value[name];
    const memberSchema = member === undefined ? undefined : memberSchemaOf(schema, name);
    if (memberSchema) collect(memberSchema, member, memberPath(path, name), faults, before[name]);
  }
}

/** The schema of a member by its name: a property, or the schema of all other members. */
export function memberSchemaOf(schema: JsonSchema | undefined, name: string): JsonSchema | undefined {
  if (schema?.properties && Object.hasOwn(schema.properties, name)) return schema.properties[name];
  return typeof schema?.additionalProperties === 'object' ? schema.additionalProperties : undefined;
}

function checkCombinations(schema: JsonSchema, value: unknown, path: string, faults: Fault[]): void {
  const { allOf, anyOf, oneOf, not } = schema;
  const passes = (option: JsonSchema) => validateStructural(option, value, path).length === 0;
  for (const option of allOf ?? []) collect(option, value, path, faults);
  if (anyOf && !anyOf.some(passes)) {
    faults.push(invalid(path, jsonTypeOf(value), `${path} in body must validate at least one schema (anyOf)`));
  }
  if (oneOf && oneOf.filter(passes).length !== 1) {
    faults.push(invalid(path, jsonTypeOf(value), `${path} in body must validate one and only one schema (oneOf)`));
  }
  if (not && passes(not)) {
    faults.push(invalid(path, jsonTypeOf(value), `${path} in body must not validate the schema (not)`));
  }
}

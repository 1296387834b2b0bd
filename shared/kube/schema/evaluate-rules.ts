import { celEnvironment } from './cel-environment.ts';
import { type CelParts, toCel } from './cel-values.ts';
import type { Fault, JsonSchema, ValidationRule } from './types.ts';
import { listMapKey, memberSchemaOf } from './validate-structural.ts';
import { isJsonObject, isSame, jsonEqual, jsonTypeOf, memberPath } from './values.ts';

type Program = (context: Record<string, unknown>) => unknown;
type CompiledRule = { readonly rule: ValidationRule; readonly usesOldSelf: boolean; readonly program: Program };

const compiledBySchema = new WeakMap<JsonSchema, CompiledRule[]>();
let environment: ReturnType<typeof celEnvironment> | undefined;

function compile(expression: string): Program {
  environment ??= celEnvironment();
  return environment.parse(expression) as Program;
}

/** Why a rule's expressions do not compile, do not know a function or do not give a boolean; undefined when all is well. */
export function ruleCompilationError(rule: ValidationRule): string | undefined {
  return checkExpression(rule.rule, 'bool') ?? checkExpression(rule.messageExpression, 'string');
}

function checkExpression(expression: string | undefined, wanted: string): string | undefined {
  if (expression === undefined) return undefined;
  environment ??= celEnvironment();
  const { valid, type, error } = environment.check(expression);
  if (!valid) return error?.message ?? 'invalid expression';
  return type === wanted || type === 'dyn' ? undefined : `cel expression must evaluate to a ${wanted}`;
}

function rulesOf(schema: JsonSchema): CompiledRule[] {
  const known = compiledBySchema.get(schema);
  if (known) return known;
  const compiled = (schema['x-kubernetes-validations'] ?? []).map((rule) => ({
    rule,
    usesOldSelf: /\boldSelf\b/.test(rule.rule),
    program: compile(rule.rule),
  }));
  compiledBySchema.set(schema, compiled);
  return compiled;
}

const transitionRules = new WeakMap<JsonSchema, boolean>();

/** Whether a rule of the schema, or of one within it, compares with what was stored. */
function hasTransitionRules(schema: JsonSchema): boolean {
  const known = transitionRules.get(schema);
  if (known !== undefined) return known;
  const { properties, additionalProperties, items } = schema;
  const others = typeof additionalProperties === 'object' ? [additionalProperties] : [];
  const within = [...Object.values(properties ?? {}), ...others, ...(items ? [items] : [])];
  const has = rulesOf(schema).some(({ usesOldSelf }) => usesOldSelf) || within.some(hasTransitionRules);
  transitionRules.set(schema, has);
  return has;
}

/**
 * Evaluates every x-kubernetes-validations rule of the schema. Transition rules (those that use `oldSelf`) run only where
 * there is an old value that the new one can be told to continue; `oldValue` is undefined on creation. What is the very object
 * that was stored fulfils all others.
 */
export function evaluateRules(schema: JsonSchema, value: unknown, oldValue: unknown, path: string): Fault[] {
  const found: Found = { faults: [], parts: new Map() };
  evaluate(schema, value, oldValue, path, found);
  return found.faults;
}

type Found = { readonly faults: Fault[]; readonly parts: CelParts };

function evaluate(schema: JsonSchema, value: unknown, oldValue: unknown, path: string, found: Found): void {
  const isStored = isSame(value, oldValue);
  if (isStored && !hasTransitionRules(schema)) return;
  for (const compiled of rulesOf(schema)) {
    if (!isStored || compiled.usesOldSelf) evaluateRule(compiled, schema, value, oldValue, path, found);
  }
  if (Array.isArray(value)) evaluateItems(schema, value, oldValue, path, found);
  if (!isJsonObject(value)) return;
  for (const name of Object.keys(value)) {
    const member = value[name];
    const memberSchema = memberSchemaOf(schema, name);
    if (!memberSchema || member === undefined || (member === null && memberSchema.nullable)) continue;
    const isProperty = schema.properties !== undefined && Object.hasOwn(schema.properties, name);
    const old = isJsonObject(oldValue) ? oldValue[name] : undefined;
    evaluate(memberSchema, member, old, isProperty ? memberPath(path, name) : `${path}[${name}]`, found);
  }
}

function evaluateItems(schema: JsonSchema, value: unknown[], oldValue: unknown, path: string, found: Found): void {
  const items = schema.items;
  if (!items) return;
  // Only the items of a map list are told apart by their keys; in any other list an item has no past.
  const isMapList = schema['x-kubernetes-list-type'] === 'map' && Array.isArray(oldValue);
  for (const [index, item] of value.entries()) {
    const key = isMapList ? listMapKey(schema, item) : undefined;
    const old = key ? (oldValue as unknown[]).find((other) => jsonEqual(listMapKey(schema, other), key)) : undefined;
    if (old === undefined) evaluateItem(items, item, `${path}[${index}]`, found);
    else evaluate(items, item, old, `${path}[${index}]`, found);
  }
}

/** Texts of items without faults, by their schema. Files of many pools say the same things over and over. */
const soundItems = new WeakMap<JsonSchema, Set<string>>();
const LONGEST_REMEMBERED = 400;
const MOST_REMEMBERED = 5000;

/** An item without a past: what its rules say depends on nothing but what it says. */
function evaluateItem(items: JsonSchema, item: unknown, path: string, found: Found): void {
  const text = isJsonObject(item) ? JSON.stringify(item) : '';
  const sound = soundItems.get(items) ?? new Set<string>();
  if (sound.has(text)) return;
  const before = found.faults.length;
  evaluate(items, item, undefined, path, found);
  if (text === '' || text.length > LONGEST_REMEMBERED || found.faults.length > before) return;
  if (sound.size >= MOST_REMEMBERED) sound.clear();
  soundItems.set(items, sound.add(text));
}

function evaluateRule(
  compiled: CompiledRule,
  schema: JsonSchema,
  value: unknown,
  oldValue: unknown,
  path: string,
  { faults, parts }: Found,
): void {
  const { rule } = compiled;
  if (compiled.usesOldSelf && oldValue === undefined && !rule.optionalOldSelf) return;
  const context: Record<string, unknown> = { self: toCel(schema, value, parts) };
  if (compiled.usesOldSelf) context['oldSelf'] = oldValue === undefined ? null : toCel(schema, oldValue, parts);
  const at = rule.fieldPath === undefined ? path : `${path}${rule.fieldPath}`;
  try {
    if (compiled.program(context) === true) return;
    faults.push(fault(at, rule, value, messageOf(rule, context)));
  } catch (error) {
    const cause = (error as Error).message.split('\n')[0];
    const message = `rule: ${rule.rule}: ${cause} evaluating rule: ${rule.message ?? rule.rule}`;
    faults.push(fault(at, rule, value, message));
  }
}

function messageOf(rule: ValidationRule, context: Record<string, unknown>): string {
  if (rule.messageExpression !== undefined) {
    const message: unknown = compile(rule.messageExpression)(context);
    if (typeof message === 'string' && message.trim() !== '') return message;
  }
  return rule.message?.trim() ?? `failed rule: ${rule.rule}`;
}

function fault(path: string, rule: ValidationRule, value: unknown, message: string): Fault {
  const reason = rule.reason ?? 'FieldValueInvalid';
  if (reason === 'FieldValueRequired') return { path, reason, message: `Required value: ${message}` };
  if (reason === 'FieldValueForbidden') return { path, reason, message: `Forbidden: ${message}` };
  const type = jsonTypeOf(value);
  const label = reason === 'FieldValueDuplicate' ? 'Duplicate value' : 'Invalid value';
  return { path, reason, message: `${label}: "${type}": ${message}` };
}

import { CelScalar, celEnv, celFunc, celMethod, isCelError, parse, plan } from '@bufbuild/cel';
import { strings } from '@bufbuild/cel/ext';
import type { JsonSchema } from '../../../shared/kube/schema/types.ts';

type Value = bigint | number | string | boolean | null | Value[] | Map<string, Value>;
type Evaluate = (context: { self: Value; oldSelf?: Value }) => unknown;

/** Of the Kubernetes library the released rules use `find` only. */
const find = celMethod('find', CelScalar.STRING, [CelScalar.STRING], CelScalar.STRING, function (pattern) {
  return new RegExp(pattern).exec(this)?.[0] ?? '';
});
/** As Go reads a whole number: the library's own takes the empty text for 0. */
const int = celFunc('int', [CelScalar.STRING], CelScalar.INT, (text) => {
  if (!/^[+-]?\d+$/.test(text) || BigInt.asIntN(64, BigInt(text)) !== BigInt(text)) throw new Error(`no int: ${text}`);
  return BigInt(text);
});
const environment = celEnv({ funcs: [...strings, find, int] });

function toCel(value: unknown): Value {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(toCel);
  if (typeof value === 'object' && value !== null) {
    return new Map(Object.entries(value).map(([name, member]) => [name, toCel(member)]));
  }
  return value as string | boolean | null;
}

function memberOf(schema: JsonSchema, name: string): JsonSchema | undefined {
  const others = schema.additionalProperties;
  return schema.properties?.[name] ?? (typeof others === 'object' ? others : undefined);
}

/** The rules that a value breaks, one that cannot be evaluated included. Those on changes need `old`; lists have no past. */
export function brokenRules(schema: JsonSchema, value: unknown, old?: unknown): string[] {
  const own = (schema['x-kubernetes-validations'] ?? []).flatMap(({ rule }) => {
    const isOnChange = /\boldSelf\b/.test(rule);
    if (isOnChange && old === undefined) return [];
    const context = isOnChange ? { self: toCel(value), oldSelf: toCel(old) } : { self: toCel(value) };
    const result = compiled(rule)(context);
    return result === true && !isCelError(result) ? [] : [rule];
  });
  if (Array.isArray(value)) {
    const { items } = schema;
    return items ? [...own, ...value.flatMap((item) => brokenRules(items, item))] : own;
  }
  if (typeof value !== 'object' || value === null) return own;
  const below = Object.entries(value).flatMap(([name, member]) => {
    const memberSchema = memberOf(schema, name);
    const before = typeof old === 'object' && old !== null ? (old as Record<string, unknown>)[name] : undefined;
    return memberSchema ? brokenRules(memberSchema, member, before) : [];
  });
  return [...own, ...below];
}

const plans = new Map<string, Evaluate>();

function compiled(rule: string): Evaluate {
  const known = plans.get(rule);
  if (known) return known;
  const evaluate = plan(environment, parse(rule)) as unknown as Evaluate;
  plans.set(rule, evaluate);
  return evaluate;
}

/** Every rule in a schema. */
export function rulesIn(schema: JsonSchema): string[] {
  const others = typeof schema.additionalProperties === 'object' ? [schema.additionalProperties] : [];
  const members = [...Object.values(schema.properties ?? {}), ...(schema.items ? [schema.items] : []), ...others];
  return [...(schema['x-kubernetes-validations'] ?? []).map(({ rule }) => rule), ...members.flatMap(rulesIn)];
}

import type { JsonSchema } from '../../../shared/kube/schema/types.ts';
import { changed, type Path, REMOVED, valueAt } from './change.ts';
import { TEXTS } from './texts.ts';

function lengthProbes({ minLength, maxLength }: JsonSchema): unknown[] {
  return [minLength, maxLength].flatMap((length) =>
    length === undefined ? [] : ['a'.repeat(Math.max(0, length - 1)), 'a'.repeat(length), 'a'.repeat(length + 1)],
  );
}

/** Texts for a member that no rule of its own looks at; the rules around it may. */
const FEW_TEXTS = ['', 'a', '1', '-1', '007', 'x y'];

/** The rules on a schema itself; values under the same rules need the many texts only once. */
function rulesOn(schema: JsonSchema): string {
  return JSON.stringify(schema['x-kubernetes-validations'] ?? []);
}

const NO_RULES = rulesOn({});

/** The different patterns in a schema. */
export function patternsIn(schema: JsonSchema): string[] {
  const others = typeof schema.additionalProperties === 'object' ? [schema.additionalProperties] : [];
  const members = [...Object.values(schema.properties ?? {}), ...(schema.items ? [schema.items] : []), ...others];
  return [...new Set([...(schema.pattern === undefined ? [] : [schema.pattern]), ...members.flatMap(patternsIn)])];
}

/** Values at, just within and just beyond what a schema allows, whatever its type. */
function probesOf(schema: JsonSchema, value: unknown, texts: readonly string[]): unknown[] {
  const wrongTypes = [true, 1.5, 'text', [], {}];
  switch (schema.type) {
    case 'boolean':
      return [...wrongTypes, false];
    case 'integer': {
      const edges = [schema.minimum, schema.maximum].flatMap((edge) =>
        edge === undefined ? [] : [edge - 1, edge, edge + 1],
      );
      return [...wrongTypes, -1, 0, 1, ...edges];
    }
    case 'array': {
      const items = Array.isArray(value) ? value : [];
      const [first] = items;
      const counts = [0, 1, ...(schema.maxItems === undefined ? [] : [schema.maxItems, schema.maxItems + 1])];
      return [
        ...wrongTypes,
        ...counts.map((count) => Array.from({ length: count }, () => first)),
        [...items, ...items],
      ];
    }
    case 'object': {
      const given = typeof value === 'object' && value !== null ? value : {};
      const { maxProperties } = schema;
      const counts = maxProperties === undefined ? [] : [maxProperties, maxProperties + 1];
      const many = counts.map((count) =>
        Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 'v'])),
      );
      return [...wrongTypes, { ...given, unknownField: 'x' }, { ...given, '': 'x' }, ...many];
    }
    default:
      return [
        ...wrongTypes.filter((probe) => probe !== 'text'),
        3,
        -3,
        ...(schema.enum ?? []),
        ...lengthProbes(schema),
        ...texts,
      ];
  }
}

/**
 * A manifest for each probe of each value that both the schema and the base manifest have. `seen` remembers, from one base to
 * the next, which rules have been tried with every text.
 */
export function* probedManifests<T>(
  schema: JsonSchema,
  base: T,
  seen: Set<string>,
  path: Path = [],
): Generator<{ path: Path; manifest: T }> {
  const value = valueAt(base, path);
  if (value === undefined) return;
  const rules = rulesOn(schema);
  const texts = rules === NO_RULES || seen.has(rules) ? FEW_TEXTS : TEXTS;
  seen.add(rules);
  if (path.length > 0) {
    for (const probe of [...probesOf(schema, value, texts), REMOVED])
      yield { path, manifest: changed(base, path, probe) };
  }
  for (const [name, member] of Object.entries(schema.properties ?? {})) {
    if (path.length > 0 || name === 'spec' || name === 'status')
      yield* probedManifests(member, base, seen, [...path, name]);
  }
  if (schema.items && Array.isArray(value)) {
    for (const index of value.keys()) yield* probedManifests(schema.items, base, seen, [...path, index]);
  }
  if (typeof schema.additionalProperties === 'object' && typeof value === 'object' && value !== null) {
    const names = Object.keys(value);
    for (const name of names) yield* probedManifests(schema.additionalProperties, base, seen, [...path, name]);
    // Keys have rules too.
    for (const text of texts) yield { path, manifest: changed(base, [...path, text], '1') };
  }
}

/** The fields of a schema that a manifest does not use, as dotted names. */
export function unusedFields(schema: JsonSchema, values: readonly unknown[], name: string): string[] {
  const present = values.filter((value) => value !== undefined && value !== null);
  if (present.length === 0) return [name];
  const below = Object.entries(schema.properties ?? {}).flatMap(([member, memberSchema]) => {
    const members = present.map((value) => (value as Record<string, unknown>)[member]);
    return unusedFields(memberSchema, members, `${name}.${member}`);
  });
  const items = schema.items ? unusedFields(schema.items, present.flat(), `${name}[]`) : [];
  return [...below, ...items];
}

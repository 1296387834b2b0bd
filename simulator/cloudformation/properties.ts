import { type Json, type JsonMap, TemplateError } from './template.ts';

type Kind = 'text' | 'number' | 'boolean' | 'texts' | 'json' | 'tags' | 'maps';

const CHECKS: Readonly<Record<Kind, (value: Json) => boolean>> = {
  text: (value) => typeof value === 'string' || typeof value === 'number',
  number: (value) =>
    (typeof value === 'number' || typeof value === 'string') && Number.isFinite(Number(value)) && value !== '',
  boolean: (value) => typeof value === 'boolean' || value === 'true' || value === 'false',
  texts: (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
  json: (value) => (typeof value === 'object' && value !== null) || typeof value === 'string',
  tags: (value) => Array.isArray(value) && value.every((item) => isTag(item)),
  maps: (value) => Array.isArray(value) && value.every((item) => typeof item === 'object' && item !== null),
};

/** Checks a resource's properties against those of its type: an unknown, missing or mistyped one is an error. */
export function checkProperties(
  type: string,
  properties: JsonMap,
  known: Readonly<Record<string, Kind>>,
  required: readonly string[] = [],
): void {
  const missing = required.filter((name) => properties[name] === undefined);
  if (missing.length > 0)
    throw new TemplateError(`Properties validation failed for ${type}: required [${missing.join(', ')}]`);
  for (const [name, value] of Object.entries(properties)) {
    const kind = Object.hasOwn(known, name) ? known[name] : undefined;
    if (kind === undefined) throw new TemplateError(`Encountered unsupported property ${name} in ${type}`);
    if (!CHECKS[kind](value)) throw new TemplateError(`Value of property ${name} in ${type} must be ${kind}`);
  }
}

function isTag(value: Json): boolean {
  const tag = value as { Key?: Json; Value?: Json } | null;
  return typeof tag?.Key === 'string' && typeof tag.Value === 'string' && Object.keys(tag).length === 2;
}

/** A resource's tags: the stack's, overridden by its own. */
export function mergedTags(stackTags: Readonly<Record<string, string>>, own: Json | undefined): Record<string, string> {
  const tags = (own ?? []) as { Key: string; Value: string }[];
  return { ...stackTags, ...Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])) };
}

export function asTagList(tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** A policy document as the API takes it: templates write it as an object or as JSON text. */
export function documentText(value: Json | undefined): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  try {
    return JSON.stringify(JSON.parse(value));
  } catch {
    throw new TemplateError('a policy document in the template is not JSON');
  }
}

export function textOf(properties: JsonMap, name: string): string | undefined {
  const value = properties[name];
  return value === undefined ? undefined : String(value);
}

export function textsOf(properties: JsonMap, name: string): string[] {
  return (properties[name] ?? []) as string[];
}

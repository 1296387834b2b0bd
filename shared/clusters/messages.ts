import * as z from 'zod';
import { type Fault, pathText, shown } from './fault.ts';
import { nearest } from './nearest.ts';

const KINDS: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
};

type RawIssue = Parameters<z.core.$ZodErrorMap>[0];

function wrongType(expected: string, input: unknown): string {
  if (input === undefined) return 'is required';
  const wanted = KINDS[expected] ?? expected;
  if (expected === 'string' && (typeof input === 'number' || typeof input === 'boolean')) {
    return `must be a string: put ${String(input)} in quotes`;
  }
  return `must be ${wanted}, is ${shown(input)}`;
}

function size(issue: { origin: string; input?: unknown }, bound: 'at least' | 'at most', limit: unknown): string {
  if (issue.origin === 'array' && Array.isArray(issue.input)) {
    return `must have ${bound} ${limit} entries, has ${issue.input.length}`;
  }
  if (issue.origin === 'string') return `must have ${bound} ${limit} characters, has ${String(issue.input).length}`;
  return `must be ${bound} ${limit}, is ${shown(issue.input)}`;
}

function notOneOf(values: readonly unknown[], input: unknown): string {
  if (input === undefined) return 'is required';
  const texts = values.map(String);
  const meant = typeof input === 'string' ? nearest(input, texts) : undefined;
  const wanted = texts.length === 1 ? `must be ${texts[0]}` : `must be one of ${texts.join(', ')}`;
  return `${wanted}; is ${shown(input)}${meant && texts.length > 1 ? `, did you mean ${meant}?` : ''}`;
}

/** The words for what a schema finds wrong, where the schema has none of its own. */
export const explain: z.core.$ZodErrorMap = (issue: RawIssue) => {
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(issue.expected, issue.input);
    case 'too_small':
      return size(issue, 'at least', issue.minimum);
    case 'too_big':
      return size(issue, 'at most', issue.maximum);
    case 'invalid_value':
      return notOneOf(issue.values, issue.input);
    default:
      return undefined;
  }
};

/** The keys that the schema knows at a path; none where it takes any. */
function keysAt(schema: unknown, path: readonly PropertyKey[]): string[] {
  if (schema instanceof z.ZodPrefault || schema instanceof z.ZodDefault || schema instanceof z.ZodExactOptional) {
    return keysAt(schema.unwrap(), path);
  }
  const [head, ...rest] = path;
  if (schema instanceof z.ZodArray) return keysAt(schema.element, rest);
  if (!(schema instanceof z.ZodObject)) return [];
  return head === undefined ? Object.keys(schema.shape) : keysAt(schema.shape[String(head)], rest);
}

/** One fault for each thing that an issue names; `reasons` are keys that are refused for a reason of their own. */
export function faultsOf(
  issue: z.core.$ZodIssue,
  schema: z.ZodType,
  reasons: Readonly<Record<string, string>>,
): Fault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const path = pathText([...issue.path, key]);
      const meant = nearest(key, keysAt(schema, issue.path));
      const reason = Object.hasOwn(reasons, path) ? reasons[path] : undefined;
      return { path, message: reason ?? `unknown key${meant ? `; did you mean ${meant}?` : ''}` };
    });
  }
  const path = pathText(issue.path);
  if (issue.code === 'invalid_key') return [{ path, message: `the key ${issue.issues[0]?.message ?? 'is not valid'}` }];
  return [{ path, message: issue.message }];
}

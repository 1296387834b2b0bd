import type * as z from 'zod';

/** The value below some keys of untrusted input, or undefined when there is none. */
export function valueAt(value: unknown, ...keys: readonly string[]): unknown {
  let current = value;
  for (const key of keys) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return undefined;
    current = (current as Record<string, unknown>)[key];
  }
  return current;
}

/** The value as the schema reads it, defaults filled; undefined when it is faulty, which the schema itself reports. */
export function sound<T extends z.ZodType>(schema: T, value: unknown): z.output<T> | undefined {
  const result = schema.safeParse(value);
  return result.success ? result.data : undefined;
}

/** The strings of a list with their positions; what else is in it is the schema's to report. */
export function stringsOf(value: unknown): { index: number; text: string }[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((text: unknown, index) => (typeof text === 'string' ? [{ index, text }] : []));
}

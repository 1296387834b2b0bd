const STEP =
  /\.([A-Za-z0-9_-]+(?:\\\.[A-Za-z0-9_-]+)*)|\['([^']+)'\]|\[(\d+|\*)\]|\[\?\(@\.([A-Za-z0-9_.-]+)\s*==\s*["']([^"']*)["']\)\]/g;

/** The values that a printer column's JSON path finds. */
export function valuesAtPath(root: unknown, path: string): unknown[] {
  let values: unknown[] = [root];
  for (const [, member, quoted, index, field, wanted] of path.matchAll(STEP)) {
    const name = quoted ?? member?.replaceAll('\\.', '.');
    values = values.flatMap((value) => {
      if (name !== undefined) return present((value as Record<string, unknown> | undefined)?.[name]);
      if (!Array.isArray(value)) return [];
      if (index === '*') return value;
      if (index !== undefined) return present(value[Number(index)]);
      return value.filter((item) => String((item as Record<string, unknown>)[field ?? '']) === wanted);
    });
  }
  return values;
}

function present(value: unknown): unknown[] {
  return value === undefined || value === null ? [] : [value];
}

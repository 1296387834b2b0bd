/** More than any cluster file or manifest needs; deeper ones are refused before anything walks them. */
export const DEEPEST_NESTING = 64;

export function isNestedDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((part) => isNestedDeeper(part, levels - 1));
}

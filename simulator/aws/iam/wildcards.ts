const compiled = new Map<string, RegExp>();

/** `*` stands for any characters, `?` for one. Case matters. */
export function matchesWildcard(pattern: string, value: string): boolean {
  let expression = compiled.get(pattern);
  if (!expression) {
    expression = new RegExp(`^${wildcardSource(pattern)}$`, 's');
    compiled.set(pattern, expression);
  }
  return expression.test(value);
}

/** The regular expression for a wildcard pattern, without anchors. */
export function wildcardSource(pattern: string): string {
  return pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
}

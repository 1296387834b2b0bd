/** One thing that is wrong in a cluster file. `path` is empty for the file as a whole. */
export type Fault = { readonly path: string; readonly message: string };

const PLAIN_KEY = /^[A-Za-z_][\w-]*$/;

/** `spec.nodePools[1].profile`; a key that is no plain word is quoted: `spec.tags["cost centre"]`. */
export function pathText(segments: readonly PropertyKey[]): string {
  let text = '';
  for (const segment of segments) {
    if (typeof segment === 'number') text += `[${segment}]`;
    else if (PLAIN_KEY.test(String(segment))) text += text === '' ? String(segment) : `.${String(segment)}`;
    else text += `[${JSON.stringify(String(segment))}]`;
  }
  return text;
}

/** The same faults as seen from the file: what a part calls `spec.limits` is `prefix.spec.limits` there. */
export function under(prefix: string, faults: readonly Fault[]): Fault[] {
  return faults.map(({ path, message }) => {
    if (path === '') return { path: prefix, message };
    return { path: path.startsWith('[') ? `${prefix}${path}` : `${prefix}.${path}`, message };
  });
}

/** A value as a message shows it: on one line, never long, without control characters. */
export function shown(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

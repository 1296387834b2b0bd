import { isMap, isNode, isScalar, isSeq } from 'yaml';

/** What a tree without aliases says, as JSON: the library's own way looks for them everywhere. */
export function plainOf(node: unknown): unknown {
  if (isScalar(node)) return node.value;
  if (isSeq(node)) return node.items.map(plainOf);
  if (!isMap(node)) return isNode(node) ? node.toJSON() : node;
  const object: Record<string, unknown> = {};
  for (const { key, value } of node.items) {
    const name = String(isScalar(key) ? key.value : key);
    const said = plainOf(value);
    if (name !== '__proto__') object[name] = said;
    else Object.defineProperty(object, name, { value: said, writable: true, enumerable: true, configurable: true });
  }
  return object;
}

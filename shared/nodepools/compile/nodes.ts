import {
  Document,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  type Node,
  Pair,
  Scalar,
  visit,
  YAMLMap,
} from 'yaml';
import { plainOf } from '../../yaml/plain-of.ts';

const maker = new Document();

/** What a node of the tree says, as JSON. */
export function jsonOf(node: unknown): unknown {
  if (isPair(node)) return jsonOf(node.value);
  return isScalar(node) || isMap(node) || isSeq(node) ? plainOf(node) : undefined;
}

export function textOf(node: unknown): string | undefined {
  const value = jsonOf(node);
  return typeof value === 'string' ? value : undefined;
}

export function nodeOf(value: unknown): Node {
  return isNode(value) ? value : maker.createNode(value);
}

export function keyOf(pair: Pair): string {
  return String(isScalar(pair.key) ? pair.key.value : pair.key);
}

export function pairAt(map: YAMLMap | undefined, key: string): Pair | undefined {
  return map?.items.find((pair) => keyOf(pair) === key);
}

/** The node at a path of keys and indexes. */
export function nodeAt(root: unknown, ...path: readonly (string | number)[]): unknown {
  let node: unknown = root;
  for (const step of path) {
    if (typeof step === 'number') node = isSeq(node) ? node.items[step] : undefined;
    else node = isMap(node) ? pairAt(node, step)?.value : undefined;
  }
  return node;
}

export function mapAt(root: unknown, ...path: readonly (string | number)[]): YAMLMap | undefined {
  const node = nodeAt(root, ...path);
  return isMap(node) ? node : undefined;
}

/** The items of the list at a path; none when there is no list. */
export function itemsAt(root: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const node = nodeAt(root, ...path);
  return isSeq(node) ? node.items : [];
}

/** Takes a key out of its map, with its comments. */
export function take(map: YAMLMap | undefined, key: string): Pair | undefined {
  const index = map?.items.findIndex((pair) => keyOf(pair) === key) ?? -1;
  if (!map || index === -1) return undefined;
  const [pair] = map.items.splice(index, 1);
  // A comment above the first key belongs to the map, but was written about that key.
  if (pair && index === 0 && map.commentBefore && isNode(pair.key) && !pair.key.commentBefore) {
    pair.key.commentBefore = map.commentBefore;
    map.commentBefore = null;
  }
  return pair;
}

/** Sets a key: where it stands already, or before the key `before`, or at the end. */
export function put(map: YAMLMap, key: string, value: unknown, before?: string): Pair {
  const found = pairAt(map, key);
  if (found) {
    found.value = keepingComments(found.value, nodeOf(value));
    return found;
  }
  const pair = new Pair<unknown, unknown>(new Scalar(key), nodeOf(value));
  return insert(map, pair, before);
}

export function insert(map: YAMLMap, pair: Pair, before?: string): Pair {
  const index = before === undefined ? -1 : map.items.findIndex((other) => keyOf(other) === before);
  if (index === -1) map.items.push(pair);
  else map.items.splice(index, 0, pair);
  return pair;
}

/** The map at a key, made where there is none. */
export function mapIn(map: YAMLMap, key: string, before?: string): YAMLMap {
  const found = pairAt(map, key)?.value;
  if (isMap(found)) return found;
  const made = new YAMLMap();
  put(map, key, made, before);
  return made;
}

/** The same pair under another key and, if given, with another value; its comments stay. */
export function renamed(pair: Pair, key: string, value?: unknown): Pair {
  const name = new Scalar(key);
  if (isNode(pair.key)) {
    name.commentBefore = pair.key.commentBefore ?? null;
    if (pair.key.spaceBefore) name.spaceBefore = true;
  }
  return new Pair<unknown, unknown>(
    name,
    value === undefined ? pair.value : keepingComments(pair.value, nodeOf(value)),
  );
}

export function keepingComments(old: unknown, value: Node): Node {
  if (!isNode(old)) return value;
  value.comment ??= old.comment ?? null;
  value.commentBefore ??= old.commentBefore ?? null;
  if (isSeq(old) && isSeq(value) && old.flow) value.flow = true;
  return value;
}

export function isEmptyMap(node: unknown): boolean {
  return isMap(node) && node.items.length === 0;
}

/** Every node of a tree, keys included. The library's own walk is much slower. */
export function eachNode(node: unknown, seen: (node: Node, isKey: boolean) => void, isKey = false): void {
  if (!isNode(node)) return;
  seen(node, isKey);
  if (isSeq(node)) for (const item of node.items) eachNode(item, seen);
  if (!isMap(node)) return;
  for (const { key, value } of node.items) {
    eachNode(key, seen, true);
    eachNode(value, seen);
  }
}

/** Replaces every alias by a copy of what it stands for, so that a change in one place is none in another; says whether there was one. */
export function expandAliases(document: Document): boolean {
  let hasAlias = false;
  visit(document, {
    Alias: (_, alias) => {
      hasAlias = true;
      const target = alias.resolve(document);
      return isNode(target) && !isAlias(target) ? (target.clone() as Node) : undefined;
    },
  });
  if (!hasAlias) return false;
  visit(document, {
    Node: (_, node) => {
      if ('anchor' in node) delete node.anchor;
    },
  });
  return true;
}

import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { entryLines, flow, itemLines, type YamlStyle } from './emit.ts';

/** Thrown where a text is written so that it cannot be changed in place; `offset` is where. */
export class UnchangeableError extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

type Target = { readonly text: string; readonly style: YamlStyle; readonly anchors: ReadonlySet<string> };

/**
 * The text of one document with items at the end of the list at a path; the list and what leads to it are made where they are
 * missing. Every other character stays where it is. Throws UnchangeableError where an alias or a merge key is in the way.
 */
export function appendItems(
  text: string,
  document: Document.Parsed,
  path: readonly (string | number)[],
  items: readonly unknown[],
): string {
  const target: Target = { text, style: styleOf(text, document), anchors: aliasedIn(document) };
  if (!document.contents) throw new UnchangeableError('is empty', 0);
  const { offset, inserted, removed = 0 } = insertionInto(document.contents, path, items, target);
  return text.slice(0, offset) + inserted + text.slice(offset + removed);
}

type Insertion = { readonly offset: number; readonly inserted: string; readonly removed?: number };

function insertionInto(
  node: Node,
  path: readonly (string | number)[],
  items: readonly unknown[],
  target: Target,
): Insertion {
  assertChangeable(node, target);
  const [key, ...rest] = path;
  if (key === undefined) {
    if (!isSeq<Node>(node)) throw new UnchangeableError('is not a list', startOf(node));
    return node.flow || node.items.length === 0
      ? intoFlow(node, flowItems(items, target), target)
      : intoList(node, items, target);
  }
  if (isSeq<Node>(node)) {
    const item = node.items[Number(key)];
    if (!item) throw new UnchangeableError('has no such entry', startOf(node));
    return insertionInto(item, rest, items, target);
  }
  if (!isMap<Node, Node | null>(node)) throw new UnchangeableError('is not a map', startOf(node));
  const pair = node.items.find((candidate) => isScalar(candidate.key) && candidate.key.value === key);
  const made = rest.reduceRight<unknown>((value, next) => ({ [next]: value }), items);
  if (!pair) return intoMap(node, String(key), made, target);
  const { value } = pair;
  if (value === null || (isScalar(value) && value.value === null && !hasAnchor(value))) {
    return inPlaceOfNothing(pair, made, target);
  }
  return insertionInto(value, rest, items, target);
}

function assertChangeable(node: Node, { anchors }: Target): void {
  if (isAlias(node)) throw new UnchangeableError(`is an alias (*${node.source}); write it out`, startOf(node));
  if ('anchor' in node && node.anchor !== undefined && anchors.has(node.anchor)) {
    throw new UnchangeableError(`is shared by the anchor &${node.anchor}; write it out`, startOf(node));
  }
  if (!isMap<Node, Node | null>(node)) return;
  const merge = node.items.find(({ key }) => isScalar(key) && key.value === '<<');
  if (merge) throw new UnchangeableError('has a merge key (<<); write it out', startOf(merge.key));
}

function hasAnchor(node: Node): boolean {
  return 'anchor' in node && node.anchor !== undefined;
}

/** `key:` or `key: null`: what is made goes on the same line. */
function inPlaceOfNothing({ key, value }: Pair<Node, Node | null>, made: unknown, { text, style }: Target): Insertion {
  const written = flow(made, style);
  const [start, end] = value?.range ?? [0, 0];
  if (value && end > start) return { offset: start, inserted: written, removed: end - start };
  const colon = text.indexOf(':', endOf(key));
  return { offset: colon + 1, inserted: ` ${written}` };
}

function intoMap(map: YAMLMap<Node, Node | null>, key: string, value: unknown, target: Target): Insertion {
  const [first] = map.items;
  if (map.flow || !first) return intoFlow(map, `${flow(key, target.style)}: ${flow(value, target.style)}`, target);
  const column = columnOf(target.text, startOf(first.key));
  return afterLast(map, column, entryLines(key, value, column, target.style), target);
}

function intoList(list: YAMLSeq<Node>, items: readonly unknown[], target: Target): Insertion {
  const column = columnOf(target.text, startOf(list));
  // A comment at the dashes may speak of the next key where the dashes stand below their own key.
  const comments = target.style.dashes === 0 ? column + 1 : column;
  return afterLast(list, comments, itemLines(items, column, target.style), target);
}

/** Lines of their own after the last line of a block, and after the comments that belong to it. */
function afterLast(block: Node, commentColumn: number, lines: readonly string[], { text }: Target): Insertion {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  let offset = lineAfter(text, endOf(block));
  for (let next = offset; next < text.length; ) {
    const [, indent] = /^( *)#/.exec(text.slice(next, next + 200)) ?? [];
    if (indent === undefined || indent.length < commentColumn) break;
    next = lineAfter(text, next + 1);
    offset = next;
  }
  const isCut = offset > 0 && text[offset - 1] !== '\n';
  return { offset, inserted: isCut ? `${eol}${lines.join(eol)}` : `${lines.join(eol)}${eol}` };
}

/** The start of the line after the one that an offset is in, or the offset itself where a line starts there. */
function lineAfter(text: string, offset: number): number {
  if (text[offset - 1] === '\n') return offset;
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : end + 1;
}

function flowItems(items: readonly unknown[], { style }: Target): string {
  return items.map((item) => flow(item, style)).join(', ');
}

/** After the last member, before a comma that may follow it. */
function intoFlow(
  collection: YAMLMap<Node, Node | null> | YAMLSeq<Node>,
  written: string,
  { style }: Target,
): Insertion {
  const last: unknown = collection.items.at(-1);
  if (last === undefined) {
    const isSpaced = isMap(collection) && !style.isJson;
    return { offset: startOf(collection) + 1, inserted: isSpaced ? ` ${written} ` : written };
  }
  const { key, value } = last as { key?: Node; value?: Node | null };
  const node = isMap(collection) ? (value ?? key) : (last as Node);
  return { offset: node ? endOf(node) : startOf(collection) + 1, inserted: `, ${written}` };
}

function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

/** Where the last thing in a node ends: blocks count what is behind them as theirs. */
function endOf(node: Node): number {
  if (isMap<Node, Node | null>(node) && !node.flow) {
    const last = node.items.at(-1);
    if (last) return endOf(last.value ?? last.key);
  }
  if (isSeq<Node>(node) && !node.flow) {
    const last = node.items.at(-1);
    if (last) return endOf(last);
  }
  return node.range?.[1] ?? 0;
}

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}

/** The style of the first block in a block and of the first list in one. */
function styleOf(text: string, document: Document.Parsed): YamlStyle {
  let step: number | undefined;
  let dashes: number | undefined;
  visit(document, {
    Pair: (_, { key, value }) => {
      const isBlock = (isMap(value) || isSeq(value)) && !value.flow && value.items.length > 0;
      if (!isScalar(key) || !isBlock || (isMap(value) ? step : dashes) !== undefined) return;
      const column = columnOf(text, startOf(value)) - columnOf(text, startOf(key));
      if (isMap(value)) step = column;
      else dashes = column;
    },
  });
  const isJson = isMap(document.contents) && document.contents.flow === true;
  return { step: step ?? 2, dashes: dashes ?? step ?? 2, isJson };
}

function aliasedIn(document: Document.Parsed): ReadonlySet<string> {
  const sources = new Set<string>();
  visit(document, { Alias: (_, { source }) => void sources.add(source) });
  return sources;
}

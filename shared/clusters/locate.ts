import { type Document, isAlias, isMap, isScalar, isSeq, type LineCounter, type Node } from 'yaml';

type Step = { readonly offset: number; readonly next: Node | null; readonly rest: string };

/** What is left of a path after `key`, or undefined when the path does not go through it. */
function after(path: string, key: string): string | undefined {
  for (const spelling of [key, `["${key}"]`, `[${JSON.stringify(key)}]`]) {
    if (!path.startsWith(spelling)) continue;
    const rest = path.slice(spelling.length);
    if (rest === '' || rest.startsWith('.') || rest.startsWith('[')) return rest.replace(/^\./, '');
  }
  return undefined;
}

function stepInto(node: Node, path: string): Step | undefined {
  if (isSeq<Node>(node)) {
    const match = /^(?:\[(\d+)\]|(\d+)(?=$|[.[]))\.?/.exec(path);
    const item = match ? node.items[Number(match[1] ?? match[2])] : undefined;
    if (!match || !item) return undefined;
    return { offset: item.range?.[0] ?? 0, next: item, rest: path.slice(match[0].length) };
  }
  if (!isMap<Node, Node | null>(node)) return undefined;
  // A key may hold dots itself, so the longest that fits is the one that is meant.
  const fitting = node.items.flatMap(({ key, value }) => {
    const name = isScalar(key) ? String(key.value) : undefined;
    const rest = name === undefined ? undefined : after(path, name);
    return rest === undefined ? [] : [{ offset: key.range?.[0] ?? 0, next: value, rest }];
  });
  return fitting.sort((a, b) => a.rest.length - b.rest.length)[0];
}

/** The line where a path leads, or the last line on the way to it that exists. */
export function locate(document: Document.Parsed, lines: LineCounter, path: string): number | undefined {
  let node: Node | null | undefined = document.contents;
  let offset = node?.range?.[0];
  let rest = path;
  while (node && rest !== '') {
    const target: Node | undefined = isAlias(node) ? node.resolve(document) : node;
    const step: Step | undefined = target && stepInto(target, rest);
    if (!step) break;
    offset = step.offset;
    node = step.next;
    rest = step.rest;
  }
  return offset === undefined ? undefined : lines.linePos(offset).line;
}

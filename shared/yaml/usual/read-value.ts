import { type Node, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { commentOf, UNUSUAL } from './lines.ts';
import { FALSE, NULL, NUMBER, TRUE } from './plain.ts';

/** What a line may end in: spaces and a comment. */
const TAIL = / *(?: #(.*))?$/y;
const QUOTED = /"([^"\\\n]*)"|'([^'\n]*)'(?!')/y;
const IN_FLOW = /[A-Za-z0-9_./][\w./*+@=-]*/y;
const STARTS_PLAIN = /^(?:[A-Za-z0-9_./+$^~(<=]|-[A-Za-z0-9_./])/;
const NOT_PLAIN = /: |:$| #/;
const DEEPEST = 50;

type Found = { readonly node: Node; readonly end: number };

/** A value that stands on one line with its comment, from its first letter to the end of the line. */
export function valueOfLine(text: string, from: number, to: number, next: number): Node {
  const first = text[from] ?? '';
  if (first !== '"' && first !== "'" && first !== '[' && first !== '{') return plainOfLine(text, from, to, next);
  const { node, end } = first === '[' || first === '{' ? collection(text, from, to, 0) : quoted(text, from, to);
  finish(node, text.slice(end, to), [from, end, next]);
  return node;
}

function finish(node: Node, tail: string, range: [number, number, number]): void {
  TAIL.lastIndex = 0;
  const match = TAIL.exec(tail);
  if (!match) throw UNUSUAL;
  if (match[1] !== undefined) node.comment = commentOf(match[1]);
  node.range = range;
}

function plainOfLine(text: string, from: number, to: number, next: number): Scalar {
  const line = text.slice(from, to);
  const comment = line.indexOf(' #');
  const said = (comment === -1 ? line : line.slice(0, comment)).trimEnd();
  if (!STARTS_PLAIN.test(said) || NOT_PLAIN.test(said)) throw UNUSUAL;
  const node = plain(said, [from, from + said.length, next]);
  if (comment !== -1) node.comment = commentOf(line.slice(comment + 2));
  return node;
}

/** Without quotes: a text, or what YAML 1.2 takes for something else. */
function plain(said: string, range: [number, number, number]): Scalar {
  const node = new Scalar<unknown>(resolved(said));
  node.range = range;
  node.source = said;
  node.type = Scalar.PLAIN;
  return node;
}

const INTEGER = /^[-+]?\d+$/;

function resolved(said: string): unknown {
  if (NULL.test(said)) return null;
  if (TRUE.test(said)) return true;
  if (FALSE.test(said)) return false;
  if (!NUMBER.test(said)) return said;
  if (!INTEGER.test(said)) throw UNUSUAL;
  return Number.parseInt(said, 10);
}

function quoted(text: string, from: number, to: number): Found {
  QUOTED.lastIndex = from;
  const [whole, inDouble, inSingle = ''] = QUOTED.exec(text) ?? [];
  if (whole === undefined || from + whole.length > to) throw UNUSUAL;
  const end = from + whole.length;
  const node = new Scalar(inDouble ?? inSingle);
  node.range = [from, end, end];
  node.source = inDouble ?? inSingle;
  node.type = inDouble === undefined ? Scalar.QUOTE_SINGLE : Scalar.QUOTE_DOUBLE;
  return { node, end };
}

/** A key, with or without quotes, where one stands before a colon. */
export function keyAt(text: string, from: number, to: number): Scalar<string> | undefined {
  KEY.lastIndex = from;
  const [whole] = KEY.exec(text) ?? [];
  const end = from + (whole?.length ?? 0);
  if (whole === undefined || whole.length > LONGEST_KEY || end > to) return undefined;
  const isQuoted = whole.startsWith('"') || whole.startsWith("'");
  const said = isQuoted ? whole.slice(1, -1) : whole;
  const key = new Scalar(said);
  key.range = [from, end, end];
  key.source = said;
  if (isQuoted) key.type = whole.startsWith('"') ? Scalar.QUOTE_DOUBLE : Scalar.QUOTE_SINGLE;
  else key.type = Scalar.PLAIN;
  return key;
}

const KEY = /(?:[A-Za-z_][\w./-]*|"[^"\\\n]*"|'[^'\n]*')(?=:(?: |\n|$))/y;
/** YAML takes no longer ones without a question mark. */
const LONGEST_KEY = 1000;

function collection(text: string, from: number, to: number, depth: number): Found {
  if (depth > DEEPEST) throw UNUSUAL;
  const isMap = text[from] === '{';
  const [map, seq] = [new YAMLMap<Scalar<string>, Node>(), new YAMLSeq<Node>()];
  const node = isMap ? map : seq;
  const close = isMap ? '}' : ']';
  node.flow = true;
  let at = skipSpaces(text, from + 1);
  while (text[at] !== close) {
    if (node.items.length > 0) {
      if (text[at] !== ',') throw UNUSUAL;
      at = skipSpaces(text, at + 1);
    }
    const key = isMap ? keyAt(text, at, to) : undefined;
    if (isMap && !key) throw UNUSUAL;
    if (key?.range) at = skipSpaces(text, key.range[1] + 1);
    const item = inFlow(text, at, to, depth);
    if (key) addTo(map, key, item.node);
    else seq.items.push(item.node);
    at = skipSpaces(text, item.end);
    if (item.node.range) item.node.range[2] = at;
    if (at >= to) throw UNUSUAL;
  }
  node.range = [from, at + 1, at + 1];
  return { node, end: at + 1 };
}

function inFlow(text: string, from: number, to: number, depth: number): Found {
  const first = text[from];
  if (first === '"' || first === "'") return quoted(text, from, to);
  if (first === '[' || first === '{') return collection(text, from, to, depth + 1);
  IN_FLOW.lastIndex = from;
  const [said] = IN_FLOW.exec(text) ?? [];
  if (said === undefined) throw UNUSUAL;
  const end = from + said.length;
  return { node: plain(said, [from, end, end]), end };
}

/** A key that is there already is for the library to refuse. */
export function addTo(map: YAMLMap<Scalar<string>, Node>, key: Scalar<string>, value: Node): void {
  if (map.items.length >= MOST_KEYS || map.items.some((pair) => pair.key.value === key.value)) throw UNUSUAL;
  map.items.push(new Pair(key, value));
}

const MOST_KEYS = 100;

function skipSpaces(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ') at += 1;
  return at;
}

import { Document, type Node, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { commentOf, type Line, linesOf, UNUSUAL } from './lines.ts';
import { addTo, keyAt, valueOfLine } from './read-value.ts';

const OPTIONS = { version: '1.2', schema: 'core', merge: false, stringKeys: true } as const;
/** Control characters and separators of lines that are no newlines. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
const UNUSUAL_LETTERS = /[\0-\t\v-\x1f\x7f-\xa0\u2000-\u200f\u2028-\u202f\ud800-\udfff\ufeff]/;
const START = /---[ ]*(?:\n|$)/y;
const DEEPEST = 50;

/**
 * One document of a text as the library reads it, node for node; undefined where something is written in it that only the library
 * reads: maps and lists in block style, with values that take one line each, are read here, in a fraction of its time.
 */
export function readUsualDocument(text: string, start: number, end: number): Document.Parsed | undefined {
  try {
    return read(text, start, end);
  } catch (error) {
    if (error === UNUSUAL) return undefined;
    throw error;
  }
}

type Reader = { readonly text: string; readonly lines: readonly Line[]; at: number };

function read(text: string, start: number, end: number): Document.Parsed {
  if (UNUSUAL_LETTERS.test(text.slice(start, end))) throw UNUSUAL;
  START.lastIndex = start;
  const mark = START.exec(text)?.[0].length;
  const lines = linesOf(text, start + (mark ?? 0), end);
  const [first] = lines;
  if (first?.column !== 0 || first.spaceBefore) throw UNUSUAL;
  const reader: Reader = { text, lines, at: 0 };
  const contents = readMap(reader, first, first.from, 0);
  if (reader.at < lines.length) throw UNUSUAL;
  // Without a mark a comment is of the first key, behind one it is of the whole.
  const commented = mark === undefined ? contents.items[0]?.key : contents;
  if (commented && first.commentBefore !== undefined) commented.commentBefore = first.commentBefore;
  const document = new Document(undefined, OPTIONS) as unknown as Document.Parsed;
  document.contents = contents as Document.Parsed['contents'];
  document.range = [mark === undefined ? first.from : start, contents.range?.[2] ?? end, end];
  if (document.directives && mark !== undefined) document.directives.docStart = true;
  return document;
}

/** A map whose first key stands at `from` in the line that is read next. */
function readMap(reader: Reader, firstLine: Line, from: number, depth: number): YAMLMap<Scalar<string>, Node> {
  if (depth > DEEPEST) throw UNUSUAL;
  const { text, lines } = reader;
  const map = new YAMLMap<Scalar<string>, Node>();
  const column = firstLine.column + from - firstLine.from;
  let end = from;
  for (let line: Line | undefined = firstLine; line; line = lines[reader.at]) {
    const isFirst = line === firstLine;
    if (!isFirst && line.column < column) break;
    if (!isFirst && (line.column > column || isItem(text, line))) throw UNUSUAL;
    const key = keyAt(text, isFirst ? from : line.from, line.to);
    if (!key?.range) throw UNUSUAL;
    if (!isFirst) setAbove(key, line);
    const value = readEntry(reader, line, key.range[1] + 1, column, depth);
    addTo(map, key, value);
    end = value.range?.[2] ?? end;
  }
  map.range = [from, end, end];
  return map;
}

/** What stands behind a key and its colon, or below them. */
function readEntry(reader: Reader, line: Line, afterColon: number, column: number, depth: number): Node {
  const { text, lines } = reader;
  let from = afterColon;
  while (from < line.to && text[from] === ' ') from += 1;
  reader.at += 1;
  const next = lines[reader.at];
  const isComment = text[from] === '#' && from > afterColon;
  if (from < line.to && !isComment) {
    if (next && next.column > column) throw UNUSUAL;
    return valueOfLine(text, from, line.to, nextLine(text, line));
  }
  if (!isComment && from !== afterColon) throw UNUSUAL;
  if (next && (next.column > column || (next.column === column && isItem(text, next)))) {
    return readBlock(reader, next, column, isComment ? commentOf(text.slice(from + 1, line.to)) : undefined, depth + 1);
  }
  // The library may take what stands above the next key for a part of nothing.
  if (isComment || !next || next.spaceBefore || next.commentBefore !== undefined) throw UNUSUAL;
  const nothing = new Scalar(null);
  nothing.source = '';
  nothing.type = Scalar.PLAIN;
  nothing.range = [afterColon, afterColon, afterColon];
  return nothing;
}

/** A map or a list below its key; `comment` stands behind the key. */
function readBlock(reader: Reader, first: Line, column: number, comment: string | undefined, depth: number): Node {
  const { commentBefore } = first;
  if (first.spaceBefore || (first.column === column && commentBefore !== undefined)) throw UNUSUAL;
  const block = isItem(reader.text, first) ? readList(reader, first, depth) : readMap(reader, first, first.from, depth);
  const comments = [comment, commentBefore].filter((one) => one !== undefined);
  if (comments.length > 0) block.commentBefore = comments.join('\n');
  return block;
}

function readList(reader: Reader, firstLine: Line, depth: number): YAMLSeq<Node> {
  const { text, lines } = reader;
  const list = new YAMLSeq<Node>();
  let end = firstLine.from;
  for (let line: Line | undefined = firstLine; line; line = lines[reader.at]) {
    if (line.column < firstLine.column) break;
    if (line.column > firstLine.column) throw UNUSUAL;
    if (!isItem(text, line)) {
      // The next key of a map whose lists stand at its own column: a comment there may be of either.
      if (line.commentBefore !== undefined) throw UNUSUAL;
      break;
    }
    const item = readItem(reader, line, depth);
    if (line !== firstLine) setAbove(item, line);
    list.items.push(item);
    end = item.range?.[2] ?? end;
  }
  list.range = [firstLine.from, end, end];
  return list;
}

function readItem(reader: Reader, line: Line, depth: number): Node {
  const { text, lines } = reader;
  let from = line.from + 1;
  while (from < line.to && text[from] === ' ') from += 1;
  if (from >= line.to || (text[from] === '-' && text[from + 1] === ' ')) throw UNUSUAL;
  if (keyAt(text, from, line.to)) return readMap(reader, line, from, depth + 1);
  reader.at += 1;
  const next = lines[reader.at];
  if (next && next.column > line.column) throw UNUSUAL;
  return valueOfLine(text, from, line.to, nextLine(text, line));
}

function isItem(text: string, { from, to }: Line): boolean {
  return text[from] === '-' && (from + 1 === to || text[from + 1] === ' ');
}

function setAbove(node: Node, { spaceBefore, commentBefore }: Line): void {
  if (spaceBefore) node.spaceBefore = true;
  if (commentBefore !== undefined) node.commentBefore = commentBefore;
}

function nextLine(text: string, { to }: Line): number {
  return to < text.length ? to + 1 : to;
}

import { Composer, type CST, type Document, Lexer, LineCounter, Parser } from 'yaml';
import { DEEPEST_NESTING } from '../clusters/nesting.ts';
import type { Refusal } from './bounds.ts';
import { readUsualDocument } from './usual/read.ts';

const OPTIONS = { version: '1.2', schema: 'core', merge: false, stringKeys: true, prettyErrors: false } as const;
/** What lasts over the end of a document: then its parts are not read by themselves. */
const LASTING = /^(?:\.\.\.|%|\uFEFF)/m;
const DOCUMENT_START = /^---(?=\s|$)/gm;
/** Levels of the syntax tree: the document, each level of the value, and what is in the last. */
const DEEPEST_TREE = DEEPEST_NESTING + 2;
const TOO_DEEP = `is nested more than ${DEEPEST_NESTING} levels deep`;
/** Of what the parser has open: more than a text of the deepest nesting ever has, since it finds out late how deep it is. */
const DEEPEST_STACK = 4 * DEEPEST_NESTING;
const MOST_ERRORS = 20;
/** The composer compares each key with all others of its map. */
const MOST_KEYS = 500;
const MOST_ITEMS = 5000;
/** Anchors, aliases and tags. */
const MOST_PROPERTIES = 1000;
const PROPERTY = /^[&*!]/;

/** A part of a text, from its `---` to the next. */
export type Part = { readonly start: number; readonly end: number };

export type ReadPart = { readonly documents: readonly Document.Parsed[] } | Refusal;

/** The parts of a text; what stands before the first mark belongs to the first unless it says something itself. */
export function partsOf(text: string): Part[] {
  const starts = startsOf(text);
  return starts.map((start, index) => ({ start, end: starts[index + 1] ?? text.length }));
}

function startsOf(text: string): number[] {
  if (LASTING.test(text)) return [0];
  const marks = [...text.matchAll(DOCUMENT_START)].map(({ index }) => index);
  const head = text.slice(0, marks[0]).split('\n');
  const isSaid = head.some((line) => !/^\s*(?:#|$)/.test(line));
  return isSaid ? [0, ...marks.filter((mark) => mark > 0)] : [0, ...marks.slice(1)];
}

/** Every line of a text; the library counts only those of the tokens that it has read. */
export function linesOf(text: string): LineCounter {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines.addNewLine(at + 1);
  return lines;
}

/** The documents of a part, with their places in the whole text; or why it is not read. */
export function readPart(text: string, { start, end }: Part): ReadPart {
  const usual = readUsualDocument(text, start, end);
  if (usual) return { documents: [usual] };
  const read = tokensOf(text, { start, end });
  if ('message' in read) return read;
  const { tokens, isCut } = read;
  return tooMuch(tokens) ?? { documents: [...new Composer(OPTIONS).compose(tokens, isCut, end)] };
}

type Tokens = { readonly tokens: readonly CST.Token[]; readonly isCut: boolean };
/** The syntax tree of a part, cut where there are too many errors: nobody reads more, and each takes time. */
function tokensOf(text: string, { start, end }: Part): Tokens | Refusal {
  const tokens: CST.Token[] = [];
  const parser = new Parser();
  parser.offset = start;
  let errors = 0;
  let properties = 0;
  for (const lexeme of new Lexer().lex(text.slice(start, end))) {
    for (const token of parser.next(lexeme)) {
      tokens.push(token);
      if (token.type === 'error') errors += 1;
    }
    if (errors > MOST_ERRORS) return { tokens, isCut: true };
    if (PROPERTY.test(lexeme)) properties += 1;
    const message = beyond(parser.stack, properties);
    if (message === undefined) continue;
    const { offset } = (message === TOO_DEEP ? parser.stack[DEEPEST_TREE] : undefined) ?? parser;
    return { offset, message };
  }
  for (const token of parser.end()) tokens.push(token);
  return { tokens, isCut: false };
}

function beyond(stack: readonly CST.Token[], properties: number): string | undefined {
  if (stack.length > DEEPEST_STACK) return TOO_DEEP;
  if (properties > MOST_PROPERTIES) return `has more than ${MOST_PROPERTIES} anchors, aliases and tags: write them out`;
  const top = stack.at(-1);
  return top && crowd(top);
}

/** What a collection has more of than any file needs: it is refused while it is read. */
function crowd(token: CST.Token): string | undefined {
  if (!('items' in token)) return undefined;
  const isMap = token.type === 'block-map' || (token.type === 'flow-collection' && token.start.source === '{');
  if (isMap && token.items.length > MOST_KEYS) return `has a map of more than ${MOST_KEYS} keys`;
  return token.items.length > MOST_ITEMS ? `has a list of more than ${MOST_ITEMS} entries: split it` : undefined;
}

/** The first token that lies too deep or has too many keys. Iterative: the composer recurses, and a deep enough text would end the process. */
function tooMuch(tokens: readonly CST.Token[]): Refusal | undefined {
  const open = tokens.map((token) => ({ token, depth: 1 }));
  for (let next = open.pop(); next; next = open.pop()) {
    const { token, depth } = next;
    const { offset } = token;
    if (depth > DEEPEST_TREE) return { offset, message: TOO_DEEP };
    const crowded = crowd(token);
    if (crowded !== undefined) return { offset, message: crowded };
    if (token.type === 'document' && token.value) open.push({ token: token.value, depth: depth + 1 });
    if (!('items' in token)) continue;
    for (const { key, value } of token.items) {
      if (key) open.push({ token: key, depth: depth + 1 });
      if (value) open.push({ token: value, depth: depth + 1 });
    }
  }
  return undefined;
}

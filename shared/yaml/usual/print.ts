import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { isUsual } from './is-usual.ts';
import { FALSE, NULL, NUMBER, TRUE } from './plain.ts';

/**
 * The document as the library prints it with no line width and no padding in flow collections, letter for letter; undefined where
 * something is written in it that only the library prints. A tenth of the library's time: of a file of a thousand pools every one
 * may have to be printed.
 */
export function printDocument(document: Document, { indentSeq }: { readonly indentSeq: boolean }): string | undefined {
  const { contents, commentBefore, comment } = document;
  if (!isUsual(document) || !isMap<Scalar<string>, Node>(contents)) return undefined;
  const parts: string[] = [];
  if (commentBefore) parts.push(commentLines(commentBefore, ''), '');
  if (contents.commentBefore) parts.push(commentLines(contents.commentBefore, ''));
  parts.push(block(contents, { indent: '', indentSeq }));
  if (comment) {
    if (parts.at(-1) !== '') parts.push('');
    parts.push(commentLines(comment, ''));
  }
  return `${parts.join('\n')}\n`;
}

type At = { readonly indent: string; readonly indentSeq: boolean };
type UsualMap = YAMLMap<Scalar<string>, Node>;
type UsualSeq = YAMLSeq<Node>;

function block(collection: UsualMap | UsualSeq, at: At): string {
  const lines: string[] = [];
  const itemAt = isSeq(collection) ? { ...at, indent: `${at.indent}  ` } : at;
  if (isSeq<Node>(collection)) {
    for (const item of collection.items) {
      before(item, at.indent, lines);
      const text = value(item, itemAt);
      lines.push(`- ${isBlock(item) || !item.comment ? text : withTail(text, item.comment, itemAt.indent)}`);
    }
  } else {
    for (const pair of (collection as UsualMap).items) {
      before(pair.key, at.indent, lines);
      lines.push(entry(pair, itemAt));
    }
  }
  const text = lines.reduce((all, line) => `${all}\n${line === '' ? '' : at.indent}${line}`);
  return collection.comment ? `${text}\n${commentLines(collection.comment, at.indent)}` : text;
}

/** The empty line and the comment above an entry. */
function before({ spaceBefore, commentBefore }: Node, indent: string, lines: string[]): void {
  if (spaceBefore) lines.push('');
  if (commentBefore) lines.push(commentLines(commentBefore, indent).trimStart());
}

function entry({ key, value: node }: Pair<Scalar<string>, Node | null>, at: At): string {
  const name = `${scalar(key, false)}:`;
  if (!node) return name;
  const isDashed = !at.indentSeq && isSeq(node) && !node.flow;
  const inner = isDashed ? at : { ...at, indent: `${at.indent}  ` };
  const text = value(node, inner);
  const { spaceBefore, commentBefore, comment } = node;
  const tail = comment && !isBlock(node) ? comment : '';
  let gap = ' ';
  if (spaceBefore || commentBefore) {
    gap = spaceBefore ? '\n' : '';
    if (commentBefore) gap += `\n${commentLines(commentBefore, inner.indent)}`;
    if (text !== '') gap += `\n${inner.indent}`;
    else if (gap === '\n' && tail !== '') gap = '\n\n';
  } else if (isBlock(node)) gap = `\n${inner.indent}`;
  else if (text === '') gap = '';
  const line = `${name}${gap}${text}`;
  return tail === '' ? line : withTail(line, tail, inner.indent);
}

/** A comment at the end of a line; one of several lines goes below. */
function withTail(line: string, comment: string, indent: string): string {
  if (line.endsWith('\n')) return `${line}${commentLines(comment, indent)}`;
  if (comment.includes('\n')) return `${line}\n${commentLines(comment, indent)}`;
  return `${line}${line.endsWith(' ') ? '' : ' '}${commentLines(comment, '')}`;
}

function isBlock(node: Node): boolean {
  return (isMap(node) || isSeq(node)) && !node.flow && node.items.length > 0;
}

function value(node: Node, at: At): string {
  if (isScalar(node)) return scalar(node, false);
  return isBlock(node) ? block(node as UsualMap | UsualSeq, at) : flow(node);
}

function flow(node: Node): string {
  if (isScalar(node)) return scalar(node, true);
  if (isSeq<Node>(node)) return `[${node.items.map(flow).join(', ')}]`;
  const entries = (node as UsualMap).items.map(({ key, value: member }) => {
    const text = member ? flow(member) : '';
    return `${scalar(key, true)}:${text === '' ? '' : ' '}${text}`;
  });
  return `{${entries.join(', ')}}`;
}

function scalar(node: Scalar, isInFlow: boolean): string {
  const { value: said, source, type } = node;
  if (typeof said === 'string') return string(said, type, isInFlow);
  if (typeof said === 'number') return String(said);
  // As it was written, unless it was changed since: True, ~, or nothing at all.
  if (typeof said === 'boolean') {
    const isAsWritten = source !== undefined && (said ? TRUE : FALSE).test(source);
    return isAsWritten ? source : String(said);
  }
  return source !== undefined && NULL.test(source) ? source : 'null';
}

/** What starts with, holds or ends with a letter that means something in YAML. */
const NOT_PLAIN = /^[ ,[\]{}#&*!|>'"%@`]|^[?-](?:$| )|: | #|[ :]$/;
const NOT_PLAIN_IN_FLOW = /[[\]{},]/;

function string(text: string, type: Scalar['type'], isInFlow: boolean): string {
  if (type === 'QUOTE_DOUBLE') return JSON.stringify(text);
  if (type === 'QUOTE_SINGLE') return inSingleQuotes(text);
  const isPlain =
    !NOT_PLAIN.test(text) &&
    !(isInFlow && NOT_PLAIN_IN_FLOW.test(text)) &&
    !NULL.test(text) &&
    !TRUE.test(text) &&
    !FALSE.test(text) &&
    !NUMBER.test(text);
  if (isPlain) return text;
  return text.includes('"') && !text.includes("'") ? inSingleQuotes(text) : JSON.stringify(text);
}

function inSingleQuotes(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Lines of a comment, each with its #; an empty line of it stays empty. */
function commentLines(comment: string, indent: string): string {
  const lines = comment.split('\n');
  if (lines.every((line) => line === '')) return comment.slice(1);
  return lines.map((line) => (line === '' ? '' : `${indent}#${line === ' ' ? '' : line}`)).join('\n');
}

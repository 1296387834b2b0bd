import { Composer, type CST, type Document, LineCounter, Parser, visit } from 'yaml';
import type { Fault } from './fault.ts';
import { locate } from './locate.ts';
import { DEEPEST_NESTING, isNestedDeeper } from './nesting.ts';

/** A fault with its place in the text, both counted from 1. */
export type TextFault = Fault & { readonly line: number; readonly column: number };

export type ClusterText =
  | {
      readonly ok: true;
      readonly value: unknown;
      /** The line of what a fault's path names, or of the nearest thing around it. */
      readonly lineOf: (path: string) => number | undefined;
    }
  | { readonly ok: false; readonly faults: readonly TextFault[] };

const MOST_ALIASES = 50;
const MOST_SYNTAX_FAULTS = 10;
/** Levels of the syntax tree: the document, each level of the value, and what is in the last. */
const DEEPEST_TREE = DEEPEST_NESTING + 2;
const PLAIN_TAGS = ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`);

type Position = { readonly line: number; readonly column: number };

function faultAt({ line, column }: Position, message: string): TextFault {
  return { path: '', message, line, column };
}

/** The first token that lies too deep. Iterative: the composer recurses, and a deep enough text would end the process. */
function tooDeep(tokens: readonly CST.Token[]): CST.Token | undefined {
  const open = tokens.map((token) => ({ token, depth: 1 }));
  for (let next = open.pop(); next; next = open.pop()) {
    const { token, depth } = next;
    if (depth > DEEPEST_TREE) return token;
    if (token.type === 'document' && token.value) open.push({ token: token.value, depth: depth + 1 });
    if (!('items' in token)) continue;
    for (const { key, value } of token.items) {
      if (key) open.push({ token: key, depth: depth + 1 });
      if (value) open.push({ token: value, depth: depth + 1 });
    }
  }
  return undefined;
}

function jsonFault(text: string, lines: LineCounter): TextFault | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const offset = Number(/at position (\d+)/.exec(message)?.[1] ?? text.length);
    const { line, col } = lines.linePos(offset);
    const reason = message.replace(/,? (in JSON )?at position .*$/s, '').replace(/, "[\s\S]*$/, '');
    return faultAt({ line, column: col }, `is not valid JSON: ${reason}`);
  }
}

function documentFaults(document: Document.Parsed, at: (offset: number) => Position, isJson: boolean): TextFault[] {
  const errors = document.errors.filter(({ code }) => !isJson || code === 'DUPLICATE_KEY');
  const faults = errors.map(({ code, message, pos }) => {
    const text = message.length > 120 ? `${message.slice(0, 117)}...` : message;
    return faultAt(
      at(pos[0]),
      code === 'DUPLICATE_KEY' ? 'this key is in the map already' : `is not valid YAML: ${text}`,
    );
  });
  visit(document, {
    Node: (_, node) => {
      const tag = 'tag' in node ? node.tag : undefined;
      if (tag !== undefined && !PLAIN_TAGS.includes(tag)) {
        faults.push(faultAt(at(node.range?.[0] ?? 0), 'has a YAML tag; only plain values are accepted'));
      }
    },
  });
  return faults.slice(0, MOST_SYNTAX_FAULTS);
}

function readValue(document: Document.Parsed): { value: unknown } | { fault: string } {
  try {
    const value: unknown = document.toJS({ maxAliasCount: MOST_ALIASES });
    return isNestedDeeper(value, DEEPEST_NESTING) ? { fault: 'has an alias inside its own anchor' } : { value };
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    return {
      fault: error.message.startsWith('Unresolved')
        ? 'has an alias (*name) without its anchor (&name)'
        : `has aliases that expand to more than ${MOST_ALIASES} copies`,
    };
  }
}

/**
 * Reads the text of a cluster file: YAML 1.2, or JSON when the name ends in `.json`. Both give the same value. Refused:
 * syntax errors, a key twice, several documents, tags, aliases that multiply.
 */
export function readClusterText(text: string, fileName: string): ClusterText {
  const lines = new LineCounter();
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const refuse = (...faults: TextFault[]): ClusterText => ({ ok: false, faults });

  const deep = tooDeep(tokens);
  if (deep) return refuse(faultAt(at(deep.offset), `is nested more than ${DEEPEST_NESTING} levels deep`));
  const isJson = fileName.toLowerCase().endsWith('.json');
  const invalidJson = isJson && text.trim() !== '' ? jsonFault(text, lines) : undefined;
  if (invalidJson) return refuse(invalidJson);

  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    merge: false,
    stringKeys: true,
    prettyErrors: false,
  });
  const [document, second] = [...composer.compose(tokens)];
  if (!document || (document.contents === null && document.errors.length === 0)) {
    return refuse(faultAt({ line: 1, column: 1 }, 'is empty'));
  }
  if (second) return refuse(faultAt(at(second.range[0]), 'has several documents; a cluster file has one'));
  const faults = documentFaults(document, at, isJson);
  if (faults.length > 0) return refuse(...faults);
  const result = isJson ? { value: JSON.parse(text) as unknown } : readValue(document);
  if ('fault' in result) return refuse(faultAt({ line: 1, column: 1 }, result.fault));
  return { ok: true, value: result.value, lineOf: (path) => locate(document, lines, path) };
}

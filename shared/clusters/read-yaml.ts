import { Composer, type CST, type Document, LineCounter, Parser, visit } from 'yaml';
import type { Fault } from './fault.ts';
import { DEEPEST_NESTING, isNestedDeeper } from './nesting.ts';

/** A fault with its place in the text, both counted from 1. */
export type TextFault = Fault & { readonly line: number; readonly column: number };

export type YamlDocument = { readonly document: Document.Parsed; readonly value: unknown };

type YamlText =
  | { readonly ok: true; readonly documents: readonly YamlDocument[]; readonly lines: LineCounter }
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

/** The composer compares each key with all others of its map. */
const MOST_KEYS = 500;
/** About a thousand node pools have a third of it; more would take long to read. */
const MOST_SEPARATORS = 200_000;

function hasTooMuch(text: string): boolean {
  let count = 0;
  for (const _ of text.matchAll(/[\n,:]/g)) {
    count += 1;
    if (count > MOST_SEPARATORS) return true;
  }
  return false;
}

function isCrowdedMap(token: CST.Token): boolean {
  const isMap = token.type === 'block-map' || (token.type === 'flow-collection' && token.start.source === '{');
  return isMap && token.items.length > MOST_KEYS;
}

/** The first token that lies too deep or has too many keys. Iterative: the composer recurses, and a deep enough text would end the process. */
function tooMuch(tokens: readonly CST.Token[]): { token: CST.Token; message: string } | undefined {
  const open = tokens.map((token) => ({ token, depth: 1 }));
  for (let next = open.pop(); next; next = open.pop()) {
    const { token, depth } = next;
    if (depth > DEEPEST_TREE) return { token, message: `is nested more than ${DEEPEST_NESTING} levels deep` };
    if (isCrowdedMap(token)) return { token, message: `has a map of more than ${MOST_KEYS} keys` };
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

function documentFaults(
  document: Document.Parsed,
  at: (offset: number) => Position,
  isJson: boolean,
  mayHaveTags: boolean,
): TextFault[] {
  const errors = document.errors.filter(({ code }) => !isJson || code === 'DUPLICATE_KEY');
  const faults = errors.map(({ code, message, pos }) => {
    const text = message.length > 120 ? `${message.slice(0, 117)}...` : message;
    return faultAt(
      at(pos[0]),
      code === 'DUPLICATE_KEY' ? 'this key is in the map already' : `is not valid YAML: ${text}`,
    );
  });
  if (!mayHaveTags) return faults.slice(0, MOST_SYNTAX_FAULTS);
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
 * Reads YAML 1.2 with any number of documents, or JSON when the name ends in `.json`. Refused: syntax errors, a key twice,
 * tags, aliases that multiply, text that is nested too deep.
 */
export function readYaml(text: string, fileName: string): YamlText {
  if (hasTooMuch(text)) {
    const message = `has more than ${MOST_SEPARATORS} lines and values: split it`;
    return { ok: false, faults: [faultAt({ line: 1, column: 1 }, message)] };
  }
  const lines = new LineCounter();
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const refuse = (...faults: TextFault[]): YamlText => ({ ok: false, faults });

  const refused = tooMuch(tokens);
  if (refused) return refuse(faultAt(at(refused.token.offset), refused.message));
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
  const composed = [...composer.compose(tokens)].filter(
    ({ contents, errors }) => contents !== null || errors.length > 0,
  );
  if (composed.length === 0) return refuse(faultAt({ line: 1, column: 1 }, 'is empty'));
  const faults: TextFault[] = [];
  const documents: YamlDocument[] = [];
  for (const document of composed) {
    const found = documentFaults(document, at, isJson, text.includes('!'));
    faults.push(...found);
    if (found.length > 0) continue;
    const result = isJson ? { value: JSON.parse(text) as unknown } : readValue(document);
    if ('fault' in result) faults.push(faultAt(at(document.range[0]), result.fault));
    else documents.push({ document, value: result.value });
  }
  if (faults.length > 0) return refuse(...faults.slice(0, MOST_SYNTAX_FAULTS));
  return { ok: true, documents, lines };
}

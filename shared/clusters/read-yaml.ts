import { type Document, type LineCounter, visit } from 'yaml';
import { beyondBounds } from '../yaml/bounds.ts';
import { plainOf } from '../yaml/plain-of.ts';
import { linesOf, partsOf, readPart } from '../yaml/read-part.ts';
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
const PLAIN_TAGS = ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`);

type Position = { readonly line: number; readonly column: number };

function faultAt({ line, column }: Position, message: string): TextFault {
  return { path: '', message, line, column };
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

function readValue(document: Document.Parsed, mayHaveAliases: boolean): { value: unknown } | { fault: string } {
  if (!mayHaveAliases) return { value: plainOf(document.contents) };
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
  const refuse = (...faults: TextFault[]): YamlText => ({ ok: false, faults });
  const lines = linesOf(text);
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const isJson = fileName.toLowerCase().endsWith('.json');
  const beyond = beyondBounds(text, isJson);
  if (beyond) return refuse(faultAt(at(beyond.offset), beyond.message));
  const faults: TextFault[] = [];
  const documents: YamlDocument[] = [];
  for (const part of isJson ? [{ start: 0, end: text.length }] : partsOf(text)) {
    const invalidJson = isJson && text.trim() !== '' ? jsonFault(text, lines) : undefined;
    if (invalidJson) return refuse(invalidJson);
    const read = readPart(text, part);
    if (!('documents' in read)) return refuse(faultAt(at(read.offset), read.message));
    for (const document of read.documents) {
      if (document.contents === null && document.errors.length === 0) continue;
      const judged = judge(document, text.slice(part.start, part.end), at, isJson);
      if (Array.isArray(judged)) faults.push(...judged);
      else documents.push({ document, value: judged.value });
    }
    // Nobody reads more, and each error takes time.
    if (faults.length >= MOST_SYNTAX_FAULTS) break;
  }
  if (faults.length > 0) return refuse(...faults.slice(0, MOST_SYNTAX_FAULTS));
  return documents.length > 0 ? { ok: true, documents, lines } : refuse(faultAt({ line: 1, column: 1 }, 'is empty'));
}

/** What a document of a part of the text says, or what is wrong with it. */
function judge(
  document: Document.Parsed,
  source: string,
  at: (offset: number) => Position,
  isJson: boolean,
): { readonly value: unknown } | TextFault[] {
  const faults = documentFaults(document, at, isJson, source.includes('!'));
  if (faults.length > 0) return faults;
  if (isJson) return { value: JSON.parse(source) as unknown };
  const read = readValue(document, source.includes('*'));
  return 'fault' in read ? [faultAt(at(document.range[0]), read.fault)] : read;
}

import type { Document } from 'yaml';
import { locate } from '../clusters/locate.ts';
import { readYaml, type TextFault } from '../clusters/read-yaml.ts';

/** One document of a file of manifests: its part of the text, byte for byte, and what it says. */
export type ManifestDocument = {
  readonly text: string;
  /** Undefined for a part that says nothing, such as comments before the first document. */
  readonly document: Document.Parsed | undefined;
  readonly value: unknown;
  /** The line in the file of what a path in this part names. */
  readonly lineOf: (path: string) => number;
};

type ManifestText =
  | { readonly ok: true; readonly documents: readonly ManifestDocument[] }
  | { readonly ok: false; readonly faults: readonly TextFault[] };

/** Each document from its `---` on: a line with it starts one wherever it stands, even within a block of text. */
const DOCUMENT_START = /^(?=---(?:\s|$))/m;
const SAYS_NOTHING = /^(?:[ \t]*(?:#.*)?|---[ \t]*(?:#.*)?|\.\.\.[ \t]*|\uFEFF)$/;

/** Reads YAML (or JSON, which is YAML) of any number of documents. The parts, put together again, are the text. */
export function readManifests(text: string): ManifestText {
  const faults: TextFault[] = [];
  const documents: ManifestDocument[] = [];
  let linesBefore = 0;
  for (const part of text.split(DOCUMENT_START)) {
    const read = readPart(part, linesBefore);
    if ('faults' in read) faults.push(...read.faults);
    else documents.push(read);
    linesBefore += part.split('\n').length - 1;
  }
  return faults.length > 0 ? { ok: false, faults } : { ok: true, documents };
}

function readPart(text: string, linesBefore: number): ManifestDocument | { readonly faults: readonly TextFault[] } {
  const isNothing = text.split(/\r?\n/).every((line) => SAYS_NOTHING.test(line));
  if (isNothing) return { text, document: undefined, value: undefined, lineOf: () => linesBefore + 1 };
  const read = readYaml(text, '');
  if (!read.ok) return { faults: read.faults.map((fault) => ({ ...fault, line: fault.line + linesBefore })) };
  const [only, second] = read.documents;
  if (!only || second) {
    const message = 'has a document that does not start with ---';
    return { faults: [{ path: '', message, line: linesBefore + 1, column: 1 }] };
  }
  const { document, value } = only;
  return { text, document, value, lineOf: (path) => (locate(document, read.lines, path) ?? 1) + linesBefore };
}

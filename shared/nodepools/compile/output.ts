import { type Document, isCollection, isScalar, Scalar, visit } from 'yaml';
import { printDocument } from '../../yaml/usual/print.ts';

/** How a file is written, as far as the printer can follow it. */
export type Style = { readonly indentSeq: boolean; readonly isJson: boolean };

/** Either text that stays, or a document that is printed. */
export type Piece = { readonly text: string } | { readonly document: Document };

const FLAT_LIST = /^( *)[\w"'./-]+:[ \t]*(?:#.*)?\n\1- /m;

export function styleOf(text: string, isJson: boolean): Style {
  return { indentSeq: !FLAT_LIST.test(text), isJson };
}

/** JSON is YAML in flow style; what comes out is to be read by people. */
function inBlockStyle(document: Document): void {
  visit(document, {
    Node: (_, node) => {
      if (isCollection(node)) delete node.flow;
      else if (isScalar(node) && node.type === Scalar.QUOTE_DOUBLE) node.type = Scalar.PLAIN;
    },
  });
}

export function written(piece: Piece, { indentSeq, isJson }: Style): string {
  if ('text' in piece) return piece.text;
  const { document } = piece;
  if (isJson) inBlockStyle(document);
  if (document.directives) document.directives.docStart = null;
  const options = { lineWidth: 0, indentSeq, flowCollectionPadding: false };
  return printDocument(document, options) ?? document.toString(options);
}

/** One text of several documents. */
export function joined(texts: readonly string[]): string {
  const trimmed = texts.map((text) => text.replace(/^(?:---[ \t]*\n)+/, '').trimEnd());
  return trimmed.map((text, index) => `${index > 0 && !text.startsWith('---') ? '---\n' : ''}${text}\n`).join('');
}

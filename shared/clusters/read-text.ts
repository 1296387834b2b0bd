import { locate } from './locate.ts';
import { readYaml, type TextFault } from './read-yaml.ts';

export type ClusterText =
  | {
      readonly ok: true;
      readonly value: unknown;
      /** The line of what a fault's path names, or of the nearest thing around it. */
      readonly lineOf: (path: string) => number | undefined;
    }
  | { readonly ok: false; readonly faults: readonly TextFault[] };

/**
 * Reads the text of a cluster file: YAML 1.2, or JSON when the name ends in `.json`. Both give the same value. Refused:
 * syntax errors, a key twice, several documents, tags, aliases that multiply.
 */
export function readClusterText(text: string, fileName: string): ClusterText {
  const read = readYaml(text, fileName);
  if (!read.ok) return read;
  const { documents, lines } = read;
  const [first, second] = documents;
  if (!first || second) {
    const { line, col } = lines.linePos(second?.document.range[0] ?? 0);
    const message = 'has several documents; a cluster file has one';
    return { ok: false, faults: [{ path: '', message, line, column: col }] };
  }
  return { ok: true, value: first.value, lineOf: (path) => locate(first.document, lines, path) };
}

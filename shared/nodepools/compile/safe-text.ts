import { type Document, isScalar, Scalar } from 'yaml';
import type { TextFault } from '../../clusters/read-yaml.ts';
import { eachNode } from './nodes.ts';
import type { Reporter } from './report.ts';

/** Plain texts of YAML 1.2 that YAML 1.1, which kubectl reads, takes for a truth value or a number. */
const AMBIGUOUS = /^(?:y|n|yes|no|on|off|[-+]?0b[01_]+|[-+]?[0-9][0-9]*_[0-9_]*(?:\.[0-9_]*)?)$/i;

/** Puts texts in quotes that kubectl would not read as texts. */
export function quoteTexts(root: unknown, report: Reporter): void {
  eachNode(root, (node, isKey) => {
    if (!isScalar(node) || typeof node.value !== 'string' || (node.type && node.type !== Scalar.PLAIN)) return;
    if (!AMBIGUOUS.test(node.value)) return;
    node.type = Scalar.QUOTE_DOUBLE;
    const quoted = isKey ? `"${node.value}":` : `"${node.value}"`;
    if (report.origins.of(node)) report.note('quoted-text', node, node.value, quoted);
  });
}

const REFUSED_KEYS: Readonly<Record<string, string>> = {
  ['__proto__']: 'is no key of any manifest',
  '<<': 'is a merge key, which is not read here: write the map out',
};

/** A backslash in quotes may stand for any letter. */
export function mayHaveRefusedKeys(text: string): boolean {
  return text.includes('\\') || Object.keys(REFUSED_KEYS).some((key) => text.includes(key));
}

/** Keys that no manifest has and that mean something to those who read it. */
export function keyFaults(document: Document, at: (offset: number) => { line: number; col: number }): TextFault[] {
  const faults: TextFault[] = [];
  eachNode(document.contents, (node, isKey) => {
    const name = isKey && isScalar(node) ? String(node.value) : '';
    const reason = Object.hasOwn(REFUSED_KEYS, name) ? REFUSED_KEYS[name] : undefined;
    if (reason === undefined) return;
    const { line, col } = at(node.range?.[0] ?? 0);
    faults.push({ path: '', message: `${name} ${reason}`, line, column: col });
  });
  return faults;
}

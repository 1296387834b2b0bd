type Labels = Readonly<Record<string, string>>;

/** One line of a family: what comes after its name, and the value. */
export type Line = { readonly name: string; readonly labels: Labels; readonly value: number };

export type Family = {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly lines: readonly Line[];
};

/** A name with its labels as the text format writes them, labels by name. */
export function labelled(name: string, labels: Labels): string {
  const parts = Object.entries(labels)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, value]) => `${key}="${escaped(value)}"`);
  return parts.length === 0 ? name : `${name}{${parts.join(',')}}`;
}

export function gauge(name: string, lines: readonly (readonly [labels: Labels, value: number])[]): Family {
  return { name, type: 'gauge', lines: lines.map(([labels, value]) => ({ name, labels, value })) };
}

/** A page of families, by name. One without any line is not on it, as with Prometheus' vectors. */
export function pageOf(families: readonly Family[]): string {
  const sorted = families
    .filter(({ lines }) => lines.length > 0)
    .toSorted((left, right) => (left.name < right.name ? -1 : 1));
  const text = sorted.flatMap(({ name, type, lines }) => [
    `# HELP ${name} As Karpenter exports it.`,
    `# TYPE ${name} ${type}`,
    ...lines.map((line) => `${labelled(line.name, line.labels)} ${numberText(line.value)}`),
  ]);
  return [...text, ''].join('\n');
}

/** As Go writes it: very large and very small numbers with an exponent of two digits. */
function numberText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  if (value === 0 || (Math.abs(value) >= 1e-4 && Math.abs(value) < 1e6)) return String(value);
  return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
}

function escaped(text: string): string {
  return text.replace(/[\\"\n]/g, (found) => (found === '\n' ? '\\n' : `\\${found}`));
}

/** What a bench answers: one table for a person, the same as data, and what broke its budget. */
export type BenchReport = {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  /** Sentences under the table. */
  readonly notes: readonly string[];
  /** What is beyond its budget; empty when all is well. */
  readonly faults: readonly string[];
};

export function asText({ title, columns, rows, notes, faults }: BenchReport): string {
  const cells = [columns, ...rows].map((row) => row.map(String));
  const widths = columns.map((_, index) => Math.max(...cells.map((row) => row[index]?.length ?? 0)));
  const isNumeric = columns.map((_, index) => rows.every((row) => typeof row[index] === 'number' || row[index] === ''));
  const lines = cells.map((row) =>
    row.map((cell, index) => (isNumeric[index] ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0))),
  );
  const body = lines.map((line) => `  ${line.join('  ')}`.trimEnd());
  const marked = faults.map((fault) => `  BEYOND BUDGET: ${fault}`);
  return [title, '', ...body, '', ...notes.map((note) => `  ${note}`), ...marked, ''].join('\n');
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

export function rounded(value: number, digits = 1): number {
  return Number(value.toFixed(digits));
}

import type { Comparison, SideReport } from './compare.ts';

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)));
  return rows.map((row) => `${line(row).join('   ').trimEnd()}\n`).join('');
}

const percent = (value: number | null): string => (value === null ? '-' : `${value} %`);

/** Whole hundredths of a cent tell prices apart; more digits tell nobody anything. */
const shortened = (decimal: string, digits: number): string => Number(decimal).toFixed(digits);

function kinds({ nodeList }: SideReport): string[] {
  const groups = Map.groupBy(nodeList, ({ source, instanceType, capacityType }) =>
    [source, instanceType, capacityType].join(' '),
  );
  return [...groups].map(([, nodes]) => {
    const [first] = nodes;
    const price = first?.perHour == null ? 'no price' : `${shortened(first.perHour, 4)} an hour each`;
    return `  ${nodes.length} x ${first?.instanceType} ${first?.capacityType} of ${first?.source}, ${price}\n`;
  });
}

function gaps({ unpriced, unplaced }: SideReport): string[] {
  return [
    ...unplaced.map(({ name, count, reason }) => `  not placed: ${count} x ${name}: ${reason}\n`),
    ...unpriced.map(({ name, count }) => `  without a price, and not in the sum: ${count} x ${name}\n`),
  ];
}

/** The comparison for a person. */
export function comparisonText({
  region,
  currency,
  pricesAsOf,
  pods,
  fixed,
  karpenter,
  difference,
}: Comparison): string {
  const money = (value: string, digits = 4) => `${shortened(value, digits)}`;
  const sum = difference
    ? [
        difference.nodes > 0 ? `+${difference.nodes}` : String(difference.nodes),
        '',
        '',
        money(difference.perHour),
        money(difference.perMonth, 2),
      ]
    : undefined;
  const row = (side: SideReport) => [
    String(side.nodes),
    percent(side.utilisation.cpu),
    percent(side.utilisation.memory),
    money(side.perHour),
    money(side.perMonth, 2),
  ];
  const rows = [
    ['', 'nodes', 'cpu used', 'memory used', `${currency}/hour`, `${currency}/month`],
    ['fixed node groups', ...row(fixed)],
    ['Karpenter', ...row(karpenter)],
    ...(sum ? [['difference', ...sum]] : []),
  ];
  const verdict = difference
    ? `Karpenter costs ${percent(difference.percent === null ? null : Math.abs(difference.percent))} ${difference.perHour.startsWith('-') ? 'less' : 'more'}.\n`
    : 'Not compared: one side has pods without a place, or nodes without a price.\n';
  return [
    `${pods} pods in ${region}, at prices of ${pricesAsOf}; a month is 730 hours.\n\n`,
    table(rows),
    '\nfixed node groups\n',
    ...kinds(fixed),
    ...gaps(fixed),
    'Karpenter\n',
    ...kinds(karpenter),
    ...gaps(karpenter),
    `\n${verdict}`,
  ].join('');
}

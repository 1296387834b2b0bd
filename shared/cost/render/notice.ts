import type { CostReport } from '../cost-report.ts';
import { dollars } from './figures.ts';

const MOST_ACTIONS = 3;

/** The report in a few lines of plain text, the most important first. */
export function noticeText(report: CostReport): string {
  const { total, savings, savingsPercent, runRate, forecast, idle, interruptions, unpriced, estimated } = report;
  const money = (amount: string) => dollars(amount, report.currency);
  const lines = [`Cost from ${report.from} to ${report.to}: ${money(total)}${report.complete ? '' : ' (INCOMPLETE)'}`];
  if (unpriced.length > 0) {
    const first = unpriced[0];
    lines.push(
      `Not in it, for want of a price: ${unpriced.length} ${unpriced.length === 1 ? 'line' : 'lines'}, such as ${first?.resourceId}, ${first?.hours} h: ${first?.reason}`,
    );
  }
  if (estimated.length > 0) lines.push(`Estimated at on-demand prices: ${estimated.length} lines`);
  if (report.knownTo !== null) lines.push(`The ledger was read up to ${report.knownTo}: nothing later is in it`);
  const percent = savingsPercent === null ? '' : ` (${savingsPercent} %)`;
  lines.push(`Saved against on-demand: ${money(savings)}${percent}`);
  if (report.fixedCapacity.pools.length > 0) {
    lines.push(`Saved against fixed capacity: ${money(report.fixedCapacity.savings)}`);
  }
  lines.push(`Idle: ${money(idle.total)}; interruptions: ${interruptions.count}, ${money(interruptions.cost)}`);
  lines.push(`Now ${money(runRate.perHour)} an hour; forecast for ${forecast.month}: ${money(forecast.total)}`);
  if (report.change) lines.push(`Against the period before: ${money(report.change.change)}`);
  for (const { day, cost } of report.anomalies) lines.push(`Unusual day: ${day}, ${money(cost)}`);
  for (const { what, saves } of report.actions.slice(0, MOST_ACTIONS))
    lines.push(`Next: ${what} Saves ${money(saves)}`);
  return `${lines.join('\n')}\n`;
}

import type { Explanation } from './explain.ts';

const MOST_IDS = 3;
const LABEL_WIDTH = 11;

type Context = {
  readonly nowMs: number;
  readonly isNowGiven: boolean;
  /** The fleet file, if one was given. */
  readonly fleetFile: string | undefined;
};

const line = (label: string, text: string) => `  ${label.padEnd(LABEL_WIDTH)}${text}\n`;
const time = (iso: string) => iso.replace('.000Z', 'Z');

function placeOf({ file, index }: Explanation): string {
  return index === undefined ? file : `${file}[${index}]`;
}

function instanceLine({ instanceIds }: Explanation): string {
  if (instanceIds.length === 0) return '';
  const more = instanceIds.length - MOST_IDS;
  const shown = instanceIds.slice(0, MOST_IDS).join(', ');
  return line(instanceIds.length === 1 ? 'instance' : 'instances', more > 0 ? `${shown} and ${more} more` : shown);
}

function leadTimeLine({ action, deadline, leadTimeLeftSeconds: left }: Explanation): string {
  if (deadline === null || left === null || action === 'drop' || action === 'quarantine') return '';
  const seconds = Math.floor(left);
  return left < 0
    ? line('lead time', `none: the instance was lost ${-seconds} s ago, at ${time(deadline)}`)
    : line('lead time', `${seconds} s of 120 left; the instance is lost at ${time(deadline)}`);
}

function staleLines({ reason, emittedAt }: Explanation, { nowMs, isNowGiven }: Context): string {
  if (reason !== 'stale' || emittedAt === null) return '';
  const asOf = `${isNowGiven ? 'as of' : 'now, at'} ${time(new Date(nowMs).toISOString())}`;
  return line('sent', `${time(emittedAt)}; judged ${asOf}`) + line('', `--now ${time(emittedAt)} judges it as of then`);
}

function sendLines(explanation: Explanation, { fleetFile }: Context): string {
  const { action, accountId, region, deliveries } = explanation;
  if (action === 'broadcast' && deliveries.length === 0) {
    const where = `of account ${accountId} in ${region}`;
    return fleetFile === undefined
      ? line('send to', `every cluster queue ${where}`) + line('', '--fleet FILE tells them, and who owns the instance')
      : line('send to', `nobody: ${fleetFile} has no cluster ${where}`);
  }
  const width = Math.max(...deliveries.map(({ queue }) => queue.length));
  return deliveries
    .map(({ queue, delaySeconds, attributes }) => {
      const when = delaySeconds === 0 ? 'at once' : `after ${delaySeconds} s`;
      const copy = attributes['joinery-copy'] === 'second' ? ', second copy' : '';
      return line('send to', `${queue.padEnd(width)}  ${when}${copy}`);
    })
    .join('');
}

function asText(explanation: Explanation, context: Context): string {
  const { kind, action, reason, detail, repairs } = explanation;
  return [
    `${placeOf(explanation)}: ${action}, ${reason}\n`,
    line('kind', kind ?? 'not an event'),
    instanceLine(explanation),
    line('because', detail),
    repairs.length > 0 ? line('repaired', repairs.join(', ')) : '',
    staleLines(explanation, context),
    leadTimeLine(explanation),
    action === 'quarantine'
      ? line('send to', 'the dead-letter queue, at its first receive')
      : sendLines(explanation, context),
  ].join('');
}

/** The answer for a person. */
export function explanationText(explanations: readonly Explanation[], context: Context): string {
  const blocks = explanations.map((explanation) => asText(explanation, context));
  if (explanations.length < 2) return blocks.join('');
  const counts = new Map<string, number>();
  for (const { action } of explanations) counts.set(action, (counts.get(action) ?? 0) + 1);
  const sums = [...counts].map(([action, count]) => `${count} ${action}`).join(', ');
  return `${blocks.join('\n')}\n${explanations.length} events: ${sums}\n`;
}

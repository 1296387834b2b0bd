const MACRO = /^@(annually|yearly|monthly|weekly|daily|midnight|hourly)$/;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

type Field = { readonly name: string; readonly low: number; readonly high: number; readonly words?: readonly string[] };

const FIELDS: readonly Field[] = [
  { name: 'minute', low: 0, high: 59 },
  { name: 'hour', low: 0, high: 23 },
  { name: 'day of the month', low: 1, high: 31 },
  { name: 'month', low: 1, high: 12, words: MONTHS },
  { name: 'day of the week', low: 0, high: 6, words: DAYS },
];

function numberOf(text: string, { low, words }: Field): number {
  const index = words?.indexOf(text.toLowerCase()) ?? -1;
  if (index >= 0) return index + low;
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}

function isPart(part: string, field: Field): boolean {
  const [range = '', step, ...rest] = part.split('/');
  if (rest.length > 0 || (step !== undefined && !/^0*[1-9]\d*$/.test(step))) return false;
  if (range === '*' || range === '?') return true;
  const ends = range.split('-').map((end) => numberOf(end, field));
  const [from = Number.NaN, to = from] = ends;
  return ends.length <= 2 && from >= field.low && to <= field.high && from <= to;
}

/** What is wrong with the schedule of a disruption budget; undefined when Karpenter can read it. It is in UTC. */
export function cronFault(schedule: string): string | undefined {
  if (MACRO.test(schedule)) return undefined;
  const parts = schedule.split(/\s+/).filter((part) => part !== '');
  if (parts.length !== FIELDS.length) {
    return `"${schedule}" is no cron schedule: five fields (minute, hour, day, month, weekday) or a word such as @daily`;
  }
  const wrong = FIELDS.find((field, index) => !(parts[index] ?? '').split(',').every((part) => isPart(part, field)));
  return wrong && `"${schedule}" is no cron schedule: the ${wrong.name} runs from ${wrong.low} to ${wrong.high}`;
}

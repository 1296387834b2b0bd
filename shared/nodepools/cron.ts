const MACROS: ReadonlyMap<string, string> = new Map([
  ['@annually', '0 0 1 1 *'],
  ['@yearly', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
]);
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
  if (MACROS.has(schedule)) return undefined;
  const parts = schedule.split(/\s+/).filter((part) => part !== '');
  if (parts.length !== FIELDS.length) {
    return `"${schedule}" is no cron schedule: five fields (minute, hour, day, month, weekday) or a word such as @daily`;
  }
  const wrong = FIELDS.find((field, index) => !(parts[index] ?? '').split(',').every((part) => isPart(part, field)));
  return wrong && `"${schedule}" is no cron schedule: the ${wrong.name} runs from ${wrong.low} to ${wrong.high}`;
}

/** A part that has a step and one number begins there and has no end. */
function partHolds(part: string, value: number, field: Field): boolean {
  const [range = '', step] = part.split('/');
  const isAny = range === '*' || range === '?';
  const [first, last] = range.split('-').map((end) => numberOf(end, field));
  const low = isAny || first === undefined ? field.low : first;
  const high = last ?? (isAny || step !== undefined ? field.high : low);
  return value >= low && value <= high && (value - low) % Number(step ?? 1) === 0;
}

/** Whether a sound schedule is due in the minute of UTC around a moment. */
function isDue(schedule: string, atMs: number): boolean {
  const at = new Date(atMs);
  const values = [at.getUTCMinutes(), at.getUTCHours(), at.getUTCDate(), at.getUTCMonth() + 1, at.getUTCDay()];
  const parts = (MACROS.get(schedule) ?? schedule).split(/\s+/).filter((part) => part !== '');
  const [minute, hour, day, month, weekday] = FIELDS.map((field, index) =>
    (parts[index] ?? '*').split(',').some((part) => partHolds(part, values[index] ?? 0, field)),
  );
  // A step of more than one is a restriction.
  const isFree = (index: number) => (parts[index] ?? '*').split(',').some((part) => /^[*?](\/0*1)?$/.test(part));
  // Of two restrictions on days either will do.
  const isDay = isFree(2) || isFree(4) ? day && weekday : day || weekday;
  return Boolean(minute && hour && month && isDay);
}

const MINUTE_MS = 60_000;

/** Whether a sound schedule was last due less than so many seconds ago. */
export function isInForce(schedule: string, seconds: number, nowMs: number): boolean {
  const first = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
  for (let atMs = first; atMs > nowMs - seconds * 1000; atMs -= MINUTE_MS) if (isDue(schedule, atMs)) return true;
  return false;
}

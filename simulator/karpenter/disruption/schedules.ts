const MACROS: Readonly<Record<string, string>> = {
  '@annually': '0 0 1 1 *',
  '@yearly': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** Whether a cron schedule, in UTC, is hit in the minute that begins at this moment. */
export function isCronMinute(schedule: string, atMs: number): boolean {
  const [minute = '*', hour = '*', day = '*', month = '*', weekday = '*'] = (MACROS[schedule] ?? schedule)
    .trim()
    .split(/\s+/);
  const at = new Date(atMs);
  const isDay = holds(day, at.getUTCDate(), [], 1);
  const isWeekday = holds(weekday, at.getUTCDay(), DAYS);
  // With both restricted, either will do; a step of more than one restricts.
  const isStar = (field: string) => field.split(',').some((part) => /^[*?](\/0*1)?$/.test(part));
  const areBoth = !isStar(day) && !isStar(weekday);
  return (
    holds(minute, at.getUTCMinutes(), []) &&
    holds(hour, at.getUTCHours(), []) &&
    holds(month, at.getUTCMonth() + 1, ['', ...MONTHS], 1) &&
    (areBoth ? isDay || isWeekday : isDay && isWeekday)
  );
}

function holds(field: string, value: number, words: readonly string[], first = 0): boolean {
  const numberOf = (text: string) => {
    const index = words.indexOf(text.toLowerCase());
    return index >= 0 ? index : Number(text);
  };
  return field.split(',').some((part) => {
    const [range = '*', step] = part.split('/');
    const [from = '', to] = range.split('-');
    const isAny = range === '*' || range === '?';
    const low = isAny ? first : numberOf(from);
    const high = isAny
      ? Number.POSITIVE_INFINITY
      : to === undefined
        ? step === undefined
          ? low
          : Number.POSITIVE_INFINITY
        : numberOf(to);
    return value >= low && value <= high && (value - low) % Number(step ?? 1) === 0;
  });
}

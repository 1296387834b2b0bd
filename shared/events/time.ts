const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** RFC 3339 as strictly as Go reads it, in milliseconds since the epoch; undefined for anything else. */
export function parseTime(text: string): number | undefined {
  if (!RFC3339.test(text)) return undefined;
  const number = (from: number, to: number) => Number(text.slice(from, to));
  const month = number(5, 7);
  const day = number(8, 10);
  if (month < 1 || month > 12 || day < 1 || day > daysIn(number(0, 4), month)) return undefined;
  if (number(11, 13) > 23 || number(14, 16) > 59 || number(17, 19) > 59) return undefined;
  const offset = text.length - 6;
  if (!text.endsWith('Z') && (number(offset + 1, offset + 3) > 23 || number(offset + 4, text.length) > 59)) {
    return undefined;
  }
  return Date.parse(text);
}

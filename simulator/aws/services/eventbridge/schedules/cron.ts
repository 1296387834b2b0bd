import { type FieldRange, fieldValues, valueIn } from './cron-field.ts';

/** The first instant after a given one at which a schedule is due, in milliseconds; undefined when it never is again. */
export type NextAfter = (afterMs: number) => number | undefined;

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

const MINUTES: FieldRange = { low: 0, high: 59 };
const HOURS: FieldRange = { low: 0, high: 23 };
const MONTH_DAYS: FieldRange = { low: 1, high: 31 };
const MONTH: FieldRange = { low: 1, high: 12, names: MONTHS };
const WEEK_DAYS: FieldRange = { low: 1, high: 7, names: WEEKDAYS };
const YEARS: FieldRange = { low: 1970, high: 2199 };

const DAY_MS = 86_400_000;

type DayTest = (day: Date) => boolean;

/** The six fields inside `cron(…)`, in UTC; undefined when AWS would not take them. */
export function parseCron(fields: string): NextAfter | undefined {
  const [minuteField, hourField, monthDay, monthField, weekDay, yearField, ...more] = fields.trim().split(/\s+/);
  if (yearField === undefined || more.length > 0) return undefined;
  const minutes = sorted(fieldValues(minuteField ?? '', MINUTES));
  const hours = sorted(fieldValues(hourField ?? '', HOURS));
  const months = fieldValues(monthField ?? '', MONTH);
  const years = fieldValues(yearField, YEARS);
  const isDay = dayTest(monthDay ?? '', weekDay ?? '');
  if (!minutes || !hours || !months || !years || !isDay) return undefined;
  const isDue = (day: Date) => years.has(day.getUTCFullYear()) && months.has(day.getUTCMonth() + 1) && isDay(day);
  const lastDay = Date.UTC(Math.max(...years), 11, 31);
  return (afterMs) => {
    const firstDay = Math.max(Math.floor(afterMs / DAY_MS) * DAY_MS, Date.UTC(Math.min(...years), 0, 1));
    for (let dayMs = firstDay; dayMs <= lastDay; dayMs += DAY_MS) {
      if (!isDue(new Date(dayMs))) continue;
      for (const hour of hours) {
        for (const minute of minutes) {
          const atMs = dayMs + (hour * 60 + minute) * 60_000;
          if (atMs > afterMs) return atMs;
        }
      }
    }
    return undefined;
  };
}

function sorted(values: ReadonlySet<number> | undefined): number[] | undefined {
  return values && [...values].sort((left, right) => left - right);
}

/** One of the two day fields must be `?`: the other says which days are meant. */
function dayTest(monthDay: string, weekDay: string): DayTest | undefined {
  if (weekDay === '?' && monthDay !== '?') return monthDayTest(monthDay);
  return monthDay === '?' ? weekDayTest(weekDay) : undefined;
}

function monthDayTest(field: string): DayTest | undefined {
  if (field === 'L') return (day) => day.getUTCDate() === daysInMonth(day);
  if (field === 'LW') return (day) => day.getUTCDate() === nearestWeekday(day, daysInMonth(day));
  const [, nearest] = /^(\d{1,2})W$/.exec(field) ?? [];
  if (nearest !== undefined) {
    const wanted = valueIn(nearest, MONTH_DAYS);
    return wanted === undefined ? undefined : (day) => day.getUTCDate() === nearestWeekday(day, wanted);
  }
  const days = fieldValues(field, MONTH_DAYS);
  return days && ((day) => days.has(day.getUTCDate()));
}

function weekDayTest(field: string): DayTest | undefined {
  const isWeekday = (day: Date, wanted: number) => day.getUTCDay() + 1 === wanted;
  if (field === 'L') return (day) => isWeekday(day, 7);
  const [, lastOf] = /^(\w+)L$/.exec(field) ?? [];
  const last = lastOf === undefined ? undefined : valueIn(lastOf, WEEK_DAYS);
  if (last !== undefined) return (day) => isWeekday(day, last) && day.getUTCDate() + 7 > daysInMonth(day);
  const [, nthOf = '', nth = ''] = /^(\w+)#([1-5])$/.exec(field) ?? [];
  if (nth !== '') {
    const wanted = valueIn(nthOf, WEEK_DAYS);
    if (wanted === undefined) return undefined;
    return (day) => isWeekday(day, wanted) && Math.ceil(day.getUTCDate() / 7) === Number(nth);
  }
  const days = fieldValues(field, WEEK_DAYS);
  return days && ((day) => days.has(day.getUTCDay() + 1));
}

function daysInMonth(day: Date): number {
  return new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();
}

/** The working day nearest to a date, within its month; none when the month has no such date. */
function nearestWeekday(day: Date, date: number): number | undefined {
  const last = daysInMonth(day);
  if (date > last) return undefined;
  const weekday = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), date)).getUTCDay();
  if (weekday === 6) return date > 1 ? date - 1 : date + 2;
  if (weekday === 0) return date < last ? date + 1 : date - 2;
  return date;
}

import { invalidValue } from '../checks.ts';
import { type Argument, applyFunction } from './functions.ts';
import type { Quantity, TimeSeries } from './time-series.ts';
import { type Token, tokensOf } from './tokens.ts';

/** What an expression can ask for while it is worked out. */
export type Scope = {
  /** What an id of the same request stands for; undefined where there is none. */
  series(id: string): Quantity | undefined;
  /** Every metric of the request, without the expressions; those whose ids hold the text. */
  metrics(part: string): readonly TimeSeries[];
  search(text: string, statistic: string, period: number | undefined): readonly TimeSeries[];
};

const OPERATORS: Readonly<Record<string, (a: number, b: number) => number | undefined>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => (b === 0 ? undefined : a / b),
};
const PRECEDENCE: readonly (readonly string[])[] = [
  ['+', '-'],
  ['*', '/'],
];
const WORDS = ['ASC', 'DESC', 'AVG', 'MIN', 'MAX', 'SUM', 'REPEAT'];

/** Works an expression of metric math out: arithmetic, the functions of functions.ts, METRICS() and SEARCH. */
export function evaluate(expression: string, scope: Scope): Quantity {
  const tokens = tokensOf(expression);
  let at = 0;
  const isSign = (text: string) => tokens[at]?.kind === 'sign' && tokens[at]?.text === text;
  const take = (text: string): void => {
    if (!isSign(text)) throw invalidValue(`${expression}: expected ${text} before ${tokens[at]?.text ?? 'the end'}`);
    at += 1;
  };
  const list = <T>(close: string, item: () => T): T[] => {
    const items: T[] = [];
    while (!isSign(close)) {
      if (items.length > 0) take(',');
      items.push(item());
    }
    take(close);
    return items;
  };
  const argument = (): Argument => {
    const [token, next] = [tokens[at], tokens[at + 1]];
    const isWord = token?.kind === 'name' && WORDS.includes(token.text) && next?.text !== '(';
    if (!isWord) return chain(0);
    at += 1;
    return { kind: 'word', text: token.text };
  };
  const called = (name: string): Quantity => {
    take('(');
    if (name === 'SEARCH')
      return searched(
        expression,
        list(')', () => tokens[at++]),
        scope,
      );
    if (name !== 'METRICS') return applyFunction(name, list(')', argument));
    const [part, ...more] = list(')', () => tokens[at++]);
    if ((part && part.kind !== 'quoted') || more.length > 0)
      throw invalidValue(`${expression}: METRICS takes nothing, or a part of ids in double quotes`);
    return { kind: 'array', all: scope.metrics(part?.text ?? '') };
  };
  const operand = (): Quantity => {
    const token = tokens[at];
    at += 1;
    if (token?.kind === 'number') return { kind: 'number', value: Number(token.text) };
    if (token?.kind === 'sign' && token.text === '(') {
      const inner = chain(0);
      take(')');
      return inner;
    }
    if (token?.kind === 'sign' && token.text === '[') return joined(list(']', () => chain(0)));
    if (token?.kind !== 'name') throw invalidValue(`${expression}: ${token?.text ?? 'the end'} is no operand`);
    if (isSign('(')) return called(token.text);
    const known = scope.series(token.text);
    if (!known) throw invalidValue(`${expression}: there is no ${token.text} in the request`);
    return known;
  };
  const chain = (level: number): Quantity => {
    const operators = PRECEDENCE[level];
    if (!operators) return operand();
    let left = chain(level + 1);
    for (let token = tokens[at]; token?.kind === 'sign' && operators.includes(token.text); token = tokens[at]) {
      at += 1;
      left = combined(token.text, left, chain(level + 1));
    }
    return left;
  };
  const whole = chain(0);
  if (at < tokens.length) throw invalidValue(`${expression}: ${tokens[at]?.text} is too much`);
  return whole;
}

function searched(expression: string, given: readonly (Token | undefined)[], scope: Scope): Quantity {
  // The list holds what stands between commas: a text, a text and a number.
  const [text, statistic, period] = given;
  if (text?.kind !== 'text' || statistic?.kind !== 'text' || given.length > 3)
    throw invalidValue(`${expression}: SEARCH takes what to look for, a statistic and a period`);
  if (period !== undefined && period.kind !== 'number') throw invalidValue(`${expression}: the period is a number`);
  const seconds = period === undefined ? undefined : Number(period.text);
  return { kind: 'array', all: scope.search(text.text, statistic.text, seconds) };
}

function joined(items: readonly Quantity[]): Quantity {
  const all = items.flatMap((item) => {
    if (item.kind === 'number') throw invalidValue('an array holds series, no numbers');
    return item.kind === 'array' ? item.all : [item.series];
  });
  return { kind: 'array', all };
}

/** Arithmetic for each moment. A missing operand makes the result missing, and so does a division by zero. */
function combined(operator: string, left: Quantity, right: Quantity): Quantity {
  const apply = OPERATORS[operator];
  if (!apply) throw new RangeError(`no operator ${operator}`);
  if (left.kind === 'number' && right.kind === 'number') {
    const value = apply(left.value, right.value);
    if (value === undefined) throw invalidValue('a division by zero');
    return { kind: 'number', value };
  }
  if (left.kind === 'array' && right.kind === 'array')
    throw invalidValue(`${operator} does not join two arrays of series`);
  const valueAt = (side: Quantity, series: TimeSeries | undefined, index: number) =>
    side.kind === 'number' ? side.value : (series ?? (side.kind === 'series' ? side.series : undefined))?.values[index];
  const made = (series: TimeSeries, isLeft: boolean | undefined): TimeSeries => ({
    ...series,
    values: series.values.map((_, index) => {
      const a = valueAt(left, isLeft === true ? series : undefined, index);
      const b = valueAt(right, isLeft === false ? series : undefined, index);
      return a === undefined || b === undefined ? undefined : apply(a, b);
    }),
  });
  if (left.kind === 'array') return { kind: 'array', all: left.all.map((series) => made(series, true)) };
  if (right.kind === 'array') return { kind: 'array', all: right.all.map((series) => made(series, false)) };
  const base = left.kind === 'series' ? left.series : right.kind === 'series' ? right.series : undefined;
  if (!base) throw new RangeError('one side is a series');
  const { values } = made(base, undefined);
  return { kind: 'series', series: { metric: undefined, label: undefined, values } };
}

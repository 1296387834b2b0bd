import { matchesArn } from './arn-patterns.ts';
import { type RequestKeys, valueExpression } from './policy-variables.ts';

type Test = (wanted: string, actual: string, keys: RequestKeys) => boolean;
type Operator = { readonly test: Test; readonly negated: boolean };
type SetPrefix = 'ForAllValues' | 'ForAnyValue';
type ParsedOperator = { readonly set: SetPrefix | undefined; readonly name: string; readonly ifExists: boolean };

const text =
  (options: { wildcards: boolean; ignoreCase?: boolean }): Test =>
  (wanted, actual, keys) =>
    valueExpression(wanted, keys, options)?.test(actual) ?? false;

const number =
  (compare: (actual: number, wanted: number) => boolean): Test =>
  (wanted, actual) => {
    const [left, right] = [Number(actual), Number(wanted)];
    if (wanted.trim() === '' || Number.isNaN(right)) throw new Error(`not a number in a policy: ${wanted}`);
    return actual.trim() !== '' && compare(left, right);
  };

const isBool: Test = (wanted, actual) => {
  if (!/^(true|false)$/i.test(wanted)) throw new Error(`not a boolean in a policy: ${wanted}`);
  return wanted.toLowerCase() === actual.toLowerCase();
};

const is = (test: Test): Operator => ({ test, negated: false });
const isNot = (test: Test): Operator => ({ test, negated: true });

const equal = text({ wildcards: false });
const equalIgnoringCase = text({ wildcards: false, ignoreCase: true });
const like = text({ wildcards: true });
const arn: Test = matchesArn;

const OPERATORS: Readonly<Record<string, Operator>> = {
  StringEquals: is(equal),
  StringNotEquals: isNot(equal),
  StringEqualsIgnoreCase: is(equalIgnoringCase),
  StringNotEqualsIgnoreCase: isNot(equalIgnoringCase),
  StringLike: is(like),
  StringNotLike: isNot(like),
  ArnEquals: is(arn),
  ArnLike: is(arn),
  ArnNotEquals: isNot(arn),
  ArnNotLike: isNot(arn),
  Bool: is(isBool),
  NumericEquals: is(number((a, b) => a === b)),
  NumericNotEquals: isNot(number((a, b) => a === b)),
  NumericLessThan: is(number((a, b) => a < b)),
  NumericLessThanEquals: is(number((a, b) => a <= b)),
  NumericGreaterThan: is(number((a, b) => a > b)),
  NumericGreaterThanEquals: is(number((a, b) => a >= b)),
};

const operators = new Map<string, ParsedOperator>();

/** Throws when the operator is none that this evaluator knows: it must never pass for want of knowing. */
export function parseOperator(operator: string): ParsedOperator {
  const known = operators.get(operator);
  if (known) return known;
  const [, set, name = '', suffix] = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/.exec(operator) ?? [];
  const isNull = name === 'Null' && set === undefined && suffix === undefined;
  if (!isNull && !Object.hasOwn(OPERATORS, name)) throw new Error(`condition operator ${operator} is not simulated`);
  const parsed = { set: set as SetPrefix | undefined, name, ifExists: suffix !== undefined };
  operators.set(operator, parsed);
  return parsed;
}

/** Whether one line of a Condition block (operator, key, values) holds for the request. */
export function conditionHolds(operator: string, key: string, wanted: readonly string[], keys: RequestKeys): boolean {
  const { set, name, ifExists } = parseOperator(operator);
  const actual = keys.get(key.toLowerCase());
  if (name === 'Null') return wanted.some((value) => isBool(value, String(actual === undefined), keys));
  const { test, negated } = OPERATORS[name] as Operator;
  const matches = (value: string) => wanted.some((candidate) => test(candidate, value, keys)) !== negated;

  if (set === 'ForAllValues') return actual === undefined || asList(actual).every(matches);
  if (actual === undefined) return ifExists || (negated && set === undefined);
  if (set === 'ForAnyValue') return asList(actual).some(matches);
  if (typeof actual !== 'string') {
    throw new Error(`${key} has several values: ${operator} needs ForAllValues: or ForAnyValue: before it`);
  }
  return matches(actual);
}

function asList(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}

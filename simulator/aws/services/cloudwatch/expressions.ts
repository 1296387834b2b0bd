import { NotSimulatedError } from '../../errors.ts';

/** What an identifier of an expression stands for at one moment; undefined where the series has no point there. */
export type Lookup = (id: string) => number | undefined;

type Node = (lookup: Lookup) => number | undefined;

/** A missing operand makes the result missing, and so does a division by zero. */
const OPERATORS: Readonly<Record<string, (a: number, b: number) => number | undefined>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => (b === 0 ? undefined : a / b),
};
const PRECEDENCE = [
  ['+', '-'],
  ['*', '/'],
] as const;

/** Metric math as far as it is arithmetic on series of the same query. Its functions and Metrics Insights are refused. */
export function parseExpression(text: string, ids: ReadonlySet<string>): Node {
  const tokens = text.match(/[a-z][A-Za-z0-9_]*|\d+(?:\.\d+)?|[-+*/()]|\S+/g) ?? [];
  let at = 0;
  const refuse = (token: string | undefined) =>
    new NotSimulatedError(`CloudWatch metric math beyond arithmetic: ${JSON.stringify(token)} in ${text}`);

  const operand = (): Node => {
    const token = tokens[at];
    at += 1;
    if (token === '(') {
      const inner = chain(0);
      if (tokens[at] !== ')') throw refuse(tokens[at]);
      at += 1;
      return inner;
    }
    if (token !== undefined && /^\d/.test(token)) return () => Number(token);
    if (token === undefined || !ids.has(token)) throw refuse(token);
    return (lookup) => lookup(token);
  };
  const chain = (level: number): Node => {
    const operators: readonly string[] | undefined = PRECEDENCE[level];
    if (!operators) return operand();
    let left = chain(level + 1);
    for (let token = tokens[at]; token !== undefined && operators.includes(token); token = tokens[at]) {
      at += 1;
      left = applied(token, left, chain(level + 1));
    }
    return left;
  };
  const whole = chain(0);
  if (at < tokens.length) throw refuse(tokens[at]);
  return whole;
}

function applied(operator: string, left: Node, right: Node): Node {
  const apply = OPERATORS[operator];
  if (!apply) throw new RangeError(`no operator ${operator}`);
  return (lookup) => {
    const [a, b] = [left(lookup), right(lookup)];
    return a === undefined || b === undefined ? undefined : apply(a, b);
  };
}

import { type LeafTest, PatternFault } from './leaf-test.ts';

type Comparison = (actual: number) => boolean;

const ofNumber =
  (test: Comparison): LeafTest =>
  (leaf) =>
    typeof leaf === 'number' && test(leaf);

/** `["=", 5]`, `["<", 10]` or a range such as `[">", 0, "<=", 5]`. */
export function numericTest(terms: unknown): LeafTest {
  if (!Array.isArray(terms)) throw new PatternFault('Value of numeric must be an array.');
  const [operator, value, ...others] = terms as unknown[];
  if (typeof operator !== 'string') throw new PatternFault(`Invalid member in numeric match: ${String(operator)}`);
  const first = comparison(operator, value);
  if (others.length === 0) return ofNumber(first);
  if (operator !== '>' && operator !== '>=') throw new PatternFault('Too many elements in numeric expression');
  const [upper, top, ...more] = others;
  if (typeof upper !== 'string') throw new PatternFault(`Bad value in numeric range: ${String(upper)}`);
  if (upper !== '<' && upper !== '<=') throw new PatternFault(`Bad numeric range operator: ${upper}`);
  if (more.length > 0) throw new PatternFault('Too many terms in numeric range expression');
  const second = comparison(upper, top);
  if (Number(value) > Number(top) || (value === top && `${operator}${upper}` !== '>=<='))
    throw new PatternFault('Bottom must be less than top');
  return ofNumber((actual) => first(actual) && second(actual));
}

function comparison(operator: string, value: unknown): Comparison {
  const name = operator === '=' ? 'equals' : operator;
  if (!['=', '<', '<=', '>', '>='].includes(operator))
    throw new PatternFault(`Unrecognized numeric range operator: ${operator}`);
  if (typeof value !== 'number') throw new PatternFault(`Value of ${name} must be numeric`);
  if (operator === '=') return (actual) => actual === value;
  if (operator === '<') return (actual) => actual < value;
  if (operator === '<=') return (actual) => actual <= value;
  return operator === '>' ? (actual) => actual > value : (actual) => actual >= value;
}

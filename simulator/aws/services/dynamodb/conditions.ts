import type { AttributeValue } from './attribute-values.ts';
import { type Path, parsePath, pathText } from './paths.ts';
import type { Placeholders } from './placeholders.ts';
import { type ExpressionKind, TokenReader } from './tokens.ts';

export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';
export type Operand =
  | Path
  | { readonly kind: 'value'; readonly value: AttributeValue }
  | { readonly kind: 'size'; readonly path: Path };

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly inner: Condition }
  | { readonly kind: 'compare'; readonly comparator: Comparator; readonly left: Operand; readonly right: Operand }
  | { readonly kind: 'between'; readonly operand: Operand; readonly low: Operand; readonly high: Operand }
  | { readonly kind: 'in'; readonly operand: Operand; readonly options: readonly Operand[] }
  | { readonly kind: 'exists'; readonly path: Path; readonly expected: boolean }
  | { readonly kind: 'type'; readonly path: Path; readonly type: string }
  | { readonly kind: 'begins' | 'contains'; readonly operand: Operand; readonly sought: Operand };

const COMPARATORS: readonly string[] = ['=', '<>', '<', '<=', '>', '>='];
const ARITY: Readonly<Record<string, number>> = {
  attribute_exists: 1,
  attribute_not_exists: 1,
  attribute_type: 2,
  begins_with: 2,
  contains: 2,
};
const UPDATE_FUNCTIONS = ['if_not_exists', 'list_append'];
const TYPES = ['B', 'NULL', 'SS', 'BOOL', 'L', 'BS', 'N', 'NS', 'S', 'M'];
const MAX_DEPTH = 100;

export function parseCondition(kind: ExpressionKind, text: string, placeholders: Placeholders): Condition {
  const reader = new TokenReader(kind, text, placeholders);
  const condition = parseOr(reader, 0);
  reader.expectEnd();
  return condition;
}

function parseOr(reader: TokenReader, depth: number): Condition {
  if (depth > MAX_DEPTH) throw reader.invalid('The expression is nested too deeply');
  let left = parseAnd(reader, depth);
  while (reader.accept('OR')) left = { kind: 'or', left, right: parseAnd(reader, depth) };
  return left;
}

function parseAnd(reader: TokenReader, depth: number): Condition {
  let left = parseNot(reader, depth);
  while (reader.accept('AND')) left = { kind: 'and', left, right: parseNot(reader, depth) };
  return left;
}

function parseNot(reader: TokenReader, depth: number): Condition {
  if (depth > MAX_DEPTH) throw reader.invalid('The expression is nested too deeply');
  if (reader.accept('NOT')) return { kind: 'not', inner: parseNot(reader, depth + 1) };
  if (!reader.accept('(')) return parsePredicate(reader);
  const doubled = reader.sees('(');
  const inner = parseOr(reader, depth + 1);
  const closesTwice = reader.peek(-1).text === ')';
  reader.expect(')');
  if (doubled && closesTwice && inner.kind !== 'and' && inner.kind !== 'or')
    throw reader.invalid('The expression has redundant parentheses;');
  return inner;
}

function parsePredicate(reader: TokenReader): Condition {
  const isFunction = reader.peek().type === 'name' && reader.peek(1).text === '(' && !reader.sees('SIZE');
  if (isFunction) return parseFunction(reader);
  const left = parseOperand(reader);
  if (reader.accept('BETWEEN')) {
    const low = parseOperand(reader);
    reader.expect('AND');
    const high = parseOperand(reader);
    expectOrderable(reader, 'BETWEEN', [left, low, high]);
    return { kind: 'between', operand: left, low, high };
  }
  if (reader.accept('IN')) return { kind: 'in', operand: left, options: parseList(reader, 100) };
  const comparator = reader.peek().text;
  if (!COMPARATORS.includes(comparator)) {
    if (left.kind === 'size')
      throw reader.invalid('The function is not allowed to be used this way in an expression; function: size');
    throw reader.syntaxError();
  }
  reader.take();
  const right = parseOperand(reader);
  if (comparator !== '=' && comparator !== '<>') expectOrderable(reader, comparator, [left, right]);
  expectDistinct(reader, comparator, left, right);
  return { kind: 'compare', comparator: comparator as Comparator, left, right };
}

function parseFunction(reader: TokenReader): Condition {
  const name = reader.take().text;
  const arity = Object.hasOwn(ARITY, name) ? ARITY[name] : undefined;
  if (UPDATE_FUNCTIONS.includes(name))
    throw reader.invalid(`The function is not allowed in a condition expression; function: ${name}`);
  if (arity === undefined) throw reader.invalid(`Invalid function name; function: ${name}`);
  const operands = parseList(reader, 100);
  const [first, second] = operands;
  if (operands.length !== arity || !first) {
    throw reader.invalid(
      `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${operands.length}`,
    );
  }
  if (name === 'attribute_exists' || name === 'attribute_not_exists')
    return { kind: 'exists', path: expectPath(reader, name, first), expected: name === 'attribute_exists' };
  if (!second) throw reader.syntaxError();
  if (name === 'attribute_type')
    return { kind: 'type', path: expectPath(reader, name, first), type: expectTypeName(reader, second) };
  expectDistinct(reader, name, first, second);
  if (name === 'begins_with') {
    for (const operand of [first, second]) {
      if (operand.kind === 'value' && !('S' in operand.value)) throw wrongType(reader, name, operand.value);
    }
  }
  return { kind: name === 'begins_with' ? 'begins' : 'contains', operand: first, sought: second };
}

function parseList(reader: TokenReader, limit: number): Operand[] {
  reader.expect('(');
  const operands = [parseOperand(reader)];
  while (reader.accept(',')) operands.push(parseOperand(reader));
  reader.expect(')');
  if (operands.length > limit) throw reader.invalid(`The operator has more than ${limit} operands`);
  return operands;
}

function parseOperand(reader: TokenReader): Operand {
  const value = reader.takeValue();
  if (value) return value;
  if (reader.peek().type !== 'name' || reader.peek(1).text !== '(') return parsePath(reader);
  const name = reader.take().text;
  if (name !== 'size') {
    throw Object.hasOwn(ARITY, name)
      ? reader.invalid(`The function is not allowed to be used this way in an expression; function: ${name}`)
      : reader.invalid(`Invalid function name; function: ${name}`);
  }
  reader.expect('(');
  const path = expectPath(reader, name, parseOperand(reader));
  reader.expect(')');
  return { kind: 'size', path };
}

function expectPath(reader: TokenReader, name: string, operand: Operand): Path {
  if (operand.kind === 'path') return operand;
  throw reader.invalid(`Operator or function requires a document path; operator or function: ${name}`);
}

function expectTypeName(reader: TokenReader, operand: Operand): string {
  if (operand.kind !== 'value') throw reader.syntaxError();
  if (!('S' in operand.value)) throw wrongType(reader, 'attribute_type', operand.value);
  if (TYPES.includes(operand.value.S)) return operand.value.S;
  throw reader.invalid(
    `Invalid attribute type name found; type: ${operand.value.S}, valid types: {${TYPES.join(',')}}`,
  );
}

function expectOrderable(reader: TokenReader, operator: string, operands: readonly Operand[]): void {
  for (const operand of operands) {
    if (operand.kind === 'value' && !('S' in operand.value) && !('N' in operand.value))
      throw wrongType(reader, operator, operand.value);
  }
}

function expectDistinct(reader: TokenReader, operator: string, left: Operand, right: Operand): void {
  if (left.kind !== 'path' || right.kind !== 'path' || pathText(left) !== pathText(right)) return;
  throw reader.invalid(
    `The first operand must be distinct from the remaining operands for this operator or function; operator: ${operator}, first operand: ${pathText(left)}`,
  );
}

function wrongType(reader: TokenReader, operator: string, value: AttributeValue): Error {
  const type = Object.keys(value)[0] ?? '';
  return reader.invalid(
    `Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${type}`,
  );
}

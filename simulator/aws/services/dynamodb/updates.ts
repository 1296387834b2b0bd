import type { AttributeValue } from './attribute-values.ts';
import { expectDisjoint, type Path, parsePath } from './paths.ts';
import type { Placeholders } from './placeholders.ts';
import { TokenReader } from './tokens.ts';

export type UpdateOperand =
  | Path
  | { readonly kind: 'value'; readonly value: AttributeValue }
  | { readonly kind: 'ifNotExists'; readonly path: Path; readonly otherwise: UpdateOperand }
  | { readonly kind: 'listAppend' | 'plus' | 'minus'; readonly left: UpdateOperand; readonly right: UpdateOperand };

export type UpdateAction =
  | { readonly kind: 'set'; readonly path: Path; readonly operand: UpdateOperand }
  | { readonly kind: 'remove'; readonly path: Path }
  | { readonly kind: 'add' | 'delete'; readonly path: Path; readonly value: AttributeValue };

const CLAUSES = ['SET', 'REMOVE', 'ADD', 'DELETE'] as const;
const MAX_DEPTH = 100;

/** An AttributeValue's type as update errors spell it. */
const TYPE_NAMES: Readonly<Record<string, string>> = {
  S: 'STRING',
  N: 'NUMBER',
  BOOL: 'BOOLEAN',
  NULL: 'NULL',
  SS: 'STRING_SET',
  NS: 'NUMBER_SET',
  L: 'LIST',
  M: 'MAP',
};

export function parseUpdate(text: string, placeholders: Placeholders): UpdateAction[] {
  const reader = new TokenReader('UpdateExpression', text, placeholders);
  const seen = new Set<string>();
  const actions: UpdateAction[] = [];
  while (reader.peek().type !== 'end') {
    const clause = CLAUSES.find((name) => reader.accept(name));
    if (!clause) throw reader.syntaxError();
    if (seen.has(clause))
      throw reader.invalid(`The "${clause}" section can only be used once in an update expression;`);
    seen.add(clause);
    do actions.push(parseAction(reader, clause));
    while (reader.accept(','));
  }
  expectDisjoint(
    actions.map((action) => action.path),
    reader.kind,
  );
  return actions;
}

function parseAction(reader: TokenReader, clause: (typeof CLAUSES)[number]): UpdateAction {
  const path = parsePath(reader);
  if (clause === 'REMOVE') return { kind: 'remove', path };
  if (clause === 'SET') {
    reader.expect('=');
    return { kind: 'set', path, operand: parseSum(reader) };
  }
  const operand = reader.takeValue();
  if (!operand) throw reader.syntaxError();
  const type = Object.keys(operand.value)[0] ?? '';
  const allowed = clause === 'ADD' ? ['N', 'SS', 'NS'] : ['SS', 'NS'];
  if (!allowed.includes(type)) {
    throw reader.invalid(
      `Incorrect operand type for operator or function; operator: ${clause}, operand type: ${TYPE_NAMES[type]}, typeSet: ALLOWED_FOR_${clause}_OPERAND`,
    );
  }
  return { kind: clause === 'ADD' ? 'add' : 'delete', path, value: operand.value };
}

function parseSum(reader: TokenReader): UpdateOperand {
  const left = parseOperand(reader, 0);
  const kind = reader.sees('+') ? 'plus' : reader.sees('-') ? 'minus' : undefined;
  if (!kind) return left;
  const symbol = reader.take().text;
  const right = parseOperand(reader, 0);
  for (const operand of [left, right]) expectType(reader, symbol, operand, 'N');
  return { kind, left, right };
}

function parseOperand(reader: TokenReader, depth: number): UpdateOperand {
  if (depth > MAX_DEPTH) throw reader.invalid('The expression is nested too deeply');
  const value = reader.takeValue();
  if (value) return value;
  if (reader.peek().type !== 'name' || reader.peek(1).text !== '(') return parsePath(reader);
  const name = reader.take().text;
  if (name !== 'if_not_exists' && name !== 'list_append')
    throw reader.invalid(`Invalid function name; function: ${name}`);
  reader.expect('(');
  const left = parseOperand(reader, depth + 1);
  reader.expect(',');
  const right = parseOperand(reader, depth + 1);
  reader.expect(')');
  if (name === 'list_append') {
    for (const operand of [left, right]) expectType(reader, name, operand, 'L');
    return { kind: 'listAppend', left, right };
  }
  if (left.kind !== 'path')
    throw reader.invalid(`Operator or function requires a document path; operator or function: ${name}`);
  return { kind: 'ifNotExists', path: left, otherwise: right };
}

function expectType(reader: TokenReader, operator: string, operand: UpdateOperand, type: string): void {
  if (operand.kind !== 'value' || Object.hasOwn(operand.value, type)) return;
  throw reader.invalid(
    `Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${Object.keys(operand.value)[0]}`,
  );
}

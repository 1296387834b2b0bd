import type { AttributeValue } from './attribute-values.ts';
import { type Condition, type Operand, parseCondition } from './conditions.ts';
import { validation } from './failures.ts';
import type { Placeholders } from './placeholders.ts';
import { keyAttributes, type Table } from './tables.ts';

/** What a Query asks for: one partition, and perhaps a condition on the sort key. */
export type KeyCondition = { readonly partition: AttributeValue; readonly sort: Condition | undefined };

const KIND = 'KeyConditionExpression';

export function parseKeyCondition(text: string, table: Table, placeholders: Placeholders): KeyCondition {
  const conditions = conjuncts(parseCondition(KIND, text, placeholders));
  const named = conditions.map((condition) => ({ condition, ...subjectOf(condition) }));
  const names = keyAttributes(table).map((attribute) => attribute.name);
  const [first] = named.filter((one) => one.name === table.partitionKey.name);
  if (named.length > 2 || new Set(named.map((one) => one.name)).size !== named.length) {
    throw validation(`Invalid ${KIND}: KeyConditionExpressions must only contain one condition per key`);
  }
  if (!first) throw validation(`Query condition missed key schema element: ${table.partitionKey.name}`);
  const { condition } = first;
  if (condition.kind !== 'compare' || condition.comparator !== '=')
    throw validation('Query key condition not supported');
  for (const one of named) {
    if (!names.includes(one.name))
      throw validation(`Query condition missed key schema element: ${names[1] ?? table.partitionKey.name}`);
    checkTypes(table, one.name, one.values);
  }
  const [partition] = first.values;
  if (!partition) throw validation('Query key condition not supported');
  return { partition, sort: named.find((one) => one !== first)?.condition };
}

function conjuncts(condition: Condition): Condition[] {
  return condition.kind === 'and' ? [...conjuncts(condition.left), ...conjuncts(condition.right)] : [condition];
}

function subjectOf(condition: Condition): { name: string; values: AttributeValue[] } {
  switch (condition.kind) {
    case 'compare':
      if (condition.comparator === '<>') throw invalidOperator('<>');
      return subject(condition.left, [condition.right]);
    case 'between':
      return subject(condition.operand, [condition.low, condition.high]);
    case 'begins':
      return subject(condition.operand, [condition.sought]);
    case 'exists':
      throw invalidOperator(condition.expected ? 'attribute_exists' : 'attribute_not_exists');
    case 'type':
      throw invalidOperator('attribute_type');
    default:
      throw invalidOperator(condition.kind === 'contains' ? 'contains' : condition.kind.toUpperCase());
  }
}

function subject(operand: Operand, others: readonly Operand[]): { name: string; values: AttributeValue[] } {
  if (operand.kind !== 'path') throw validation(`Invalid condition in ${KIND}: it must name a key attribute first`);
  const [name, ...nested] = operand.parts;
  if (nested.length > 0)
    throw validation(`Invalid ${KIND}: KeyConditionExpressions cannot have conditions on nested attributes`);
  const values = others.map((other) => {
    if (other.kind !== 'value')
      throw validation(
        `Invalid ${KIND}: KeyConditionExpressions cannot contain multiple attribute names in one condition`,
      );
    return other.value;
  });
  return { name, values };
}

function checkTypes(table: Table, name: string, values: readonly AttributeValue[]): void {
  const type = keyAttributes(table).find((attribute) => attribute.name === name)?.type;
  if (type && values.some((value) => !(type in value)))
    throw validation('One or more parameter values were invalid: Condition parameter type does not match schema type');
  if (values.some((value) => 'S' in value && value.S === '')) {
    throw validation(
      `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: ${name}`,
    );
  }
}

function invalidOperator(operator: string): Error {
  return validation(`Invalid operator used in ${KIND}: ${operator}`);
}

import { type AttributeValue, areEqual, compareValues, type Item, typeOf } from './attribute-values.ts';
import type { Comparator, Condition, Operand } from './conditions.ts';
import { valueAt } from './paths.ts';

/** Whether an item (an absent one has no attributes) meets a condition. What is missing meets nothing but `<>`. */
export function meets(condition: Condition, item: Item): boolean {
  const resolve = (operand: Operand) => resolveOperand(operand, item);
  switch (condition.kind) {
    case 'and':
      return meets(condition.left, item) && meets(condition.right, item);
    case 'or':
      return meets(condition.left, item) || meets(condition.right, item);
    case 'not':
      return !meets(condition.inner, item);
    case 'exists':
      return (valueAt(item, condition.path) !== undefined) === condition.expected;
    case 'type': {
      const value = valueAt(item, condition.path);
      return value !== undefined && typeOf(value) === condition.type;
    }
    case 'compare':
      return compares(condition.comparator, resolve(condition.left), resolve(condition.right));
    case 'between': {
      const value = resolve(condition.operand);
      return compares('>=', value, resolve(condition.low)) && compares('<=', value, resolve(condition.high));
    }
    case 'in':
      return condition.options.some((option) => compares('=', resolve(condition.operand), resolve(option)));
    case 'begins': {
      const [value, prefix] = [resolve(condition.operand), resolve(condition.sought)];
      return (
        value !== undefined && prefix !== undefined && 'S' in value && 'S' in prefix && value.S.startsWith(prefix.S)
      );
    }
    case 'contains':
      return contains(resolve(condition.operand), resolve(condition.sought));
  }
}

function resolveOperand(operand: Operand, item: Item): AttributeValue | undefined {
  if (operand.kind === 'value') return operand.value;
  if (operand.kind === 'path') return valueAt(item, operand);
  const value = valueAt(item, operand.path);
  const size = value && sizeOf(value);
  return size === undefined ? undefined : { N: String(size) };
}

function sizeOf(value: AttributeValue): number | undefined {
  if ('S' in value) return Buffer.byteLength(value.S);
  if ('SS' in value) return value.SS.length;
  if ('NS' in value) return value.NS.length;
  if ('L' in value) return value.L.length;
  return 'M' in value ? Object.keys(value.M).length : undefined;
}

export function compares(
  comparator: Comparator,
  left: AttributeValue | undefined,
  right: AttributeValue | undefined,
): boolean {
  if (comparator === '<>') return !left || !right || !areEqual(left, right);
  if (!left || !right) return false;
  if (comparator === '=') return areEqual(left, right);
  const order = compareValues(left, right);
  if (order === undefined) return false;
  if (comparator === '<') return order < 0;
  if (comparator === '<=') return order <= 0;
  return comparator === '>' ? order > 0 : order >= 0;
}

function contains(container: AttributeValue | undefined, sought: AttributeValue | undefined): boolean {
  if (!container || !sought) return false;
  if ('L' in container) return container.L.some((element) => areEqual(element, sought));
  if ('S' in container) return 'S' in sought && container.S.includes(sought.S);
  if ('SS' in container) return 'S' in sought && container.SS.includes(sought.S);
  return 'NS' in container && 'N' in sought && container.NS.includes(sought.N);
}

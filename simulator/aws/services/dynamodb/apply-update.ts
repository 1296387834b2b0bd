import { type AttributeValue, areEqual, attributeOf, type Item } from './attribute-values.ts';
import { validation } from './failures.ts';
import { addNumbers, subtractNumbers } from './numbers.ts';
import { type Path, valueAt } from './paths.ts';
import type { UpdateAction, UpdateOperand } from './updates.ts';

type Change = { readonly path: Path; readonly value: AttributeValue | undefined };

/** The item after the update. Every operand is read from the item as it was before any of the actions. */
export function applyUpdate(actions: readonly UpdateAction[], item: Item): Item {
  const changes = actions.map((action): Change => ({ path: action.path, value: resultOf(action, item) }));
  const [removals, assignments] = [
    changes.filter((change) => change.value === undefined),
    changes.filter((change) => change.value !== undefined),
  ];
  // Elements are removed from the end, so that indexes keep meaning what they meant in the request.
  const ordered = [...assignments.toSorted(byIndex), ...removals.toSorted(byIndex).toReversed()];
  return ordered.reduce((current, { path, value }) => withMember(current, path.parts, value, path), item);
}

function byIndex(left: Change, right: Change): number {
  const [one, other] = [left.path.parts.at(-1), right.path.parts.at(-1)];
  return typeof one === 'number' && typeof other === 'number' ? one - other : 0;
}

function resultOf(action: UpdateAction, item: Item): AttributeValue | undefined {
  if (action.kind === 'remove') return undefined;
  if (action.kind === 'set') return evaluate(action.operand, item);
  const present = valueAt(item, action.path);
  return action.kind === 'add' ? added(present, action.value) : without(present, action.value);
}

function evaluate(operand: UpdateOperand, item: Item): AttributeValue {
  switch (operand.kind) {
    case 'value':
      return operand.value;
    case 'path': {
      const value = valueAt(item, operand);
      if (!value) throw validation('The provided expression refers to an attribute that does not exist in the item');
      return value;
    }
    case 'ifNotExists':
      return valueAt(item, operand.path) ?? evaluate(operand.otherwise, item);
    case 'listAppend': {
      const [left, right] = [evaluate(operand.left, item), evaluate(operand.right, item)];
      if (!('L' in left) || !('L' in right)) throw wrongType();
      return { L: [...left.L, ...right.L] };
    }
    default: {
      const [left, right] = [evaluate(operand.left, item), evaluate(operand.right, item)];
      if (!('N' in left) || !('N' in right)) throw wrongType();
      return { N: operand.kind === 'plus' ? addNumbers(left.N, right.N) : subtractNumbers(left.N, right.N) };
    }
  }
}

function added(present: AttributeValue | undefined, value: AttributeValue): AttributeValue {
  if (!present) return value;
  if ('N' in present && 'N' in value) return { N: addNumbers(present.N, value.N) };
  if ('SS' in present && 'SS' in value) return { SS: [...new Set([...present.SS, ...value.SS])] };
  if ('NS' in present && 'NS' in value) return { NS: [...new Set([...present.NS, ...value.NS])] };
  throw wrongType();
}

/** A set that loses its last member is gone. */
function without(present: AttributeValue | undefined, value: AttributeValue): AttributeValue | undefined {
  if (!present) return undefined;
  const keep = (members: string[], dropped: string[]) => members.filter((member) => !dropped.includes(member));
  if ('SS' in present && 'SS' in value) {
    const SS = keep(present.SS, value.SS);
    return SS.length > 0 ? { SS } : undefined;
  }
  if (!('NS' in present) || !('NS' in value)) throw wrongType();
  const NS = keep(present.NS, value.NS);
  return NS.length > 0 ? { NS } : undefined;
}

function wrongType(): Error {
  return validation('An operand in the update expression has an incorrect data type');
}

function withMember(
  item: Item,
  parts: readonly (string | number)[],
  value: AttributeValue | undefined,
  path: Path,
): Item {
  const [first, ...rest] = parts;
  if (typeof first !== 'string') throw invalidPath();
  const { [first]: _, ...others } = item;
  const present = attributeOf(item, first);
  if (rest.length === 0) return value === undefined ? others : { ...item, [first]: value };
  const changed = withinValue(present, rest, value, path);
  return present && changed && areEqual(present, changed) ? item : { ...item, [first]: changed };
}

function withinValue(
  present: AttributeValue | undefined,
  parts: readonly (string | number)[],
  value: AttributeValue | undefined,
  path: Path,
): AttributeValue {
  const [part, ...rest] = parts;
  if (present && typeof part === 'string' && 'M' in present) return { M: withMember(present.M, parts, value, path) };
  if (!present || typeof part !== 'number' || !('L' in present)) throw invalidPath();
  const list = [...present.L];
  if (rest.length > 0) list[checkedIndex(list, part)] = withinValue(list[part], rest, value, path);
  else if (value === undefined) list.splice(part, 1);
  else if (part >= list.length) list.push(value);
  else list[part] = value;
  return { L: list };
}

function checkedIndex(list: readonly AttributeValue[], index: number): number {
  if (index >= list.length) throw invalidPath();
  return index;
}

function invalidPath(): Error {
  return validation('The document path provided in the update expression is invalid for update');
}

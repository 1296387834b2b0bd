import { type AttributeValue, attributeOf, type Item } from './attribute-values.ts';
import { expectDisjoint, type Path, parsePath } from './paths.ts';
import type { Placeholders } from './placeholders.ts';
import { TokenReader } from './tokens.ts';

export function parseProjection(text: string, placeholders: Placeholders): Path[] {
  const reader = new TokenReader('ProjectionExpression', text, placeholders);
  const paths = [parsePath(reader)];
  while (reader.accept(',')) paths.push(parsePath(reader));
  reader.expectEnd();
  expectDisjoint(paths, reader.kind);
  return paths;
}

/** The item with nothing but what the paths name; elements of lists close up. */
export function project(item: Item, paths: readonly Path[]): Item {
  return selectMembers(
    item,
    paths.map((path) => path.parts),
  );
}

type Parts = readonly (string | number)[];

function selectMembers(item: Item, wanted: readonly Parts[]): Item {
  const names = [...new Set(wanted.map((parts) => parts[0]))].filter((name) => typeof name === 'string');
  const members = names.flatMap((name): [string, AttributeValue][] => {
    const value = attributeOf(item, name);
    const selected = value && select(value, remaining(wanted, name));
    return selected ? [[name, selected]] : [];
  });
  return Object.fromEntries(members);
}

function remaining(wanted: readonly Parts[], first: string | number): Parts[] {
  return wanted.filter((parts) => parts[0] === first).map((parts) => parts.slice(1));
}

function select(value: AttributeValue, wanted: readonly Parts[]): AttributeValue | undefined {
  if (wanted.some((parts) => parts.length === 0)) return value;
  if ('M' in value) {
    const members = selectMembers(value.M, wanted);
    return Object.keys(members).length > 0 ? { M: members } : undefined;
  }
  if (!('L' in value)) return undefined;
  const indexes = [...new Set(wanted.map((parts) => parts[0]))].filter((part) => typeof part === 'number');
  const elements = indexes
    .toSorted((left, right) => left - right)
    .flatMap((index) => {
      const element = value.L[index];
      return (element && select(element, remaining(wanted, index))) ?? [];
    });
  return elements.length > 0 ? { L: elements } : undefined;
}

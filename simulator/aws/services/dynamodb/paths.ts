import { type AttributeValue, attributeOf, type Item } from './attribute-values.ts';
import { validation } from './failures.ts';
import { isReservedWord } from './reserved-words.ts';
import type { TokenReader } from './tokens.ts';

/** Where in an item: a top-level name first, then names of map members and indexes of lists. */
export type Path = { readonly kind: 'path'; readonly parts: readonly [string, ...(string | number)[]] };

export function parsePath(reader: TokenReader): Path {
  const parts: [string, ...(string | number)[]] = [parseName(reader)];
  for (;;) {
    if (reader.accept('.')) parts.push(parseName(reader));
    else if (reader.accept('[')) {
      if (reader.peek().type !== 'index') throw reader.syntaxError();
      parts.push(Number(reader.take().text));
      reader.expect(']');
    } else return { kind: 'path', parts };
  }
}

function parseName(reader: TokenReader): string {
  const token = reader.peek();
  if (token.type === 'namePlaceholder') return reader.placeholders.name(reader.kind, reader.take().text);
  if (token.type !== 'name') throw reader.syntaxError();
  if (isReservedWord(token.text))
    throw reader.invalid(`Attribute name is a reserved keyword; reserved keyword: ${token.text}`);
  return reader.take().text;
}

export function pathText(path: Path): string {
  return `[${path.parts.map((part) => (typeof part === 'number' ? `[${part}]` : part)).join(', ')}]`;
}

export function valueAt(item: Item, path: Path): AttributeValue | undefined {
  const [first, ...rest] = path.parts;
  return rest.reduce<AttributeValue | undefined>(memberOf, attributeOf(item, first));
}

function memberOf(value: AttributeValue | undefined, part: string | number): AttributeValue | undefined {
  if (value === undefined) return undefined;
  if (typeof part === 'number') return 'L' in value ? value.L[part] : undefined;
  return 'M' in value ? attributeOf(value.M, part) : undefined;
}

/** Refuses paths of one expression that lie within one another, or use one name as a map and as a list. */
export function expectDisjoint(paths: readonly Path[], kind: string): void {
  for (const [index, path] of paths.entries()) {
    for (const other of paths.slice(0, index)) {
      const relation = relationOf(other, path);
      if (relation === 'apart') continue;
      throw validation(
        `Invalid ${kind}: Two document paths ${relation} with each other; must remove or rewrite one of these paths; path one: ${pathText(other)}, path two: ${pathText(path)}`,
      );
    }
  }
}

function relationOf(left: Path, right: Path): 'apart' | 'overlap' | 'conflict' {
  for (let index = 0; index < Math.min(left.parts.length, right.parts.length); index += 1) {
    const [one, other] = [left.parts[index], right.parts[index]];
    if (typeof one !== typeof other) return 'conflict';
    if (one !== other) return 'apart';
  }
  return 'overlap';
}

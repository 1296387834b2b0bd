/** How a text is written: columns of a level, and how far a list's dashes stand in from its key. */
export type YamlStyle = { readonly step: number; readonly dashes: number; readonly isJson: boolean };

const PLAIN = /^(?:[A-Za-z][\w./-]*|\d+(?:[hms]|[KMGT]i))$/;
/** What some YAML reader takes for something else than text. */
const NOT_TEXT = /^(true|false|yes|no|on|off|y|n|null)$/i;

function scalar(value: unknown, { isJson }: YamlStyle): string {
  const isPlain = typeof value === 'string' && !isJson && PLAIN.test(value) && !NOT_TEXT.test(value);
  return isPlain ? value : JSON.stringify(value);
}

/** On one line, as within braces and brackets. */
export function flow(value: unknown, style: YamlStyle): string {
  if (Array.isArray(value)) return `[${value.map((item) => flow(item, style)).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return scalar(value, style);
  const entries = Object.entries(value).map(([key, member]) => `${scalar(key, style)}: ${flow(member, style)}`);
  if (style.isJson) return `{${entries.join(', ')}}`;
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

function isFlat(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  const members = Object.values(value) as unknown[];
  return members.length === 0 || (Array.isArray(value) && members.every((item) => typeof item !== 'object'));
}

/** The lines of `key: value`, the key at a column. */
export function entryLines(key: string, value: unknown, column: number, style: YamlStyle): string[] {
  const head = `${' '.repeat(column)}${scalar(key, style)}:`;
  if (isFlat(value)) return [`${head} ${flow(value, style)}`];
  if (Array.isArray(value)) return [head, ...itemLines(value as unknown[], column + style.dashes, style)];
  return [head, ...mapLines(value as object, column + style.step, style)];
}

function mapLines(value: object, column: number, style: YamlStyle): string[] {
  return Object.entries(value).flatMap(([key, member]) => entryLines(key, member, column, style));
}

/** The lines of list items, the dashes at a column. */
export function itemLines(items: readonly unknown[], column: number, style: YamlStyle): string[] {
  const pad = ' '.repeat(column);
  return items.flatMap((item) => {
    if (isFlat(item)) return [`${pad}- ${flow(item, style)}`];
    if (Array.isArray(item)) return [`${pad}- ${flow(item, style)}`];
    const [first = '', ...rest] = mapLines(item as object, column + 2, style);
    return [`${pad}- ${first.slice(column + 2)}`, ...rest];
  });
}

/** A map as a document of its own. */
export function blockText(value: object): string {
  return `${mapLines(value, 0, { step: 2, dashes: 2, isJson: false }).join('\n')}\n`;
}

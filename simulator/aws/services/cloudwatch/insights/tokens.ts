import { invalidValue } from '../checks.ts';

/** A word is a keyword or a plain identifier; a name was in double quotes, a text in single ones. */
export type Token = { readonly kind: 'word' | 'name' | 'text' | 'number' | 'mark' | 'end'; readonly value: string };

const PATTERN =
  /\s+|(?<word>[A-Za-z_][A-Za-z0-9_]*)|"(?<name>(?:[^"\\]|\\.)*)"|'(?<text>(?:[^'\\]|\\.)*)'|(?<number>\d+)|(?<mark>!=|[=(),.<>])/y;

const unescaped = (quoted: string) => quoted.replaceAll(/\\(.)/g, '$1');

export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const pattern = new RegExp(PATTERN);
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex;
    const groups = pattern.exec(text)?.groups;
    if (!groups) throw invalidValue(`the query has ${JSON.stringify(text[at])} at character ${at + 1}: ${text}`);
    for (const kind of ['word', 'name', 'text', 'number', 'mark'] as const) {
      const value = groups[kind];
      if (value === undefined) continue;
      tokens.push({ kind, value: kind === 'name' || kind === 'text' ? unescaped(value) : value });
    }
  }
  return [...tokens, { kind: 'end', value: 'the end' }];
}

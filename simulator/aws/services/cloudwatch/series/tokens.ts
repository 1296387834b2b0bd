import { invalidValue } from '../checks.ts';

export type Token = { readonly kind: 'name' | 'number' | 'text' | 'quoted' | 'sign'; readonly text: string };

const TOKEN = /\s*(?:([A-Za-z][A-Za-z0-9_]*)|(\d+(?:\.\d+)?)|'([^']*)'|"([^"]*)"|([-+*/()[\],]))/y;

/** The words of an expression of metric math. */
export function tokensOf(expression: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (expression.slice(TOKEN.lastIndex).trim() !== '') {
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(expression);
    if (!found) throw invalidValue(`the expression is not valid at ${expression.slice(at).trim()}`);
    const [, name, number, text, quoted, sign] = found;
    if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (text !== undefined) tokens.push({ kind: 'text', text });
    else if (quoted !== undefined) tokens.push({ kind: 'quoted', text: quoted });
    else tokens.push({ kind: 'sign', text: sign ?? '' });
  }
  return tokens;
}

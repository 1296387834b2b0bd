import { PatternFault } from './leaf-test.ts';

/** A text test for a pattern in which `*` stands for anything; `\*` and `\\` are the characters themselves. */
export function wildcardTest(pattern: string): (text: string) => boolean {
  const parts: string[] = [''];
  let wasStar = false;
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at] ?? '';
    if (character === '*') {
      if (wasStar) throw new PatternFault(`Consecutive wildcard characters at pos ${at}`);
      parts.push('');
      wasStar = true;
      continue;
    }
    wasStar = false;
    if (character !== '\\') {
      parts[parts.length - 1] += character;
      continue;
    }
    at += 1;
    const escaped = pattern[at];
    if (escaped !== '*' && escaped !== '\\') throw new PatternFault(`Invalid escape character at pos ${at - 1}`);
    parts[parts.length - 1] += escaped;
  }
  return (text) => hasPartsInOrder(text, parts);
}

/** First part at the beginning, last at the end, those between in order: linear, unlike a regular expression. */
function hasPartsInOrder(text: string, parts: readonly string[]): boolean {
  const [first = '', ...others] = parts;
  const last = others.pop();
  if (last === undefined) return text === first;
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  let from = first.length;
  for (const part of others) {
    const at = text.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return from <= text.length - last.length;
}

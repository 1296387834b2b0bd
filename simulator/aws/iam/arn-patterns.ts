import { type RequestKeys, valueExpression } from './policy-variables.ts';

const PARTS = 6;

/**
 * Whether an ARN pattern of a policy matches. The five parts before the resource are compared one by one, so `*` in one of them
 * does not reach into the next; in the resource part it matches anything.
 */
export function matchesArn(pattern: string, arn: string, keys: RequestKeys): boolean {
  if (pattern === '*') return true;
  const matchers = matchersOf(pattern);
  const parts = partsOfArn(arn);
  if (!matchers || !parts) return false;
  return matchers.every((matches, index) => matches(parts[index] ?? '', keys));
}

type Matcher = (part: string, keys: RequestKeys) => boolean;

const patterns = new Map<string, readonly Matcher[] | undefined>();

function matchersOf(pattern: string): readonly Matcher[] | undefined {
  if (!patterns.has(pattern)) patterns.set(pattern, arnParts(pattern)?.map(matcherOf));
  return patterns.get(pattern);
}

function matcherOf(pattern: string): Matcher {
  if (pattern === '*') return () => true;
  if (!/[*?]|\$\{/.test(pattern)) return (part) => part === pattern;
  return (part, keys) => valueExpression(pattern, keys, { wildcards: true })?.test(part) ?? false;
}

let lastArn: { readonly arn: string; readonly parts: readonly string[] | undefined } | undefined;

/** The ARN of one request is held against many patterns in a row. */
function partsOfArn(arn: string): readonly string[] | undefined {
  if (lastArn?.arn !== arn) lastArn = { arn, parts: arnParts(arn) };
  return lastArn.parts;
}

/** Whether the text has the six parts of an ARN or of an ARN pattern. */
export function isArnPattern(text: string): boolean {
  return arnParts(text)?.[0] === 'arn';
}

/** Colons inside `${…}` belong to the variable, not to the ARN. */
function arnParts(text: string): string[] | undefined {
  if (!text.includes('${')) {
    const plain = text.split(':');
    return plain.length < PARTS ? undefined : [...plain.slice(0, PARTS - 1), plain.slice(PARTS - 1).join(':')];
  }
  const parts: string[] = [''];
  let depth = 0;
  for (const [index, character] of [...text].entries()) {
    if (character === '{' && text[index - 1] === '$') depth += 1;
    if (character === '}' && depth > 0) depth -= 1;
    if (character === ':' && depth === 0 && parts.length < PARTS) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts.length === PARTS ? parts : undefined;
}

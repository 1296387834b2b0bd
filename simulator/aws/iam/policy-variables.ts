import { wildcardSource } from './wildcards.ts';

/** The keys of a request that conditions and variables read. Condition keys are not case-sensitive. */
export type RequestKeys = ReadonlyMap<string, string | readonly string[]>;

const VARIABLE = /\$\{([^}]*)\}/g;

const MOST_NAMES = 5000;
const lowerCase = new Map<string, string>();

function lowered(name: string): string {
  const known = lowerCase.get(name) ?? name.toLowerCase();
  if (lowerCase.size >= MOST_NAMES) lowerCase.clear();
  lowerCase.set(name, known);
  return known;
}

/** The context as IAM looks it up. */
export function requestKeys(context: Readonly<Record<string, string | readonly string[]>>): RequestKeys {
  const keys = new Map<string, string | readonly string[]>();
  for (const name in context) keys.set(lowered(name), context[name] as string | readonly string[]);
  return keys;
}

/** The names of the keys whose values a policy's text takes in. */
export function variablesIn(text: string): string[] {
  return [...text.matchAll(VARIABLE)].flatMap(([, variable = '']) => nameAndFallback(variable)?.[1] ?? []);
}

function nameAndFallback(variable: string): RegExpExecArray | null {
  return /^\s*([^\s,]+)\s*(?:,\s*'([^']*)'\s*)?$/.exec(variable);
}

export function hasVariable(text: string): boolean {
  return text.includes('${');
}

/**
 * A policy value as an expression to test against: variables are replaced by what the request says, taken literally; `*` and `?`
 * outside of them are wildcards where `wildcards` is true. Undefined when a variable has no value: nothing can match then.
 */
export function valueExpression(
  text: string,
  keys: RequestKeys,
  options: { wildcards: boolean; ignoreCase?: boolean },
): RegExp | undefined {
  if (!hasVariable(text)) return plainExpression(text, options);
  let source = '';
  let position = 0;
  for (const match of text.matchAll(VARIABLE)) {
    const value = variableValue(match[1] ?? '', keys);
    if (value === undefined) return undefined;
    source += fragment(text.slice(position, match.index), options.wildcards) + escapeLiteral(value);
    position = match.index + match[0].length;
  }
  source += fragment(text.slice(position), options.wildcards);
  return new RegExp(`^${source}$`, options.ignoreCase ? 'si' : 's');
}

/** By the flags of the expression, for values with wildcards and without. */
const plain = { wildcards: { s: new Map<string, RegExp>(), si: new Map() }, literal: { s: new Map(), si: new Map() } };

/** Most values have no variable, and there are few of them. */
function plainExpression(text: string, options: { wildcards: boolean; ignoreCase?: boolean }): RegExp {
  const flags = options.ignoreCase ? 'si' : 's';
  const expressions: Map<string, RegExp> = plain[options.wildcards ? 'wildcards' : 'literal'][flags];
  const known = expressions.get(text);
  if (known) return known;
  const expression = new RegExp(`^${fragment(text, options.wildcards)}$`, flags);
  expressions.set(text, expression);
  return expression;
}

function variableValue(variable: string, keys: RequestKeys): string | undefined {
  if (variable === '*' || variable === '?' || variable === '$') return variable;
  const [, name = '', fallback] = nameAndFallback(variable) ?? [];
  if (!/^[a-z][\w-]*:.+$/i.test(name)) throw new Error(`policy variable \${${variable}} is not simulated`);
  const value = keys.get(name.toLowerCase());
  if (value !== undefined && typeof value !== 'string') {
    throw new Error(`policy variable \${${variable}} has several values, which IAM does not substitute`);
  }
  return value ?? fallback;
}

function fragment(text: string, wildcards: boolean): string {
  return wildcards ? wildcardSource(text) : escapeLiteral(text);
}

function escapeLiteral(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

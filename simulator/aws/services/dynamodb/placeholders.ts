import { type AttributeValue, parseValue } from './attribute-values.ts';
import { validation } from './failures.ts';

/** ExpressionAttributeNames and ExpressionAttributeValues of one request: what is not defined or not used is an error. */
export type Placeholders = {
  name(kind: string, token: string): string;
  value(kind: string, token: string): AttributeValue;
  /** Call it once all expressions of the request are parsed. */
  expectAllUsed(): void;
};

type PlaceholderInput = {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Readonly<Record<string, unknown>> | undefined;
};

export function readPlaceholders(input: PlaceholderInput, hasExpression: boolean): Placeholders {
  const names = readMap('ExpressionAttributeNames', '#', input.ExpressionAttributeNames, hasExpression);
  const rawValues = readMap('ExpressionAttributeValues', ':', input.ExpressionAttributeValues, hasExpression);
  const values = new Map([...rawValues].map(([token, value]) => [token, parsePlaceholderValue(token, value)]));
  const used = new Set<string>();
  const unused = (tokens: Iterable<string>) => [...tokens].filter((token) => !used.has(token));
  return {
    name(kind, token) {
      const name = names.get(token);
      if (name === undefined) {
        throw validation(
          `Invalid ${kind}: An expression attribute name used in the document path is not defined; attribute name: ${token}`,
        );
      }
      used.add(token);
      return name;
    },
    value(kind, token) {
      const value = values.get(token);
      if (value === undefined) {
        throw validation(
          `Invalid ${kind}: An expression attribute value used in expression is not defined; attribute value: ${token}`,
        );
      }
      used.add(token);
      return value;
    },
    expectAllUsed() {
      const idleNames = unused(names.keys());
      if (idleNames.length > 0) throw unusedError('ExpressionAttributeNames', idleNames);
      const idleValues = unused(values.keys());
      if (idleValues.length > 0) throw unusedError('ExpressionAttributeValues', idleValues);
    },
  };
}

function unusedError(member: string, tokens: readonly string[]): Error {
  return validation(`Value provided in ${member} unused in expressions: keys: {${tokens.join(', ')}}`);
}

function readMap<V>(
  member: string,
  prefix: string,
  map: Readonly<Record<string, V>> | undefined,
  hasExpression: boolean,
): Map<string, V> {
  if (map === undefined) return new Map();
  if (!hasExpression) throw validation(`${member} can only be specified when using expressions`);
  const entries = Object.entries(map);
  if (entries.length === 0) throw validation(`${member} must not be empty`);
  for (const [token] of entries) {
    if (!token.startsWith(prefix) || !/^.[A-Za-z0-9_]+$/.test(token))
      throw validation(`${member} contains invalid key: Syntax error; key: "${token}"`);
  }
  return new Map(entries);
}

function parsePlaceholderValue(token: string, value: unknown): AttributeValue {
  try {
    return parseValue(value);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ValidationException') throw error;
    throw validation(`ExpressionAttributeValues contains invalid value: ${error.message} for key ${token}`);
  }
}

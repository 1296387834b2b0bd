import { NotSimulatedError } from '../../../errors.ts';
import { invalidValue } from '../checks.ts';
import { type InsightsQuery, type InsightsStatistic, STATISTICS } from './query.ts';
import { type Token, tokensOf } from './tokens.ts';

const KEYWORDS = 'SELECT FROM SCHEMA WHERE AND OR NOT IN LIKE BETWEEN GROUP BY ORDER ASC DESC LIMIT'.split(' ');
const MAX_SERIES = 500;

/**
 * Reads SELECT function(metric) FROM namespace | SCHEMA(namespace, label, …) [WHERE label = | != 'value' AND …]
 * [GROUP BY label, …] [ORDER BY function() [ASC | DESC]] [LIMIT n]. Throws what CloudWatch would answer to anything that is no query,
 * and NotSimulatedError for what is one beyond this.
 */
export function parseInsights(text: string): InsightsQuery {
  const reader = new QueryReader(text);
  reader.keyword('SELECT');
  const statistic = reader.statistic();
  reader.mark('(');
  const metricName = reader.identifier();
  reader.mark(')');
  reader.keyword('FROM');
  const source = readSource(reader);
  const where = readConditions(reader);
  const groupBy = readGroups(reader);
  const orderBy = readOrder(reader);
  const limit = reader.isKeyword('LIMIT') ? reader.limit() : undefined;
  reader.end();
  const query = { statistic, metricName, ...source, where, groupBy, orderBy, limit };
  checkLabels(query);
  return query;
}

/** Without the exact set of dimensions, what becomes of a series that lacks a label is not documented. */
function checkLabels({ schema, where, groupBy }: InsightsQuery): void {
  const labels = [...where.map(({ label }) => label), ...groupBy];
  if (schema === undefined && labels.length > 0)
    throw new NotSimulatedError(`Metrics Insights by ${labels.join(', ')} without SCHEMA`);
  const foreign = labels.find((label) => schema?.includes(label) === false);
  if (foreign !== undefined) throw invalidValue(`the query names ${foreign}, which is not in its SCHEMA`);
}

function readSource(reader: QueryReader): Pick<InsightsQuery, 'namespace' | 'schema'> {
  if (!reader.isKeyword('SCHEMA')) return { namespace: reader.identifier(), schema: undefined };
  reader.mark('(');
  const [namespace = '', ...schema] = reader.list();
  reader.mark(')');
  return { namespace, schema };
}

function readConditions(reader: QueryReader): InsightsQuery['where'] {
  if (!reader.isKeyword('WHERE')) return [];
  const conditions: { label: string; value: string; isEqual: boolean }[] = [];
  do conditions.push({ label: reader.identifier(), isEqual: reader.isEquality(), value: reader.value() });
  while (reader.isKeyword('AND'));
  return conditions;
}

function readGroups(reader: QueryReader): readonly string[] {
  if (!reader.isKeyword('GROUP')) return [];
  reader.keyword('BY');
  return reader.list();
}

function readOrder(reader: QueryReader): InsightsQuery['orderBy'] {
  if (!reader.isKeyword('ORDER')) return undefined;
  reader.keyword('BY');
  const statistic = reader.statistic();
  reader.mark('(');
  reader.mark(')');
  const isDescending = reader.isKeyword('DESC');
  if (!isDescending) reader.isKeyword('ASC');
  return { statistic, isDescending };
}

class QueryReader {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokensOf(text);
  }

  /** Takes the keyword when it comes next. */
  isKeyword(keyword: string): boolean {
    const { kind, value } = this.#next();
    const isIt = kind === 'word' && value.toUpperCase() === keyword;
    if (isIt) this.#at += 1;
    return isIt;
  }

  keyword(keyword: string): void {
    if (!this.isKeyword(keyword)) throw this.#fault(keyword);
  }

  mark(mark: string): void {
    const { kind, value } = this.#next();
    if (kind !== 'mark' || value !== mark) throw this.#fault(mark);
    this.#at += 1;
  }

  statistic(): InsightsStatistic {
    const { kind, value } = this.#next();
    const found = STATISTICS.find((name) => kind === 'word' && name === value.toUpperCase());
    if (found === undefined) throw this.#fault(`one of ${STATISTICS.join(', ')}`);
    this.#at += 1;
    return found;
  }

  /** A name: plain where it is letters, digits and underscores and no keyword, otherwise in double quotes. */
  identifier(): string {
    const { kind, value } = this.#next();
    if (kind !== 'name' && (kind !== 'word' || KEYWORDS.includes(value.toUpperCase()))) throw this.#fault('a name');
    this.#at += 1;
    if (this.#next().value === '.' || value === '') throw this.#beyond('a tag or an account');
    return value;
  }

  list(): string[] {
    const names = [this.identifier()];
    while (this.#next().value === ',' && this.#next().kind === 'mark') {
      this.#at += 1;
      names.push(this.identifier());
    }
    return names;
  }

  isEquality(): boolean {
    const { kind, value } = this.#next();
    if (kind === 'word' || value === '<' || value === '>') throw this.#beyond(`the condition ${value}`);
    if (kind !== 'mark' || (value !== '=' && value !== '!=')) throw this.#fault('= or !=');
    this.#at += 1;
    return value === '=';
  }

  value(): string {
    const { kind, value } = this.#next();
    if (kind !== 'text') throw this.#fault('a value in single quotes');
    this.#at += 1;
    return value;
  }

  limit(): number {
    const { kind, value } = this.#next();
    const limit = Number(value);
    if (kind !== 'number' || limit < 1 || limit > MAX_SERIES) throw this.#fault(`a number from 1 to ${MAX_SERIES}`);
    this.#at += 1;
    return limit;
  }

  end(): void {
    const { kind, value } = this.#next();
    if (kind === 'word' && ['OR', 'NOT', 'IN', 'LIKE', 'BETWEEN'].includes(value.toUpperCase()))
      throw this.#beyond(value);
    if (kind !== 'end') throw this.#fault('the end');
  }

  #next(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', value: 'the end' };
  }

  #fault(expected: string): Error {
    return invalidValue(`the query has ${this.#next().value} where ${expected} is expected: ${this.#text}`);
  }

  #beyond(what: string): Error {
    return new NotSimulatedError(`Metrics Insights with ${what}: ${this.#text}`);
  }
}

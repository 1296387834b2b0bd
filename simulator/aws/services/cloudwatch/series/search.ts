import type { Simulation } from '../../../../core/simulation.ts';
import { NotSimulatedError } from '../../../errors.ts';
import { invalidValue } from '../checks.ts';
import { gaugeMetrics } from '../gauges.ts';
import { cloudWatchState, type MetricName } from '../state.ts';

const MINUTE_MS = 60_000;
/** Search finds what had a data point in the last two weeks. */
const FOUND_MS = 14 * 24 * 3600_000;
const MAX_FOUND = 500;

/** What a search looks for: the metrics of one schema whose name and dimensions are among the given ones. */
export type Search = {
  readonly namespace: string;
  readonly dimensions: readonly string[];
  readonly terms: readonly { readonly key: string; readonly values: readonly string[] }[];
};

const SCHEMA = /^\s*\{([^{}]+)\}/;
const TERM = /^\s*(?:AND\s+)?([A-Za-z][A-Za-z0-9]*)=(?:"([^"]+)"|\(([^()]+)\))/;

/**
 * The first argument of SEARCH, as far as it is exact: a schema in braces, and terms in double quotes. Words without quotes are matched by
 * CloudWatch token by token, which is not simulated.
 */
export function parseSearch(text: string): Search {
  const schema = SCHEMA.exec(text);
  if (!schema?.[1]) throw new NotSimulatedError(`CloudWatch SEARCH without a schema: ${text}`);
  const [namespace = '', ...dimensions] = schema[1].split(',').map((name) => name.trim().replace(/^"(.*)"$/, '$1'));
  if (namespace === '' || dimensions.includes('')) throw invalidValue(`the schema of SEARCH('${text}') is not valid`);
  const terms: { key: string; values: string[] }[] = [];
  let rest = text.slice(schema[0].length);
  while (rest.trim() !== '') {
    const term = TERM.exec(rest);
    if (!term) throw new NotSimulatedError(`CloudWatch SEARCH beyond exact terms: ${rest.trim()} in ${text}`);
    const [whole, key = '', value, several] = term;
    if (key !== 'MetricName' && !dimensions.includes(key))
      throw invalidValue(`SEARCH('${text}') asks for ${key}, which its schema does not have`);
    terms.push({ key, values: value === undefined ? alternatives(several ?? '', text) : [value] });
    rest = rest.slice(whole.length);
  }
  return { namespace, dimensions, terms };
}

function alternatives(list: string, text: string): string[] {
  return list.split(/\s+OR\s+/).map((part) => {
    const value = /^\s*"([^"]+)"\s*$/.exec(part)?.[1];
    if (value === undefined) throw new NotSimulatedError(`CloudWatch SEARCH beyond exact terms: (${list}) in ${text}`);
    return value;
  });
}

/** Every metric that the search finds, in a stable order. */
export function findMetrics(simulation: Simulation, { namespace, dimensions, terms }: Search): MetricName[] {
  const sinceMs = simulation.now() - FOUND_MS;
  const recent = Object.values(cloudWatchState(simulation).series).filter(({ buckets }) =>
    Object.keys(buckets).some((minute) => Number(minute) * MINUTE_MS >= sinceMs),
  );
  const wanted = [...dimensions].sort().join('\n');
  const isFound = (metric: MetricName) =>
    metric.namespace === namespace &&
    Object.keys(metric.dimensions).sort().join('\n') === wanted &&
    terms.every(({ key, values }) =>
      values.includes((key === 'MetricName' ? metric.name : metric.dimensions[key]) ?? ''),
    );
  const found = new Map<string, MetricName>();
  for (const metric of [...recent, ...gaugeMetrics(simulation)]) {
    if (!isFound(metric)) continue;
    const values = dimensions.map((name) => metric.dimensions[name]);
    found.set([metric.name, ...values].join('\n'), { namespace, name: metric.name, dimensions: metric.dimensions });
  }
  if (found.size > MAX_FOUND) throw new NotSimulatedError(`a CloudWatch SEARCH that finds ${found.size} metrics`);
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, metric]) => metric);
}

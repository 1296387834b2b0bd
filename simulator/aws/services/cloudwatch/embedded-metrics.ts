import type { Simulation } from '../../../core/simulation.ts';
import {
  dimensionFault,
  MAX_DIMENSIONS,
  metricNameFault,
  namespaceFault,
  numberFault,
  timeFault,
  unitFault,
} from './checks.ts';
import { cloudWatchState, type EmfFault } from './state.ts';
import { countMetric, type MetricPoint } from './store.ts';

const MAX_METRICS = 100;
const MAX_VALUES = 100;
const MAX_BYTES = 1_048_576;

type Fields = Readonly<Record<string, unknown>>;

class InvalidDocument extends Error {}

/**
 * Takes one line of a function's log, as CloudWatch Logs does: a document of the embedded metric format becomes data points,
 * any other line is nothing to us. A document that the format does not allow counts as AWS/Logs EMFValidationErrors, and
 * `emfFaults` says what is wrong with it.
 */
export function ingestLogLine(simulation: Simulation, logGroup: string, line: string): void {
  if (!line.includes('"_aws"')) return;
  const document = parsed(line);
  const meta = document?.['_aws'];
  if (!document || !isFields(meta) || !('CloudWatchMetrics' in meta)) return;
  try {
    if (Buffer.byteLength(line) > MAX_BYTES) throw new InvalidDocument('the document is larger than 1 MB');
    for (const point of pointsOf(document, meta, simulation.now())) countMetric(simulation, point);
  } catch (error) {
    if (!(error instanceof InvalidDocument)) throw error;
    cloudWatchState(simulation).emfFaults.push({ at: simulation.timestamp(), logGroup, reason: error.message });
    const dimensions = { LogGroupName: logGroup };
    countMetric(simulation, { namespace: 'AWS/Logs', name: 'EMFValidationErrors', dimensions, unit: 'Count' });
  }
}

/** Every document that CloudWatch would not have taken: a test asserts that there is none. */
export function emfFaults(simulation: Simulation): readonly EmfFault[] {
  return cloudWatchState(simulation).emfFaults;
}

function parsed(line: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listOf(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new InvalidDocument(`${what} is not a list`);
  return value;
}

function textOf(value: unknown, what: string): string {
  if (typeof value !== 'string') throw new InvalidDocument(`${what} is not a string`);
  return value;
}

function check(...faults: readonly (string | undefined)[]): void {
  const fault = faults.find((found) => found !== undefined);
  if (fault !== undefined) throw new InvalidDocument(fault);
}

function pointsOf(document: Fields, meta: Fields, nowMs: number): MetricPoint[] {
  const { Timestamp: timestamp } = meta;
  if (typeof timestamp !== 'number' || !Number.isInteger(timestamp))
    throw new InvalidDocument('_aws.Timestamp is not a whole number of milliseconds');
  check(timeFault(timestamp, nowMs));
  return listOf(meta['CloudWatchMetrics'], '_aws.CloudWatchMetrics').flatMap((directive) => {
    if (!isFields(directive)) throw new InvalidDocument('a directive is not an object');
    return pointsOfDirective(document, directive, timestamp);
  });
}

function pointsOfDirective(document: Fields, directive: Fields, atMs: number): MetricPoint[] {
  const namespace = textOf(directive['Namespace'], 'Namespace');
  check(namespaceFault(namespace));
  const sets = listOf(directive['Dimensions'], 'Dimensions').map((set) => dimensionSet(document, set));
  if (sets.length === 0) throw new InvalidDocument('Dimensions holds no set');
  const metrics = listOf(directive['Metrics'], 'Metrics');
  if (metrics.length > MAX_METRICS) throw new InvalidDocument(`${metrics.length} metrics in one directive`);
  return metrics.flatMap((metric) => {
    if (!isFields(metric)) throw new InvalidDocument('a metric definition is not an object');
    const name = textOf(metric['Name'], 'the name of a metric');
    const unit = metric['Unit'] === undefined ? 'None' : textOf(metric['Unit'], `the unit of ${name}`);
    check(metricNameFault(name), unitFault(unit));
    if ((metric['StorageResolution'] ?? 60) !== 60)
      throw new InvalidDocument(`${name}: only a resolution of 60 s is simulated`);
    const values = valuesOf(document, name);
    return sets.map((dimensions) => ({ namespace, name, dimensions, unit, atMs, values }));
  });
}

function dimensionSet(document: Fields, set: unknown): Record<string, string> {
  const names = listOf(set, 'a dimension set').map((name) => textOf(name, 'the name of a dimension'));
  if (names.length > MAX_DIMENSIONS) throw new InvalidDocument(`${names.length} dimensions in one set`);
  if (new Set(names).size < names.length) throw new InvalidDocument('a dimension comes twice in one set');
  return Object.fromEntries(
    names.map((name) => {
      const value = Object.hasOwn(document, name) ? document[name] : undefined;
      if (typeof value !== 'string')
        throw new InvalidDocument(`the dimension ${name} is not a string member of the document`);
      check(dimensionFault(name, value));
      return [name, value];
    }),
  );
}

function valuesOf(document: Fields, name: string): [number, number][] {
  const target = Object.hasOwn(document, name) ? document[name] : undefined;
  const values = Array.isArray(target) ? target : [target];
  if (values.length === 0 || values.length > MAX_VALUES)
    throw new InvalidDocument(`${name} has ${values.length} values`);
  return values.map((value: unknown) => {
    if (typeof value !== 'number') throw new InvalidDocument(`${name} is not a number`);
    check(numberFault(value));
    return [value, 1];
  });
}

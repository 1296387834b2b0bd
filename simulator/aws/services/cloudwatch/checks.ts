import { SimulatedAwsError } from '../../errors.ts';

const UNITS = new Set(
  [
    'Seconds Microseconds Milliseconds Bytes Kilobytes Megabytes Gigabytes Terabytes Bits Kilobits Megabits Gigabits Terabits',
    'Percent Count Bytes/Second Kilobytes/Second Megabytes/Second Gigabytes/Second Terabytes/Second Bits/Second',
    'Kilobits/Second Megabits/Second Gigabits/Second Terabits/Second Count/Second None',
  ]
    .join(' ')
    .split(' '),
);
const PAST_MS = 14 * 24 * 3600_000;
const AHEAD_MS = 2 * 3600_000;
const LARGEST = 2 ** 360;
export const MAX_DIMENSIONS = 30;

export const invalidValue = (message: string) => new SimulatedAwsError('InvalidParameterValueException', message);
export const missingParameter = (name: string) =>
  new SimulatedAwsError('MissingRequiredParameterException', `The parameter ${name} is required.`);
export const invalidCombination = (message: string) =>
  new SimulatedAwsError('InvalidParameterCombinationException', message);

/** What is wrong with a name; undefined where nothing is. */
export function namespaceFault(namespace: string): string | undefined {
  if (!/^[A-Za-z0-9._\-/#:]{1,255}$/.test(namespace) || namespace.startsWith(':'))
    return `the namespace ${JSON.stringify(namespace)} is not valid`;
  if (namespace.startsWith('AWS/')) return `the namespace ${namespace} is AWS's own`;
  return undefined;
}

export function metricNameFault(name: string): string | undefined {
  return /^[\x20-\x7e]{1,255}$/.test(name) && name.trim() !== ''
    ? undefined
    : `the metric name ${JSON.stringify(name)} is not valid`;
}

export function dimensionFault(name: string, value: string): string | undefined {
  if (!/^[\x20-\x7e]{1,255}$/.test(name) || name.startsWith(':') || name.trim() === '')
    return `the dimension name ${JSON.stringify(name)} is not valid`;
  if (!/^[\x20-\x7e]{1,1024}$/.test(value) || value.trim() === '')
    return `the value of the dimension ${name} must be 1 to 1024 ASCII characters`;
  return undefined;
}

export function unitFault(unit: string): string | undefined {
  return UNITS.has(unit) ? undefined : `the unit ${unit} is not one of CloudWatch's`;
}

export function numberFault(value: number): string | undefined {
  if (!Number.isFinite(value)) return `the value ${value} is not a finite number`;
  return Math.abs(value) > LARGEST ? `the value ${value} is out of range` : undefined;
}

/** Points may come up to two weeks late and two hours early. */
export function timeFault(atMs: number, nowMs: number): string | undefined {
  if (!Number.isFinite(atMs)) return 'the timestamp is not a time';
  if (atMs < nowMs - PAST_MS) return 'the timestamp is more than two weeks old';
  return atMs > nowMs + AHEAD_MS ? 'the timestamp is more than two hours ahead' : undefined;
}

/** Throws the first fault as CloudWatch's answer. */
export function refuse(...faults: readonly (string | undefined)[]): void {
  const fault = faults.find((found) => found !== undefined);
  if (fault !== undefined) throw invalidValue(fault);
}

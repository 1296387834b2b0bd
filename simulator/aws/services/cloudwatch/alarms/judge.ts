import type { AlarmState } from './definition.ts';

export type Rule = {
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly threshold: number;
  readonly comparison: string;
  readonly treatMissing: string;
};

/** CloudWatch looks at a little more than the periods of the alarm, so that a late point does not count as missing. */
export const EXTRA_PERIODS = 2;

const COMPARISONS: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

export const isComparison = (name: string): boolean => Object.hasOwn(COMPARISONS, name);

/**
 * M out of N with CloudWatch's rules for missing data. `points` are those of the evaluation range, oldest first. As long as
 * the range holds N real points, the newest N decide, wherever they lie: so a missing period counts only when real points run out.
 */
export function judge(points: readonly (number | undefined)[], rule: Rule): AlarmState | 'retain' {
  const { evaluationPeriods: wanted, datapointsToAlarm: needed, threshold, comparison, treatMissing } = rule;
  const isBreaching = COMPARISONS[comparison];
  if (!isBreaching) throw new RangeError(`no comparison ${comparison}`);
  const real = points.filter((point) => point !== undefined).slice(-wanted);
  const breaching = real.filter((point) => isBreaching(point, threshold)).length;
  if (real.length >= wanted) return breaching >= needed ? 'ALARM' : 'OK';
  if (treatMissing === 'breaching') return breaching + wanted - real.length >= needed ? 'ALARM' : 'OK';
  if (breaching >= needed) return 'ALARM';
  if (treatMissing === 'notBreaching') return 'OK';
  if (real.length === 0) return treatMissing === 'ignore' ? 'retain' : 'INSUFFICIENT_DATA';
  // Nothing but breaching points, too few of them: `missing` alarms early, `ignore` waits.
  if (breaching === real.length) return treatMissing === 'ignore' ? 'retain' : 'ALARM';
  return 'OK';
}

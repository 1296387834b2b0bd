import type { Simulation } from '../../../../core/simulation.ts';
import { type InsightsSeries, readInsights } from '../insights/evaluate.ts';
import { ruleOf } from './check.ts';
import type { Alarm } from './definition.ts';
import type { InsightsSource } from './insights-source.ts';
import { EXTRA_PERIODS, judge, type Rule } from './judge.ts';
import { changeContributor, changeState } from './state-change.ts';

const MAX_IN_ALARM = 100;

/**
 * Judges each series of the query by itself; the alarm is in ALARM as long as one of them is. A series without data in the range is
 * not there, whatever the alarm says of missing data: that rule fills the gaps of series that are. Gives how far back it looked.
 */
export function evaluateContributors(
  simulation: Simulation,
  alarm: Alarm,
  { query, period }: InsightsSource,
  endMs: number,
): number {
  const rule = ruleOf(alarm.input);
  const periodMs = period * 1000;
  const count = rule.evaluationPeriods + EXTRA_PERIODS;
  const windows = Array.from({ length: count }, (_, index) => {
    const startMs = endMs - (count - index) * periodMs;
    return { startMs, endMs: startMs + periodMs };
  });
  const { series, isPartial } = readInsights(simulation, query, windows);
  alarm.isPartial = isPartial;
  const inAlarm = series.filter((one) => isInAlarm(alarm, one, rule));
  const counted = inAlarm.slice(0, MAX_IN_ALARM);
  const reason =
    inAlarm.length > MAX_IN_ALARM
      ? `${MAX_IN_ALARM}+ time series evaluated to ALARM`
      : `${inAlarm.length} out of ${series.length} time series evaluated to ALARM`;
  const none = judge([], rule);
  const verdict = inAlarm.length > 0 ? 'ALARM' : series.length > 0 ? 'OK' : none;
  if (verdict !== 'retain') {
    changeState(simulation, alarm, verdict, reason);
    alarm.reason = reason;
  }
  changeContributors(simulation, alarm, series, counted, rule);
  return count * periodMs;
}

function isInAlarm(alarm: Alarm, { id, points }: InsightsSeries, rule: Rule): boolean {
  const verdict = judge(points, rule);
  return verdict === 'retain' ? alarm.contributors[id] !== undefined : verdict === 'ALARM';
}

function changeContributors(
  simulation: Simulation,
  alarm: Alarm,
  series: readonly InsightsSeries[],
  inAlarm: readonly InsightsSeries[],
  rule: Rule,
): void {
  const reasonOf = (one: InsightsSeries | undefined) =>
    one
      ? `datapoints [${one.points
          .slice(-rule.evaluationPeriods)
          .map((point) => point ?? 'missing')
          .join(', ')}] against the threshold ${rule.threshold}`
      : 'the series has no data any more';
  for (const one of inAlarm) {
    if (alarm.contributors[one.id]) continue;
    const contributor = { id: one.id, attributes: one.labels, reason: reasonOf(one), sinceMs: simulation.now() };
    alarm.contributors[one.id] = contributor;
    // Without GROUP BY there is one series, which is the alarm itself.
    if (Object.keys(one.labels).length > 0) changeContributor(simulation, alarm, contributor, 'ALARM');
  }
  for (const contributor of Object.values(alarm.contributors)) {
    if (inAlarm.some(({ id }) => id === contributor.id)) continue;
    delete alarm.contributors[contributor.id];
    const reason = reasonOf(series.find(({ id }) => id === contributor.id));
    if (Object.keys(contributor.attributes).length > 0)
      changeContributor(simulation, alarm, { ...contributor, reason }, 'OK');
  }
}

import type { Simulation } from '../../../../core/simulation.ts';
import { sampleGauges } from '../gauges.ts';
import { type Reader, readersOf } from '../queries.ts';
import { cloudWatchState } from '../state.ts';
import { scheduleEvaluation } from '../store.ts';
import { queriesOf, ruleOf } from './check.ts';
import { parseCompositeRule } from './composite-rule.ts';
import { evaluateContributors } from './contributors.ts';
import type { Alarm } from './definition.ts';
import { insightsSource } from './insights-source.ts';
import { EXTRA_PERIODS, judge } from './judge.ts';
import { changeState } from './state-change.ts';
import { review, stateOf } from './suppression.ts';

const MINUTE_MS = 60_000;

/**
 * What happens on each full minute while anything can change: the gauges are sampled and every alarm is judged by the periods
 * that have ended. AWS's metrics take a minute or two to arrive; here they are there at once.
 */
export function evaluateAll(simulation: Simulation): void {
  const state = cloudWatchState(simulation);
  const endMs = simulation.now() - (simulation.now() % MINUTE_MS);
  // What shows something now will show nothing at some time, and alarms must see that too.
  if (sampleGauges(simulation, endMs - MINUTE_MS)) state.lastDataMs = simulation.now();
  let longestMs = 0;
  for (const alarm of Object.values(state.alarms))
    longestMs = Math.max(longestMs, evaluateAlarm(simulation, alarm, endMs));
  evaluateComposites(simulation);
  if (simulation.now() <= state.lastDataMs + longestMs + MINUTE_MS) scheduleEvaluation(simulation);
  else state.isTicking = false;
}

/** Judges one alarm and gives how far back it looked. */
function evaluateAlarm(simulation: Simulation, alarm: Alarm, endMs: number): number {
  const insights = insightsSource(alarm.input);
  if (insights) return evaluateContributors(simulation, alarm, insights, endMs);
  const { reader, period } = readerOf(simulation, alarm);
  const rule = ruleOf(alarm.input);
  const count = rule.evaluationPeriods + EXTRA_PERIODS;
  const periodMs = period * 1000;
  const points = Array.from({ length: count }, (_, index) => {
    const startMs = endMs - (count - index) * periodMs;
    return reader?.read({ startMs, endMs: startMs + periodMs });
  });
  const verdict = judge(points, rule);
  const shown = points.slice(-rule.evaluationPeriods).map((point) => point ?? 'missing');
  if (verdict !== 'retain')
    changeState(simulation, alarm, verdict, `datapoints [${shown.join(', ')}] against the threshold ${rule.threshold}`);
  return count * periodMs;
}

type AlarmReader = { readonly reader: Reader | undefined; readonly period: number };

/** What alarms read, found once for each definition: a restore makes new objects of all of them. */
const readersOfAlarms = new WeakMap<Alarm['input'], AlarmReader>();

function readerOf(simulation: Simulation, { input }: Alarm): AlarmReader {
  const known = readersOfAlarms.get(input);
  if (known) return known;
  const { readers, period } = readersOf(simulation, queriesOf(input));
  const found = { reader: readers.find(({ isReturned }) => isReturned), period };
  readersOfAlarms.set(input, found);
  return found;
}

export function evaluateComposites(simulation: Simulation): void {
  for (const composite of Object.values(cloudWatchState(simulation).composites)) {
    const rule = composite.input.AlarmRule ?? '';
    const holds = parseCompositeRule(rule).holds((name) => stateOf(simulation, name));
    changeState(simulation, composite, holds ? 'ALARM' : 'OK', rule);
    review(simulation, composite);
  }
}

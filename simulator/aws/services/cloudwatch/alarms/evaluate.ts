import type { Simulation } from '../../../../core/simulation.ts';
import { sampleGauges } from '../gauges.ts';
import { type Reader, readersOf } from '../queries.ts';
import { cloudWatchState } from '../state.ts';
import { scheduleEvaluation } from '../store.ts';
import { queriesOf, ruleOf } from './check.ts';
import { parseCompositeRule } from './composite-rule.ts';
import type { Alarm, AlarmState } from './definition.ts';
import { EXTRA_PERIODS, judge } from './judge.ts';
import { changeState } from './state-change.ts';

const MINUTE_MS = 60_000;

/**
 * What happens on each full minute while anything can change: the gauges are sampled and every alarm is judged by the periods
 * that have ended. AWS's metrics take a minute or two to arrive; here they are there at once.
 */
export function evaluateAll(simulation: Simulation): void {
  const state = cloudWatchState(simulation);
  const endMs = simulation.now() - (simulation.now() % MINUTE_MS);
  const isAnyAboveZero = sampleGauges(simulation, endMs - MINUTE_MS);
  let longestMs = 0;
  for (const alarm of Object.values(state.alarms))
    longestMs = Math.max(longestMs, evaluateAlarm(simulation, alarm, endMs));
  evaluateComposites(simulation);
  const canChange = isAnyAboveZero || simulation.now() <= state.lastDataMs + longestMs + MINUTE_MS;
  if (canChange) scheduleEvaluation(simulation);
  else state.isTicking = false;
}

/** Judges one alarm and gives how far back it looked. */
function evaluateAlarm(simulation: Simulation, alarm: Alarm, endMs: number): number {
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
  const { alarms, composites } = cloudWatchState(simulation);
  const stateOf = (name: string): AlarmState => {
    const plain = name.startsWith('arn:') ? name.slice(name.indexOf(':alarm:') + ':alarm:'.length) : name;
    return alarms[plain]?.state ?? composites[plain]?.state ?? 'INSUFFICIENT_DATA';
  };
  for (const composite of Object.values(composites)) {
    const rule = composite.input.AlarmRule ?? '';
    changeState(simulation, composite, parseCompositeRule(rule).holds(stateOf) ? 'ALARM' : 'OK', rule);
  }
}

import type { Simulation } from '../../../core/simulation.ts';
import { type BusActivity, onBusActivity } from '../eventbridge/activity.ts';
import { countRule, type RuleMetric } from './counters.ts';

/** What EventBridge counts for each thing that it does. An event that goes to a dead-letter queue has failed for good as well. */
const METRICS: Readonly<Record<BusActivity['kind'], readonly RuleMetric[]>> = {
  matched: ['TriggeredRules'],
  delivered: ['Invocations'],
  retried: [],
  failed: ['FailedInvocations'],
  'dead-lettered': ['InvocationsSentToDlq'],
  lost: ['InvocationsFailedToBeSentToDlq'],
};

/** Counts what the bus does as the metrics of its rules. */
export function countBus(simulation: Simulation): void {
  onBusActivity(simulation, ({ kind, ruleName }) => {
    for (const name of METRICS[kind]) countRule(simulation, ruleName, name);
  });
}

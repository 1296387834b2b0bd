import type { Simulation } from '../../../../core/simulation.ts';
import { deliverToTargets } from '../bus.ts';
import { envelopeOf, eventId } from '../events/envelope.ts';
import { scheduledEvent } from '../events/scheduled.ts';
import { eventsState, type Rule } from '../state.ts';
import { parseSchedule } from './schedule.ts';

const TICK = 'eventbridge:tick';
/** A schedule fires within its minute, not on the second. */
const LATEST_SECONDS = 5;

type Tick = { readonly ruleName: string; readonly revision: number; readonly dueMs: number };

export function registerTicks(simulation: Simulation): void {
  simulation.on<Tick>(TICK, ({ ruleName, revision, dueMs }) => {
    const rule = eventsState(simulation).rules[ruleName];
    if (rule?.revision !== revision) return;
    fire(simulation, rule, dueMs);
    scheduleNext(simulation, rule, dueMs);
  });
}

/** Puts the next tick of a rule on the agenda: one for each rule, and none for a disabled one. */
export function scheduleNext(simulation: Simulation, rule: Rule, afterMs: number): void {
  if (rule.schedule === null || !rule.isEnabled) return;
  const dueMs = parseSchedule(rule.schedule, rule.scheduledSinceMs)?.(afterMs);
  if (dueMs === undefined) return;
  const late = simulation.between(`eventbridge:tick:${rule.name}:${dueMs}`, 0, LATEST_SECONDS);
  const tick: Tick = { ruleName: rule.name, revision: rule.revision, dueMs };
  simulation.schedule((dueMs - simulation.now()) / 1000 + late, TICK, tick);
}

function fire(simulation: Simulation, rule: Rule, dueMs: number): void {
  const state = eventsState(simulation);
  state.accepted += 1;
  const id = eventId(simulation.seed, state.accepted - 1);
  const { accountId: account, region } = state;
  deliverToTargets(
    simulation,
    rule,
    envelopeOf(scheduledEvent(rule.arn, dueMs), { id, account, region, nowMs: dueMs }),
  );
}

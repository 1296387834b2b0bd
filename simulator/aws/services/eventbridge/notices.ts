import type { Simulation } from '../../../core/simulation.ts';
import { emitEvent } from './bus.ts';
import { type CapacityReservationWarning, capacityReservationInterruption } from './events/ec2.ts';
import { type HealthNotice, healthEvents } from './events/health.ts';
import { eventsState } from './state.ts';

/** AWS Health tells of something: an event for each page of entities. Gives the events' ids. */
export function emitHealthEvent(simulation: Simulation, notice: HealthNotice): string[] {
  const { accountId, region, accepted } = eventsState(simulation);
  const origin = { accountId, region, nowMs: simulation.now(), number: accepted };
  return healthEvents(notice, origin).map((event) => emitEvent(simulation, event));
}

/** EC2 warns that an instance in an interruptible capacity reservation will be taken back. Gives the event's id. */
export function warnOfCapacityReservation(simulation: Simulation, warning: CapacityReservationWarning): string {
  return emitEvent(simulation, capacityReservationInterruption(eventsState(simulation), warning));
}

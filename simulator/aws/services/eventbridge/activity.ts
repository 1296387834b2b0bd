import type { Simulation } from '../../../core/simulation.ts';
import type { Envelope } from './events/envelope.ts';

/** What the bus did for a rule: the facts behind EventBridge's metrics. */
export type BusActivity = {
  readonly kind: 'matched' | 'delivered' | 'retried' | 'failed' | 'dead-lettered' | 'lost';
  readonly ruleName: string;
  /** Undefined for `matched`, which is about the rule and not about a target. */
  readonly targetArn?: string;
  readonly eventId: string;
  /** The event itself, of `matched` alone. */
  readonly event?: Envelope;
  /** Since the bus took the event. */
  readonly afterMs: number;
  readonly atMs: number;
};

type Listener = (activity: BusActivity) => void;

/** Functions, so they belong to the running simulation and not to the world that a snapshot holds. */
const listeners = new WeakMap<Simulation, Listener[]>();

/** Calls the listener, at once and synchronously, for each thing that the bus does. It must only take notes or schedule work. */
export function onBusActivity(simulation: Simulation, listener: Listener): void {
  listeners.set(simulation, [...(listeners.get(simulation) ?? []), listener]);
}

export function tellBusActivity(simulation: Simulation, activity: Omit<BusActivity, 'atMs'>): void {
  for (const listener of listeners.get(simulation) ?? []) listener({ ...activity, atMs: simulation.now() });
}

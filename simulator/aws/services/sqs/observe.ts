import type { Simulation } from '../../../core/simulation.ts';
import type { Message } from './state.ts';

type Listener = (queueName: string, message: Pick<Message, 'id' | 'body' | 'attributes'>) => void;

/** Functions, so they belong to the running simulation and not to the world that a snapshot holds. */
const listeners = new WeakMap<Simulation, Listener[]>();

/** Calls the listener, at once and synchronously, for each message that a queue takes from a sender. It must only take notes. */
export function onMessageSent(simulation: Simulation, listener: Listener): void {
  listeners.set(simulation, [...(listeners.get(simulation) ?? []), listener]);
}

export function tellMessageSent(simulation: Simulation, ...sent: Parameters<Listener>): void {
  for (const listener of listeners.get(simulation) ?? []) listener(...sent);
}

import type { Simulation } from '../../../core/simulation.ts';
import { tellBusActivity } from './activity.ts';
import { begin } from './delivery/queue.ts';
import { type BusEvent, type Envelope, envelopeOf, eventId } from './events/envelope.ts';
import { type CompiledPattern, compilePattern } from './patterns/compile.ts';
import { matchesPattern } from './patterns/match.ts';
import { eventsState, type Rule } from './state.ts';

/** Puts an event of one of AWS's own services on the default bus; gives its id. */
export function emitEvent(simulation: Simulation, event: BusEvent): string {
  const { accountId, region, accepted } = eventsState(simulation);
  const id = eventId(simulation.seed, accepted);
  const envelope = envelopeOf(event, { id, account: accountId, region, nowMs: simulation.now() });
  emitEnvelope(simulation, envelope);
  return envelope.id;
}

/** The same for an event whose envelope is complete, such as a sample. */
export function emitEnvelope(simulation: Simulation, envelope: Envelope): void {
  const state = eventsState(simulation);
  state.accepted += 1;
  for (const rule of Object.values(state.rules)) {
    if (rule.isEnabled && rule.pattern !== null && matchesPattern(patternOf(rule, rule.pattern), envelope))
      deliverToTargets(simulation, rule, envelope);
  }
}

// Every rule looks at every event, and to find a pattern by its text is to read the text.
const patterns = new WeakMap<Rule, { readonly text: string; readonly compiled: CompiledPattern }>();

function patternOf(rule: Rule, text: string): CompiledPattern {
  const known = patterns.get(rule);
  if (known?.text === text) return known.compiled;
  const compiled = compilePattern(text);
  patterns.set(rule, { text, compiled });
  return compiled;
}

/** Hands an event to every target of one rule, as a rule's own schedule does. */
export function deliverToTargets(simulation: Simulation, rule: Rule, envelope: Envelope): void {
  tellBusActivity(simulation, {
    kind: 'matched',
    ruleName: rule.name,
    eventId: envelope.id,
    event: envelope,
    afterMs: 0,
  });
  for (const target of Object.values(rule.targets)) begin(simulation, rule, target, envelope);
}

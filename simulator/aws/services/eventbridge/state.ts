import type { Simulation } from '../../../core/simulation.ts';
import type { Envelope } from './events/envelope.ts';
import type { InputTransformer } from './input-transformer.ts';

export type RetryPolicy = { readonly maximumRetryAttempts: number; readonly maximumEventAgeSeconds: number };

export type Target = {
  readonly id: string;
  readonly arn: string;
  readonly roleArn: string | null;
  /** Constant JSON that the target gets in place of the event. */
  readonly input: string | null;
  readonly transformer: InputTransformer | null;
  readonly messageGroupId: string | null;
  readonly deadLetterArn: string | null;
  readonly retry: RetryPolicy | null;
};

export type Rule = {
  readonly name: string;
  readonly arn: string;
  description: string | null;
  pattern: string | null;
  schedule: string | null;
  isEnabled: boolean;
  readonly createdBy: string;
  /** Changes with each PutRule, EnableRule and DisableRule, so that a tick of the schedule before is no longer due. */
  revision: number;
  scheduledSinceMs: number;
  targets: Record<string, Target>;
};

/** Why a delivery was given up. */
export type DeliveryFailure = {
  readonly code: string;
  readonly message: string;
  /** Null when it was not tried again at all. */
  readonly exhausted: 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds' | null;
  readonly retries: number;
};

export type Delivery = {
  readonly id: string;
  readonly ruleArn: string;
  readonly target: Target;
  readonly event: Envelope;
  readonly acceptedMs: number;
  /** How many attempts there were. */
  attempts: number;
  /** Set when only the dead-letter queue is left to deliver to. */
  failure: DeliveryFailure | null;
  /** When the attempt under way began; null while none is. */
  startedMs: number | null;
};

export type LostDelivery = {
  readonly ruleArn: string;
  readonly targetArn: string;
  readonly event: Envelope;
  readonly failure: DeliveryFailure;
  /** Why the dead-letter queue did not get it either. */
  readonly deadLetter: string;
  readonly atMs: number;
};

/** What goes wrong on the bus by itself, to be set by a test or a scenario. */
export type BusFaults = {
  /** The share of deliveries that come twice. */
  duplicateShare: number;
  /** Deliveries are late by up to so much, each by another time, so they overtake one another. */
  reorderWindowSeconds: number;
  extraLatencySeconds: number;
  /** Nothing is delivered in this time; afterwards everything is. */
  outage: { fromMs: number; untilMs: number } | null;
};

type EventsState = {
  accountId: string;
  region: string;
  accepted: number;
  revisions: number;
  rules: Record<string, Rule>;
  deliveries: Record<string, Delivery>;
  isSweeping: boolean;
  lost: LostDelivery[];
  faults: BusFaults;
};

const initialState = (): EventsState => ({
  accountId: '',
  region: '',
  accepted: 0,
  revisions: 0,
  rules: {},
  deliveries: {},
  isSweeping: false,
  lost: [],
  faults: { duplicateShare: 0, reorderWindowSeconds: 0, extraLatencySeconds: 0, outage: null },
});

/** Everything that EventBridge knows. Ask each time: a restore replaces the object. */
export function eventsState(simulation: Simulation): EventsState {
  return simulation.state('eventbridge', initialState);
}

/** The settings of what goes wrong on the bus; change them in place. */
export function busFaults(simulation: Simulation): BusFaults {
  return eventsState(simulation).faults;
}

/** Every delivery that neither its target nor a dead-letter queue got. AWS tells of them by a metric alone. */
export function lostDeliveries(simulation: Simulation): readonly LostDelivery[] {
  return eventsState(simulation).lost;
}

import type { PutCompositeAlarmInput } from '@aws-sdk/client-cloudwatch';
import type { Simulation } from '../../../../core/simulation.ts';
import { invalidValue, missingParameter } from '../checks.ts';
import { cloudWatchState } from '../state.ts';
import type { AlarmState, CompositeAlarm, Suppression } from './definition.ts';
import { tellOf } from './state-change.ts';

export const RELEASE = 'cloudwatch:release';

export const plainName = (name: string): string =>
  name.startsWith('arn:') ? name.slice(name.indexOf(':alarm:') + ':alarm:'.length) : name;

export function stateOf(simulation: Simulation, name: string): AlarmState {
  const { alarms, composites } = cloudWatchState(simulation);
  const plain = plainName(name);
  return alarms[plain]?.state ?? composites[plain]?.state ?? 'INSUFFICIENT_DATA';
}

/** Refuses a suppressor that is not there, and one without its two periods. */
export function checkSuppressor(simulation: Simulation, input: PutCompositeAlarmInput): void {
  const { ActionsSuppressor: name, ActionsSuppressorWaitPeriod, ActionsSuppressorExtensionPeriod } = input;
  const periods = { ActionsSuppressorWaitPeriod, ActionsSuppressorExtensionPeriod };
  for (const [member, seconds] of Object.entries(periods)) {
    if (name === undefined && seconds !== undefined) throw invalidValue(`${member} without ActionsSuppressor`);
    if (name !== undefined && seconds === undefined) throw missingParameter(member);
    if (seconds !== undefined && seconds < 0) throw invalidValue(`${member} must not be negative`);
  }
  const { alarms, composites } = cloudWatchState(simulation);
  if (name !== undefined && !alarms[plainName(name)] && !composites[plainName(name)])
    throw invalidValue(`the ActionsSuppressor ${name} does not exist`);
}

/**
 * Performs the actions of a composite alarm that changed, or holds them back: while its suppressor is in ALARM, for a while after that, and
 * at first for as long as the suppressor may take to get there. An alarm that is back in the state that people know by then says nothing:
 * what AWS does then is not documented.
 */
export function review(simulation: Simulation, composite: CompositeAlarm): void {
  const { input } = composite;
  const wasSuppressed = composite.suppression?.by === 'Alarm';
  const isSuppressed =
    input.ActionsSuppressor !== undefined && stateOf(simulation, input.ActionsSuppressor) === 'ALARM';
  if (isSuppressed) {
    composite.suppression = { by: 'Alarm', untilMs: 0 };
    return;
  }
  const now = simulation.now();
  if (wasSuppressed) composite.extensionUntilMs = now + 1000 * (input.ActionsSuppressorExtensionPeriod ?? 0);
  if (composite.state === composite.told) {
    composite.suppression = null;
    return;
  }
  const held = wasSuppressed || !composite.suppression ? begun(composite, now) : composite.suppression;
  if (held.untilMs <= now) {
    composite.suppression = null;
    tellOf(simulation, composite);
  } else if (held !== composite.suppression) {
    composite.suppression = held;
    simulation.schedule((held.untilMs - now) / 1000, RELEASE, { name: composite.name });
  }
}

function begun({ input, extensionUntilMs }: CompositeAlarm, now: number): Suppression {
  if (now < extensionUntilMs) return { by: 'ExtensionPeriod', untilMs: extensionUntilMs };
  return { by: 'WaitPeriod', untilMs: now + 1000 * (input.ActionsSuppressorWaitPeriod ?? 0) };
}

/** A period has ended. */
export function release(simulation: Simulation, { name }: { readonly name: string }): void {
  const composite = cloudWatchState(simulation).composites[name];
  if (composite) review(simulation, composite);
}

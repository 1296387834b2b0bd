import { SimulatedAwsError } from '../../errors.ts';
import type { AccessRequest, CallContext } from '../../types.ts';
import { invalid } from './failures.ts';
import { eventsState } from './state.ts';

const DEFAULT_BUS = 'default';

type Keys = Readonly<Record<string, string | readonly string[]>>;

export function busArn({ region, accountId }: CallContext): string {
  return `arn:aws:events:${region}:${accountId}:event-bus/${DEFAULT_BUS}`;
}

export function ruleArn({ region, accountId }: CallContext, name: string): string {
  return `arn:aws:events:${region}:${accountId}:rule/${name}`;
}

/** Only the account's default bus is simulated; by name or ARN. */
export function requireDefaultBus(context: CallContext, bus: string | undefined): void {
  if (bus === undefined || bus === DEFAULT_BUS || bus === busArn(context)) return;
  throw new SimulatedAwsError('ResourceNotFoundException', `Event bus ${bus} does not exist.`);
}

/** The permission for an action on a rule. Who made it is a key of every rule that is there. */
export function ruleAccess(
  context: CallContext,
  action: string,
  name: string | undefined,
  keys: Keys = {},
): AccessRequest[] {
  if (!/^[.\-_A-Za-z0-9]{1,64}$/.test(name ?? ''))
    throw invalid(`the rule name '${name}' must have 1 to 64 characters out of letters, digits, '.', '-' and '_'`);
  const rule = eventsState(context.simulation).rules[name ?? ''];
  const creator = rule ? { 'events:creatorAccount': rule.createdBy } : {};
  return [{ action: `events:${action}`, resource: ruleArn(context, name ?? ''), context: { ...creator, ...keys } }];
}

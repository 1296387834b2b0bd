import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { OpsError } from '../errors/ops-error.ts';
import { CANARY_DETAIL_TYPE, CANARY_SOURCE } from '../events/kinds/canary.ts';
import { toOpsError } from './errors.ts';

/** Puts an event for every cluster on the default bus. Throws when the bus does not take it, for whatever reason. */
export async function putCanaryEvent(events: Pick<EventBridgeClient, 'send'>, clock: { now(): number }): Promise<void> {
  const doing = 'putting the canary on the event bus';
  const entry = {
    Source: CANARY_SOURCE,
    DetailType: CANARY_DETAIL_TYPE,
    Detail: '{}',
    Time: new Date(clock.now()),
  };
  const { Entries = [] } = await events.send(new PutEventsCommand({ Entries: [entry] })).catch((error: unknown) => {
    throw toOpsError(error, doing, {});
  });
  // The call succeeds although the bus refused the entry.
  const [{ ErrorCode, ErrorMessage } = {}] = Entries;
  if (ErrorCode !== undefined)
    throw new OpsError('Unavailable', `${doing}: ${ErrorCode}: ${ErrorMessage}`, { retryable: true });
}

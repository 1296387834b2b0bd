import type { ParsedEvent } from '../../shared/events/event.ts';
import { parseEvent } from '../../shared/events/parse-event.ts';

/** The event if people are to hear of it: about instances of this Region, in an account that Joinery routes for. */
export function parseForPeople(
  body: string,
  place: { readonly region: string; readonly accountIds: ReadonlySet<string> },
): ParsedEvent | undefined {
  const parsed = parseEvent(body);
  if ('decision' in parsed) return undefined;
  const { region, accountId, receivingAccountId } = parsed.event;
  const isOurs = region === place.region && [accountId, receivingAccountId].every((id) => place.accountIds.has(id));
  return isOurs ? parsed.event : undefined;
}

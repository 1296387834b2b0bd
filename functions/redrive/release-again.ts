import type { Letter } from '../../shared/aws/letters.ts';
import { type Fate, REDRIVEN, type Replay } from './fate.ts';

type Deps = {
  /** Hands an event to the function that releases leases. */
  readonly invoke: (event: object) => Promise<void>;
};

const DETAIL_TYPE = 'Step Functions Execution Status Change';
const UNREADABLE: Fate = { state: 'kept', reason: 'unreadable' };

/**
 * Ends of executions, again to the function that releases their leases: as Lambda kept them when it failed, or as the rule kept
 * them when it did not reach Lambda. However old: a lease is held until it is released, and the function releases only that
 * of the execution itself.
 */
export function releaseAgain({ invoke }: Deps): Replay {
  return (letters, { dryRun }) =>
    Promise.all(
      letters.map(async (letter): Promise<Fate> => {
        const event = eventIn(letter);
        if (!event) return UNREADABLE;
        try {
          if (!dryRun) await invoke(event);
          return REDRIVEN;
        } catch (error) {
          return { state: 'kept', reason: error instanceof Error ? error.name : 'unknown' };
        }
      }),
    );
}

function eventIn({ body }: Letter): object | undefined {
  let message: unknown;
  try {
    message = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (!isObject(message)) return undefined;
  const event = message['requestPayload'] ?? message;
  return isObject(event) && event['detail-type'] === DETAIL_TYPE && isObject(event['detail']) ? event : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

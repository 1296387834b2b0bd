import { type SendDeps, sendAll } from '../router/send-deliveries.ts';
import { type Fate, REDRIVEN, type Replay, unlessOlder } from './fate.ts';

const SEND_MS = 10_000;

const HOUR_MS = 3_600_000;
/** Nobody does anything on a mail about an interruption of this morning. */
export const NOTICE_KEPT_MS = 6 * HOUR_MS;
/** An instance's history counts for 13 months, so all that a dead-letter queue can hold. */
export const FLEET_KEPT_MS = 14 * 24 * HOUR_MS;

/** Messages back to the queue whose function failed on them, unless they are too old to matter to it. */
export function sendBack(
  { queueUrl, olderThanMs }: { readonly queueUrl: string; readonly olderThanMs: number },
  deps: SendDeps,
): Replay {
  return (letters, { dryRun }) =>
    unlessOlder(letters, olderThanMs, deps.clock.now(), async (young) => {
      if (dryRun) return young.map(() => REDRIVEN);
      const messages = young.map(({ body }) => ({ queueUrl, body, delaySeconds: 0, attributes: {} }));
      const results = await sendAll(messages, deps.clock.now() + SEND_MS, deps);
      return results.map(
        (result): Fate => (result.state === 'sent' ? REDRIVEN : { state: 'kept', reason: result.code }),
      );
    });
}

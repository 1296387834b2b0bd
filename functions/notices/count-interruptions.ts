import { kindName } from '../../shared/events/kind-name.ts';
import type { Timers } from '../../shared/lambda/timers.ts';
import { emfLines } from '../../shared/metrics/emf.ts';
import { METRICS } from '../../shared/metrics/names.ts';
import type { Notice } from './notice.ts';

type CountDeps = {
  readonly clock: { now(): number };
  readonly timers: Pick<Timers, 'within'>;
  /** Whether nobody was told so of the event before. */
  readonly isFirst: (event: { readonly eventId: string; readonly kind: string }) => Promise<boolean>;
  readonly writeLine: (line: string) => void;
  readonly warn: (message: string, error: unknown) => void;
};

/** Writes under way at a time. What was counted is written to the log after each of these: nothing is in doubt for longer. */
const AT_ONCE = 25;
const WRITE_MS = 2_000;
/** When the ledger is not asked any more: the function has a minute for everything. */
const ASKED_FOR_MS = 10_000;

/**
 * Counts each event once, whichever copy comes first and wherever. One that the ledger does not answer for is counted: it may be
 * counted twice then, and an interruption that no report knows of would be worse.
 */
export async function countInterruptions(notices: readonly Notice[], deps: CountDeps): Promise<void> {
  const events = new Map<string, { eventId: string; kind: string }>();
  for (const { eventId, kind, subject } of notices) {
    const name = kindName(kind, subject);
    events.set(`${name} ${eventId}`, { eventId, kind: name });
  }
  const all = [...events.values()];
  const untilMs = deps.clock.now() + ASKED_FOR_MS;
  for (let start = 0; start < all.length; start += AT_ONCE) {
    const firsts = await Promise.all(
      all
        .slice(start, start + AT_ONCE)
        .map(async (event) => ((await isCounted(event, untilMs, deps)) ? [event.kind] : [])),
    );
    const byKind = Map.groupBy(firsts.flat(), (kind) => kind);
    for (const [Kind, { length }] of byKind)
      for (const line of emfLines({
        timestampMs: deps.clock.now(),
        dimensions: { Kind },
        metrics: [{ name: METRICS.interruptions, unit: 'Count', values: length }],
      }))
        deps.writeLine(line);
  }
}

async function isCounted(
  event: { readonly eventId: string; readonly kind: string },
  untilMs: number,
  { clock, isFirst, timers, warn }: CountDeps,
): Promise<boolean> {
  try {
    if (clock.now() > untilMs) throw new Error('the ledger was slow before');
    return await timers.within(WRITE_MS, 'counting an interruption', isFirst(event));
  } catch (error) {
    warn(`counting event ${event.eventId} failed: it is counted, and may be again with its next copy`, error);
    return true;
  }
}

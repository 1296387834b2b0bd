import type { Letter } from '../../shared/aws/letters.ts';
import { parseEvent } from '../../shared/events/parse-event.ts';
import type { Item, Verdict } from '../router/item.ts';
import { deliveryRecords, type Routed } from '../router/report.ts';
import { deliver, judgeItems, type RouterDeps } from '../router/route-batch.ts';
import { type Fate, REDRIVEN, type Replay } from './fate.ts';

type Deps = Pick<
  RouterDeps,
  'clock' | 'timers' | 'send' | 'owners' | 'queueList' | 'region' | 'accountIds' | 'record'
> & { readonly warn: (message: string, details: object) => void };

/** Nobody waits for a redrive: a send may be tried again for so long. */
const SEND_MS = 10_000;
const RECORD_MS = 5_000;

/** Events, by the router's own decision and sending: what it would drop is dropped, and what it would set aside stays. */
export function replayEvents(deps: Deps): Replay {
  return async (letters, { dryRun }) => {
    const faults: string[] = [];
    const items = letters.map(itemOf);
    const { verdicts, found } = await judgeItems(items, deps, faults);
    const problems = [...found.faults, ...faults];
    if (problems.length > 0) deps.warn('deciding with less than all facts', { problems });
    if (dryRun) return verdicts.map(plannedFate);
    const routed = await deliver(items, verdicts, deps.clock.now() + SEND_MS, deps);
    await keepRecord(routed, deps);
    return routed.map(fateOf);
  };
}

/** As if it came for the first time: a lookup that fails leaves it for the next redrive. */
function itemOf({ messageId, receiptHandle, body, sentMs }: Letter): Item {
  return { messageId, receiptHandle, body, receiveCount: 1, queuedMs: sentMs, parsed: parseEvent(body) };
}

function plannedFate(verdict: Verdict): Fate {
  if (verdict.state === 'postponed') return { state: 'kept', reason: verdict.why };
  return decidedFate(verdict);
}

function fateOf({ decision, outcome }: Routed): Fate {
  if (outcome.state === 'retry') return { state: 'kept', reason: outcome.why };
  if (outcome.state === 'dead') return { state: 'kept', reason: outcome.reason };
  return decidedFate({ decision });
}

function decidedFate({ decision: { action, reason } }: Pick<Verdict, 'decision'>): Fate {
  if (action === 'quarantine') return { state: 'kept', reason };
  return action === 'drop' ? { state: 'dropped', reason } : REDRIVEN;
}

async function keepRecord(routed: readonly Routed[], { record, timers, warn }: Deps): Promise<void> {
  const records = deliveryRecords(routed);
  if (records.length === 0) return;
  try {
    await timers.within(RECORD_MS, 'recording', record(records));
  } catch (error) {
    // What was delivered is delivered, recorded or not.
    warn('the delivery record lacks events that were delivered', { events: records.length, error });
  }
}

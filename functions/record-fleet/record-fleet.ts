import * as z from 'zod/mini';
import type { DeadLetter } from '../../shared/aws/dead-letters.ts';
import { type Evidence, mergeEvidence, NO_EVIDENCE } from '../../shared/fleet/evidence.ts';
import type { Transition } from '../../shared/fleet/transitions.ts';
import { readStored, recordInstances, type StoredInstances } from '../../shared/ledger/instance-records.ts';
import type { LedgerTable } from '../../shared/ledger/table.ts';
import { emfLines } from '../../shared/metrics/emf.ts';
import { METRICS } from '../../shared/metrics/names.ts';
import { completeFacts, type FactSources, type Troubles } from './complete-facts.ts';
import { type Poison, parseStateChange, type StateChange } from './parse-state-change.ts';

const batchSchema = z.object({ Records: z.array(z.object({ messageId: z.string(), body: z.string() })) });

export type RecordFleetDeps = FactSources & {
  readonly table: LedgerTable;
  readonly region: string;
  readonly bury: (letter: DeadLetter) => Promise<void>;
  readonly writeLine: (line: string) => void;
};

export type BatchResponse = { readonly batchItemFailures: { readonly itemIdentifier: string }[] };

type Message = { readonly messageId: string; readonly body: string };
type Heard = Message & { readonly change: StateChange };
type Poisoned = Message & Poison;

/**
 * Keeps a batch of state changes in the ledger, with what EC2 says of the instances. What an event says is kept even where EC2
 * gives no answer; then its message comes again for the rest. Only what fails itself comes again.
 */
export async function recordFleet(input: unknown, deps: RecordFleetDeps): Promise<BatchResponse> {
  const { heard, poison } = sortOut(batchSchema.parse(input).Records, deps);
  const news = new Map<string, Evidence>();
  for (const { change } of heard) {
    news.set(change.instanceId, mergeEvidence(news.get(change.instanceId) ?? NO_EVIDENCE, evidenceIn(change)));
  }
  const known = await readStored(deps.table, [...news.keys()]);
  const nobodys = [...news.keys()].filter((id) => isKnownAsNobodys(id, known, deps.clock.now()));
  for (const id of nobodys) news.delete(id);
  const troubles: Troubles = new Map();
  const forgotten = await completeFacts(news, known, heard, troubles, deps);
  const outcome = await recordInstances(deps, news, known);
  for (const [id, { message }] of outcome.failed) troubles.set(id, message);
  const unburied = await buryAll(poison, deps);
  const again = heard.filter(({ change }) => troubles.has(change.instanceId));
  report(deps, troubles, {
    recorded: heard.length - again.length,
    retried: again.length,
    nobodys: nobodys.length,
    forgotten,
    poison: poison.length,
  });
  return { batchItemFailures: [...unburied, ...again].map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

function sortOut(messages: readonly Message[], { clock, region }: RecordFleetDeps) {
  const heard: Heard[] = [];
  const poison: Poisoned[] = [];
  for (const message of messages) {
    const parsed = parseStateChange(message.body, { region, nowMs: clock.now() });
    if ('change' in parsed) heard.push({ ...message, change: parsed.change });
    else poison.push({ ...message, ...parsed.poison });
  }
  return { heard, poison };
}

/** Poison goes to the dead-letter queue at once, with its reason. Gives what could not be moved: it comes again. */
async function buryAll(poison: readonly Poisoned[], { bury }: RecordFleetDeps): Promise<Message[]> {
  const unburied: Message[] = [];
  for (const message of poison) await bury(message).catch(() => unburied.push(message));
  return unburied;
}

/** `pending` says nothing that the lookup at `running` does not say better. */
function evidenceIn({ state, at }: StateChange): Evidence {
  const transitions: Transition[] = state === 'pending' ? [] : [{ at, kind: state }];
  return { ...NO_EVIDENCE, transitions };
}

function isKnownAsNobodys(id: string, { stored }: StoredInstances, nowMs: number): boolean {
  const row = stored.get(id);
  return row?.evidence.isNobodys === true && (row.expiresAt ?? 0) * 1000 > nowMs;
}

function report(
  { clock, writeLine }: RecordFleetDeps,
  troubles: Troubles,
  counts: Readonly<Record<string, number>>,
): void {
  for (const [outcome, values] of Object.entries(counts)) {
    if (values === 0) continue;
    const metrics = [{ name: METRICS.fleetEvents, unit: 'Count' as const, values }];
    const dimensions = { Function: 'record-fleet', Outcome: outcome };
    const properties = outcome === 'retried' ? { troubles: Object.fromEntries([...troubles].slice(0, 20)) } : {};
    for (const line of emfLines({ timestampMs: clock.now(), dimensions, metrics, properties })) writeLine(line);
  }
}

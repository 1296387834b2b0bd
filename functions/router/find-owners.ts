import type { OwnerFact } from '../../shared/events/decision.ts';
import type { Timers } from '../../shared/lambda/timers.ts';
import type { BoundedMap } from './bounded-map.ts';
import { faultText } from './fault-text.ts';
import type { LookupBreaker } from './lookup-breaker.ts';

export type Owners = ReadonlyMap<string, OwnerFact>;

/** What EC2 said: owners of the instances that it knows, and the way to keep that in the ledger once the events are sent. */
export type Learned = { readonly owners: Owners; save(): Promise<void> };

export type OwnerSources = {
  /** One read; what is absent has no row. */
  readonly readLedger: (ids: readonly string[]) => Promise<Owners>;
  /** One call for up to two hundred; what is absent EC2 does not know. */
  readonly askEc2: (ids: readonly string[]) => Promise<Learned>;
};

export type OwnerDeps = {
  readonly sources: OwnerSources;
  readonly memory: BoundedMap<OwnerFact>;
  readonly breaker: LookupBreaker;
  readonly timers: Timers;
};

export type FoundOwners = {
  readonly owners: Owners;
  /** Instances of which nothing is known because nobody could be asked. */
  readonly unanswered: ReadonlySet<string>;
  /** What went wrong, for the log. */
  readonly faults: readonly string[];
  /** What EC2 said and the ledger did not. */
  readonly learned: Learned | undefined;
};

/** Both together stay well below the function's timeout, with time left to send. */
const LEDGER_MS = 700;
const EC2_MS = 800;
/** As many as one filter of EC2 takes. */
const IDS_A_CALL = 200;

/** Owners of all instances of a batch: from this container's memory, then the ledger in one read, then EC2. Never throws. */
export async function findOwners(ids: Iterable<string>, deps: OwnerDeps): Promise<FoundOwners> {
  const owners = new Map<string, OwnerFact>();
  const faults: string[] = [];
  let missing: string[] = [];
  for (const id of ids) {
    const known = deps.memory.get(id);
    if (known) owners.set(id, known);
    else missing.push(id);
  }
  const take = (found: Owners) => {
    for (const [id, owner] of found) {
      owners.set(id, owner);
      deps.memory.set(id, owner);
    }
    missing = missing.filter((id) => !owners.has(id));
  };
  if (missing.length > 0) {
    const found = await attempt('ledger', LEDGER_MS, () => deps.sources.readLedger(missing), deps.timers, faults);
    if (found) take(found);
  }
  if (missing.length === 0) return { owners, unanswered: NOTHING, faults, learned: undefined };
  if (!deps.breaker.admits(Math.ceil(missing.length / IDS_A_CALL))) {
    faults.push('EC2 is not asked now: it was asked often or failed lately');
    return { owners, unanswered: new Set(missing), faults, learned: undefined };
  }
  const learned = await attempt('EC2', EC2_MS, () => deps.sources.askEc2(missing), deps.timers, faults);
  if (!learned) {
    deps.breaker.failed();
    return { owners, unanswered: new Set(missing), faults, learned: undefined };
  }
  deps.breaker.succeeded();
  take(learned.owners);
  return { owners, unanswered: NOTHING, faults, learned };
}

const NOTHING: ReadonlySet<string> = new Set();

async function attempt<T>(
  whom: string,
  ms: number,
  ask: () => Promise<T>,
  timers: Timers,
  faults: string[],
): Promise<T | undefined> {
  try {
    return await timers.within(ms, `asking ${whom} for owners`, ask());
  } catch (error) {
    faults.push(faultText(whom, error));
    return undefined;
  }
}

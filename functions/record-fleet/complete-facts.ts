import { toOpsError } from '../../shared/aws/errors.ts';
import { type Sighting, volumeEvidence } from '../../shared/fleet/described-instance.ts';
import { type Evidence, mergeEvidence, NO_EVIDENCE, type Volume } from '../../shared/fleet/evidence.ts';
import { recordOf } from '../../shared/fleet/instance-record.ts';
import type { StoredInstances } from '../../shared/ledger/instance-records.ts';
import type { StateChange } from './parse-state-change.ts';

/** EC2 may not show an instance of which it has just told; one that it does not show after this is forgotten. */
const LOOKUP_PATIENCE_MS = 600_000;

export type FactSources = {
  readonly clock: { now(): number };
  /** What EC2 says of these instances, in one call. */
  readonly lookUp: (instanceIds: readonly string[]) => Promise<ReadonlyMap<string, Sighting>>;
  readonly volumesOf: (instanceIds: readonly string[]) => Promise<ReadonlyMap<string, readonly Volume[]>>;
};

/** Instances whose facts are not complete, each with why; their messages come again. */
export type Troubles = Map<string, string>;

/** Asks EC2, once, of instances on which something is missing. Gives how many it does not know (any more). */
export async function completeFacts(
  news: Map<string, Evidence>,
  known: StoredInstances,
  heard: readonly { readonly change: StateChange }[],
  troubles: Troubles,
  deps: FactSources,
): Promise<number> {
  const evidenceOn = (id: string) =>
    mergeEvidence(known.stored.get(id)?.evidence ?? NO_EVIDENCE, news.get(id) ?? NO_EVIDENCE);
  const asked = [...news.keys()].filter((id) => !known.unread.has(id) && lacksFacts(id, evidenceOn(id)));
  if (asked.length === 0) return 0;
  const sightings = await orTroubles(asked, troubles, () => deps.lookUp(asked));
  if (!sightings) return 0;
  for (const [id, { evidence }] of sightings) {
    const isOurs = evidence.identity !== null || evidenceOn(id).identity !== null;
    // Of an instance that is nobody's there is nothing else to keep.
    news.set(id, isOurs ? mergeEvidence(news.get(id) ?? NO_EVIDENCE, evidence) : { ...NO_EVIDENCE, isNobodys: true });
  }
  const bare = [...sightings].flatMap(([id, { state }]) => {
    const { identity, volumes } = evidenceOn(id);
    return identity && !volumes && state !== 'terminated' ? [id] : [];
  });
  const volumes = bare.length > 0 ? await orTroubles(bare, troubles, () => deps.volumesOf(bare)) : undefined;
  for (const [id, attached] of volumes ?? []) {
    const sighting = sightings.get(id);
    if (sighting) news.set(id, mergeEvidence(news.get(id) ?? NO_EVIDENCE, volumeEvidence(attached, sighting)));
  }
  const unseen = asked.filter((id) => !sightings.has(id) && !evidenceOn(id).identity);
  const youngest = deps.clock.now() - LOOKUP_PATIENCE_MS;
  const young = new Set(
    heard.filter(({ change }) => Date.parse(change.at) > youngest).map(({ change }) => change.instanceId),
  );
  for (const id of unseen) if (young.has(id)) troubles.set(id, 'EC2 does not show the instance yet');
  return unseen.filter((id) => !young.has(id)).length;
}

/** Facts and volumes can be had while the instance is there, its StateReason for an hour after it ended. */
function lacksFacts(id: string, evidence: Evidence): boolean {
  const record = recordOf(id, evidence);
  if (!record) return true;
  return record.endedAt === null ? evidence.volumes === null : record.stateReason === null;
}

async function orTroubles<Answer>(
  ids: readonly string[],
  troubles: Troubles,
  ask: () => Promise<Answer>,
): Promise<Answer | undefined> {
  try {
    return await ask();
  } catch (error) {
    const { message } = toOpsError(error);
    for (const id of ids) troubles.set(id, message);
    return undefined;
  }
}

import { isoOf, isUp, type Sighting } from '../../shared/fleet/described-instance.ts';
import { type Evidence, mergeEvidence, NO_EVIDENCE } from '../../shared/fleet/evidence.ts';
import { lifeOf } from '../../shared/fleet/instance-record.ts';

/** News travel through queues: what is younger is not missed, it is on its way. */
const IN_FLIGHT_MS = 600_000;

/**
 * What a look at an instance tells beside what the ledger knows. `sighting` undefined: EC2 knows it no more. An instance that
 * ended at a time that nobody can say is given the last moment at which it is known to have run: nothing is charged that was
 * not seen, and at most the time between two reconciliations is missing.
 */
export function newsOf(
  known: Evidence,
  sighting: Sighting | undefined,
  { reconciledAt }: { readonly reconciledAt: string | undefined },
): Evidence {
  const seen = sighting ? mergeEvidence(NO_EVIDENCE, sighting.evidence) : NO_EVIDENCE;
  const merged = mergeEvidence(known, seen);
  const open = lifeOf(merged).runs.at(-1);
  if ((sighting && isUp(sighting.state)) || !open || open.endedAt !== null) return seen;
  const moments = [open.startedAt, merged.seenRunningAt ?? '', reconciledAt ?? ''];
  const at = moments.toSorted().at(-1) ?? open.startedAt;
  return mergeEvidence(seen, { ...NO_EVIDENCE, transitions: [{ at, kind: 'lost' }] });
}

/** An instance that EC2 does not show may have been launched a moment ago. */
export function isTooYoungToBeGone(known: Evidence, nowMs: number): boolean {
  const startedAt = lifeOf(known).runs.at(-1)?.startedAt;
  return startedAt !== undefined && startedAt > isoOf(nowMs - IN_FLIGHT_MS);
}

export type Missed = { readonly start: boolean; readonly end: boolean };

/** Whether the ledger learned of a start or an end that it should have known by then. */
export function missedBy(before: Evidence, after: Evidence, nowMs: number): Missed {
  const [known, now] = [lifeOf(before), lifeOf(after)];
  const latest = isoOf(nowMs - IN_FLIGHT_MS);
  const startedAt = now.runs.at(-1)?.startedAt ?? latest;
  const isNewlyEnded = now.endedAt !== null && now.endedAt !== known.endedAt && known.endedAt === null;
  return {
    start: now.runs.length > known.runs.length && startedAt < latest,
    end: isNewlyEnded && (now.endedAt ?? latest) < latest,
  };
}

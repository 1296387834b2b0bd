import { toOpsError } from '../aws/errors.ts';
import { OpsError } from '../errors/ops-error.ts';
import { type Evidence, mergeEvidence, NO_EVIDENCE, saysTheSame } from '../fleet/evidence.ts';
import { type InstanceRecord, NO_ANNOTATIONS, recordOf } from '../fleet/instance-record.ts';
import type { Month } from '../fleet/months.ts';
import { eachAtOnce } from './at-once.ts';
import { ConditionFailed } from './condition-failed.ts';
import {
  expiryOf,
  monthKey,
  monthPointers,
  needsRenewal,
  ownerAttributes,
  parseInstanceRow,
  type StoredInstance,
} from './instance-rows.ts';
import { instanceIdOf, instanceKey } from './instances.ts';
import type { LedgerTable } from './table.ts';

const KEYS_A_CALL = 100;
/** How many rows are written at the same time. */
const WRITERS = 10;
/** How often a writer looks again when another wrote the same instance at the same moment. */
const ATTEMPTS = 5;

type Deps = { readonly table: LedgerTable; readonly clock: { now(): number } };

/** What the ledger knew of an instance before and knows now. */
export type Recorded = { readonly before: Evidence; readonly after: Evidence };

export type RecordOutcome = {
  readonly recorded: ReadonlyMap<string, Recorded>;
  /** Instances whose news are not kept: try again. */
  readonly failed: ReadonlyMap<string, OpsError>;
};

const UNKNOWN: StoredInstance = {
  evidence: NO_EVIDENCE,
  version: 0,
  expiresAt: undefined,
  annotations: NO_ANNOTATIONS,
};

/**
 * Adds what was learned of instances to what the ledger knows, by instance id: late, doubled and reordered news come to the
 * same, and two writers lose nothing of each other. `known` is what was read of these instances a moment ago. The month's pointers come first, so that a row never says more than they.
 */
export async function recordInstances(
  deps: Deps,
  news: ReadonlyMap<string, Evidence>,
  known?: StoredInstances,
): Promise<RecordOutcome> {
  const recorded = new Map<string, Recorded>();
  const { stored, unread } = known ?? (await readStored(deps.table, [...news.keys()]));
  const failed = new Map([...unread].filter(([id]) => news.has(id)));
  const waiting = [...news].filter(([id]) => !failed.has(id));
  try {
    await preparePointers(deps, waiting, stored);
  } catch (error) {
    for (const [id] of waiting) failed.set(id, toOpsError(error));
    return { recorded, failed };
  }
  await eachAtOnce(WRITERS, waiting, async ([id, evidence]) => {
    try {
      recorded.set(id, await recordOne(deps, id, evidence, stored.get(id) ?? UNKNOWN));
    } catch (error) {
      failed.set(id, toOpsError(error));
    }
  });
  return { recorded, failed };
}

/** What the ledger tells of these instances; absent: nothing, or they are nobody's. Throws where DynamoDB gives no answer. */
export async function readInstances(
  table: LedgerTable,
  instanceIds: readonly string[],
): Promise<Map<string, InstanceRecord>> {
  const { stored, unread } = await readStored(table, instanceIds);
  for (const error of unread.values()) throw error;
  return new Map(
    [...stored].flatMap(([id, { evidence, annotations }]) => {
      const record = recordOf(id, evidence, annotations);
      return record ? [[id, record] as const] : [];
    }),
  );
}

/** Every instance of a cluster that ran in a month, as it is known now, by instance id. */
export async function* listMonth(table: LedgerTable, cluster: string, month: Month): AsyncGenerator<InstanceRecord> {
  let ids: string[] = [];
  for await (const pointer of table.list(monthKey(cluster, month))) {
    ids.push(String(pointer['sk']));
    if (ids.length < KEYS_A_CALL) continue;
    yield* (await readInstances(table, ids)).values();
    ids = [];
  }
  yield* (await readInstances(table, ids)).values();
}

/** Instances of a cluster that the month's pointers do not show as ended. Rows decide; this is where to look. */
export async function listUnended(table: LedgerTable, cluster: string, month: Month): Promise<string[]> {
  const ids: string[] = [];
  for await (const { sk, endedAt } of table.list(monthKey(cluster, month))) if (endedAt === null) ids.push(String(sk));
  return ids;
}

/** Rows as read, and the instances whose row could not be read. */
export type StoredInstances = {
  readonly stored: ReadonlyMap<string, StoredInstance>;
  readonly unread: ReadonlyMap<string, OpsError>;
};

/** The evidence on these instances, for whoever decides what is missing; `recordInstances` takes it and need not read again. */
export async function readStored(table: LedgerTable, given: readonly string[]): Promise<StoredInstances> {
  const ids = [...new Set(given)];
  const stored = new Map<string, StoredInstance>();
  const unread = new Map<string, OpsError>();
  for (let start = 0; start < ids.length; start += KEYS_A_CALL) {
    const answer = await table.batchGet(ids.slice(start, start + KEYS_A_CALL).map(instanceKey));
    for (const row of answer.rows) {
      const id = instanceIdOf(String(row['pk']));
      try {
        stored.set(id, parseInstanceRow(row));
      } catch (error) {
        unread.set(id, unreadableError(id, error));
      }
    }
    for (const { pk } of answer.unanswered) unread.set(instanceIdOf(pk), unansweredError(instanceIdOf(pk)));
  }
  return { stored, unread };
}

async function preparePointers(
  { table, clock }: Deps,
  news: readonly (readonly [string, Evidence])[],
  stored: ReadonlyMap<string, StoredInstance>,
): Promise<void> {
  const pointers = news.flatMap(([id, evidence]) => {
    const present = stored.get(id) ?? UNKNOWN;
    return monthPointers(id, mergeEvidence(present.evidence, evidence), clock.now());
  });
  await table.batchPut(pointers);
}

async function recordOne(deps: Deps, id: string, news: Evidence, found: StoredInstance): Promise<Recorded> {
  let present = found;
  for (let attempt = 1; ; attempt += 1) {
    const after = mergeEvidence(present.evidence, news);
    if (saysTheSame(after, present.evidence) && !needsRenewal(present, deps.clock.now()))
      return { before: present.evidence, after };
    try {
      await write(deps, id, after, present.version);
      return { before: present.evidence, after };
    } catch (error) {
      if (!(error instanceof ConditionFailed) || attempt === ATTEMPTS) throw error;
    }
    const row = await deps.table.get(instanceKey(id));
    present = row ? parseInstanceRow(row) : UNKNOWN;
    await deps.table.batchPut(monthPointers(id, mergeEvidence(present.evidence, news), deps.clock.now()));
  }
}

/** A condition on the version alone: what others write beside the evidence stays as it is. */
async function write({ table, clock }: Deps, id: string, evidence: Evidence, version: number): Promise<void> {
  const attributes = { ...ownerAttributes(evidence), evidence, expiresAt: expiryOf(evidence, clock.now()) };
  const names = Object.keys(attributes);
  await table.update(instanceKey(id), {
    update: `SET ${['version', ...names].map((name) => `#${name} = :${name}`).join(', ')}`,
    condition: version === 0 ? 'attribute_not_exists(#version)' : '#version = :before',
    names: Object.fromEntries(['version', ...names].map((name) => [`#${name}`, name])),
    values: {
      ...Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`:${name}`, value])),
      ':version': version + 1,
      ...(version === 0 ? {} : { ':before': version }),
    },
  });
}

function unansweredError(id: string): OpsError {
  return new OpsError('Throttled', `DynamoDB did not answer for instance ${id}: try again`, { retryable: true });
}

function unreadableError(id: string, cause: unknown): OpsError {
  const message = `the ledger row INSTANCE#${id} / INSTANCE is not as Joinery writes it: look at it, and delete it if need be`;
  return new OpsError('LedgerRowUnreadable', message, { details: { instanceId: id }, cause });
}

import * as z from 'zod/mini';
import type { Decisions } from '../latency/decisions.ts';
import type { CounterMemory } from '../utilisation/counters.ts';
import { ConditionFailed } from './condition-failed.ts';
import type { LedgerTable } from './table.ts';

const decisionsSchema = z.object({
  process: z.string(),
  sum: z.number(),
  count: z.number(),
  atMs: z.number(),
  windows: z.array(z.object({ fromMs: z.number(), toMs: z.number(), meanSeconds: z.number() })),
});

const stateSchema = z.object({
  claimsMs: z.number(),
  decisions: z.optional(decisionsSchema),
  hourMs: z.optional(z.number()),
});

/** What the collections of a cluster have come to. */
export type CollectionState = {
  /** When the last one began that recorded every claim; before any did, from when on claims count. */
  readonly claimsMs: number;
  readonly decisions?: Decisions | undefined;
  /** When what the cost report says of the hour was last kept. */
  readonly hourMs?: number | undefined;
};

const stateKey = (cluster: string) => ({ pk: `COLLECTED#${cluster}`, sk: 'STATE' });

/**
 * Takes a round of a cluster; undefined where it, or a later one, has been taken: a message may come twice. `firstMs`: from when on
 * claims count where this is the first round ever.
 */
export async function takeRound(
  table: LedgerTable,
  cluster: string,
  { roundMs, firstMs }: { readonly roundMs: number; readonly firstMs: number },
): Promise<CollectionState | undefined> {
  try {
    const row = await table.update(stateKey(cluster), {
      update: 'SET roundMs = :round, claimsMs = if_not_exists(claimsMs, :first)',
      condition: 'attribute_not_exists(roundMs) OR roundMs < :round',
      values: { ':round': roundMs, ':first': firstMs },
    });
    const { claimsMs, decisions, hourMs } = stateSchema.parse(row);
    return { claimsMs, decisions, hourMs };
  } catch (error) {
    if (error instanceof ConditionFailed) return undefined;
    throw error;
  }
}

/** Undefined members stay as they are. */
export async function keepState(
  table: LedgerTable,
  cluster: string,
  { claimsMs, decisions, hourMs }: Partial<CollectionState>,
): Promise<void> {
  const sets = [
    ...(claimsMs === undefined ? [] : ['claimsMs = :claims']),
    ...(decisions === undefined ? [] : ['decisions = :decisions']),
    ...(hourMs === undefined ? [] : ['hourMs = :hour']),
  ];
  if (sets.length === 0) return;
  await table.update(stateKey(cluster), {
    update: `SET ${sets.join(', ')}`,
    values: {
      ...(claimsMs === undefined ? {} : { ':claims': claimsMs }),
      ...(decisions === undefined ? {} : { ':decisions': decisions }),
      ...(hourMs === undefined ? {} : { ':hour': hourMs }),
    },
  });
}

const memorySchema = z.object({
  process: z.nullable(z.string()),
  countedAtMs: z.nullable(z.number()),
  utilisationAtMs: z.nullable(z.number()),
  families: z.array(z.string()),
  counters: z.record(z.string(), z.number()),
});

/** The leader's counters as the last look left them. `version`: how often they were kept. */
export type KeptCounters = { readonly memory: CounterMemory | undefined; readonly version: number };

const countersKey = (cluster: string) => ({ pk: `COUNTERS#${cluster}`, sk: 'LAST' });

export async function readCounters(table: LedgerTable, cluster: string): Promise<KeptCounters> {
  const row = await table.get(countersKey(cluster));
  if (!row) return { memory: undefined, version: 0 };
  return { memory: memorySchema.parse(JSON.parse(String(row['memory']))), version: Number(row['version']) };
}

/**
 * Keeps counters if nobody has since they were read; false otherwise. Who gets them kept may tell of what came since, and nobody
 * else does.
 */
export async function keepCounters(
  table: LedgerTable,
  cluster: string,
  { memory, version }: { readonly memory: CounterMemory; readonly version: number },
): Promise<boolean> {
  try {
    await table.update(countersKey(cluster), {
      update: 'SET #memory = :memory, #version = :next',
      condition: version === 0 ? 'attribute_not_exists(#version)' : '#version = :version',
      names: { '#memory': 'memory', '#version': 'version' },
      values: {
        // As text: names of counters are long, and a map of them would be twice as large.
        ':memory': JSON.stringify(memory),
        ':next': version + 1,
        ...(version === 0 ? {} : { ':version': version }),
      },
    });
    return true;
  } catch (error) {
    if (error instanceof ConditionFailed) return false;
    throw error;
  }
}

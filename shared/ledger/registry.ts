import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod/mini';
import { OpsError } from '../errors/ops-error.ts';
import { ConditionFailed, type LedgerKey } from './condition-failed.ts';
import { REGISTRY_PARTITION } from './keys.ts';
import type { LedgerTable } from './table.ts';

const budgetSchema = z.object({
  dollarsPerHour: z.exactOptional(z.string()),
  dollarsPerMonth: z.exactOptional(z.string()),
  nodePools: z.record(z.string(), z.object({ dollarsPerHour: z.string() })),
});

/** What Joinery knows of any cluster that it looks after. */
const commonShape = {
  cluster: z.string(),
  accountId: z.string(),
  region: z.string(),
  mode: z.enum(['create', 'adopt']),
  state: z.enum(['creating', 'active', 'failed', 'removing']),
  queue: z.object({ name: z.string(), url: z.string(), arn: z.string() }),
  kubernetesVersion: z.string(),
  karpenterVersion: z.string(),
  karpenterNamespace: z._default(z.string(), 'kube-system'),
  /** As the cluster file has it, in US dollars; none: nobody is told what it costs. */
  budget: z.exactOptional(budgetSchema),
};

/** What it knows beside that where Karpenter is Joinery's own; an attached cluster has none of it. */
const ownShape = {
  roles: z.object({
    cluster: z.string(),
    controller: z.string(),
    karpenterNode: z.string(),
    bootstrapNode: z.string(),
  }),
  instanceProfile: z.string(),
  launchTemplate: z.object({ id: z.string(), version: z.string() }),
  /** False: the controller runs on nodes that were there before. */
  bootstrapNodes: z.optional(z.boolean()),
};

const ownSchema = z.object({ ...commonShape, ...ownShape });
const attachedSchema = z.object({ ...commonShape, mode: z.literal('attach') });
const rowSchema = z.union([attachedSchema, ownSchema]);

export type AttachedRow = z.infer<typeof attachedSchema>;
/** Of a cluster that Joinery made or adopted. */
export type OwnRow = z.infer<typeof ownSchema>;
export type RegistryRow = AttachedRow | OwnRow;

type RegistryDeps = { readonly table: LedgerTable; readonly clock: { now(): number } };

export class ClusterNotRegistered extends OpsError {
  constructor(cluster: string, cause: unknown) {
    super('ClusterNotRegistered', `cluster ${cluster} is not in the registry: bootstrap, adopt or attach it first`, {
      details: { cluster },
      cause,
    });
  }
}

/** A run of Joinery's own Karpenter came to a cluster whose Karpenter is somebody else's. */
export class ClusterIsAttached extends OpsError {
  constructor(cluster: string) {
    super(
      'ClusterIsAttached',
      `cluster ${cluster} is attached: its Karpenter and its nodes are somebody else's. Nothing was changed. Start detach-cluster first.`,
      { details: { cluster } },
    );
  }
}

/** Throws ClusterIsAttached. */
export function ownRow(row: RegistryRow): OwnRow {
  if (row.mode === 'attach') throw new ClusterIsAttached(row.cluster);
  return row;
}

/** Writes a row if it says anything new; keeps when the cluster was first registered. */
export async function putRegistryRow(deps: RegistryDeps, given: RegistryRow): Promise<'created' | 'updated' | 'none'> {
  const row = rowSchema.parse(given);
  const key = keyOf(row.cluster);
  const stored = await deps.table.get(key);
  if (stored && isDeepStrictEqual(rowSchema.parse(stored), row)) return 'none';
  const now = new Date(deps.clock.now()).toISOString();
  await deps.table.put(key, { ...row, registeredAt: stored?.['registeredAt'] ?? now, updatedAt: now });
  return stored ? 'updated' : 'created';
}

export async function getRegistryRow(table: LedgerTable, cluster: string): Promise<RegistryRow | undefined> {
  const stored = await table.get(keyOf(cluster));
  return stored && rowSchema.parse(stored);
}

/** Every registered cluster by name; `pageSize` bounds what one read may bring. */
export async function listRegistry(
  table: LedgerTable,
  options?: { readonly pageSize?: number },
): Promise<RegistryRow[]> {
  const rows: RegistryRow[] = [];
  for await (const row of table.list(REGISTRY_PARTITION, options)) rows.push(rowSchema.parse(row));
  return rows;
}

/** False when it was not there. */
export async function removeRegistryRow(table: LedgerTable, cluster: string): Promise<boolean> {
  return (await table.remove(keyOf(cluster))) !== undefined;
}

/** Throws ClusterNotRegistered. */
export async function markState(
  deps: RegistryDeps,
  { cluster, state }: Pick<RegistryRow, 'cluster' | 'state'>,
): Promise<void> {
  try {
    await deps.table.update(keyOf(cluster), {
      update: 'SET #state = :state, updatedAt = :now',
      condition: 'attribute_exists(pk)',
      names: { '#state': 'state' },
      values: { ':state': state, ':now': new Date(deps.clock.now()).toISOString() },
    });
  } catch (error) {
    if (error instanceof ConditionFailed) throw new ClusterNotRegistered(cluster, error);
    throw error;
  }
}

function keyOf(cluster: string): LedgerKey {
  return { pk: REGISTRY_PARTITION, sk: cluster };
}

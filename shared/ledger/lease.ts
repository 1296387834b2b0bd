import { OpsError } from '../errors/ops-error.ts';
import type { Row } from './attributes.ts';
import { ConditionFailed, type LedgerKey } from './condition-failed.ts';
import type { LedgerTable } from './table.ts';

/** Answers whether an execution is still running; asked about the holder before its lease is taken over. */
export type IsRunning = (executionArn: string) => Promise<boolean>;

/**
 * One run at a time changes a cluster. The holder is the ARN of the root execution; the fence rises with each change of
 * holder and with each bump, and never falls: the row outlives the lease.
 */
export type Lease = { readonly holder: string | undefined; readonly fence: number; readonly takenAt: string };

export class LeaseHeld extends OpsError {
  constructor(cluster: string, holder: string, takenAt: string) {
    super(
      'LeaseHeld',
      `another run is changing cluster ${cluster} since ${takenAt}: ${holder}. Wait until it ends, or stop it, and start this run again.`,
      { details: { cluster, holder, takenAt } },
    );
  }
}

export class LeaseLost extends OpsError {
  constructor(cluster: string, fence: number, lease: Lease) {
    const now = lease.holder === undefined ? 'nobody holds it' : `${lease.holder} holds it under fence ${lease.fence}`;
    super(
      'LeaseLost',
      `this run no longer holds the lease of cluster ${cluster} (fence ${fence}): ${now}. Nothing was changed; start the run again if it is still wanted.`,
      { details: { cluster, fence, holder: lease.holder ?? null, presentFence: lease.fence } },
    );
  }
}

/** How often a taker looks again when others take and let go at the same moment. */
const ATTEMPTS = 5;

type TakeRequest = { readonly cluster: string; readonly holder: string; readonly isRunning: IsRunning };
type LeaseDeps = { readonly table: LedgerTable; readonly clock: { now(): number } };

/** Gives the fence under which the holder works. Taking again what one holds changes nothing. Throws LeaseHeld. */
export async function takeLease(deps: LeaseDeps, request: TakeRequest): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await takeOnce(deps, request);
    } catch (error) {
      if (!(error instanceof ConditionFailed) || attempt === ATTEMPTS) throw error;
    }
  }
}

async function takeOnce({ table, clock }: LeaseDeps, { cluster, holder, isRunning }: TakeRequest): Promise<number> {
  const lease = await readLease(table, cluster);
  if (lease.holder === holder) return lease.fence;
  if (lease.holder !== undefined && (await isRunning(lease.holder)))
    throw new LeaseHeld(cluster, lease.holder, lease.takenAt);
  const row = await table.update(keyOf(cluster), {
    update: 'SET holder = :holder, takenAt = :now ADD fence :one',
    condition: lease.holder === undefined ? 'attribute_not_exists(holder)' : 'holder = :before AND fence = :fence',
    values: {
      ':holder': holder,
      ':now': new Date(clock.now()).toISOString(),
      ':one': 1,
      ...(lease.holder === undefined ? {} : { ':before': lease.holder, ':fence': lease.fence }),
    },
  });
  return parseLease(row).fence;
}

/** Throws LeaseLost unless the lease is held under this fence. Call it before each change. */
export async function checkFence(
  table: LedgerTable,
  { cluster, fence }: { readonly cluster: string; readonly fence: number },
): Promise<void> {
  const lease = await readLease(table, cluster);
  if (lease.holder === undefined || lease.fence !== fence) throw new LeaseLost(cluster, fence, lease);
}

type HolderRequest = { readonly cluster: string; readonly holder: string };

/** Stops everybody who works under the present fence, the holder's own siblings too; says whether the lease was the holder's. */
export function bumpFence(table: LedgerTable, { cluster, holder }: HolderRequest): Promise<boolean> {
  return whileHolding(table, cluster, { update: 'ADD fence :one', values: { ':holder': holder, ':one': 1 } });
}

/** Lets go of the holder's own lease and of no other; says whether there was one. */
export function releaseLease(table: LedgerTable, { cluster, holder }: HolderRequest): Promise<boolean> {
  return whileHolding(table, cluster, { update: 'REMOVE holder, takenAt', values: { ':holder': holder } });
}

/** The lease as it is now; fence 0 when no run ever took it. */
export async function readLease(table: LedgerTable, cluster: string): Promise<Lease> {
  return parseLease((await table.get(keyOf(cluster))) ?? {});
}

/** Makes a change if `:holder` holds the lease; says whether it does. */
async function whileHolding(
  table: LedgerTable,
  cluster: string,
  change: { update: string; values: Record<string, string | number> },
): Promise<boolean> {
  try {
    await table.update(keyOf(cluster), { ...change, condition: 'holder = :holder' });
    return true;
  } catch (error) {
    if (error instanceof ConditionFailed) return false;
    throw error;
  }
}

function keyOf(cluster: string): LedgerKey {
  return { pk: `CLUSTER#${cluster}`, sk: 'LEASE' };
}

function parseLease(row: Row): Lease {
  const { holder, fence, takenAt } = row;
  return {
    holder: typeof holder === 'string' ? holder : undefined,
    fence: typeof fence === 'number' ? fence : 0,
    takenAt: typeof takenAt === 'string' ? takenAt : 'an unknown time',
  };
}

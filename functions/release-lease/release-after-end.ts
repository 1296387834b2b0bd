import * as z from 'zod/mini';
import type { EksAccess } from '../../shared/aws/eks.ts';
import { toOpsError } from '../../shared/aws/errors.ts';
import { CLUSTER_ADMIN_POLICY } from '../../shared/clusters/access.ts';
import { namesOf } from '../../shared/clusters/names.ts';
import type { KubeApi } from '../../shared/kube/api.ts';
import { bumpFence, readLease, releaseLease } from '../../shared/ledger/lease.ts';
import type { LedgerTable } from '../../shared/ledger/table.ts';

const statusEvent = z.object({
  'detail-type': z.literal('Step Functions Execution Status Change'),
  detail: z.object({
    executionArn: z.string(),
    status: z.enum(['FAILED', 'TIMED_OUT', 'ABORTED']),
    input: z.string(),
  }),
});

type Deps = {
  readonly table: LedgerTable;
  readonly access: Pick<EksAccess, 'disassociate'>;
  readonly installerRoleArn: string;
  /** As the operator. */
  readonly connect: (cluster: string) => Promise<KubeApi>;
};

export type ReleaseOutcome = {
  readonly cluster: string | null;
  readonly released: boolean;
  /** What could not be cleaned up, and why; the next run of the smoke test does it. */
  readonly left: readonly string[];
};

/**
 * A root execution that was stopped or timed out never reaches its own report: this does what the report would have done. An
 * execution that holds no lease (a nested one, or one that reported) needs nothing.
 */
export async function releaseAfterEnd(event: unknown, deps: Deps): Promise<ReleaseOutcome> {
  const { detail } = statusEvent.parse(event);
  const holder = detail.executionArn;
  const { cluster, isAttach } = runOf(detail.input);
  if (!cluster || (await readLease(deps.table, cluster)).holder !== holder)
    return { cluster, released: false, left: [] };
  await bumpFence(deps.table, { cluster, holder });
  const left = [
    ...(isAttach ? [] : await attempt('the smoke test', () => removeSmokeTest(cluster, deps))),
    ...(await attempt("the installer's access", () =>
      deps.access.disassociate(cluster, deps.installerRoleArn, CLUSTER_ADMIN_POLICY),
    )),
  ];
  return { cluster, released: await releaseLease(deps.table, { cluster, holder }), left };
}

/** A cluster that is attached has no smoke test, and does not know the operator. */
function runOf(input: string): { cluster: string | null; isAttach: boolean } {
  const { metadata, spec } = JSON.parse(input) as { metadata?: { name?: unknown }; spec?: { mode?: unknown } };
  const name = metadata?.name;
  return { cluster: typeof name === 'string' ? name : null, isAttach: spec?.mode === 'attach' };
}

/** Where there is no cluster yet, or no way to it, there is nothing to clean up from here; the lease is released all the same. */
async function attempt(what: string, work: () => Promise<unknown>): Promise<string[]> {
  try {
    await work();
    return [];
  } catch (error) {
    const { name, message } = toOpsError(error);
    return name === 'NotFound' || name === 'ClusterNotReady' ? [] : [`${what}: ${name}: ${message}`];
  }
}

async function removeSmokeTest(cluster: string, deps: Deps): Promise<void> {
  const { smokeTestNamespace: namespace, smokeTestNodePool: name } = namesOf(cluster);
  const kube = await deps.connect(cluster);
  await kube.remove({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'inflate', namespace });
  await kube.remove({ apiVersion: 'karpenter.sh/v1', kind: 'NodePool', name });
}

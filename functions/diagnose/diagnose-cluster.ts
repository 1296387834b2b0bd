import * as z from 'zod/mini';
import { type Diagnosis, diagnose } from '../../shared/diagnosis/diagnose.ts';
import { OpsError } from '../../shared/errors/ops-error.ts';
import type { KubeApi } from '../../shared/kube/api.ts';
import { ClusterNotRegistered } from '../../shared/ledger/registry.ts';
import { gatherFacts } from './gather-facts.ts';

const requestSchema = z.strictObject({ cluster: z.string().check(z.minLength(1)) });

type Deps = {
  readonly clock: { now(): number };
  /** The registry's row of a cluster: it says where the controller runs. */
  readonly findRow: (cluster: string) => Promise<{ readonly karpenterNamespace: string } | undefined>;
  readonly connect: (cluster: string) => Promise<KubeApi>;
};

/** What a person gets who invokes the function with `{ "cluster": "name" }`. */
export async function diagnoseCluster(event: unknown, deps: Deps): Promise<Diagnosis & { readonly cluster: string }> {
  const request = requestSchema.safeParse(event);
  if (!request.success) {
    throw new OpsError('InvalidInput', 'diagnose takes {"cluster": "NAME"} and nothing else', {
      details: { faults: request.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) },
    });
  }
  const { cluster } = request.data;
  const row = await deps.findRow(cluster);
  if (!row) throw new ClusterNotRegistered(cluster, undefined);
  const facts = await gatherFacts(await deps.connect(cluster), row.karpenterNamespace, deps.clock.now());
  return { cluster, ...diagnose(facts) };
}

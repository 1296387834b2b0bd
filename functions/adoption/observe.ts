import type { ClusterFacts } from '../../shared/adoption/facts.ts';
import { toOpsError } from '../../shared/aws/errors.ts';
import { type ClusterObserver, type InsideLook, observeCluster } from '../../shared/aws/observe-cluster.ts';
import { OpsError } from '../../shared/errors/ops-error.ts';
import type { KubeApi } from '../../shared/kube/api.ts';
import { KubeError } from '../../shared/kube/errors.ts';
import { lookInside } from '../../shared/kube/look-inside.ts';

export type Connect = (cluster: string) => Promise<KubeApi>;

/** One look at a cluster that must be there. Throws ClusterMissing, or ClusterNotVisible. */
export async function observe(name: string, connect: Connect, observer: ClusterObserver): Promise<ClusterFacts> {
  const facts = await observeCluster(name, (cluster) => look(cluster, connect), observer).catch((error: unknown) => {
    const { name: code, message } = toOpsError(error);
    if (code !== 'AccessDenied') throw error;
    throw new OpsError(
      'ClusterNotVisible',
      `Joinery may not look at the cluster ${name} in account ${observer.accountId}, ${observer.region}: ${message}. Nothing was changed. ` +
        'Look for a service control policy or a boundary that denies it.',
      { cause: error },
    );
  });
  if (facts) return facts;
  throw new OpsError(
    'ClusterMissing',
    `There is no EKS cluster ${name} in account ${observer.accountId}, ${observer.region}. Nothing was changed. ` +
      'Correct metadata.name, use the deployment of the account and Region of the cluster, or mode: create to make one.',
  );
}

/** A cluster that does not know us, or does not let us see, has no inside; what cannot be reached is an error. */
async function look(cluster: string, connect: Connect): Promise<InsideLook> {
  try {
    return { inside: await lookInside(await connect(cluster), cluster) };
  } catch (error) {
    if (!(error instanceof KubeError) || !error.isAccessDenied) throw error;
    return { inside: null, reason: error.message };
  }
}

import type { Simulation } from '../../../../core/simulation.ts';
import type { KubeCluster, KubeObject } from '../../../../kubernetes/types.ts';
import { SYSTEM_ADMIN } from '../../../../kubernetes/types.ts';
import { type AssociationRecord, type ClusterRecord, findCluster, freshUuid, type Tags } from '../state.ts';
import { drawSeconds } from '../timings.ts';

type NewAssociation = {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly roleArn: string;
  readonly ownerArn?: string;
  readonly disableSessionTags?: boolean | undefined;
  readonly tags?: Tags;
  readonly requestToken?: string | undefined;
};

/** Records an association; pods that are admitted a few seconds later or after get the role. */
export function addAssociation(
  simulation: Simulation,
  cluster: ClusterRecord,
  association: NewAssociation,
): AssociationRecord {
  const nowMs = simulation.now();
  const id = `a-${freshUuid(simulation).replaceAll('-', '').slice(0, 17)}`;
  const record: AssociationRecord = {
    id,
    arn: `${cluster.arn.replace(':cluster/', ':podidentityassociation/')}/${id}`,
    namespace: association.namespace,
    serviceAccount: association.serviceAccount,
    roleArn: association.roleArn,
    disableSessionTags: association.disableSessionTags ?? false,
    tags: { ...association.tags },
    createdAtMs: nowMs,
    modifiedAtMs: nowMs,
    ...(association.ownerArn === undefined ? {} : { ownerArn: association.ownerArn }),
    ...(association.requestToken === undefined ? {} : { requestToken: association.requestToken }),
  };
  cluster.associations[id] = record;
  openSpan(simulation, cluster, record);
  return record;
}

/** The role of an association has changed: the new one follows as late as a new association does. */
export function reassign(simulation: Simulation, cluster: ClusterRecord, record: AssociationRecord): void {
  openSpan(simulation, cluster, record);
}

export function removeAssociation(simulation: Simulation, cluster: ClusterRecord, record: AssociationRecord): void {
  endSpan(cluster, record, effectiveAt(simulation, cluster, record));
  delete cluster.associations[record.id];
}

function openSpan(simulation: Simulation, cluster: ClusterRecord, record: AssociationRecord): void {
  const fromMs = effectiveAt(simulation, cluster, record);
  endSpan(cluster, record, fromMs);
  const { namespace, serviceAccount, roleArn } = record;
  cluster.associationSpans.push({ namespace, serviceAccount, roleArn, fromMs });
}

function endSpan(cluster: ClusterRecord, record: AssociationRecord, atMs: number): void {
  for (const span of cluster.associationSpans) {
    if (span.untilMs !== undefined) continue;
    if (span.namespace === record.namespace && span.serviceAccount === record.serviceAccount) {
      span.untilMs = Math.max(atMs, span.fromMs);
    }
  }
}

function effectiveAt(simulation: Simulation, cluster: ClusterRecord, record: AssociationRecord): number {
  const object = `${cluster.name}:${record.namespace}:${record.serviceAccount}:${cluster.associationSpans.length}`;
  return simulation.now() + 1000 * drawSeconds(simulation, 'podIdentityEffective', object);
}

/** The role that a pod of this service account is given when it is admitted at that moment; undefined: no credentials, for ever. */
export function podIdentityFor(
  simulation: Simulation,
  clusterName: string,
  namespace: string,
  serviceAccount: string,
  atMs: number,
): string | undefined {
  return findCluster(simulation, clusterName)?.associationSpans.findLast(
    (span) =>
      span.namespace === namespace &&
      span.serviceAccount === serviceAccount &&
      span.fromMs <= atMs &&
      (span.untilMs === undefined || atMs < span.untilMs),
  )?.roleArn;
}

/** Whether a pod on this node can turn its Pod Identity into credentials: the agent runs there and is Ready. */
export function isPodIdentityAgentReady(kube: KubeCluster, nodeName: string): boolean {
  const pods = kube.as(SYSTEM_ADMIN).list('v1', 'Pod', { namespace: 'kube-system' });
  return pods.some(
    (pod) =>
      pod.metadata.labels?.['app.kubernetes.io/name'] === 'eks-pod-identity-agent' &&
      pod.spec?.['nodeName'] === nodeName &&
      isReady(pod),
  );
}

function isReady(object: KubeObject): boolean {
  const conditions = (object.status?.['conditions'] ?? []) as { type?: string; status?: string }[];
  return conditions.some((condition) => condition.type === 'Ready' && condition.status === 'True');
}

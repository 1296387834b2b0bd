import type { Reconciliation } from '../context.ts';
import type { Deployment, PodTemplate, ReplicaSet } from '../objects.ts';
import { refOf, timeMs } from '../writing.ts';
import { controllerReference } from './claims.ts';
import { templateHash } from './template-hash.ts';

const HASH_LABEL = 'pod-template-hash';
const REVISION = 'deployment.kubernetes.io/revision';
const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history';
const DESIRED = 'deployment.kubernetes.io/desired-replicas';
const MOST = 'deployment.kubernetes.io/max-replicas';
const NOT_COPIED = [
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  REVISION_HISTORY,
  DESIRED,
  MOST,
  'deprecated.deployment.rollback.to',
];

export function revisionOf(set: ReplicaSet): number {
  return Number(set.metadata.annotations?.[REVISION] ?? 0);
}

/** The size of the Deployment and the most pods allowed, as the set was last told. */
export function toldSizes(set: ReplicaSet): { desired: number | undefined; most: number } {
  const desired = set.metadata.annotations?.[DESIRED];
  return {
    desired: desired === undefined ? undefined : Number(desired),
    most: Number(set.metadata.annotations?.[MOST] ?? 0),
  };
}

export function byAge(left: ReplicaSet, right: ReplicaSet): number {
  const ages = timeMs(left.metadata.creationTimestamp) - timeMs(right.metadata.creationTimestamp);
  return ages !== 0 ? ages : revisionOf(left) - revisionOf(right);
}

// Stored templates are never changed in place: the same one is asked for in every round.
const hashless = new WeakMap<PodTemplate, PodTemplate>();

function withoutHash(template: PodTemplate): PodTemplate {
  const { [HASH_LABEL]: _, ...labels } = template.metadata?.labels ?? {};
  const without = hashless.get(template) ?? { ...template, metadata: { ...template.metadata, labels } };
  hashless.set(template, without);
  return without;
}

/** The set that has the Deployment's present template. */
export function findNewSet(deployment: Deployment, sets: readonly ReplicaSet[]): ReplicaSet | undefined {
  const wanted = templateHash(withoutHash(deployment.spec.template));
  return [...sets].sort(byAge).find((set) => templateHash(withoutHash(set.spec.template)) === wanted);
}

function copiedAnnotations(deployment: Deployment): Record<string, string> {
  const entries = Object.entries(deployment.metadata.annotations ?? {});
  return Object.fromEntries(entries.filter(([key]) => !NOT_COPIED.includes(key)));
}

export function createNewSet(
  run: Reconciliation,
  deployment: Deployment,
  sizes: { readonly replicas: number; readonly most: number; readonly revision: number },
): ReplicaSet {
  const hash = templateHash(withoutHash(deployment.spec.template));
  const { template, selector, minReadySeconds, replicas = 1 } = deployment.spec;
  const labels = { ...template.metadata?.labels, [HASH_LABEL]: hash };
  return run.api.create({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${deployment.metadata.name}-${hash}`,
      ...(deployment.metadata.namespace === undefined ? {} : { namespace: deployment.metadata.namespace }),
      labels,
      annotations: {
        ...copiedAnnotations(deployment),
        [REVISION]: String(sizes.revision),
        [DESIRED]: String(replicas),
        [MOST]: String(sizes.most),
      },
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas: sizes.replicas,
      ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [HASH_LABEL]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  }) as ReplicaSet;
}

/** Makes the new set the latest revision (it was an older one after a rollback) and gives it the Deployment's annotations. */
export function syncNewSet(run: Reconciliation, deployment: Deployment, set: ReplicaSet, revision: number): ReplicaSet {
  const annotations: Record<string, string> = copiedAnnotations(deployment);
  const old = revisionOf(set);
  if (old < revision) {
    annotations[REVISION] = String(revision);
    const history = set.metadata.annotations?.[REVISION_HISTORY];
    if (old > 0) annotations[REVISION_HISTORY] = history ? `${history},${old}` : String(old);
  }
  const { minReadySeconds } = deployment.spec;
  const isSame = Object.entries(annotations).every(([key, value]) => set.metadata.annotations?.[key] === value);
  if (isSame && set.spec.minReadySeconds === minReadySeconds) return set;
  const spec = { minReadySeconds: minReadySeconds ?? null };
  return run.api.mergePatch(refOf(set), { metadata: { annotations }, spec }) as ReplicaSet;
}

/** Writes the revision of the new set on its Deployment. */
export function annotateRevision(run: Reconciliation, deployment: Deployment, set: ReplicaSet): void {
  const revision = String(revisionOf(set));
  if (deployment.metadata.annotations?.[REVISION] === revision) return;
  run.api.mergePatch(refOf(deployment), { metadata: { annotations: { [REVISION]: revision } } });
}

export function scaleSet(
  run: Reconciliation,
  deployment: Deployment,
  set: ReplicaSet,
  sizes: { readonly replicas: number; readonly most: number },
): ReplicaSet {
  const told = toldSizes(set);
  const desired = deployment.spec.replicas ?? 1;
  if (set.spec.replicas === sizes.replicas && told.desired === desired && told.most === sizes.most) return set;
  const annotations = { [DESIRED]: String(desired), [MOST]: String(sizes.most) };
  const patch = { metadata: { annotations }, spec: { replicas: sizes.replicas } };
  return run.api.mergePatch(refOf(set), patch) as ReplicaSet;
}

/** Deletes empty old sets beyond the limit, oldest revision first. */
export function trimHistory(run: Reconciliation, deployment: Deployment, old: readonly ReplicaSet[]): void {
  const empty = old.filter(
    (set) =>
      set.metadata.deletionTimestamp === undefined &&
      set.spec.replicas === 0 &&
      !set.status?.replicas &&
      (set.status?.observedGeneration ?? 0) >= (set.metadata.generation ?? 0),
  );
  const spare = empty.length - (deployment.spec.revisionHistoryLimit ?? 10);
  const ranked = [...empty].sort((left, right) => revisionOf(left) - revisionOf(right));
  for (const set of ranked.slice(0, Math.max(0, spare))) run.api.delete(refOf(set));
}

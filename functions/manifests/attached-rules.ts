import type { EksClusters } from '../../shared/aws/eks.ts';
import { OpsError } from '../../shared/errors/ops-error.ts';
import type { KubeApi, Manifest } from '../../shared/kube/api.ts';
import { MANAGED_BY_LABEL } from '../../shared/kube/labels.ts';
import { ensureStep, type Observation } from '../../shared/runs/ensure-step.ts';
import type { Change, StepResult } from '../../shared/runs/run.ts';
import type { AttachContext } from '../../shared/runs/step-context.ts';
import type { StepInput } from '../../shared/runs/step-input.ts';
import { readerRules } from './access-rules.ts';
import { ACCESS_TIMING, installerTrouble } from './installer-access.ts';

type Deps = Pick<AttachContext, 'clock' | 'fence' | 'steps' | 'loadAttachFile' | 'findAttachment'> & {
  readonly eks: Pick<EksClusters, 'describe'>;
  /** As the installer, who is cluster admin while a run lasts. */
  readonly connect: (cluster: string) => Promise<KubeApi>;
};

/** Applies the reader's ClusterRole and Role, all that attach puts into a cluster. Throws KarpenterNotFound before that. */
export function applyReaderRules(input: StepInput, deps: Deps): Promise<StepResult> {
  return ensureStep(input, ACCESS_TIMING, deps, async (): Promise<Observation> => {
    const { spec } = await deps.loadAttachFile(input.run);
    const kube = await deps.connect(input.run.cluster);
    const trouble = await installerTrouble(kube);
    if (trouble) return { ready: false, detail: trouble, change: 'none' };
    const { namespace } = spec.karpenter;
    await assertKarpenter(kube, input.run.cluster, namespace);
    const rules = readerRules(namespace);
    const changes: Change[] = [];
    for (const manifest of rules) changes.push(await kube.apply(manifest));
    const change = (['created', 'updated'] as const).find((kind) => changes.includes(kind)) ?? 'none';
    return { ready: true, detail: `applied ${namesOf(rules)}`, change };
  });
}

/** Takes away what `applyReaderRules` applied. What has not our label is not ours. */
export function removeReaderRules(input: StepInput, deps: Deps): Promise<StepResult> {
  return ensureStep(input, ACCESS_TIMING, deps, async (): Promise<Observation> => {
    const attachment = await deps.findAttachment(input.run);
    if (!attachment) return { ready: true, detail: 'the cluster is not attached', change: 'none' };
    if (!(await deps.eks.describe(input.run.cluster)))
      return { ready: true, detail: 'the cluster is gone', change: 'none' };
    const kube = await deps.connect(input.run.cluster);
    const trouble = await installerTrouble(kube);
    if (trouble) return { ready: false, detail: trouble, change: 'none' };
    const removed: Manifest[] = [];
    for (const { apiVersion, kind, metadata } of readerRules(attachment.karpenterNamespace).toReversed()) {
      const { name, namespace } = metadata;
      const target = { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) };
      const found = await kube.read(target);
      if (found?.metadata.labels?.[MANAGED_BY_LABEL] !== 'joinery') continue;
      if (await kube.remove(target)) removed.push(found);
    }
    return removed.length > 0
      ? { ready: true, detail: `removed ${namesOf(removed)}`, change: 'updated' }
      : { ready: true, detail: 'no rule of Joinery is left', change: 'none' };
  });
}

async function assertKarpenter(kube: KubeApi, cluster: string, namespace: string): Promise<void> {
  const deployment = { apiVersion: 'apps/v1', kind: 'Deployment' };
  if (await kube.read({ ...deployment, name: 'karpenter', namespace })) return;
  const elsewhere = (await kube.list(deployment)).filter(({ metadata }) => metadata.name === 'karpenter');
  const places = elsewhere.map(({ metadata }) => metadata.namespace ?? 'no namespace');
  const hint =
    places.length > 0
      ? `There is one in ${places.join(' and in ')}: put that into spec.karpenter.namespace.`
      : 'There is none in any other namespace: attach is for clusters that have Karpenter; mode: adopt installs it.';
  throw new OpsError(
    'KarpenterNotFound',
    `Cluster ${cluster} has no Deployment karpenter in the namespace ${namespace}. ${hint}`,
    { details: { cluster, namespace, elsewhere: places } },
  );
}

function namesOf(manifests: readonly Manifest[]): string {
  return manifests.map(({ kind, metadata }) => `${kind}/${metadata.name}`).join(', ');
}

import type { EksClusters } from '../../shared/aws/eks.ts';
import { OpsError } from '../../shared/errors/ops-error.ts';
import { ensureStep, type Observation } from '../../shared/runs/ensure-step.ts';
import type { StepResult } from '../../shared/runs/run.ts';
import type { AttachContext } from '../../shared/runs/step-context.ts';
import type { StepInput } from '../../shared/runs/step-input.ts';
import { TIMING } from './ensure-registry.ts';

type Deps = AttachContext & {
  readonly eks: Pick<EksClusters, 'describe'>;
  /** False when there was none. */
  readonly removeRow: (cluster: string) => Promise<boolean>;
};

/** Registers the cluster with the queue that was chosen: from here on the router sends to it. */
export function registerAttached(input: StepInput, deps: Deps): Promise<StepResult> {
  return ensureStep(input, TIMING, deps, async (): Promise<Observation> => {
    const { cluster } = input.run;
    const [{ spec }, attachment, found] = await Promise.all([
      deps.loadAttachFile(input.run),
      deps.findAttachment(input.run),
      deps.eks.describe(cluster),
    ]);
    const { queue, karpenterVersion, karpenterNamespace } = attachment ?? {};
    if (!found?.version || !queue || !karpenterNamespace)
      throw new OpsError('ClusterNotReady', `Cluster ${cluster} is gone, or nobody has looked for its queue yet.`);
    const saved = await deps.saveRow({
      cluster,
      accountId: found.arn?.split(':')[4] ?? '',
      region: spec.region,
      mode: 'attach',
      state: 'active',
      queue: { name: queue.name, url: queue.url, arn: queue.arn },
      kubernetesVersion: found.version,
      karpenterVersion: karpenterVersion ?? 'unknown',
      karpenterNamespace,
    });
    const detail =
      saved === 'none' ? 'the registry row is current' : `the cluster is registered, with the queue ${queue.name}`;
    return { ready: true, detail, change: saved };
  });
}

/** Takes an attached cluster's row away, and no other's: the router forgets the queue within a minute. */
export function unregisterAttached(input: StepInput, deps: Deps): Promise<StepResult> {
  return ensureStep(input, TIMING, deps, async (): Promise<Observation> => {
    const isAttached = (await deps.findAttachment(input.run)) !== undefined;
    const isRemoved = isAttached && (await deps.removeRow(input.run.cluster));
    return isRemoved
      ? { ready: true, detail: 'the registry row is removed', change: 'updated' }
      : { ready: true, detail: 'there is no registry row of an attached cluster', change: 'none' };
  });
}

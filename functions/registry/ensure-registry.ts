import type { EksClusters } from '../../shared/aws/eks.ts';
import { OpsError } from '../../shared/errors/ops-error.ts';
import type { OwnRow } from '../../shared/ledger/registry.ts';
import { ensureStep, type Observation } from '../../shared/runs/ensure-step.ts';
import type { StepResult } from '../../shared/runs/run.ts';
import type { StepContext } from '../../shared/runs/step-context.ts';
import type { StepInput } from '../../shared/runs/step-input.ts';

export const TIMING = { plannedSeconds: 1, timeoutSeconds: 60 };

type Deps = StepContext & {
  readonly eks: Pick<EksClusters, 'describe'>;
};

/** Makes the cluster's registry row say that the cluster lives, with its versions: from here on others find it. */
export function ensureRegistry(input: StepInput, deps: Deps): Promise<StepResult> {
  return ensureStep(input, TIMING, deps, async (): Promise<Observation> => {
    const { spec } = await deps.loadCluster(input.run);
    const cluster = await deps.eks.describe(input.run.cluster);
    if (!cluster?.version) throw new OpsError('ClusterNotReady', `Cluster ${input.run.cluster} is gone.`);
    // A budget that is gone from the file is gone from the row.
    const { budget: _, ...present } = await deps.registered(input.run);
    const wanted: OwnRow = {
      ...present,
      mode: spec.mode,
      state: 'active',
      kubernetesVersion: cluster.version,
      karpenterVersion: spec.karpenter.version,
      karpenterNamespace: spec.karpenter.namespace,
      ...(input.run.bootstrapNodes === undefined ? {} : { bootstrapNodes: input.run.bootstrapNodes }),
      ...(spec.budget ? { budget: spec.budget } : {}),
    };
    const saved = await deps.saveRow(wanted);
    if (saved === 'none') return { ready: true, detail: 'the registry row is current', change: 'none' };
    const change = present.state === 'active' ? 'updated' : 'created';
    return { ready: true, detail: 'the cluster is registered', change };
  });
}

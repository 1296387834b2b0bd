import type { EksAccess, EksClusters } from '../../shared/aws/eks.ts';
import { isAccessDenied, toOpsError } from '../../shared/aws/errors.ts';
import { objectKeysOf } from '../../shared/clusters/names.ts';
import { executionId } from '../../shared/clusters/ownership.ts';
import { OpsError } from '../../shared/errors/ops-error.ts';
import type { RegistryRow } from '../../shared/ledger/registry.ts';
import { ensureStep, type Observation } from '../../shared/runs/ensure-step.ts';
import type { DocumentPointer, Run, StepResult } from '../../shared/runs/run.ts';
import type { AttachContext } from '../../shared/runs/step-context.ts';
import type { StepInput } from '../../shared/runs/step-input.ts';
import { type AttachPlan, attachPlan, type Seen } from './attach-plan.ts';

const TIMING = { plannedSeconds: 1, timeoutSeconds: 110 };

export type PlanDeps = AttachContext & {
  readonly accountId: string;
  readonly stackHasVpc: boolean;
  readonly readerRoleArn: string;
  readonly eks: Pick<EksClusters, 'describe'>;
  readonly access: Pick<EksAccess, 'entry'>;
  /** A row of any mode. */
  readonly findRow: (run: Run) => Promise<RegistryRow | undefined>;
  readonly countInstances: (cluster: string) => Promise<number>;
  readonly storePlan: (key: string, plan: AttachPlan) => Promise<DocumentPointer>;
};

/** Looks at the account, stores the plan and throws PreflightFailed with every fault. The cluster itself is asked later. */
export function planAttachment(input: StepInput, deps: PlanDeps): Promise<StepResult> {
  return ensureStep(input, TIMING, deps, async (): Promise<Observation> => {
    const { run } = input;
    const { spec } = await deps.loadAttachFile(run);
    const seen = await look(run, spec.region, deps);
    const key = await store(run, attachPlan(seen, new Date(deps.clock.now()).toISOString()), deps);
    // Before anything is made, so that detach finds whatever a killed run leaves.
    if (!run.planOnly && !seen.attachment)
      await deps.remember({ cluster: run.cluster, karpenterNamespace: spec.karpenter.namespace });
    return { ready: true, detail: `plan in ${key}`, change: 'none' };
  });
}

/** What can be seen from outside the cluster. */
export async function look(run: Run, region: string, deps: PlanDeps): Promise<Seen> {
  const { cluster } = run;
  const [found, row, attachment] = await Promise.all([
    describe(cluster, deps),
    deps.findRow(run),
    deps.findAttachment(run),
  ]);
  const knowsEntries = found !== undefined && found.accessConfig?.authenticationMode !== 'CONFIG_MAP';
  const [entry, instances] = await Promise.all([
    knowsEntries ? deps.access.entry(cluster, deps.readerRoleArn) : undefined,
    found ? deps.countInstances(cluster) : 0,
  ]);
  const { accountId, stackHasVpc } = deps;
  const hasReader = entry !== undefined;
  return { cluster, region, accountId, found, row, stackHasVpc, hasReader, instances, attachment };
}

/** Throws ClusterNotVisible. */
async function describe(cluster: string, { eks, accountId }: PlanDeps) {
  try {
    return await eks.describe(cluster);
  } catch (error) {
    if (!isAccessDenied(error)) throw error;
    throw new OpsError(
      'ClusterNotVisible',
      `Joinery may not look at the cluster ${cluster} in account ${accountId}: ${toOpsError(error).message}. Nothing was changed. Look for a service control policy or a boundary that denies it.`,
      { cause: error },
    );
  }
}

/** Throws PreflightFailed once the plan is stored. */
export async function store(run: Run, plan: AttachPlan, deps: PlanDeps): Promise<string> {
  const { key } = await deps.storePlan(objectKeysOf(run.cluster, executionId(run.rootExecution)).plan, plan);
  if (!plan.blocked) return key;
  const lines = plan.faults.map(
    ({ check, path, message, fix }) => `- ${check}${path ? ` (${path})` : ''}: ${message}. Fix: ${fix}.`,
  );
  const head = `${run.cluster} cannot be attached: ${plan.faults.length} fault(s); nothing was changed.`;
  throw new OpsError('PreflightFailed', [head, ...lines].join('\n'), { details: { faults: plan.faults, plan: key } });
}

import type { ClusterFacts } from '../../shared/adoption/facts.ts';
import type { ServiceLinkedRoles } from '../../shared/aws/service-linked-roles.ts';
import { objectKeysOf } from '../../shared/clusters/names.ts';
import { executionId } from '../../shared/clusters/ownership.ts';
import { OpsError } from '../../shared/errors/ops-error.ts';
import { ensureStep, type Observation } from '../../shared/runs/ensure-step.ts';
import type { DocumentPointer, StepResult } from '../../shared/runs/run.ts';
import type { StepContext } from '../../shared/runs/step-context.ts';
import type { StepInput } from '../../shared/runs/step-input.ts';
import { checkAll } from './checks/all.ts';
import { makeLinkedRoles } from './linked-roles.ts';
import { type Account, observe } from './observe.ts';
import { buildPlan, type Plan, summaryOf } from './plan/plan.ts';

const TIMING = { plannedSeconds: 1, timeoutSeconds: 110 };
/** An error's cause travels in the state, which is bounded; the plan has them all. */
const MOST_FAULTS_IN_MESSAGE = 25;

type Deps = StepContext & {
  readonly account: Account & { readonly linkedRoles: ServiceLinkedRoles };
  readonly storePlan: (key: string, plan: Plan) => Promise<DocumentPointer>;
  readonly loadFacts: (pointer: DocumentPointer) => Promise<ClusterFacts>;
};

/**
 * Looks at everything that the run depends on, stores the plan, and makes the service-linked roles that are missing. Throws
 * PreflightFailed with every fault, before anything was made; the plan is stored all the same. A run that only plans makes
 * nothing at all.
 */
export function preflight(input: StepInput, deps: Deps): Promise<StepResult> {
  return ensureStep(input, TIMING, deps, async (): Promise<Observation> => {
    const { run } = input;
    const cluster = await deps.loadCluster(run);
    const facts = run.facts && (await deps.loadFacts(run.facts));
    const world = await observe(cluster, await deps.findRegistered(run), deps.account, facts);
    const plan = buildPlan(world, await checkAll(world), new Date(deps.clock.now()).toISOString());
    const { key } = await deps.storePlan(objectKeysOf(run.cluster, executionId(run.rootExecution)).plan, plan);
    if (plan.blocked) throw failure(plan, key);

    const made = run.planOnly
      ? []
      : await makeLinkedRoles(world.linkedRoles, {
          linkedRoles: deps.account.linkedRoles,
          recordIntent: (name) => deps.recordIntent(run, input.step, { resource: 'service-linked role', name }),
        });
    return {
      ready: true,
      detail: `plan in ${key}: ${summaryOf(plan)}${made.length > 0 ? `; made ${made.join(', ')}` : ''}`,
      change: made.length > 0 ? 'created' : 'none',
    };
  });
}

function failure({ cluster, faults }: Plan, key: string): OpsError {
  const lines = faults.map(
    ({ check, path, message, fix }) => `- ${check}${path ? ` (${path})` : ''}: ${message}. Fix: ${fix}.`,
  );
  const shown = lines.slice(0, MOST_FAULTS_IN_MESSAGE);
  const rest = lines.length > shown.length ? [`- and ${lines.length - shown.length} more, in ${key}`] : [];
  const head = `The preflight of ${cluster} found ${faults.length} fault(s); nothing was created.`;
  return new OpsError('PreflightFailed', [head, ...shown, ...rest].join('\n'), {
    details: { faults: faults.slice(0, MOST_FAULTS_IN_MESSAGE), plan: key },
  });
}

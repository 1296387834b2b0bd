import * as z from 'zod/mini';
import { objectKeysOf } from '../../shared/clusters/names.ts';
import { executionId } from '../../shared/clusters/ownership.ts';
import type { RunStep } from '../../shared/ledger/run-steps.ts';
import { rootCause } from '../../shared/runs/root-cause.ts';
import type { DocumentPointer, Run } from '../../shared/runs/run.ts';
import { runSchema } from '../../shared/runs/step-input.ts';
import { adviceFor } from './failure.ts';

const failure = z.object({ Error: z.optional(z.string()), Cause: z.optional(z.string()) });

const request = z.object({
  machine: z.string(),
  execution: z.string(),
  state: z.object({ run: z.optional(runSchema), failure: z.optional(failure), firstFailure: z.optional(failure) }),
});

type Deps = {
  readonly clock: { now(): number };
  readonly listSteps: (run: Run) => Promise<RunStep[]>;
  readonly storeReport: (key: string, report: object) => Promise<DocumentPointer>;
  /** Gives the lease back; with `stopSiblings` what still runs in this run's name is stopped by its fence. */
  readonly releaseLease: (run: Run, options: { readonly stopSiblings: boolean }) => Promise<void>;
};

export type RunReport = {
  readonly status: 'succeeded' | 'failed';
  readonly error: string;
  readonly message: string;
  readonly report: DocumentPointer | null;
};

/**
 * The last state of every execution: what was done, or what failed, what exists and what to do next. The root execution gives
 * its lease back here; a nested one leaves it to its parent.
 */
export async function reportRun(event: unknown, deps: Deps): Promise<RunReport> {
  const { machine, execution, state } = request.parse(event);
  const caught = state.firstFailure ?? state.failure;
  const failed = caught ? rootCause(caught) : undefined;
  const { run } = state;
  if (!run) return { status: 'failed', error: failed?.error ?? 'Unknown', message: withAdvice(failed), report: null };

  const steps = await deps.listSteps(run);
  const done = steps.filter((step) => step.endedAt !== undefined && step.ready);
  const exists = done.map((step) => `${step.step} (${step.change})`);
  const todos = steps.flatMap(({ todo }) => todo ?? []);
  // A nested execution hands on what failed; advice and stock-taking belong to the root's report.
  const isRoot = run.rootExecution === execution;
  const message = failed
    ? isRoot
      ? `${withAdvice(failed)} ${stockOf(exists, steps)}`
      : failed.message
    : [`${machine} of ${run.cluster}: ${exists.join(', ')}`, ...todos].join('. ');
  const status = failed ? ('failed' as const) : ('succeeded' as const);
  const report = await deps.storeReport(keyOf(run, execution), {
    machine,
    execution,
    cluster: run.cluster,
    status,
    ...(failed ? { error: failed.error, cause: failed.message, next: adviceFor(failed.error) } : {}),
    ...(todos.length > 0 ? { todo: todos } : {}),
    startedAt: run.startedAt,
    endedAt: new Date(deps.clock.now()).toISOString(),
    steps,
  });
  if (isRoot && !run.planOnly) {
    await deps.releaseLease(run, { stopSiblings: failed !== undefined });
  }
  return { status, error: failed?.error ?? 'none', message, report };
}

/** What a failed run leaves behind: what its steps finished, and what the unfinished ones were about to make. */
function stockOf(exists: readonly string[], steps: readonly RunStep[]): string {
  const kept = `Kept: ${exists.length > 0 ? exists.join(', ') : 'nothing was finished'}.`;
  const begun = steps
    .filter((step) => !step.ready)
    .flatMap((step) => step.intents.map((intent) => `${intent.what} ${intent.name}`));
  return begun.length > 0 ? `${kept} Begun: ${begun.join(', ')}.` : kept;
}

function withAdvice(failed: { error: string; message: string } | undefined): string {
  if (!failed) return 'The run ended without saying why.';
  return `${failed.message.trim()} ${adviceFor(failed.error)}`;
}

function keyOf(run: Run, execution: string): string {
  const { report } = objectKeysOf(run.cluster, executionId(run.rootExecution));
  return run.rootExecution === execution
    ? report
    : report.replace(/report\.json$/, `report-${executionId(execution)}.json`);
}

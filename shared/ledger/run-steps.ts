import * as z from 'zod/mini';
import type { Change } from '../runs/run.ts';
import type { LedgerKey } from './condition-failed.ts';
import type { LedgerTable } from './table.ts';

/** Something that a step is about to make: the kind of thing, its name, and the token of the create call where AWS takes one. */
export type StepIntent = { readonly what: string; readonly name: string; readonly token?: string | undefined };

/** What a run meant to do and did in one step. */
export type RunStep = {
  readonly step: string;
  readonly startedAt: string;
  /** Absent while the step runs, and for ever when its run was killed. */
  readonly endedAt: string | undefined;
  readonly ready: boolean;
  readonly detail: string;
  readonly change: Change;
  readonly intents: readonly StepIntent[];
  /** What a person has to do afterwards. */
  readonly todo?: string | undefined;
};

const intentSchema = z.object({ what: z.string(), name: z.string(), token: z.optional(z.string()) });

const stepSchema = z.object({
  sk: z.string(),
  startedAt: z.string(),
  endedAt: z.optional(z.string()),
  ready: z._default(z.boolean(), false),
  detail: z._default(z.string(), ''),
  change: z._default(z.enum(['created', 'adopted', 'updated', 'none']), 'none'),
  intents: z._default(z.record(z.string(), intentSchema), {}),
  todo: z.optional(z.string()),
});

type StepKey = { readonly execution: string; readonly step: string };
type StepDeps = { readonly table: LedgerTable; readonly clock: { now(): number } };

/** 13 months of at most 31 days. */
const KEPT_SECONDS = 403 * 86_400;

/** The first start stays. */
export async function recordStepStart(
  deps: StepDeps,
  request: StepKey & { readonly startedAt: string },
): Promise<void> {
  await deps.table.update(keyOf(request), {
    update: `SET ${STARTED}`,
    values: startValues(deps, request.startedAt),
  });
}

/** Call it before a create call. The first intent for a thing stays, with its token: use what is given back. */
export async function recordIntent(
  deps: StepDeps,
  request: StepKey & { readonly intent: StepIntent },
): Promise<StepIntent> {
  const { intent } = request;
  const thing = `${intent.what}/${intent.name}`;
  // The map must be there before one of its members can be set.
  await deps.table.update(keyOf(request), {
    update: `SET ${STARTED}, intents = if_not_exists(intents, :none)`,
    values: { ...startValues(deps, new Date(deps.clock.now()).toISOString()), ':none': {} },
  });
  const row = await deps.table.update(keyOf(request), {
    update: 'SET intents.#thing = if_not_exists(intents.#thing, :intent)',
    names: { '#thing': thing },
    values: { ':intent': intent },
  });
  return stepSchema.parse(row).intents[thing] ?? intent;
}

export type StepEnd = StepKey & {
  readonly startedAt: string;
  readonly ready: boolean;
  readonly detail: string;
  readonly change: Change;
  readonly todo?: string | undefined;
};

/** Records how a step ended. A change that was recorded stays: a later look that finds all well does not unsay it. */
export async function recordStepEnd(deps: StepDeps, request: StepEnd): Promise<void> {
  const { startedAt, ready, detail, change, todo } = request;
  const changed = change === 'none' ? 'if_not_exists(#change, :change)' : ':change';
  await deps.table.update(keyOf(request), {
    update: `SET ${STARTED}, endedAt = :now, #ready = :ready, #detail = :detail, #change = ${changed}${todo === undefined ? '' : ', todo = :todo'}`,
    names: { '#ready': 'ready', '#detail': 'detail', '#change': 'change' },
    values: {
      ...startValues(deps, startedAt),
      ':now': new Date(deps.clock.now()).toISOString(),
      ':ready': ready,
      ':detail': detail,
      ':change': change,
      ...(todo === undefined ? {} : { ':todo': todo }),
    },
  });
}

/** The steps of a run in the order in which they began. */
export async function listSteps(table: LedgerTable, execution: string): Promise<RunStep[]> {
  const steps: RunStep[] = [];
  for await (const row of table.list(partitionOf(execution))) {
    const { sk, intents, endedAt, ...facts } = stepSchema.parse(row);
    steps.push({ ...facts, endedAt, step: sk, intents: Object.values(intents) });
  }
  return steps.toSorted((left, right) => Date.parse(left.startedAt) - Date.parse(right.startedAt));
}

const STARTED = 'startedAt = if_not_exists(startedAt, :startedAt), expiresAt = :expiresAt';

function startValues({ clock }: StepDeps, startedAt: string): Record<string, string | number> {
  return { ':startedAt': startedAt, ':expiresAt': Math.floor(clock.now() / 1000) + KEPT_SECONDS };
}

function partitionOf(execution: string): string {
  return `RUN#${execution}`;
}

function keyOf({ execution, step }: StepKey): LedgerKey {
  return { pk: partitionOf(execution), sk: step };
}

import * as z from 'zod/mini';
import { OpsError } from '../errors/ops-error.ts';
import type { Run, StepResult } from './run.ts';

const pointer = z.object({ bucket: z.string(), key: z.string(), sha256: z.string() });

/** The run as every state carries it. */
export const runSchema = z.object({
  cluster: z.string(),
  rootExecution: z.string(),
  fence: z.number(),
  spec: pointer,
  startedAt: z.string(),
  planOnly: z.boolean(),
  smokeTest: z.boolean(),
  adopt: z.exactOptional(z.boolean()),
  facts: z.exactOptional(pointer),
  bootstrapNodes: z.exactOptional(z.boolean()),
});

const stepResult = z.object({
  name: z.string(),
  ready: z.boolean(),
  expired: z.boolean(),
  detail: z.string(),
  retryAfterSeconds: z.number(),
  change: z.enum(['created', 'adopted', 'updated', 'none']),
  startedAt: z.string(),
  todo: z.optional(z.string()),
});

const stepInput = z.object({
  step: z.string(),
  state: z.object({ run: runSchema, step: z.optional(stepResult) }),
});

/** What a state machine hands to a step function: the step's name, the run, and what the same step answered last. */
export type StepInput = { readonly step: string; readonly run: Run; readonly previous: StepResult | undefined };

/** Throws MalformedInput with every fault when the event is not what the state machines send. */
export function parseStepInput(event: unknown): StepInput {
  const parsed = stepInput.safeParse(event);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new OpsError('MalformedInput', `This is not the input of a step: ${faults.join('; ')}`, {
      details: { faults },
    });
  }
  const { step, state } = parsed.data;
  return { step, run: state.run, previous: state.step?.name === step ? state.step : undefined };
}

/** The same for functions that do more than one thing: the state machine names the action. */
export function parseActionInput<const Action extends string>(
  event: unknown,
  actions: readonly Action[],
): { readonly action: Action; readonly input: StepInput } {
  const named = z.object({ action: z.enum(actions) }).safeParse(event);
  if (!named.success)
    throw new OpsError(
      'MalformedInput',
      `This is not the input of a step: action must be one of ${actions.join(', ')}`,
    );
  return { action: named.data.action as Action, input: parseStepInput(event) };
}

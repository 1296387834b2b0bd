import { OpsError } from '../errors/ops-error.ts';
import type { Observation } from '../runs/ensure-step.ts';
import type { StepInput } from '../runs/step-input.ts';
import { isAlreadyExists, isInUse, isPropagating } from './errors.ts';

/** IAM spreads a new role within half a minute. What AWS does not know after this is wrong, not new. */
const PROPAGATION_SECONDS = 120;

/**
 * Asks AWS to make or change something, and answers `asked`. Where AWS says "not now" the step waits and looks again: at a
 * role that is not known everywhere yet, for two minutes; at a name that is taken (the next look tells whose it is) and at
 * another change under way, for as long as the step may take.
 */
export async function askForChange(
  turn: { readonly input: StepInput; readonly clock: { now(): number } },
  asked: Observation,
  request: () => Promise<unknown>,
): Promise<Observation> {
  try {
    await request();
    return asked;
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    if (isPropagating(error)) {
      if (secondsSinceStart(turn) < PROPAGATION_SECONDS) return waiting(`IAM has not spread a role yet: ${said}`);
      throw new OpsError(
        'RoleUnusable',
        `After ${PROPAGATION_SECONDS} s a role still cannot be used: ${said}. Check its trust policy and permissions.`,
        { cause: error },
      );
    }
    if (isInUse(error) || isAlreadyExists(error)) return waiting(`AWS says that it is taken or busy: ${said}`);
    throw error;
  }
}

function waiting(detail: string): Observation {
  return { ready: false, detail, change: 'none' };
}

function secondsSinceStart({ input, clock }: Parameters<typeof askForChange>[0]): number {
  return input.previous ? (clock.now() - Date.parse(input.previous.startedAt)) / 1000 : 0;
}

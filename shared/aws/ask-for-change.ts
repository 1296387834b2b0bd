import { OpsError } from '../errors/ops-error.ts';
import type { Observation } from '../runs/ensure-step.ts';
import type { StepInput } from '../runs/step-input.ts';
import { isAlreadyExists, isInUse, isPropagating } from './errors.ts';

/** IAM spreads a new role within half a minute. What AWS does not know after this is wrong, not new. */
const PROPAGATION_SECONDS = 120;

type Turn = {
  readonly input: StepInput;
  readonly clock: { now(): number };
  /** When the role was made that the request names; the start of the step unless said. */
  readonly roleMadeAtMs?: number;
};

/**
 * Asks AWS to make or change something, and answers `asked`. Where AWS says "not now" the step waits and looks again: at a
 * role that is not known everywhere yet, for two minutes; at a name that is taken (the next look tells whose it is) and at
 * another change under way, for as long as the step may take.
 */
export async function askForChange(
  turn: Turn,
  asked: Observation,
  request: () => Promise<unknown>,
): Promise<Observation> {
  try {
    await request();
    return asked;
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    if (isPropagating(error)) {
      if (secondsOfPatience(turn) < PROPAGATION_SECONDS) return waiting(`IAM has not spread a role yet: ${said}`);
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

/** For how long the role may have been spreading. */
function secondsOfPatience({ input, clock, roleMadeAtMs }: Turn): number {
  const startMs = input.previous ? Date.parse(input.previous.startedAt) : clock.now();
  return (clock.now() - Math.max(startMs, roleMadeAtMs ?? startMs)) / 1000;
}

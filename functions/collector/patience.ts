import { toOpsError } from '../../shared/aws/errors.ts';
import type { OpsError } from '../../shared/errors/ops-error.ts';
import type { Timers } from '../../shared/lambda/timers.ts';

export type Patience = { readonly clock: { now(): number }; readonly timers: Timers };

/** Between the attempts at something that may yet succeed. */
const PAUSES_MS = [500, 2000] as const;

/** Tries something at most three times until a moment; throws the last error. A refusal is not tried again. */
export async function patiently<T>(doing: string, untilMs: number, work: () => Promise<T>, deps: Patience): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await deps.timers.within(Math.max(1, untilMs - deps.clock.now()), doing, work());
    } catch (error) {
      const pause = PAUSES_MS[attempt];
      const isOver = pause === undefined || deps.clock.now() + pause >= untilMs;
      if (isOver || !mayYetSucceed(toOpsError(error))) throw error;
      await deps.timers.sleep(pause);
    }
  }
}

/** A list whose version the API server no longer has can be begun anew. */
function mayYetSucceed({ retryable, details }: OpsError): boolean {
  return retryable || details['status'] === 410;
}

import type { Simulation } from '../core/simulation.ts';

/** What goes wrong with a function's invocations. Shares are of the invocations that are let in, drawn by seed and number. */
export type LambdaFaults = {
  /** The environment dies after the handler has done its work, before Lambda has its answer. */
  readonly crashShare?: number;
  /** The handler does its work and then hangs until its time is over. */
  readonly timeoutShare?: number;
  /** A new environment although an idle one is there. */
  readonly coldStartShare?: number;
  /** Times, in milliseconds since the epoch, in which the function has a concurrency of 0. */
  readonly throttled?: readonly { readonly fromMs: number; readonly toMs: number }[];
};

/** What was drawn for one invocation. */
export type DrawnFaults = {
  readonly isThrottled: boolean;
  readonly isCold: boolean;
  readonly ending: 'answers' | 'crashes' | 'hangs';
};

type FaultState = { faults: Record<string, LambdaFaults>; invocations: Record<string, number> };

const NONE: DrawnFaults = { isThrottled: false, isCold: false, ending: 'answers' };

function faultState(simulation: Simulation): FaultState {
  return simulation.state('lambda:faults', () => ({ faults: {}, invocations: {} }));
}

/** Switches the faults of a function on, or with an empty object off. Part of the world: a snapshot keeps them. */
export function setLambdaFaults(simulation: Simulation, functionName: string, faults: LambdaFaults): void {
  faultState(simulation).faults[functionName] = structuredClone(faults);
}

/** Draws for the function's next invocation. */
export function drawFaults(simulation: Simulation, functionName: string): DrawnFaults {
  const state = faultState(simulation);
  const faults = state.faults[functionName];
  if (!faults) return NONE;
  const now = simulation.now();
  if (faults.throttled?.some(({ fromMs, toMs }) => fromMs <= now && now < toMs)) return { ...NONE, isThrottled: true };
  const number = (state.invocations[functionName] ?? 0) + 1;
  state.invocations[functionName] = number;
  const happens = (kind: string, share = 0) =>
    share > 0 && simulation.between(`lambda:${kind}:${functionName}:${number}`, 0, 1) < share;
  return {
    isThrottled: false,
    isCold: happens('cold', faults.coldStartShare),
    ending: happens('crash', faults.crashShare)
      ? 'crashes'
      : happens('timeout', faults.timeoutShare)
        ? 'hangs'
        : 'answers',
  };
}

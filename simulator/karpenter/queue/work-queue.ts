import type { Simulation } from '../../core/simulation.ts';
import type { Outcome } from '../controller.ts';
import { type KarpenterState, karpenterState } from '../state.ts';

type Item = { readonly key: string; readonly atMs: number; readonly isGuard?: true };

export type WorkQueue = { enqueue(key: string, afterSeconds: number): void };

const LONGEST_BACK_OFF_SECONDS = 60;
/** A timer takes no more than 24 days; whoever is called early looks again. */
const LONGEST_WAIT_SECONDS = 7 * 86_400;

type QueueOptions = {
  readonly simulation: Simulation;
  readonly clusterName: string;
  readonly work: (key: string) => Promise<Outcome>;
  /** For work that waits for AWS: how far off an item stands for it, so that a restored world takes it up again. */
  readonly guardSeconds: (key: string) => number | undefined;
  /** Whether a failure is part of the simulated world; others fail the run. */
  readonly isExpected: (error: unknown) => boolean;
  readonly onFailure: (key: string, error: Error) => void;
};

/**
 * Work by key on the agenda: one piece of work for each key at a time. The work must look at what is there and go on from it:
 * after a restore it is simply begun again.
 */
export function createWorkQueue(options: QueueOptions): WorkQueue {
  const { simulation, clusterName } = options;
  const kind = `karpenter:${clusterName}`;
  const state = () => karpenterState(simulation, clusterName);
  // By state, because what was under way when a world was put back is under way no longer. The value: asked for meanwhile?
  const busy = new WeakMap<KarpenterState, Map<string, boolean>>();
  const busyKeys = () => {
    const known = busy.get(state()) ?? new Map<string, boolean>();
    busy.set(state(), known);
    return known;
  };

  function schedule(key: string, afterSeconds: number, isGuard: boolean): number | undefined {
    const waitMs = Math.ceil(Math.min(LONGEST_WAIT_SECONDS, Math.max(0, afterSeconds)) * 1000);
    const atMs = simulation.now() + waitMs;
    const { due } = state();
    if (due[key] !== undefined && due[key] <= atMs) return undefined;
    due[key] = atMs;
    const item: Item = { key, atMs, ...(isGuard ? { isGuard } : {}) };
    simulation.schedule((atMs - simulation.now()) / 1000, kind, item);
    return atMs;
  }

  async function attempt(key: string, { failures }: KarpenterState): Promise<Outcome> {
    try {
      const outcome = await options.work(key);
      delete failures[key];
      return outcome;
    } catch (error) {
      if (!options.isExpected(error) || !(error instanceof Error)) throw error;
      failures[key] = (failures[key] ?? 0) + 1;
      options.onFailure(key, error);
      return { againAfterSeconds: Math.min(LONGEST_BACK_OFF_SECONDS, 2 ** (failures[key] - 1)) };
    }
  }

  async function perform({ key, atMs, isGuard }: Item): Promise<void> {
    const present = state();
    if (present.due[key] !== atMs) return;
    delete present.due[key];
    const underWay = busyKeys();
    const guard = options.guardSeconds(key);
    const isBusy = underWay.has(key);
    const guardMs = guard === undefined ? undefined : schedule(key, guard, true);
    if (isBusy) {
      if (!isGuard) underWay.set(key, true);
      return;
    }
    underWay.set(key, false);
    let isWanted = false;
    let outcome = await attempt(key, present).finally(() => {
      isWanted = underWay.get(key) ?? false;
      underWay.delete(key);
    });
    if (isWanted) outcome = { againAfterSeconds: 0 };
    if (state() !== present) return;
    if (guardMs !== undefined && present.due[key] === guardMs) delete present.due[key];
    if (outcome) schedule(key, outcome.againAfterSeconds, false);
  }

  simulation.on<Item>(kind, perform);
  return {
    enqueue: (key, afterSeconds) => {
      schedule(key, afterSeconds, false);
    },
  };
}

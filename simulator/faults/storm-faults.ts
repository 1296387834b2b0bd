import type { FaultInjector } from '../aws/cloud.ts';
import { keyedRandom } from '../core/random.ts';
import type { StormStage } from '../storm/storm.ts';
import type { StormFaultPlan } from './fault-plan.ts';
import { FAULT_PLANS, faultInjector } from './faults.ts';
import { PLANS } from './storm-plans.ts';

/** Faults of a storm, switched on by `arrange` at the moment at which it begins. */
export type StormFaults = {
  readonly name: string;
  /** One sentence for a person. */
  readonly summary: string;
  arrange(stage: StormStage): Promise<void>;
  /** To be given to the account when it boots; does nothing before `arrange`. */
  readonly injectFault: FaultInjector;
  /** How often what was injected. */
  counts(): Readonly<Record<string, number>>;
};

/** Everything that `--faults` knows for a storm. */
export const STORM_FAULTS: readonly string[] = [...new Set([...Object.keys(FAULT_PLANS), ...Object.keys(PLANS)])];

/** The faults of this name; undefined when there are none of it. */
export function stormFaults(name: string): StormFaults | undefined {
  const plan = Object.hasOwn(PLANS, name) ? PLANS[name] : undefined;
  if (plan) return ofPlan(name, plan);
  const shares = Object.hasOwn(FAULT_PLANS, name) ? FAULT_PLANS[name] : undefined;
  if (!shares) return undefined;
  let inner: ReturnType<typeof faultInjector> | undefined;
  return {
    name,
    summary: `${shares.throttleShare * 100} % of all calls of functions throttled, ${shares.serverErrorShare * 100} % failed`,
    arrange: async ({ account }) => {
      inner = faultInjector(shares, account.simulation.seed);
    },
    injectFault: (call) => inner?.inject(call),
    counts: () => inner?.counts() ?? {},
  };
}

function ofPlan(name: string, plan: StormFaultPlan): StormFaults {
  const counts: Record<string, number> = {};
  let stage: StormStage | undefined;
  return {
    name,
    summary: plan.summary,
    arrange: async (given) => {
      await plan.arrange?.(given);
      stage = given;
    },
    injectFault(call) {
      if (!stage || !plan.onCall) return undefined;
      const { simulation } = stage.account;
      return plan.onCall({
        call,
        seconds: (simulation.now() - stage.startMs) / 1000,
        draw: (what) =>
          keyedRandom(simulation.seed, `storm-fault:${what}:${call.serviceId}:${call.operation}:${call.count}`),
        note: (what, times = 1) => {
          counts[what] = (counts[what] ?? 0) + times;
        },
      });
    },
    counts: () => ({ ...counts }),
  };
}

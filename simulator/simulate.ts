import { seedNetwork } from './aws/services/ec2/network-seed.ts';
import { type Account, type AccountOptions, bootAccount } from './boot/account.ts';
import type { Pace } from './core/virtual-clock.ts';
import { type FaultPlan, faultInjector } from './faults/faults.ts';
import type { StormFaults } from './faults/storm-faults.ts';
import type { PackageOutput } from './package-output.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { type Summary, summarise } from './summary.ts';

export type SimulateOptions = {
  readonly scenario: Scenario;
  readonly clusterName: string;
  readonly clusterFile: object;
  readonly subnetIds: readonly string[];
  readonly region: string;
  readonly seed: number;
  readonly package: PackageOutput;
  readonly root: string;
  readonly layerFolder: string;
  /** Undefined: as fast as it goes. */
  readonly pace?: Pace | undefined;
  readonly faults?: FaultPlan | undefined;
  /** In place of `faults`, for a scenario that is a storm. */
  readonly stormFaults?: StormFaults | undefined;
  /** How many events, for scenarios that are about events. */
  readonly events?: number | undefined;
  readonly say: (line: string) => void;
  readonly hooks?: NonNullable<AccountOptions['hooks']>;
  /** Called after each timer of the virtual clock, with the time it shows. */
  readonly onTick?: (nowMs: number) => void;
};

export type Simulated = { readonly summary: Summary; readonly trace: string; readonly account: Account };

const ACCOUNT_ID = '111122223333';
/** A Monday morning. */
const START = '2026-11-02T08:00:00Z';

/** Boots an account from the compiled template, plays the scenario and says what happened. The caller closes the account. */
export async function simulate(options: SimulateOptions): Promise<Simulated> {
  const startedAt = performance.now();
  const { stormFaults } = options;
  const injector = stormFaults
    ? { inject: stormFaults.injectFault, counts: stormFaults.counts }
    : faultInjector(options.faults, options.seed);
  let onLine: ((line: string) => void) | undefined;
  const account = await bootAccount({
    seed: options.seed,
    startAt: START,
    accountId: ACCOUNT_ID,
    region: options.region,
    ...options.package,
    root: options.root,
    layerFolder: options.layerFolder,
    injectFault: injector.inject,
    onLogLine: (_name, line) => onLine?.(line),
    ...(options.hooks ? { hooks: options.hooks } : {}),
  });
  const { simulation } = account;
  seedNetwork(simulation, { region: options.region, subnets: subnetsIn(options.region, options.subnetIds) });
  simulation.clock.pace = options.pace;
  simulation.clock.onTick = () => options.onTick?.(simulation.now());
  const beganMs = simulation.now();
  const outcome = await simulation.runUntil(
    options.scenario.run({
      ...options,
      account,
      listenToLogs: (listener) => {
        onLine = listener;
      },
    }),
  );
  const simulatedSeconds = Math.round((simulation.now() - beganMs) / 1000);
  simulation.clock.pace = undefined;
  const facts = {
    scenario: options.scenario.name,
    seed: options.seed,
    outcome,
    simulatedSeconds,
    wallSeconds: Math.round((performance.now() - startedAt) / 100) / 10,
    faults: injector.counts(),
  };
  const trace = account.cloud.trace.toJsonLines();
  return { summary: await simulation.runUntil(summarise(account, facts)), trace, account };
}

/** The subnets of the cluster file as a platform team would have them: private, one zone after the other, with a NAT gateway. */
function subnetsIn(region: string, ids: readonly string[]) {
  const zones = ['a', 'b', 'c'];
  return ids.map((id, index) => ({ id, zone: `${region}${zones[index % zones.length]}` }));
}

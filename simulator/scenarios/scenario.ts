import type { Account } from '../boot/account.ts';
import type { StormFaults } from '../faults/storm-faults.ts';

/** What a scenario has: the booted account, the cluster file as JSON, and a place to say what it does. */
export type Stage = {
  readonly account: Account;
  readonly clusterName: string;
  readonly clusterFile: object;
  /** The checkout. */
  readonly root: string;
  /** How many events, where the scenario is about events; undefined: as many as it likes. */
  readonly events?: number | undefined;
  /** Faults that the scenario itself switches on when it is time. */
  readonly stormFaults?: StormFaults | undefined;
  /** Hears every line that functions log past their logger; one listener at a time. */
  readonly listenToLogs: (listener: ((line: string) => void) | undefined) => void;
  /** One line for the person who watches. */
  readonly say: (line: string) => void;
};

export type ScenarioOutcome = {
  readonly ok: boolean;
  /** Executions that the scenario started itself, by ARN. */
  readonly executions: readonly string[];
  /** Why it is not ok, for a person. */
  readonly failure?: string;
  /** What it measured beside the steps, by name; becomes part of the summary. */
  readonly findings?: Readonly<Record<string, unknown>>;
};

export type Scenario = {
  readonly name: string;
  readonly summary: string;
  /** Whether it is about events, and knows the faults of a storm. */
  readonly isStorm?: boolean;
  /** Whether it takes a cluster file of mode attach. */
  readonly isAttach?: boolean;
  /** Runs inside virtual time: whatever it awaits, the world goes on. */
  run(stage: Stage): Promise<ScenarioOutcome>;
};

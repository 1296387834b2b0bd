import { executionsOf } from './aws/services/sfn/executions.ts';
import type { Account } from './boot/account.ts';
import { latencySchema, ledgerReader } from './ledger-reader.ts';
import type { ScenarioOutcome } from './scenarios/scenario.ts';
import type { Conservation } from './storm/audit.ts';

export type StepSummary = {
  readonly name: string;
  readonly change: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
};

/** What `joinery simulate` answers; DIR/summary.json is the same. Fields whose name begins with wall differ from run to run. */
export type Summary = {
  readonly scenario: string;
  readonly seed: number;
  readonly ok: boolean;
  readonly failure?: string;
  readonly simulatedSeconds: number;
  readonly wallSeconds: number;
  readonly executions: readonly { readonly machine: string; readonly status: string; readonly seconds: number }[];
  readonly steps: readonly StepSummary[];
  readonly smokeTest: {
    readonly pods: number;
    readonly nodes: number;
    readonly seconds: Readonly<Record<string, number>>;
  } | null;
  /** Where every event of a storm went; null in scenarios without one. */
  readonly conservation: Conservation | null;
  readonly leadTimeLeftSeconds: { readonly p50: number; readonly p99: number; readonly p999: number } | null;
  /** Injected faults by kind. */
  readonly faults: Readonly<Record<string, number>>;
  readonly [finding: string]: unknown;
};

type Facts = {
  readonly scenario: string;
  readonly seed: number;
  readonly outcome: ScenarioOutcome;
  readonly simulatedSeconds: number;
  readonly wallSeconds: number;
  readonly faults: Readonly<Record<string, number>>;
};

/** Puts the summary together from what Step Functions and the ledger hold. Must run inside virtual time. */
export async function summarise(account: Account, facts: Facts): Promise<Summary> {
  const { outcome, ...rest } = facts;
  const ledger = ledgerReader(account);
  const runs = await Promise.all(outcome.executions.map((execution) => ledger.steps(execution)));
  const smokeTests = await Promise.all(outcome.executions.map((execution) => ledger.smokeTest(execution)));
  const latency = latencySchema.safeParse(smokeTests.find(Boolean));
  return {
    ...rest,
    ok: outcome.ok,
    ...(outcome.failure ? { failure: outcome.failure } : {}),
    executions: executions(account),
    steps: runs
      .flat()
      .map(({ step, change, startedAt, endedAt }) => ({ name: step, change, startedAt, endedAt: endedAt ?? null })),
    smokeTest: latency.success ? latency.data : null,
    conservation: null,
    leadTimeLeftSeconds: null,
    ...outcome.findings,
  };
}

function executions(account: Account): Summary['executions'] {
  return Object.values(executionsOf(account.simulation)).map(({ stateMachineArn, status, startMs, stopMs }) => ({
    machine:
      account.engine.machines
        .get(stateMachineArn)
        ?.name.replace(/^.*?-(?=bootstrap-|install-|smoke-|cost-|attach-|detach-)/, '') ?? stateMachineArn,
    status,
    seconds: Math.round(((stopMs ?? account.simulation.now()) - startMs) / 1000),
  }));
}

import type { Scenario, ScenarioOutcome, Stage } from './scenario.ts';

/** One bootstrap run of the cluster file, from an empty account to a passed smoke test. */
export const bootstrap: Scenario = {
  name: 'bootstrap',
  summary: 'one bootstrap run, from an empty account to a passed smoke test',
  run: runBootstrap,
};

export async function runBootstrap({ account, clusterFile }: Stage): Promise<ScenarioOutcome> {
  const execution = await account.startExecution('bootstrap-cluster', clusterFile);
  const { status, error, cause } = await account.ended(execution);
  if (status === 'SUCCEEDED') return { ok: true, executions: [execution] };
  return { ok: false, executions: [execution], failure: `${status}: ${error ?? ''}: ${cause ?? ''}` };
}

import { SYSTEM_ADMIN } from '../kubernetes/types.ts';
import { runBootstrap } from './bootstrap.ts';
import { loseLeaderNode, recoverFrom } from './node-loss.ts';
import type { Scenario, ScenarioOutcome, Stage } from './scenario.ts';

/** A bootstrap, then the loss of the bootstrap node on which Karpenter's leader runs. */
export const bootstrapAndNodeLoss: Scenario = {
  name: 'bootstrap-and-node-loss',
  summary: 'a bootstrap, then the loss of the bootstrap node that holds the leader',
  run: async (stage) => {
    const outcome = await runBootstrap(stage);
    if (!outcome.ok) return outcome;
    return { ...(await loseAndRecover(stage)), executions: outcome.executions };
  },
};

async function loseAndRecover(stage: Stage): Promise<Omit<ScenarioOutcome, 'executions'>> {
  const cluster = stage.account.kubernetes.find(stage.clusterName);
  if (!cluster) return { ok: false, failure: `there is no Kubernetes of ${stage.clusterName}` };
  const api = cluster.as(SYSTEM_ADMIN);
  const lost = loseLeaderNode(stage, api);
  if (!lost) return { ok: false, failure: 'no bootstrap node holds a leader' };
  const nodeLoss = await recoverFrom(lost, stage, api);
  const isWhole = nodeLoss.wholeAfterSeconds !== null;
  return {
    ok: nodeLoss.leaderAfterSeconds !== null && isWhole,
    ...(isWhole ? {} : { failure: 'the bootstrap nodes did not recover' }),
    findings: { nodeLoss },
  };
}

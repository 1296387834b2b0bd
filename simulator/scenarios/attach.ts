import { findAttachment } from '../../shared/ledger/attachments.ts';
import { interruptSpotInstance } from '../aws/services/ec2/spot-interruptions.ts';
import { onMessageSent } from '../aws/services/sqs/observe.ts';
import { ledgerReader } from '../ledger-reader.ts';
import { terraformCluster } from '../others/clusters.ts';
import { makeWorkingCluster, spotInstances } from './attach-ground.ts';
import { until } from './looking.ts';
import type { Scenario, ScenarioOutcome, Stage } from './scenario.ts';

/** The router takes a moment from the notice to the queue; Karpenter acts at once. */
const SETTLE_SECONDS = 30;

/** A cluster whose Karpenter is somebody else's: attached, then a spot notice for one of its nodes, then detached. */
export const attach: Scenario = {
  name: 'attach',
  summary: 'attaches to a cluster that others made, takes one of its spot nodes back, and detaches',
  isAttach: true,
  run: async (stage) => {
    const { account, clusterName, say } = stage;
    const api = await makeWorkingCluster(account, terraformCluster(clusterName));
    say(`${clusterName} was made by others: its Karpenter reads a queue of its own and runs two spot nodes.`);
    const attached = await runMachine(stage, 'attach-cluster');
    if (!attached.ok) return attached;
    const attachment = await findAttachment(ledgerReader(account).table, clusterName);
    const queueName = attachment?.queue?.name ?? '';
    say(`Attached. The router sends to ${queueName}.`);

    const arrived = { byRouter: 0, byRules: 0 };
    const [instanceId = ''] = spotInstances(api);
    onMessageSent(account.simulation, (queue, { body, attributes }) => {
      if (queue !== queueName || !body.includes(instanceId) || !body.includes('Spot Instance Interruption')) return;
      arrived[Object.keys(attributes).length > 0 ? 'byRouter' : 'byRules'] += 1;
    });
    const startMs = account.simulation.now();
    say(`EC2 takes ${instanceId} back.`);
    interruptSpotInstance(account.simulation, instanceId);
    const isTheirs = attachment?.queue?.owner === 'theirs';
    const isDrained = await until(stage, () =>
      isTheirs && spotInstances(api).includes(instanceId) ? undefined : true,
    );
    const drainedAfterSeconds = isDrained && isTheirs ? Math.round((account.simulation.now() - startMs) / 1000) : null;
    await account.simulation.sleep(SETTLE_SECONDS);
    say(
      `The notice came ${arrived.byRouter} time(s) by Joinery and ${arrived.byRules} time(s) by the rules that were there.`,
    );

    const detached = await runMachine(stage, 'detach-cluster');
    if (!detached.ok) return { ...detached, executions: [...attached.executions, ...detached.executions] };
    say('Detached: what Joinery added is gone.');
    const failure =
      arrived.byRouter === 0
        ? `no notice for ${instanceId} came to ${queueName} by Joinery`
        : isTheirs && drainedAfterSeconds === null
          ? `Karpenter never drained ${instanceId}`
          : undefined;
    return {
      ok: failure === undefined,
      executions: [...attached.executions, ...detached.executions],
      ...(failure === undefined ? {} : { failure }),
      findings: { attach: { queue: attachment?.queue?.owner ?? null, arrived, drainedAfterSeconds } },
    };
  },
};

async function runMachine({ account, clusterFile }: Stage, machine: string): Promise<ScenarioOutcome> {
  const execution = await account.startExecution(machine, clusterFile);
  const { status, error, cause } = await account.ended(execution);
  if (status === 'SUCCEEDED') return { ok: true, executions: [execution] };
  return { ok: false, executions: [execution], failure: `${machine}: ${status}: ${error ?? ''}: ${cause ?? ''}` };
}

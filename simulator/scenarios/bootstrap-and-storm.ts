import { namesOf } from '../../shared/clusters/names.ts';
import { interruptSpotInstance } from '../aws/services/ec2/spot-interruptions.ts';
import { type KubeApi, type KubeObject, SYSTEM_ADMIN } from '../kubernetes/types.ts';
import { Audit } from '../storm/audit.ts';
import { Watch } from '../storm/observe.ts';
import { leadTimePercentiles } from '../storm/storm.ts';
import type { Truth } from '../storm/truth.ts';
import { truthOfEvent } from '../storm/truth-of-event.ts';
import { runBootstrap } from './bootstrap.ts';
import { reportCostSince } from './cost.ts';
import { isReady, until } from './looking.ts';
import { type LostNode, loseLeaderNode, type Recovery, recoverFrom } from './node-loss.ts';
import type { Scenario, ScenarioOutcome, Stage } from './scenario.ts';
import { PAYMENTS, spotPool, workload } from './storm-workload.ts';

const REPLICAS = 12;
const NODE_LOST_AFTER_SECONDS = 3;
/** Half of the instances get a rebalance recommendation before their notice. */
const REBALANCE_FIRST_SECONDS = 10;
/** After the end of the instances, EC2's last events are still under way. */
const SETTLE_SECONDS = 60;

/**
 * A bootstrap; then EC2 takes back every spot node of a workload at once, and one bootstrap node fails in the middle of it. At the
 * end stands what all of it cost.
 */
export const bootstrapAndStorm: Scenario = {
  name: 'bootstrap-and-storm',
  summary: 'a bootstrap, then every spot node is taken back at once while a bootstrap node fails; then the cost report',
  run: async (stage) => {
    const beganMs = stage.account.simulation.now();
    const audited = audit(stage);
    const outcome = await runBootstrap(stage);
    if (!outcome.ok) return outcome;
    const cluster = stage.account.kubernetes.find(stage.clusterName);
    if (!cluster) return { ok: false, executions: [], failure: `there is no Kubernetes of ${stage.clusterName}` };
    const storm = await stormOver(stage, cluster.as(SYSTEM_ADMIN));
    const { conservation, findings, leadTimeLeftSeconds } = audited.close();
    const { cost, failure: costFailure } = await reportCostSince(stage, beganMs);
    const failure =
      storm.failure ??
      costFailure ??
      (conservation.lost + conservation.misrouted > 0
        ? `${conservation.lost} events were lost and ${conservation.misrouted} misrouted: ${findings[0]?.why ?? ''}`
        : undefined);
    stage.say(
      `${conservation.accepted} events, ${conservation.lost} lost; the slowest notice was in the queue with ${leadTimeLeftSeconds?.p999 ?? '-'} of its 120 s left.`,
    );
    return {
      ok: failure === undefined,
      executions: outcome.executions,
      ...(failure === undefined ? {} : { failure }),
      findings: { ...storm.findings, conservation, leadTimeLeftSeconds, ...(cost === undefined ? {} : { cost }) },
    };
  },
};

function audit(stage: Stage) {
  const { account, clusterName, listenToLogs } = stage;
  const truths = new Map<string, Truth>();
  const audit = new Audit((key) => truths.get(key));
  const cluster = { name: clusterName, queueName: namesOf(clusterName).queueName };
  const watch = new Watch(account, audit, [cluster], (event) => {
    truths.set(event.id, truthOfEvent(account.simulation, event));
  });
  listenToLogs((line) => watch.line(line));
  return {
    close: () => {
      watch.close();
      listenToLogs(undefined);
      return { ...audit.close(), leadTimeLeftSeconds: leadTimePercentiles(audit.leadTimesLeft()) };
    },
  };
}

async function stormOver(stage: Stage, api: KubeApi): Promise<Pick<ScenarioOutcome, 'failure' | 'findings'>> {
  const { account, say } = stage;
  const { simulation } = account;
  const [nodeClass] = api.list('karpenter.k8s.aws/v1', 'EC2NodeClass');
  if (!nodeClass) return { failure: 'there is no EC2NodeClass' };
  api.create(spotPool(nodeClass.metadata.name));
  api.create(workload(REPLICAS));
  if (!(await until(stage, () => (readyPods(api).length === REPLICAS ? true : undefined))))
    return { failure: `the ${REPLICAS} pods of the workload never ran` };
  const claims = claimsOf(api);
  say(`${REPLICAS} pods run on ${claims.length} spot nodes. EC2 takes all of them back.`);

  const startMs = simulation.now();
  const deletedMs = watchDeletions(stage, new Set(claims.map(({ metadata }) => metadata.name)));
  for (const [index, claim] of claims.entries()) {
    const instanceId =
      String(claim.status?.['providerID'] ?? '')
        .split('/')
        .at(-1) ?? '';
    interruptSpotInstance(simulation, instanceId, index % 2 === 0 ? {} : { rebalanceFirst: REBALANCE_FIRST_SECONDS });
  }
  await simulation.sleep(NODE_LOST_AFTER_SECONDS);
  const lost: LostNode | undefined = loseLeaderNode(stage, api);
  if (!lost) return { failure: 'no bootstrap node holds a leader' };
  const recovering: Promise<Recovery> = recoverFrom(lost, stage, api);

  const old = new Set(claims.map(({ status }) => String(status?.['nodeName'] ?? '')));
  const isReplaced = await until(stage, () => {
    const ready = readyPods(api).filter((pod) => !old.has(String(pod.spec?.['nodeName'])));
    return ready.length === REPLICAS &&
      claimsOf(api).every(({ metadata }) => !claims.some((claim) => claim.metadata.name === metadata.name))
      ? true
      : undefined;
  });
  const replacedAfterSeconds = isReplaced ? Math.round((simulation.now() - startMs) / 1000) : null;
  if (isReplaced) say(`After ${replacedAfterSeconds} s all ${REPLICAS} pods run on new nodes.`);
  const nodeLoss = await recovering;
  await simulation.sleep(SETTLE_SECONDS);
  const drained = [...deletedMs.values()].map((atMs) => Math.round((atMs - startMs) / 1000));
  const findings = {
    nodeLoss,
    storm: {
      nodes: claims.length,
      pods: REPLICAS,
      /** From the first notice to the last deletion of a NodeClaim of an interrupted node. */
      drainedAfterSeconds: drained.length === claims.length ? Math.max(...drained) : null,
      replacedAfterSeconds,
    },
  };
  const failure =
    nodeLoss.wholeAfterSeconds === null
      ? 'the bootstrap nodes did not recover'
      : replacedAfterSeconds === null
        ? 'the interrupted nodes were not replaced'
        : drained.length < claims.length
          ? `${claims.length - drained.length} interrupted nodes were never drained`
          : undefined;
  return { findings, ...(failure === undefined ? {} : { failure }) };
}

/** When Karpenter begins to take each claim down. */
function watchDeletions({ account, clusterName }: Stage, names: ReadonlySet<string>): ReadonlyMap<string, number> {
  const deletedMs = new Map<string, number>();
  account.kubernetes.find(clusterName)?.onChange(({ object }) => {
    const { name, deletionTimestamp } = object.metadata;
    if (object.kind === 'NodeClaim' && deletionTimestamp !== undefined && names.has(name) && !deletedMs.has(name))
      deletedMs.set(name, account.simulation.now());
  });
  return deletedMs;
}

function claimsOf(api: KubeApi): KubeObject[] {
  return api.list('karpenter.sh/v1', 'NodeClaim', { labelSelector: `karpenter.sh/nodepool=${PAYMENTS}` });
}

function readyPods(api: KubeApi): KubeObject[] {
  return api.list('v1', 'Pod', { namespace: 'default', labelSelector: `app=${PAYMENTS}` }).filter(isReady);
}

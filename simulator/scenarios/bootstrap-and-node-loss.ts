import { terminateInstance } from '../aws/services/ec2/instance-lifecycle.ts';
import { instancesOf } from '../aws/services/ec2/instances.ts';
import { type KubeApi, type KubeObject, SYSTEM_ADMIN } from '../kubernetes/types.ts';
import { runBootstrap } from './bootstrap.ts';
import type { Scenario, ScenarioOutcome, Stage } from './scenario.ts';

/** A bootstrap, then the loss of the bootstrap node on which Karpenter's leader runs. */
export const bootstrapAndNodeLoss: Scenario = {
  name: 'bootstrap-and-node-loss',
  summary: 'a bootstrap, then the loss of the bootstrap node that holds the leader',
  run: async (stage) => {
    const outcome = await runBootstrap(stage);
    if (!outcome.ok) return outcome;
    return { ...(await loseLeaderNode(stage)), executions: outcome.executions };
  },
};

const CONTROLLER = { namespace: 'kube-system', labelSelector: 'app.kubernetes.io/name=karpenter' };
const BOOTSTRAP_NODES = 'joinery.dev/bootstrap=true';
/** EKS replaces a node within a few minutes; ten are beyond anything seen. */
const PATIENCE_SECONDS = 600;

async function loseLeaderNode(stage: Stage): Promise<Omit<ScenarioOutcome, 'executions'>> {
  const { account, clusterName, say } = stage;
  const { simulation } = account;
  const cluster = account.kubernetes.find(clusterName);
  if (!cluster) return { ok: false, failure: `there is no Kubernetes of ${clusterName}` };
  const api = cluster.as(SYSTEM_ADMIN);

  const leaderPod = leaderOf(api);
  const node = String(leaderPod?.spec?.['nodeName'] ?? '');
  const instance = instancesOf(simulation).find(
    (candidate) => candidate.privateDnsName === node && candidate.state === 'running',
  );
  if (!leaderPod || !instance) return { ok: false, failure: 'no bootstrap node holds a leader' };
  const nodesBefore = readyNodes(api).length;
  const lostAtMs = simulation.now();
  const seconds = () => Math.round((simulation.now() - lostAtMs) / 1000);
  say(`Node ${node} (${instance.id}) fails. It ran the leader ${leaderPod.metadata.name}.`);
  terminateInstance(simulation, instance.id, {
    code: 'Server.InternalError',
    message: 'Server.InternalError: hardware failure',
  });

  const newLeader = await until(stage, () => {
    const leader = leaderOf(api);
    return leader && leader.metadata.name !== leaderPod.metadata.name && isReady(leader) ? leader : undefined;
  });
  const leaderAfterSeconds = seconds();
  if (newLeader)
    say(`After ${leaderAfterSeconds} s ${newLeader.metadata.name} on ${String(newLeader.spec?.['nodeName'])} leads.`);

  const whole = await until(stage, () => (isWhole(api, { nodes: nodesBefore, lost: node }) ? true : undefined));
  const wholeAfterSeconds = seconds();
  if (whole)
    say(
      `After ${wholeAfterSeconds} s the group has ${nodesBefore} Ready nodes again, and both replicas run on two of them.`,
    );
  return {
    ok: newLeader !== undefined && whole === true,
    ...(whole ? {} : { failure: 'the bootstrap nodes did not recover' }),
    findings: { nodeLoss: { node, leaderAfterSeconds, wholeAfterSeconds, nodes: readyNodes(api).length } },
  };
}

function leaderOf(api: KubeApi): KubeObject | undefined {
  const lease = api.get({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    name: 'karpenter-leader-election',
    namespace: CONTROLLER.namespace,
  });
  const holder = String(lease?.spec?.['holderIdentity'] ?? '');
  return api.list('v1', 'Pod', CONTROLLER).find((pod) => holder.startsWith(`${pod.metadata.name}_`));
}

function readyNodes(api: KubeApi): KubeObject[] {
  return api.list('v1', 'Node', { labelSelector: BOOTSTRAP_NODES }).filter(isReady);
}

/** A lost node counts as Ready until Kubernetes has missed it for a while: the group is whole when it is gone and replaced. */
function isWhole(api: KubeApi, wanted: { readonly nodes: number; readonly lost: string }): boolean {
  const names = new Set(readyNodes(api).map((node) => node.metadata.name));
  const replicas = api
    .list('v1', 'Pod', CONTROLLER)
    .filter((pod) => isReady(pod) && names.has(String(pod.spec?.['nodeName'])));
  const spread = new Set(replicas.map((pod) => pod.spec?.['nodeName']));
  return !names.has(wanted.lost) && names.size === wanted.nodes && replicas.length === 2 && spread.size === 2;
}

function isReady(object: KubeObject): boolean {
  const conditions = (object.status?.['conditions'] ?? []) as { type: string; status: string }[];
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}

/** Looks every two virtual seconds; undefined when patience ends. */
async function until<T>({ account }: Stage, look: () => T | undefined): Promise<T | undefined> {
  const endMs = account.simulation.now() + PATIENCE_SECONDS * 1000;
  for (;;) {
    const found = look();
    if (found !== undefined || account.simulation.now() >= endMs) return found;
    await account.simulation.sleep(2);
  }
}

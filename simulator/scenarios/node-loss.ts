import { terminateInstance } from '../aws/services/ec2/instance-lifecycle.ts';
import { instancesOf } from '../aws/services/ec2/instances.ts';
import type { KubeApi, KubeObject } from '../kubernetes/types.ts';
import { isReady, until } from './looking.ts';
import type { Stage } from './scenario.ts';

const CONTROLLER = { namespace: 'kube-system', labelSelector: 'app.kubernetes.io/name=karpenter' };
const BOOTSTRAP_NODES = 'joinery.dev/bootstrap=true';

/** The bootstrap node that ran the leader, and how the group was before it was lost. */
export type LostNode = {
  readonly node: string;
  readonly pod: string;
  readonly nodesBefore: number;
  readonly atMs: number;
};

export type Recovery = {
  readonly node: string;
  readonly leaderAfterSeconds: number | null;
  readonly wholeAfterSeconds: number | null;
  readonly nodes: number;
};

/** Takes the machine away on which Karpenter's leader runs; undefined when nobody leads. */
export function loseLeaderNode({ account: { simulation }, say }: Stage, api: KubeApi): LostNode | undefined {
  const leaderPod = leaderOf(api);
  const node = String(leaderPod?.spec?.['nodeName'] ?? '');
  const instance = instancesOf(simulation).find(
    (candidate) => candidate.privateDnsName === node && candidate.state === 'running',
  );
  if (!leaderPod || !instance) return undefined;
  const lost = { node, pod: leaderPod.metadata.name, nodesBefore: readyNodes(api).length, atMs: simulation.now() };
  say(`Node ${node} (${instance.id}) fails. It ran the leader ${lost.pod}.`);
  terminateInstance(simulation, instance.id, {
    code: 'Server.InternalError',
    message: 'Server.InternalError: hardware failure',
  });
  return lost;
}

/** Waits until another pod leads, and until the group is whole again. */
export async function recoverFrom(lost: LostNode, stage: Stage, api: KubeApi): Promise<Recovery> {
  const { account, say } = stage;
  const seconds = () => Math.round((account.simulation.now() - lost.atMs) / 1000);
  const newLeader = await until(stage, () => {
    const leader = leaderOf(api);
    return leader && leader.metadata.name !== lost.pod && isReady(leader) ? leader : undefined;
  });
  const leaderAfterSeconds = newLeader ? seconds() : null;
  if (newLeader)
    say(`After ${leaderAfterSeconds} s ${newLeader.metadata.name} on ${String(newLeader.spec?.['nodeName'])} leads.`);
  const isWholeAgain = await until(stage, () => (isWhole(api, lost) ? true : undefined));
  const wholeAfterSeconds = isWholeAgain ? seconds() : null;
  if (isWholeAgain)
    say(
      `After ${wholeAfterSeconds} s the group has ${lost.nodesBefore} Ready nodes again, and both replicas run on two of them.`,
    );
  return { node: lost.node, leaderAfterSeconds, wholeAfterSeconds, nodes: readyNodes(api).length };
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
function isWhole(api: KubeApi, { nodesBefore, node }: LostNode): boolean {
  const names = new Set(readyNodes(api).map(({ metadata }) => metadata.name));
  const replicas = api
    .list('v1', 'Pod', CONTROLLER)
    .filter((pod) => isReady(pod) && names.has(String(pod.spec?.['nodeName'])));
  const spread = new Set(replicas.map((pod) => pod.spec?.['nodeName']));
  return !names.has(node) && names.size === nodesBefore && replicas.length === 2 && spread.size === 2;
}

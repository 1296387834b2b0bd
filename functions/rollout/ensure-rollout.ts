import { OpsError } from '../../shared/errors/ops-error.ts';
import type { KubeApi, Manifest } from '../../shared/kube/api.ts';
import { POD_IDENTITY_AGENT } from '../../shared/kube/pod-identity-agent.ts';
import { ensureStep, type Observation } from '../../shared/runs/ensure-step.ts';
import type { StepResult } from '../../shared/runs/run.ts';
import type { StepContext } from '../../shared/runs/step-context.ts';
import type { StepInput } from '../../shared/runs/step-input.ts';
import { type PodFacts, podFacts, podTrouble } from './pod-facts.ts';

const TIMING = { plannedSeconds: 15, timeoutSeconds: 300, pollSeconds: 3 };
const CREDENTIALS = 'AWS_CONTAINER_CREDENTIALS_FULL_URI';

type Deps = StepContext & {
  /** As the reader. */
  readonly connectReader: (cluster: string) => Promise<KubeApi>;
  /** As the operator: may restart the rollout. */
  readonly connectOperator: (cluster: string) => Promise<KubeApi>;
};

type DeploymentStatus = {
  observedGeneration?: number;
  updatedReplicas?: number;
  availableReplicas?: number;
  replicas?: number;
};

/**
 * Waits until both controller replicas run on two nodes with credentials and the cluster's queue, and one of them leads.
 * Pods that were admitted before the pod identity association was effective never get credentials: they are restarted once.
 */
export function ensureRollout(input: StepInput, deps: Deps): Promise<StepResult> {
  return ensureStep(input, TIMING, deps, async (): Promise<Observation> => {
    const { spec } = await deps.loadCluster(input.run);
    const { queue } = await deps.registered(input.run);
    const { namespace } = spec.karpenter;
    const kube = await deps.connectReader(input.run.cluster);
    const deployment = await kube.read({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'karpenter', namespace });
    if (!deployment)
      throw new OpsError(
        'ControllerMissing',
        `There is no Deployment karpenter in ${namespace}. Run the installation again.`,
      );
    const pods = (await kube.list({ apiVersion: 'v1', kind: 'Pod', namespace }, 'app.kubernetes.io/name=karpenter'))
      .filter((pod) => !pod.metadata.deletionTimestamp)
      .map(podFacts);

    const withoutCredentials = pods.filter((pod) => !pod.environment.has(CREDENTIALS));
    if (withoutCredentials.length > 0) return restart(input, deps, deployment, withoutCredentials);

    const waiting = notYet(deployment, pods);
    if (waiting) {
      const agent = pods.some(({ restarts }) => restarts > 0) ? await agentTrouble(kube) : undefined;
      return { ready: false, detail: agent ? `${waiting}; ${agent}` : waiting, change: 'none' };
    }
    assertQueue(pods, queue.name);
    const leader = await leaderOf(kube, namespace, pods);
    if (!leader) return { ready: false, detail: 'no replica has taken the leader lease yet', change: 'none' };
    return {
      ready: true,
      detail: `${pods.length} replicas on ${pods.map((pod) => pod.node).join(' and ')}; ${leader} leads`,
      change: 'none',
    };
  });
}

/** Without the agent on its node a pod gets no credentials, and the controller's own words for that do not say so. */
async function agentTrouble(kube: KubeApi): Promise<string | undefined> {
  const agent = await kube.read({ ...POD_IDENTITY_AGENT, apiVersion: 'apps/v1', kind: 'DaemonSet' });
  if (!agent) return 'there is no Pod Identity agent: install the add-on eks-pod-identity-agent';
  const { numberReady = 0, desiredNumberScheduled = 0 } = (agent['status'] ?? {}) as {
    numberReady?: number;
    desiredNumberScheduled?: number;
  };
  return numberReady === desiredNumberScheduled && numberReady > 0
    ? undefined
    : `the Pod Identity agent is ready on ${numberReady} of ${desiredNumberScheduled} nodes: look at the DaemonSet ${POD_IDENTITY_AGENT.name} in ${POD_IDENTITY_AGENT.namespace}`;
}

async function restart(
  input: StepInput,
  deps: Deps,
  deployment: Manifest,
  pods: readonly PodFacts[],
): Promise<Observation> {
  const detail = `${pods.length} controller pods have no credentials: they were admitted before the association was effective`;
  // One restart is enough; while its pods come up the old ones are still listed.
  if (input.previous?.change === 'updated')
    return { ready: false, detail: `${detail}; restarted, waiting`, change: 'none' };
  const operator = await deps.connectOperator(input.run.cluster);
  const { name, namespace = 'kube-system' } = deployment.metadata;
  await operator.restart({ apiVersion: 'apps/v1', kind: 'Deployment', name, namespace }, new Date(deps.clock.now()));
  return { ready: false, detail: `${detail}; restarting them`, change: 'updated' };
}

function notYet(deployment: Manifest, pods: readonly PodFacts[]): string | undefined {
  const wanted = (deployment['spec'] as { replicas?: number } | undefined)?.replicas ?? 1;
  const status = (deployment['status'] ?? {}) as DeploymentStatus;
  const generation = Number(deployment.metadata['generation'] ?? 0);
  if ((status.observedGeneration ?? 0) < generation) return 'the Deployment was not looked at by its controller yet';
  const isComplete =
    status.updatedReplicas === wanted &&
    status.availableReplicas === wanted &&
    status.replicas === wanted &&
    pods.length === wanted;
  if (isComplete) {
    const nodes = new Set(pods.map((pod) => pod.node));
    return nodes.size === wanted ? undefined : `${wanted} replicas share ${nodes.size} node`;
  }
  const trouble = pods.flatMap((pod) => podTrouble(pod) ?? []);
  const available = `${status.availableReplicas ?? 0} of ${wanted} replicas are available`;
  return trouble.length > 0 ? `${available}; ${trouble.join('; ')}` : available;
}

function assertQueue(pods: readonly PodFacts[], queueName: string): void {
  const wrong = pods.find((pod) => pod.environment.get('INTERRUPTION_QUEUE') !== queueName);
  if (!wrong) return;
  const has = wrong.environment.get('INTERRUPTION_QUEUE') || 'nothing';
  throw new OpsError(
    'InterruptionQueueNotSet',
    `Pod ${wrong.name} has INTERRUPTION_QUEUE=${has}, not ${queueName}: interruptions would not be handled. Check settings.interruptionQueue of the release.`,
  );
}

/** The name of the pod that leads. The lease of a pod that is gone stays until it runs out: that one leads nothing. */
async function leaderOf(kube: KubeApi, namespace: string, pods: readonly PodFacts[]): Promise<string | undefined> {
  const lease = await kube.read({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    name: 'karpenter-leader-election',
    namespace,
  });
  const { holderIdentity = '' } = (lease?.['spec'] ?? {}) as { holderIdentity?: string };
  // An identity is the pod's name, an underscore and a unique id.
  return pods.find((pod) => holderIdentity.startsWith(`${pod.name}_`))?.name;
}

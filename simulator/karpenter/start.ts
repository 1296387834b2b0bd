import { onInstanceChange } from '../aws/services/ec2/instance-lifecycle.ts';
import type { Simulation } from '../core/simulation.ts';
import type { Pod } from '../kubernetes/controllers/objects.ts';
import { SYSTEM_ADMIN } from '../kubernetes/types.ts';
import { mayCall } from './access.ts';
import { type Controller, isAwsError, listClaims, listClasses, listPools, type Outcome } from './controller.ts';
import { disrupt } from './disruption/disrupt.ts';
import { pollQueue } from './interruption/poll-queue.ts';
import { pollStatus } from './interruption/poll-status.ts';
import { bootSeconds, isOurMachine, reconcileMachine } from './machines/boot.ts';
import { reconcileNode } from './node/terminate.ts';
import { LaunchFailedError } from './node-claim/fleet.ts';
import { collectGarbage } from './node-claim/garbage.ts';
import { reconcileClaim } from './node-claim/reconcile.ts';
import { tagInstance } from './node-claim/tagging.ts';
import { reconcileClass } from './node-class/reconcile.ts';
import { reconcilePool } from './node-pool/reconcile.ts';
import type { KarpenterOptions, KarpenterPorts } from './options.ts';
import { isRunning, restartsOf, serviceAccountOf } from './pods/controller-pods.ts';
import { isKubeError, reconcileElection, userOf } from './pods/election.ts';
import { startLeading, startProcess } from './pods/process.ts';
import { portsOf } from './ports.ts';
import { refreshPrices } from './pricing.ts';
import { provision } from './provisioning/provision.ts';
import { createWorkQueue, type WorkQueue } from './queue/work-queue.ts';
import { writeLog } from './reporting/log.ts';
import { settingsOf } from './settings.ts';
import { karpenterState } from './state.ts';
import { react } from './watch.ts';

type Entry = { options: KarpenterOptions; ports: KarpenterPorts; queue: WorkQueue };

// Agenda handlers are given to a simulation once; a cluster that is taken up again after a restore replaces its entry.
const running = new WeakMap<Simulation, Map<string, Entry>>();

/** No credentials: the role of the pods is gone, or the agent on the node. */
class NoCredentialsError extends Error {
  override readonly name = 'NoCredentialsError';
}

/** The machine failed while the call was under way: nobody is there any more to do something with the answer. */
class ProcessGoneError extends Error {
  override readonly name = 'ProcessGoneError';
}

/**
 * Puts the simulated Karpenter into a cluster. It works while a pod of its Deployment is ready. Call it again for a cluster
 * object made anew, such as one over a restored snapshot: it takes the place of the former one of that name.
 */
export function startKarpenter(options: KarpenterOptions): void {
  const { cluster, simulation } = options;
  const entries = running.get(simulation) ?? new Map<string, Entry>();
  running.set(simulation, entries);
  const known = entries.get(cluster.name);
  const entry: Entry = {
    options,
    ports: portsOf(options),
    queue: known?.queue ?? openQueue(entries, simulation, cluster.name),
  };
  entries.set(cluster.name, entry);
  cluster.onChange((change) => {
    if (entries.get(cluster.name) === entry) react({ cluster, simulation, enqueue: entry.queue.enqueue }, change);
  });
  if (!known) watchMachines(entries, simulation, cluster.name);
  entry.queue.enqueue('election', 0);
}

function openQueue(entries: ReadonlyMap<string, Entry>, simulation: Simulation, clusterName: string): WorkQueue {
  return createWorkQueue({
    simulation,
    clusterName,
    work: async (key) => {
      const entry = entries.get(clusterName);
      return entry && work(entry, key);
    },
    guardSeconds: (key) => {
      if (/^(election$|machine:|pools$|pool:|disruption$)/.test(key)) return undefined;
      return key === 'interruption' ? 30 : 5;
    },
    isExpected: (error) =>
      isKubeError(error) ||
      isAwsError(error) ||
      error instanceof LaunchFailedError ||
      error instanceof NoCredentialsError ||
      error instanceof ProcessGoneError,
    onFailure: (key, error) =>
      writeLog(simulation, clusterName, 'ERROR', 'Reconciler error', { key, error: error.message }),
  });
}

function watchMachines(entries: ReadonlyMap<string, Entry>, simulation: Simulation, clusterName: string): void {
  onInstanceChange(simulation, ({ instanceId, state }) => {
    const entry = entries.get(clusterName);
    if (!entry || !isOurMachine(simulation, clusterName, instanceId)) return;
    entry.queue.enqueue(`machine:${instanceId}`, state === 'pending' ? bootSeconds(simulation, instanceId) : 0.05);
  });
}

async function work(entry: Entry, key: string): Promise<Outcome> {
  const { options, ports, queue } = entry;
  const { cluster, simulation } = options;
  const [kind = '', name = ''] = split(key);
  if (kind === 'machine') return reconcileMachine({ simulation, cluster, ports }, name);
  if (kind === 'election') {
    return reconcileElection({ cluster, simulation, ports }, () => queue.enqueue('lead', 0));
  }
  if (kind === 'process') return beginProcess(entry, name);
  const controller = leadingController(entry);
  // Whoever leads next looks at everything.
  if (!controller) return undefined;
  if (kind === 'lead') return lead(controller);
  return controller.state().leader?.isStarted ? CONTROLLERS[kind]?.(controller, name) : undefined;
}

function split(key: string): [string, string] {
  const at = key.indexOf(':');
  return at < 0 ? [key, ''] : [key.slice(0, at), key.slice(at + 1)];
}

const CONTROLLERS: Readonly<Record<string, (controller: Controller, name: string) => Promise<Outcome>>> = {
  class: reconcileClass,
  pool: reconcilePool,
  pools: async (controller) => {
    for (const { metadata } of listPools(controller)) controller.enqueue(`pool:${metadata.name}`, 0);
    return undefined;
  },
  claim: reconcileClaim,
  tag: tagInstance,
  node: reconcileNode,
  provisioner: provision,
  disruption: disrupt,
  garbage: collectGarbage,
  interruption: pollQueue,
  status: pollStatus,
  pricing: refreshPrices,
};

/** The calls with which each controller process starts, once for each start of its container. */
async function beginProcess(entry: Entry, key: string): Promise<Outcome> {
  const { cluster, simulation } = entry.options;
  const [namespace = '', name = ''] = key.split('/');
  const pod = cluster.as(SYSTEM_ADMIN).get({ apiVersion: 'v1', kind: 'Pod', name, namespace }) as Pod | undefined;
  const { startedProcesses } = karpenterState(simulation, cluster.name);
  const uid = pod?.metadata.uid ?? '';
  if (!pod || pod.status?.containerStatuses?.[0]?.state.running === undefined) return undefined;
  if (startedProcesses[uid] === restartsOf(pod)) return undefined;
  await startProcess(controllerOf(entry, pod));
  karpenterState(simulation, cluster.name).startedProcesses[uid] = restartsOf(pod);
  return undefined;
}

/** A new leader learns which instance types there are, and then looks at everything that is there. */
async function lead(controller: Controller): Promise<Outcome> {
  const before = controller.state().leader;
  if (!before || before.isStarted) return undefined;
  await startLeading(controller);
  const { leader } = controller.state();
  if (leader?.podUid !== before.podUid) return undefined;
  leader.isStarted = true;
  controller.log('INFO', 'starting controllers', { pod: leader.podName });
  for (const { metadata } of listClasses(controller)) controller.enqueue(`class:${metadata.name}`, 0);
  for (const { metadata } of listPools(controller)) controller.enqueue(`pool:${metadata.name}`, 0.1);
  for (const { metadata } of listClaims(controller)) controller.enqueue(`claim:${metadata.name}`, 0.1);
  for (const { metadata } of controller.api.list('v1', 'Node')) controller.enqueue(`node:${metadata.name}`, 0.2);
  for (const { metadata } of listClaims(controller)) controller.enqueue(`tag:${metadata.name}`, 1);
  controller.enqueue('provisioner', 2);
  controller.enqueue('disruption', 5);
  controller.enqueue('interruption', 0);
  controller.enqueue('pricing', 1);
  controller.enqueue('status', 60);
  controller.enqueue('garbage', 120);
  return undefined;
}

/** What the leader's controllers work with; undefined while nobody leads. */
function leadingController(entry: Entry): Controller | undefined {
  const { cluster, simulation } = entry.options;
  const { leader } = karpenterState(simulation, cluster.name);
  if (!leader) return undefined;
  const { podName: name, namespace } = leader;
  const pod = cluster.as(SYSTEM_ADMIN).get({ apiVersion: 'v1', kind: 'Pod', name, namespace }) as Pod | undefined;
  if (pod?.metadata.uid !== leader.podUid || !isRunning(pod, entry.ports.isNodeAlive)) {
    entry.queue.enqueue('election', 0.1);
    return undefined;
  }
  return controllerOf(entry, pod);
}

function controllerOf(entry: Entry, pod: Pod): Controller {
  const { options, ports, queue } = entry;
  const { cluster, simulation, accountId, region, cloud } = options;
  const namespace = pod.metadata.namespace ?? '';
  const serviceAccount = serviceAccountOf(pod);
  const roleArn = () => {
    const role = ports.podRole(namespace, serviceAccount, pod.spec.nodeName ?? '');
    if (role === undefined) throw new NoCredentialsError(`no credentials for ${namespace}/${serviceAccount}`);
    return role;
  };
  const sessionName = `eks-${cluster.name}-${pod.metadata.name}`.slice(0, 64);
  return {
    simulation,
    cluster,
    accountId,
    region,
    settings: settingsOf(pod),
    api: cluster.as(userOf({ namespace, serviceAccount })),
    state: () => karpenterState(simulation, cluster.name),
    aws: async <O>(service: string, operation: string, input: object, endpointRegion?: string) => {
      const from = endpointRegion === undefined ? {} : { endpointRegion };
      const answer = await cloud.call(service, operation, input, { roleArn: roleArn(), sessionName, ...from });
      if (!ports.isNodeAlive(pod.spec.nodeName ?? ''))
        throw new ProcessGoneError(`${pod.metadata.name} has lost its machine`);
      return answer as O;
    },
    mayCall: (action, resource, context) =>
      mayCall({ simulation, accountId, region }, roleArn(), { action, resource, context }),
    log: (level, message, fields) => writeLog(simulation, cluster.name, level, message, fields),
    enqueue: queue.enqueue,
  };
}

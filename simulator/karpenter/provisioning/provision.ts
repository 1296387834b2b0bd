import type { Pod } from '../../kubernetes/controllers/objects.ts';
import { keyOf } from '../../kubernetes/controllers/objects.ts';
import type { KubeObject } from '../../kubernetes/types.ts';
import { type Controller, listClaims, type Outcome } from '../controller.ts';
import { poolHash } from '../hashes.ts';
import { byPrice } from '../instance-types/offerings.ts';
import { quantitiesOf } from '../instance-types/resources.ts';
import { ANNOTATIONS, FINALIZERS, LABELS, POOL_HASH_VERSION } from '../names.ts';
import { CORE, isGoing, type NodeClaim } from '../objects.ts';
import { countCreated } from '../reporting/claim-counters.ts';
import { tell } from '../reporting/events.ts';
import { noticeDecision } from '../reporting/pod-latency.ts';
import { expressionsOf, intersection, requirementsOf } from '../requirements.ts';
import { presentState } from './existing-nodes.ts';
import { isProvisionable } from './pending-pods.ts';
import { type PlannedNode, planNodes } from './plan.ts';
import { type Template, templatesOf } from './templates.ts';

/** The most instance types that a NodeClaim keeps. */
const MAX_TYPES = 600;
/** How often pods that stay pending are looked at again. */
const PENDING_SECONDS = 10;
const UNLAUNCHED_SECONDS = 1;

/** Opens the batching window, or keeps it open: a pod that needs a node was seen. */
export function trigger(controller: Pick<Controller, 'state' | 'simulation' | 'enqueue'>, idleSeconds: number): void {
  const nowMs = controller.simulation.now();
  const state = controller.state();
  state.batch = { firstMs: state.batch?.firstMs ?? nowMs, lastMs: nowMs };
  controller.enqueue('provisioner', idleSeconds);
}

/** How long the window stays open yet: until nothing came for the idle time, or it has been open for the longest time. */
function openSeconds({ state, simulation, settings }: Controller): number {
  const { batch } = state();
  if (!batch) return 0;
  const endMs = Math.min(
    batch.lastMs + settings.batchIdleSeconds * 1000,
    batch.firstMs + settings.batchMaxSeconds * 1000,
  );
  return Math.max(0, (endMs - simulation.now()) / 1000);
}

/** Plans nodes for the pods that are pending (and those on nodes that go), and creates a NodeClaim for each new node. */
export async function provision(controller: Controller): Promise<Outcome> {
  const wait = openSeconds(controller);
  if (wait > 0) return { againAfterSeconds: wait };
  controller.state().batch = null;
  const pending = (controller.api.list('v1', 'Pod') as Pod[]).filter(isProvisionable);
  // What a claim will be is known when it is launched; planning before would make the same node twice.
  const isSettled = listClaims(controller).every((claim) => isGoing(claim) || claim.status?.providerID);
  if (!isSettled) return pending.length > 0 ? { againAfterSeconds: UNLAUNCHED_SECONDS } : undefined;
  const present = presentState(controller);
  const pods = [...pending, ...present.moving];
  if (pending.length === 0) controller.state().pods.stuck = 0;
  if (pods.length === 0) return undefined;
  // Only when something does not fit onto what is there.
  let known: Template[] | undefined;
  const templates = () => {
    known ??= templatesOf(controller);
    return known;
  };
  const { planned, homeless } = planNodes(pods, present, templates, controller.settings);
  for (const pod of pending) noticeDecision(controller.state(), pod, controller.simulation.now());
  for (const node of planned) announce(controller, node, createClaim(controller, node));
  if (planned.length > 0) {
    controller.log('INFO', 'found provisionable pods', { pods: pods.length, newNodeClaims: planned.length });
  }
  const stuck = homeless.filter((pod) => pending.includes(pod));
  controller.state().pods.stuck = stuck.length;
  if (stuck.length > 0) reportStuck(controller, stuck, templates());
  return pending.length > 0 ? { againAfterSeconds: PENDING_SECONDS } : undefined;
}

/** An event for each pod, and one line in the log for all. */
function reportStuck(controller: Controller, pods: readonly Pod[], templates: readonly Template[]): void {
  const names = templates.map(({ pool }) => pool.metadata.name).join(', ');
  const message =
    templates.length === 0
      ? 'Failed to schedule pod, no nodepools found'
      : `Failed to schedule pod, no NodePool (${names}) has an instance type and room within its limits for it`;
  for (const pod of pods) tell(controller, pod, { type: 'Warning', reason: 'FailedScheduling', message });
  const first = pods[0] ? keyOf(pods[0]) : '';
  controller.log('ERROR', 'could not schedule pods', { pods: pods.length, first });
}

function createClaim(controller: Controller, node: PlannedNode): KubeObject {
  const { template, requests } = node;
  const { pool } = template;
  const { spec, metadata } = pool.spec.template;
  const types = byPrice(node.types).slice(0, MAX_TYPES);
  const names = requirementsOf([{ key: LABELS.instanceType, operator: 'In', values: types.map(({ name }) => name) }]);
  const claim: Omit<NodeClaim, 'status'> = {
    apiVersion: CORE,
    kind: 'NodeClaim',
    metadata: {
      name: '',
      generateName: `${pool.metadata.name}-`,
      labels: {
        ...metadata?.labels,
        [LABELS.nodePool]: pool.metadata.name,
        [LABELS.nodeClass]: spec.nodeClassRef.name,
      },
      annotations: {
        ...metadata?.annotations,
        [ANNOTATIONS.poolHash]: poolHash(pool),
        [ANNOTATIONS.poolHashVersion]: POOL_HASH_VERSION,
      },
      finalizers: [FINALIZERS.core],
      ownerReferences: [
        {
          apiVersion: pool.apiVersion,
          kind: pool.kind,
          name: pool.metadata.name,
          uid: pool.metadata.uid ?? '',
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: {
      nodeClassRef: spec.nodeClassRef,
      requirements: expressionsOf(withoutHostname(intersection(node.requirements, names))),
      resources: { requests: quantitiesOf(requests) },
      ...(spec.taints ? { taints: spec.taints } : {}),
      ...(spec.startupTaints ? { startupTaints: spec.startupTaints } : {}),
      ...(spec.expireAfter === undefined ? {} : { expireAfter: spec.expireAfter }),
      ...(spec.terminationGracePeriod === undefined ? {} : { terminationGracePeriod: spec.terminationGracePeriod }),
    },
  };
  const created = controller.api.create(claim as KubeObject);
  countCreated(controller, created as NodeClaim);
  const cheapest = types[0]?.name ?? '';
  controller.log('INFO', 'created nodeclaim', {
    nodeClaim: created.metadata.name,
    instanceTypes: types.length,
    cheapest,
  });
  return created;
}

function withoutHostname<T>(requirements: ReadonlyMap<string, T>): Map<string, T> {
  return new Map([...requirements].filter(([key]) => key !== LABELS.hostname));
}

function announce(controller: Controller, { info }: PlannedNode, claim: KubeObject): void {
  for (const pod of info.pods) {
    const message = `Pod should schedule on: nodeclaim/${claim.metadata.name}`;
    tell(controller, pod, { type: 'Normal', reason: 'Nominated', message });
  }
}

import { candidatesOf, selectTypes } from '../instance-types/select.ts';
import type { Manifest } from '../kube/api.ts';
import { planFit } from '../placement/fit.ts';
import { readNodeChoice } from '../placement/node-choice.ts';
import { placementPool } from '../placement/pool.ts';
import { tolerates } from '../placement/tolerations.ts';
import { readWorkload } from '../placement/workload.ts';
import { type Cause, type CauseId, cause } from './cause.ts';
import { schedulingWords } from './controller.ts';
import { at, type Facts, listAt, recentEvents, wasRead } from './facts.ts';
import { couldHold, requestsOf, requestsText } from './requests.ts';

/** Why a pool does not take a pod; undefined where nothing of the pool itself is against it. */
type Obstacle = { readonly id: CauseId; readonly text: string } | undefined;

type PodCause = Omit<Cause, 'resource' | 'about'>;

/** Why each pending pod waits: one cause for all pods of one owner that wait for the same reason. */
export function podCauses(facts: Facts): Cause[] {
  if (!wasRead(facts, 'pendingPods', 'nodePools')) return [];
  const groups = new Map<string, { owner: string; count: number; found: PodCause }>();
  for (const pod of facts.pendingPods) {
    if (at(pod, 'spec', 'nodeName') !== undefined) continue;
    const found = causeOf(facts, pod);
    const owner = ownerOf(pod);
    const key = JSON.stringify([owner, found.id, found.why]);
    const group = groups.get(key) ?? { owner, count: 0, found };
    groups.set(key, { ...group, count: group.count + 1 });
  }
  return [...groups.values()].map(({ owner, count, found }) =>
    cause({ ...found, about: 'pods', resource: count === 1 ? owner : `${owner} (${count} pods)` }),
  );
}

function ownerOf(pod: Manifest): string {
  const namespace = pod.metadata.namespace ?? 'default';
  const [owner] = listAt<{ kind: string; name: string }>(pod, 'metadata', 'ownerReferences');
  return owner ? `${owner.kind}/${namespace}/${owner.name}` : `Pod/${namespace}/${pod.metadata.name}`;
}

function causeOf(facts: Facts, pod: Manifest): PodCause {
  return gated(pod) ?? volumes(facts, pod) ?? pools(facts, pod);
}

function gated(pod: Manifest): PodCause | undefined {
  const gates = listAt<{ name: string }>(pod, 'spec', 'schedulingGates').map(({ name }) => name);
  if (gates.length === 0) return undefined;
  return {
    id: 'pod-gated',
    severity: 'info',
    why: `It has scheduling gates, so neither the scheduler nor Karpenter looks at it: ${gates.join(', ')}.`,
    evidence: [],
    fix: 'Whoever set the gate removes it when it is time: look at that controller.',
  };
}

function wordsAbout(facts: Facts, pod: Manifest): string[] {
  const of = { kind: 'Pod', name: pod.metadata.name, namespace: pod.metadata.namespace };
  const told = recentEvents(facts, of, ['FailedScheduling']).map((event) => String(event['message']));
  return [schedulingWords(pod), ...told];
}

function volumes(facts: Facts, pod: Manifest): PodCause | undefined {
  const words = wordsAbout(facts, pod).filter((text) => /persistentvolumeclaim|volume node affinity/i.test(text));
  if (words.length === 0) return undefined;
  return {
    id: 'pod-volume-not-bound',
    severity: 'error',
    why: 'A volume of it keeps it off: its claim is not bound, or the volume lies in a zone where no node can be.',
    evidence: words,
    fix: 'kubectl describe pvc says what the claim waits for. A zonal volume needs a NodePool and subnets in its zone; use volumeBindingMode WaitForFirstConsumer.',
  };
}

/**
 * What to call it. Taints keep pools for others, so what stands against a pool that has none for this pod says more; several
 * obstacles of which none is the rule have a name of their own.
 */
function nameOf(ids: ReadonlySet<CauseId>): CauseId {
  const [only, ...others] = [...ids].filter((id) => id !== 'pod-taint-not-tolerated');
  if (only === undefined) return 'pod-taint-not-tolerated';
  return others.length === 0 ? only : 'pod-fits-no-pool';
}

const FIXES: Readonly<Partial<Record<CauseId, string>>> = {
  'pod-taint-not-tolerated':
    'Give the pod the toleration, or take a pool without the taint: joinery place --pool NAME writes it into the manifest.',
  'pod-selects-no-pool':
    'Correct nodeSelector or node affinity, or add a NodePool whose requirements and labels include what is asked for: joinery place --pool NAME checks both.',
  'pod-too-large':
    'Lower the requests, or let a pool take larger types. Requests are what counts: what the pod really uses does not.',
  'pod-fits-no-pool': 'Mend what stands against the pool that is meant for it.',
};

function pools(facts: Facts, pod: Manifest): PodCause {
  const obstacles = facts.nodePools.map((pool) => ({ pool: pool.metadata.name, obstacle: obstacleOf(pool, pod) }));
  const isTaken = obstacles.length === 0 || obstacles.some(({ obstacle }) => obstacle === undefined);
  if (isTaken)
    return waits(
      facts,
      pod,
      obstacles.flatMap(({ pool, obstacle }) => (obstacle ? [] : [pool])),
    );
  const id = nameOf(new Set(obstacles.flatMap(({ obstacle }) => obstacle?.id ?? [])));
  return {
    id,
    severity: 'error',
    why: obstacles.map(({ pool, obstacle }) => `NodePool ${pool} does not take it: ${obstacle?.text ?? ''}.`).join(' '),
    evidence: wordsAbout(facts, pod),
    fix: FIXES[id] ?? '',
  };
}

/** Some pool would take it: it waits for a node, or for what the causes of the controller and of the pools say. */
function waits(facts: Facts, pod: Manifest, takers: readonly string[]): PodCause {
  const isNominated =
    recentEvents(facts, { kind: 'Pod', name: pod.metadata.name, namespace: pod.metadata.namespace }, ['Nominated'])
      .length > 0;
  const evidence = wordsAbout(facts, pod);
  if (isNominated) {
    return {
      id: 'pod-waits-for-nodes',
      severity: 'info',
      why: 'Karpenter has chosen a node for it, which is being made or emptied.',
      evidence,
      fix: 'Wait: a node takes 45 to 75 s. Where it stays, the causes of NodeClaims say why.',
    };
  }
  const names = takers.map((name) => `NodePool ${name}`).join(', ');
  return {
    id: 'pod-unschedulable',
    severity: 'warning',
    why:
      takers.length === 0
        ? 'There is no NodePool that could take it.'
        : `${names} would take it, and no node is being made for it yet.`,
    evidence,
    fix: 'Mend the causes of the controller and of the NodePools first. Without any, look at its pod affinity, topology spread and host ports, which no new node may satisfy.',
  };
}

function obstacleOf(pool: Manifest, pod: Manifest): Obstacle {
  const read = readWorkload({ ...pod, apiVersion: 'v1', kind: 'Pod' });
  if (!read || !('workload' in read)) return undefined;
  const target = placementPool(pool);
  const given = listAt<Record<string, unknown>>(pod, 'spec', 'tolerations');
  const hard = target.taints.filter(({ effect }) => effect !== 'PreferNoSchedule');
  const refused = hard.filter((taint) => !given.some((toleration) => tolerates(toleration, taint)));
  if (refused.length > 0) {
    const taints = refused.map(({ key, value, effect }) => `${key}${value ? `=${value}` : ''}:${effect}`);
    return { id: 'pod-taint-not-tolerated', text: `it does not tolerate ${taints.join(' and ')}` };
  }
  const choice = readNodeChoice(read.workload);
  if ('fault' in choice) return { id: 'pod-selects-no-pool', text: `${choice.fault.path} ${choice.fault.message}` };
  const [fault] = planFit(read.workload, choice.choice, target).faults;
  if (fault) return { id: 'pod-selects-no-pool', text: `${fault.path} ${fault.message}` };
  const requests = requestsOf(pod);
  const types = candidatesOf(selectTypes(target.requirements));
  if (types.some((type) => couldHold(type, requests))) return undefined;
  return { id: 'pod-too-large', text: `it asks for ${requestsText(requests)}, more than any type of the pool has` };
}

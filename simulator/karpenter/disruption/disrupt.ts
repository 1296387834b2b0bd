import { isFinished, type Node, type Pod, type Taint } from '../../kubernetes/controllers/objects.ts';
import { conditionIn, isTrue, TRUE } from '../conditions.ts';
import { type Controller, listClaims, type Outcome } from '../controller.ts';
import { ANNOTATIONS, DISRUPTED_TAINT, LABELS } from '../names.ts';
import { latest, writeClaimStatus } from '../node-claim/status.ts';
import { claimRef, isGoing, type NodeClaim, type NodePool, nodeRef, poolRef } from '../objects.ts';
import { isReschedulable } from '../provisioning/pending-pods.ts';
import { countDisrupted } from '../reporting/claim-counters.ts';
import { tell } from '../reporting/events.ts';
import { durationSeconds } from '../settings.ts';
import { allowedDisruptions } from './budgets.ts';

/** An empty node must be found empty once more after so long. */
const CONFIRM_MS = 15_000;
const BLOCKED_MS = 60_000;
/** Pod events closer together than this count as one. */
const EVENT_GRAIN_MS = 10_000;

/** Says which claims may be consolidated, and takes down those that have been empty for long enough, within the budgets. */
export async function disrupt(controller: Controller): Promise<Outcome> {
  const nowMs = controller.simulation.now();
  const wakeUps: number[] = [];
  const empties: NodeClaim[] = [];
  const claims = listClaims(controller);
  for (const claim of claims.filter((one) => !isGoing(one) && isTrue(one, 'Initialized'))) {
    const pool = controller.api.get(poolRef(claim.metadata.labels?.[LABELS.nodePool] ?? '')) as NodePool | undefined;
    const freeMs = pool && consolidatableFrom(controller, claim, pool);
    const present = freeMs === undefined ? claim : markConsolidatable(controller, claim, freeMs <= nowMs);
    if (freeMs !== undefined && freeMs > nowMs) wakeUps.push(freeMs);
    const isEmptyNow = freeMs !== undefined && freeMs <= nowMs && isEmpty(controller, present);
    const confirmMs = confirmation(controller, present, isEmptyNow);
    if (confirmMs === undefined) continue;
    if (confirmMs > nowMs) wakeUps.push(confirmMs);
    else empties.push(present);
  }
  if (takeDown(controller, claims, empties)) wakeUps.push(nowMs + BLOCKED_MS);
  const next = Math.min(...wakeUps);
  return next === Number.POSITIVE_INFINITY ? undefined : { againAfterSeconds: Math.max(0.1, (next - nowMs) / 1000) };
}

/** When nothing will have come or gone for the pool's consolidateAfter; undefined for Never. */
function consolidatableFrom(controller: Controller, claim: NodeClaim, pool: NodePool): number | undefined {
  const seconds = durationSeconds(pool.spec.disruption.consolidateAfter);
  if (seconds === undefined) return undefined;
  const initialized = conditionIn(claim, 'Initialized')?.lastTransitionTime ?? '';
  const event = notePodEvents(controller, claim);
  return Math.max(Date.parse(initialized), event ?? 0) + seconds * 1000;
}

function notePodEvents(controller: Controller, claim: NodeClaim): number | undefined {
  const written = claim.status?.lastPodEventTime === undefined ? undefined : Date.parse(claim.status.lastPodEventTime);
  const seen = controller.state().podEvents[claim.status?.nodeName ?? ''];
  if (seen === undefined || seen < (written ?? 0) + EVENT_GRAIN_MS) return written;
  const lastPodEventTime = new Date(seen).toISOString().replace(/\.\d{3}Z$/, 'Z');
  writeClaimStatus(controller, claim, {}, { lastPodEventTime });
  return seen;
}

function markConsolidatable(controller: Controller, claim: NodeClaim, isSo: boolean): NodeClaim {
  const present = latest(controller, claim) ?? claim;
  return writeClaimStatus(controller, present, { Consolidatable: isSo ? TRUE : undefined });
}

function isEmpty({ api }: Controller, claim: NodeClaim): boolean {
  const node = api.get(nodeRef(claim.status?.nodeName ?? '')) as Node | undefined;
  if (!node || isGoing(node) || node.metadata.annotations?.[ANNOTATIONS.doNotDisrupt] === 'true') return false;
  const pods = api.list('v1', 'Pod', { fieldSelector: `spec.nodeName=${node.metadata.name}` }) as Pod[];
  return !pods.some((pod) => !isFinished(pod) && isReschedulable(pod));
}

/** When an empty claim's emptiness is confirmed. */
function confirmation({ state, simulation }: Controller, claim: NodeClaim, isEmptyNow: boolean): number | undefined {
  const { emptySince } = state();
  const { name } = claim.metadata;
  if (!isEmptyNow) {
    delete emptySince[name];
    return undefined;
  }
  emptySince[name] ??= simulation.now();
  return emptySince[name] + CONFIRM_MS;
}

/** Disrupts what the budgets allow. True when some have to wait. */
function takeDown(controller: Controller, claims: readonly NodeClaim[], empties: readonly NodeClaim[]): boolean {
  let isBlocked = false;
  const poolNameOf = ({ metadata }: NodeClaim) => metadata.labels?.[LABELS.nodePool] ?? '';
  for (const [poolName, ready] of Map.groupBy(empties, poolNameOf)) {
    const pool = controller.api.get(poolRef(poolName)) as NodePool | undefined;
    if (!pool) continue;
    const own = claims.filter((claim) => poolNameOf(claim) === poolName);
    const going = own.filter(isGoing).length;
    const allowed = allowedDisruptions(pool, 'Empty', own.length, controller.simulation.now()) - going;
    for (const claim of ready.slice(0, Math.max(0, allowed))) end(controller, claim, pool);
    if (ready.length > allowed) {
      isBlocked = true;
      const message = 'No allowed disruptions for disruption reason Empty due to blocking budget';
      tell(controller, pool, { type: 'Normal', reason: 'DisruptionBlocked', message });
    }
  }
  return isBlocked;
}

function end(controller: Controller, claim: NodeClaim, pool: NodePool): void {
  const { api } = controller;
  const node = api.get(nodeRef(claim.status?.nodeName ?? '')) as Node | undefined;
  const taints: Taint[] = node?.spec.taints ?? [];
  if (node && !taints.some(({ key }) => key === DISRUPTED_TAINT.key)) {
    api.mergePatch(nodeRef(node.metadata.name), { spec: { taints: [...taints, DISRUPTED_TAINT] } });
  }
  writeClaimStatus(controller, claim, { DisruptionReason: { status: 'True', reason: 'Empty', message: 'Empty' } });
  for (const object of [claim, ...(node ? [node] : [])]) {
    tell(controller, object, { type: 'Normal', reason: 'DisruptionTerminating', message: 'Disrupting Node: Empty' });
  }
  api.delete(claimRef(claim.metadata.name));
  delete controller.state().emptySince[claim.metadata.name];
  countDisrupted(controller, claim, 'empty', pool.spec.disruption.consolidationPolicy ?? 'WhenEmptyOrUnderutilized');
  controller.log('INFO', 'disrupting node(s)', { nodeClaim: claim.metadata.name, reason: 'empty' });
}

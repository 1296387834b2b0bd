import type { Manifest } from '../../shared/kube/api.ts';
import { conditionsOf, wordsOf } from '../../shared/kube/conditions.ts';
import { adviceFor, initializationAdvice } from '../../shared/nodepools/condition-advice.ts';

/** The way of a NodeClaim, in order. */
const WAY = ['Launched', 'Registered', 'Initialized', 'Ready'];
/** A node joins within a minute, and is initialized soon after; what is not after this will hardly be. */
const LATE_SECONDS = 180;

/** How far each NodeClaim is, and what the next part of its way waits for. */
export function progressOf(claims: readonly Manifest[]): string {
  if (claims.length === 0) return 'none yet';
  return claims.map((claim) => `${claim.metadata.name} ${stateOf(claim)}`).join(', ');
}

function stateOf(claim: Manifest): string {
  if (claim.metadata.deletionTimestamp) return 'is being deleted';
  const conditions = conditionsOf(claim);
  const reached = WAY.findLast((type) => isReached(claim, type)) ?? 'created';
  const next = conditions.find((entry) => entry.type === WAY[WAY.indexOf(reached) + 1]);
  return next && wordsOf(next) ? `${reached} (${next.type}: ${wordsOf(next)})` : reached;
}

/** Why nodes that were launched do not register or take no pods, as far as the pool and the time since the launch tell. */
export function nodeTrouble(
  pool: Manifest | undefined,
  claims: readonly Manifest[],
  nowMs: number,
): string | undefined {
  const advice = adviceFor('NodeRegistrationHealthy');
  const health = pool && conditionsOf(pool).find(({ type }) => type === 'NodeRegistrationHealthy');
  if (health?.status === 'False') return `NodeRegistrationHealthy is False (${wordsOf(health)}). ${advice}`;
  const late = claims.filter((claim) => {
    const launched = conditionsOf(claim).find(({ type, status }) => type === 'Launched' && status === 'True');
    return nowMs - Date.parse(launched?.lastTransitionTime ?? '') >= LATE_SECONDS * 1000;
  });
  const unregistered = late.filter((claim) => !isReached(claim, 'Registered'));
  if (unregistered.length > 0) return `${unregistered.map(({ metadata }) => metadata.name).join(', ')} late. ${advice}`;
  return late.filter((claim) => !isReached(claim, 'Initialized')).map(initializationTrouble)[0];
}

function initializationTrouble(claim: Manifest): string {
  const condition = conditionsOf(claim).find(({ type }) => type === 'Initialized');
  const { nodeName = 'its node' } = (claim['status'] ?? {}) as { nodeName?: string };
  return `${nodeName} takes no pods. ${initializationAdvice(condition?.reason ?? '') ?? 'See kubectl describe node.'}`;
}

function isReached(claim: Manifest, type: string): boolean {
  return conditionsOf(claim).some((entry) => entry.type === type && entry.status === 'True');
}

import type { Manifest } from '../../shared/kube/api.ts';
import { conditionsOf, wordsOf } from '../../shared/kube/conditions.ts';
import { adviceFor } from '../../shared/nodepools/condition-advice.ts';

/** The way of a NodeClaim, in order. */
const WAY = ['Launched', 'Registered', 'Initialized', 'Ready'];
/** A node joins within a minute; what has not after this will hardly do so. */
const REGISTRATION_SECONDS = 180;

/** How far each NodeClaim is, and what the next part of its way waits for. */
export function progressOf(claims: readonly Manifest[]): string {
  if (claims.length === 0) return 'none yet';
  return claims.map((claim) => `${claim.metadata.name} ${stateOf(claim)}`).join(', ');
}

function stateOf(claim: Manifest): string {
  if (claim.metadata.deletionTimestamp) return 'is being deleted';
  const conditions = conditionsOf(claim);
  const isReached = (type: string) => conditions.some((entry) => entry.type === type && entry.status === 'True');
  const reached = WAY.findLast(isReached) ?? 'created';
  const next = conditions.find((entry) => entry.type === WAY[WAY.indexOf(reached) + 1]);
  return next && wordsOf(next) ? `${reached} (${next.type}: ${wordsOf(next)})` : reached;
}

/** Why nodes that were launched do not register, as far as the pool and the time since the launch tell. */
export function registrationTrouble(
  pool: Manifest | undefined,
  claims: readonly Manifest[],
  nowMs: number,
): string | undefined {
  const advice = adviceFor('NodeRegistrationHealthy');
  const health = pool && conditionsOf(pool).find(({ type }) => type === 'NodeRegistrationHealthy');
  if (health?.status === 'False') return `NodeRegistrationHealthy is False (${wordsOf(health)}). ${advice}`;
  const late = claims.filter((claim) => {
    const conditions = conditionsOf(claim);
    const launched = conditions.find(({ type, status }) => type === 'Launched' && status === 'True');
    const isRegistered = conditions.some(({ type, status }) => type === 'Registered' && status === 'True');
    const sinceMs = nowMs - Date.parse(launched?.lastTransitionTime ?? '');
    return !isRegistered && sinceMs >= REGISTRATION_SECONDS * 1000;
  });
  return late.length === 0 ? undefined : `${late.map(({ metadata }) => metadata.name).join(', ')} late. ${advice}`;
}

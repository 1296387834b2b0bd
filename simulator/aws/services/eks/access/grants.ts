import type { Simulation } from '../../../../core/simulation.ts';
import type { ClusterRecord, Grant } from '../state.ts';
import { drawSeconds, type EksTiming } from '../timings.ts';

export const CLUSTER_ADMIN_POLICY = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy';

type Kind = 'identity' | 'policy';

const kindOf = (grant: Grant): Kind => (grant.identity ? 'identity' : 'policy');

/** When a change to a principal's access reaches the API server: the n-th change of each principal has a draw of its own. */
function effectiveAt(simulation: Simulation, cluster: ClusterRecord, principalArn: string, kind: Kind): number {
  const timing: EksTiming = kind === 'identity' ? 'accessEntryEffective' : 'accessPolicyEffective';
  const earlier = cluster.grants.filter((grant) => grant.principalArn === principalArn && kindOf(grant) === kind);
  const changes = earlier.length + earlier.filter((grant) => grant.untilMs !== undefined).length;
  return simulation.now() + 1000 * drawSeconds(simulation, timing, `${cluster.name}:${principalArn}:${changes}`);
}

/** Lets a principal in under this name and with these groups, a little later; what it had until then ends at that moment. */
export function grantIdentity(
  simulation: Simulation,
  cluster: ClusterRecord,
  principalArn: string,
  identity: { username: string; groups: string[] },
): void {
  const fromMs = effectiveAt(simulation, cluster, principalArn, 'identity');
  end(cluster, (grant) => grant.principalArn === principalArn && grant.identity !== undefined, fromMs);
  cluster.grants.push({ principalArn, fromMs, identity: { ...identity, groups: [...identity.groups] } });
}

export function grantPolicy(
  simulation: Simulation,
  cluster: ClusterRecord,
  principalArn: string,
  policyArn: string,
): void {
  const fromMs = effectiveAt(simulation, cluster, principalArn, 'policy');
  cluster.grants.push({ principalArn, fromMs, policyArn });
}

export function revokePolicy(
  simulation: Simulation,
  cluster: ClusterRecord,
  principalArn: string,
  policyArn: string,
): void {
  const atMs = effectiveAt(simulation, cluster, principalArn, 'policy');
  end(cluster, (grant) => grant.principalArn === principalArn && grant.policyArn === policyArn, atMs);
}

/** Shuts a principal out, with every policy that it had. */
export function revokeAll(simulation: Simulation, cluster: ClusterRecord, principalArn: string): void {
  const atMs = effectiveAt(simulation, cluster, principalArn, 'identity');
  end(cluster, (grant) => grant.principalArn === principalArn, atMs);
}

function end(cluster: ClusterRecord, matches: (grant: Grant) => boolean, atMs: number): void {
  for (const grant of cluster.grants) {
    if (grant.untilMs === undefined && matches(grant)) grant.untilMs = Math.max(atMs, grant.fromMs);
  }
}

/** What the authenticator knows of a principal at a moment. */
export function effectiveAccess(
  cluster: ClusterRecord,
  principalArn: string,
  atMs: number,
): { username: string; groups: string[]; isClusterAdmin: boolean } | undefined {
  const current = cluster.grants.filter(
    (grant) =>
      grant.principalArn === principalArn &&
      grant.fromMs <= atMs &&
      (grant.untilMs === undefined || atMs < grant.untilMs),
  );
  const identity = current.findLast((grant) => grant.identity)?.identity;
  if (!identity) return undefined;
  return { ...identity, isClusterAdmin: current.some((grant) => grant.policyArn === CLUSTER_ADMIN_POLICY) };
}

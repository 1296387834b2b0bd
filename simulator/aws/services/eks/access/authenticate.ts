import type { Simulation } from '../../../../core/simulation.ts';
import type { KubeUser } from '../../../../kubernetes/types.ts';
import type { StsPort } from '../ports.ts';
import { findCluster } from '../state.ts';
import { effectiveAccess } from './grants.ts';
import { isSignedFor, parseToken } from './token-signature.ts';

const TOKEN_LIFETIME_MS = 15 * 60_000;
const CLOCK_SKEW_MS = 5 * 60_000;

/**
 * Who a bearer token speaks for in a cluster, or undefined: a 401. The token is a presigned call of the Region's STS, for this
 * cluster and no other, good for fifteen minutes from its signing; its role needs an access entry that has taken effect.
 */
export function authenticateToken(
  simulation: Simulation,
  sts: StsPort,
  token: string,
  clusterName: string,
): KubeUser | undefined {
  const cluster = findCluster(simulation, clusterName);
  const call = parseToken(token);
  if (!cluster || !call) return undefined;
  const nowMs = simulation.now();
  const region = cluster.arn.split(':')[3];
  const isOfThisRegion = call.host === `sts.${region}.amazonaws.com` && call.region === region;
  const isFresh =
    call.signedAtMs <= nowMs + CLOCK_SKEW_MS &&
    nowMs < call.signedAtMs + TOKEN_LIFETIME_MS &&
    call.expiresSeconds >= 0 &&
    call.expiresSeconds <= 900;
  if (!isOfThisRegion || !isFresh || call.signedHeaders !== 'host;x-k8s-aws-id') return undefined;
  const credential = sts.credentialOf(simulation, call.accessKeyId);
  if (!credential) return undefined;
  const { secretAccessKey } = credential;
  if (secretAccessKey !== undefined && !isSignedFor(call, clusterName, secretAccessKey)) return undefined;
  const { roleArn, sessionName } = credential.caller;
  const access = effectiveAccess(cluster, roleArn, nowMs);
  if (!access) return undefined;
  return {
    username: access.username.replaceAll('{{SessionName}}', sessionName),
    groups: [...access.groups, 'system:authenticated'],
    ...(access.isClusterAdmin ? { isClusterAdmin: true } : {}),
  };
}

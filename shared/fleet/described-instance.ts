import { type Evidence, type InstanceIdentity, NO_EVIDENCE, type Volume } from './evidence.ts';
import type { Transition } from './transitions.ts';

export type InstanceState = 'pending' | 'running' | 'shutting-down' | 'terminated' | 'stopping' | 'stopped';

/** What EC2 says of an instance when asked, as far as the ledger cares. */
export type DescribedInstance = {
  readonly instanceId: string;
  readonly accountId: string;
  readonly region: string;
  readonly state: InstanceState;
  /** Of the latest start. */
  readonly launchTimeMs: number;
  readonly observedMs: number;
  readonly instanceType: string;
  readonly zone: string;
  readonly zoneId: string | null;
  readonly platformDetails: string;
  readonly tenancy: string;
  /** Undefined: on demand. */
  readonly lifecycle: string | undefined;
  readonly capacityReservationId: string | null;
  readonly stateReasonCode: string | undefined;
  readonly stateTransitionReason: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly publicIpv4Count: number;
};

/** What one look at an instance gave. */
export type Sighting = { readonly instanceId: string; readonly state: InstanceState; readonly evidence: Evidence };

export const CLUSTER_TAG = 'eks:eks-cluster-name';
export const NODE_GROUP_CLUSTER_TAG = 'eks:cluster-name';
const NODE_GROUP_TAG = 'eks:nodegroup-name';
const NODE_POOL_TAG = 'karpenter.sh/nodepool';
const NODE_CLAIM_TAG = 'karpenter.sh/nodeclaim';

export function isUp(state: InstanceState): boolean {
  return state === 'pending' || state === 'running';
}

export function sightingOf(instance: DescribedInstance): Sighting {
  return { instanceId: instance.instanceId, state: instance.state, evidence: evidenceOf(instance) };
}

function evidenceOf(instance: DescribedInstance): Evidence {
  const value = identityOf(instance);
  const { state, stateReasonCode: code } = instance;
  const at = isoOf(instance.observedMs);
  const launchedAt = isoOf(instance.launchTimeMs);
  const nodeClaim = instance.tags[NODE_CLAIM_TAG];
  return {
    ...NO_EVIDENCE,
    isNobodys: value === null,
    identity: value && { at, value },
    nodeClaim: nodeClaim === undefined ? null : { at, value: nodeClaim },
    publicIpv4Count: isUp(state) ? { at: settledAt(instance), value: instance.publicIpv4Count } : null,
    transitions: [{ at: launchedAt, kind: 'launched' }, ...endOf(instance)],
    seenRunningAt: state === 'running' ? at : null,
    reasons: !isUp(state) && code !== undefined ? [{ launchedAt, code }] : [],
  };
}

/** The volumes that an instance has, as evidence; none says nothing: a terminated instance has lost them. */
export function volumeEvidence(volumes: readonly Volume[], sighting: Sighting): Evidence {
  const { identity, transitions } = sighting.evidence;
  const launchedAt = transitions[0]?.at;
  if (volumes.length === 0 || !identity || launchedAt === undefined) return NO_EVIDENCE;
  const isWhole = sighting.state === 'running' || sighting.state === 'stopped';
  return { ...NO_EVIDENCE, volumes: { at: isWhole ? identity.at : launchedAt, value: volumes } };
}

/** While an instance comes or goes it shows a part of what it has: then any look at the running instance is better. */
function settledAt({ state, observedMs, launchTimeMs }: DescribedInstance): string {
  return isoOf(state === 'running' ? observedMs : launchTimeMs);
}

/** Null: it carries no cluster's tags, so it is no node. A managed node group's instance has tags of its own. */
function identityOf(instance: DescribedInstance): InstanceIdentity | null {
  const { tags, lifecycle, capacityReservationId } = instance;
  const isOfNodeGroup = tags[NODE_GROUP_TAG] !== undefined;
  const cluster = tags[CLUSTER_TAG] ?? (isOfNodeGroup ? tags[NODE_GROUP_CLUSTER_TAG] : undefined);
  if (cluster === undefined) return null;
  const isReserved = capacityReservationId !== null || lifecycle === 'capacity-block';
  const onDemandOrReserved = isReserved ? 'reserved' : 'on-demand';
  return {
    accountId: instance.accountId,
    region: instance.region,
    cluster,
    role: isOfNodeGroup ? 'bootstrap' : 'karpenter',
    nodePool: tags[NODE_POOL_TAG] ?? null,
    instanceType: instance.instanceType,
    zone: instance.zone,
    zoneId: instance.zoneId,
    os: osOf(instance.platformDetails),
    tenancy: instance.tenancy,
    capacityType: lifecycle === 'spot' ? 'spot' : onDemandOrReserved,
    capacityReservation: capacityReservationId,
  };
}

/** What is licensed is priced apart; SQL Server on Windows is still Windows here. */
const LICENSED: readonly (readonly [start: string, os: string])[] = [
  ['Windows', 'windows'],
  ['Red Hat', 'rhel'],
  ['SUSE', 'suse'],
  ['Ubuntu Pro', 'ubuntu-pro'],
];

/** EC2 writes Linux/UNIX for all that is not licensed. */
export function osOf(platformDetails: string): string {
  return LICENSED.find(([start]) => platformDetails.startsWith(start))?.[1] ?? 'linux';
}

/** EC2 writes the time of the last transition into its reason, such as "User initiated (2026-11-02 08:15:00 GMT)". */
function endOf({ state, stateTransitionReason, launchTimeMs }: DescribedInstance): Transition[] {
  const found = /\((\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) (?:GMT|UTC)\)/.exec(stateTransitionReason);
  if (isUp(state) || !found) return [];
  const endedMs = Date.parse(`${found[1]}T${found[2]}Z`);
  return endedMs >= launchTimeMs ? [{ at: isoOf(endedMs), kind: 'ended' }] : [];
}

export function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}

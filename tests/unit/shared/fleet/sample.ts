import { type DescribedInstance, sightingOf } from '../../../../shared/fleet/described-instance.ts';
import type { Evidence } from '../../../../shared/fleet/evidence.ts';
import { NO_EVIDENCE } from '../../../../shared/fleet/evidence.ts';
import type { TransitionKind } from '../../../../shared/fleet/transitions.ts';

export const INSTANCE = 'i-0123456789abcdef0';

/** A time of the second of November 2026: `at('08:15')`, `at('08:15:30')`. */
export const at = (time: string) => new Date(`2026-11-02T${time}Z`).toISOString();

export const aDescription = (overrides: Partial<DescribedInstance> = {}): DescribedInstance => ({
  instanceId: INSTANCE,
  accountId: '111122223333',
  region: 'eu-west-1',
  state: 'running',
  launchTimeMs: Date.parse(at('08:00')),
  observedMs: Date.parse(at('08:01')),
  instanceType: 'm5.large',
  zone: 'eu-west-1a',
  zoneId: 'euw1-az1',
  platformDetails: 'Linux/UNIX',
  tenancy: 'default',
  lifecycle: 'spot',
  capacityReservationId: null,
  stateReasonCode: undefined,
  stateTransitionReason: '',
  tags: { 'eks:eks-cluster-name': 'banking', 'karpenter.sh/nodepool': 'general' },
  publicIpv4Count: 0,
  ...overrides,
});

export const aLookup = (overrides: Partial<DescribedInstance> = {}): Evidence =>
  sightingOf(aDescription(overrides)).evidence;

export const anEvent = (kind: TransitionKind, time: string): Evidence => ({
  ...NO_EVIDENCE,
  transitions: [{ at: at(time), kind }],
});

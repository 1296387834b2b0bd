import { candidatesOf, selectTypes } from '../instance-types/select.ts';
import { type Limits, type WorstCase, worstCaseDollarsPerHour } from '../instance-types/worst-case.ts';
import { requirementsOfPool } from './capacity-types.ts';

/** The Region whose prices the snapshot has; elsewhere they are an estimate. */
export const PRICED_REGION = 'us-east-1';

export type CostAtMost = { readonly name: string; readonly instanceTypes: number; readonly worstCase: WorstCase };

/** The most that a NodePool costs an hour while it keeps to its limits, at on-demand prices of us-east-1, and how many types it has. */
export function costAtMost(manifest: unknown, region: string): CostAtMost {
  const { metadata, spec } = manifest as { metadata: { name: string }; spec: { limits?: Limits } };
  const requirements = requirementsOfPool(manifest);
  return {
    name: metadata.name,
    instanceTypes: candidatesOf(selectTypes(requirements, { region })).length,
    worstCase: worstCaseDollarsPerHour(requirements, spec.limits ?? {}, region, { pricesOf: PRICED_REGION }),
  };
}

/** `$6.97`: whole cents, rounded up. */
export function inDollars(dollarsPerHour: string): string {
  const [whole = '0', fraction = ''] = dollarsPerHour.split('.');
  const cents = BigInt(whole) * 100n + BigInt(fraction.slice(0, 2).padEnd(2, '0'));
  const up = /[1-9]/.test(fraction.slice(2)) ? cents + 1n : cents;
  return `$${up / 100n}.${String(up % 100n).padStart(2, '0')}`;
}

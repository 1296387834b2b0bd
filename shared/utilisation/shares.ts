import type { Used } from './utilisation.ts';

/** What an instance could give and what its pods requested of it over a span: `cpu` and `memoryGiB` all the time. */
export type InstanceShare = {
  readonly instanceId: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly requested: { readonly cpu: number; readonly memoryGiB: number };
  readonly allocatable: { readonly cpu: number; readonly memoryGiB: number };
};

/** One look tells nothing of a longer time than this before it. */
const LONGEST_SPAN_MS = 20 * 60_000;

/**
 * For Karpenter's nodes and those of the bootstrap group, which the ledger knows. What is requested now is taken to have been so since the last look, or since the node came. The first look measures nothing, and
 * a look after a long silence no more than 20 minutes: the rest of the time is not covered, and the cost report says so.
 */
export function sharesOf(used: readonly Used[], lastMs: number | null, nowMs: number): InstanceShare[] {
  if (lastMs === null) return [];
  return used.flatMap(({ node, requested }) => {
    const fromMs = Math.max(lastMs, nowMs - LONGEST_SPAN_MS, Number.isNaN(node.createdMs) ? lastMs : node.createdMs);
    const isOurs = node.nodePool !== undefined || node.isBootstrap;
    if (!isOurs || node.instanceId === undefined || fromMs >= nowMs) return [];
    const { cpu, memoryGiB } = requested;
    const { allocatable, instanceId } = node;
    return [{ instanceId, fromMs, toMs: nowMs, requested: { cpu, memoryGiB }, allocatable }];
  });
}

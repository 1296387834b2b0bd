import { createHash } from 'node:crypto';
import type { NodeClass, NodePool } from './objects.ts';

/** A number of up to 20 digits, as Karpenter writes its hashes. */
export function hashOf(value: unknown): string {
  const text = JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([left], [right]) => (left < right ? -1 : 1)))
      : member,
  );
  return BigInt(`0x${createHash('sha256').update(text).digest('hex').slice(0, 16)}`).toString();
}

/** Over what makes nodes of a class differ for good; what the selectors find is compared by itself. */
export function classHash({ spec }: NodeClass): string {
  const { amiSelectorTerms: _a, subnetSelectorTerms: _b, securityGroupSelectorTerms: _c, role: _d, ...fixed } = spec;
  return hashOf(fixed);
}

/** Over the template; requirements are compared with the nodes' labels instead, and some settings apply to running nodes. */
export function poolHash({ spec }: NodePool): string {
  const { requirements: _, ...template } = spec.template.spec;
  return hashOf({ metadata: spec.template.metadata ?? {}, template });
}

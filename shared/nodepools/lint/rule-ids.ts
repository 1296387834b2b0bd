/** Every rule that can be switched off. Apart from the rules, so that the cluster file's schema knows them without loading them. */
export const RULE_IDS = [
  'architecture-not-set',
  'arm64-for-amd64-workload',
  'allows-accelerators',
  'allows-bare-metal',
  'allows-expensive-types',
  'allows-huge-memory',
  'budgets-allow-everything',
  'budgets-block-disruption',
  'capacity-type-not-set',
  'contradictory-requirements',
  'deprecated-label',
  'do-not-disrupt-nodes',
  'duplicate-object',
  'ended-ami-family',
  'few-types-for-spot',
  'imdsv1-allowed',
  'latest-ami',
  'limits-above-quota',
  'limits-too-small',
  'metadata-hop-limit',
  'min-values-not-met',
  'missing-node-class',
  'misspelt-label',
  'never-expires',
  'no-limits',
  'no-termination-grace-period',
  'old-volume-type',
  'overlapping-pools',
  'refused-by-karpenter',
  'selects-no-type',
  'short-expiry',
  'single-instance-family',
  'single-instance-type',
  'slow-empty-removal',
  'spot-without-fallback',
  'subnet-not-found',
  'taint-not-tolerated',
  'uncompiled-wildcard',
  'unencrypted-volume',
  'worst-case-cost',
] as const;

export type RuleId = (typeof RULE_IDS)[number];

export function isRuleId(text: string): text is RuleId {
  return (RULE_IDS as readonly string[]).includes(text);
}

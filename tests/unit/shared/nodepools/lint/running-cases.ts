import type { RuleCase } from './case.ts';
import { ARCH, aClass, aPool, aWorkload, isIn, spot } from './sample.ts';

const POOL = 'NodePool/general';
const taint = { key: 'banking.com/general', value: 'true', effect: 'NoSchedule' };
const tolerations = [{ key: taint.key, operator: 'Equal', value: 'true', effect: 'NoSchedule' }];
const tainted = [aPool({ template: { taints: [taint] } }), aClass()];
const both = [aPool({ requirements: [isIn(ARCH, 'amd64', 'arm64')] }), aClass()];
const arm = aPool({ requirements: [isIn(ARCH, 'arm64')] });
const lasting = aWorkload({ metadata: { annotations: { 'karpenter.sh/do-not-disrupt': 'true' } } });
const forAmd64 = aWorkload({ spec: { nodeSelector: { [ARCH]: 'amd64' } } });
const imageForAmd64 = aWorkload({ spec: { containers: [{ image: 'bank/api:1.2-amd64' }] } });

/** Rules on what runs on the pools. */
export const RUNNING_CASES: readonly RuleCase[] = [
  {
    rule: 'spot-without-fallback',
    fires: {
      when: 'a workload of a system priority may run there',
      objects: [aPool({ requirements: [spot], template: { taints: [taint] } }), aClass()],
      context: { workloads: [aWorkload({ spec: { priorityClassName: 'system-cluster-critical', tolerations } })] },
      finds: [['error', POOL, 'spec.template.spec.requirements[4]']],
    },
    near: {
      when: 'there is another pool for everyone',
      objects: tainted,
      context: { workloads: [aWorkload({ spec: { priorityClassName: 'system-cluster-critical' } })] },
    },
  },
  {
    rule: 'taint-not-tolerated',
    fires: {
      when: 'the value is another one',
      objects: tainted,
      context: { workloads: [aWorkload({ spec: { tolerations: [{ ...tolerations[0], value: 'yes' }] } })] },
      finds: [['warning', POOL, 'spec.template.spec.taints[0]']],
    },
    near: {
      when: 'everything is tolerated',
      objects: tainted,
      context: { workloads: [aWorkload({ spec: { tolerations: [{ operator: 'Exists' }] } })] },
    },
  },
  {
    rule: 'taint-not-tolerated',
    fires: {
      when: 'the workload tolerates it and selects a label that no pool gives',
      objects: tainted,
      context: { workloads: [aWorkload({ spec: { tolerations, nodeSelector: { 'bank.example/tier': 'gold' } } })] },
      finds: [['warning', POOL, 'spec.template.spec.taints[0]']],
    },
    near: {
      when: 'the pool gives the label',
      objects: [
        aPool({ template: { taints: [taint] }, templateMetadata: { labels: { 'bank.example/tier': 'gold' } } }),
        aClass(),
      ],
      context: { workloads: [aWorkload({ spec: { tolerations, nodeSelector: { 'bank.example/tier': 'gold' } } })] },
    },
  },
  {
    rule: 'no-termination-grace-period',
    fires: {
      when: 'a budget allows no eviction',
      objects: [aPool(), aClass()],
      context: { podBudgets: [{ name: 'ledger', blocksAll: true }] },
      finds: [['warning', POOL, 'spec.template.spec.terminationGracePeriod']],
    },
    near: {
      when: 'the period is set',
      objects: [aPool({ template: { terminationGracePeriod: '24h' } }), aClass()],
      context: { podBudgets: [{ name: 'ledger', blocksAll: true }] },
    },
  },
  {
    rule: 'no-termination-grace-period',
    fires: {
      when: 'a budget allows some',
      objects: [aPool(), aClass()],
      context: { podBudgets: [{ name: 'ledger', blocksAll: false }] },
      finds: [['info', POOL, 'spec.template.spec.terminationGracePeriod']],
    },
    near: { when: 'do-not-disrupt pods that may not run there', objects: tainted, context: { workloads: [lasting] } },
  },
  {
    rule: 'do-not-disrupt-nodes',
    fires: {
      when: 'every node is marked',
      objects: [aPool({ templateMetadata: { annotations: { 'karpenter.sh/do-not-disrupt': 'true' } } }), aClass()],
      finds: [['warning', POOL, 'spec.template.metadata.annotations.karpenter.sh/do-not-disrupt']],
    },
    near: {
      when: 'only empty nodes are removed',
      objects: [
        aPool({
          templateMetadata: { annotations: { 'karpenter.sh/do-not-disrupt': 'true' } },
          spec: { disruption: { consolidationPolicy: 'WhenEmpty', consolidateAfter: '1m' } },
        }),
        aClass(),
      ],
    },
  },
  {
    rule: 'do-not-disrupt-nodes',
    fires: {
      when: 'every workload is marked',
      objects: [aPool(), aClass()],
      context: { workloads: [lasting] },
      finds: [['info', POOL, 'spec.disruption.consolidationPolicy']],
    },
    near: {
      when: 'one of two is',
      objects: [aPool(), aClass()],
      context: { workloads: [lasting, aWorkload({ name: 'other' })] },
    },
  },
  {
    rule: 'arm64-for-amd64-workload',
    fires: {
      when: 'all pools are arm64',
      objects: [arm, aClass()],
      context: { workloads: [forAmd64] },
      finds: [['error', POOL, 'spec.template.spec.requirements[4]']],
    },
    near: {
      when: 'another pool has amd64',
      objects: [arm, aPool({ name: 'x86' }), aClass()],
      context: { workloads: [forAmd64] },
    },
  },
  {
    rule: 'arm64-for-amd64-workload',
    fires: {
      when: 'an image says amd64, and the nodes are either',
      objects: both,
      context: { workloads: [imageForAmd64] },
      finds: [['warning', POOL, 'spec.template.spec.requirements[4]']],
    },
    near: {
      when: 'an image has a name that only looks like it',
      objects: both,
      context: { workloads: [aWorkload({ spec: { containers: [{ image: 'bank/amd6400:1' }] } })] },
    },
  },
];

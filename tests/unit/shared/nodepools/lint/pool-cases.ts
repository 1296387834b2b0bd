import type { RuleCase } from './case.ts';
import {
  ARCH,
  aClass,
  aPool,
  CAPACITY,
  instance,
  isIn,
  type Requirement,
  spot,
  spotAndOnDemand,
  TYPE,
  ZONE,
} from './sample.ts';

const POOL = 'NodePool/general';
const REQUIREMENTS = 'spec.template.spec.requirements';
const CATEGORY = instance('category');
const FAMILY = instance('family');
const HYPERVISOR = instance('hypervisor');

const pool = (...requirements: Requirement[]) => [aPool({ requirements, without: [CATEGORY] }), aClass()];
const spec = (value: Record<string, unknown>) => [aPool({ spec: value }), aClass()];
const template = (value: Record<string, unknown>) => [aPool({ template: value }), aClass()];
const disruption = (value: Record<string, unknown>) =>
  spec({ disruption: { consolidationPolicy: 'WhenEmpty', consolidateAfter: '1m', ...value } });
const budgets = (...list: Record<string, unknown>[]) => disruption({ budgets: list });
const wide = (limits: Record<string, unknown>, ...without: string[]) => [
  aPool({ without: [CATEGORY, ...without], spec: { limits } }),
  aClass(),
];
const huge = { cpu: '10000', memory: '100Ti' };

export const POOL_CASES: readonly RuleCase[] = [
  {
    rule: 'single-instance-type',
    fires: {
      when: 'one type',
      objects: pool(isIn(TYPE, 'm5.large')),
      finds: [['warning', POOL, `${REQUIREMENTS}[4]`]],
    },
    near: { when: 'two types', objects: pool(isIn(TYPE, 'm5.large', 'm5.xlarge')) },
  },
  {
    rule: 'single-instance-family',
    fires: { when: 'one family', objects: pool(isIn(FAMILY, 'm5')), finds: [['warning', POOL, `${REQUIREMENTS}[4]`]] },
    near: { when: 'two families', objects: pool(isIn(FAMILY, 'm5', 'm6i')) },
  },
  {
    rule: 'single-instance-family',
    fires: {
      when: 'several types of one family',
      objects: pool(isIn(TYPE, 'c5.large', 'c5.xlarge')),
      finds: [['warning', POOL, `${REQUIREMENTS}[4]`]],
    },
    near: { when: 'one type, which is another rule', objects: pool(isIn(TYPE, 'c5.large')) },
  },
  {
    rule: 'allows-accelerators',
    fires: {
      when: 'only the architecture is asked for',
      objects: wide(huge),
      finds: [['warning', POOL, REQUIREMENTS]],
    },
    near: { when: 'the category g is listed', objects: pool(isIn(CATEGORY, 'm', 'g')) },
  },
  {
    rule: 'allows-accelerators',
    fires: {
      when: 'a category is excluded and not those of GPUs',
      objects: pool({ key: CATEGORY, operator: 'NotIn', values: ['t'] }),
      finds: [['warning', POOL, REQUIREMENTS]],
    },
    near: { when: 'GPUs are what the pool is for', objects: pool({ key: instance('gpu-count'), operator: 'Exists' }) },
  },
  {
    rule: 'allows-bare-metal',
    fires: {
      when: 'nothing excludes metal',
      objects: [aPool({ without: [HYPERVISOR], spec: { limits: huge } }), aClass()],
      finds: [['info', POOL, REQUIREMENTS]],
    },
    near: {
      when: 'the limits have no room for it',
      objects: [aPool({ without: [HYPERVISOR], spec: { limits: { cpu: '47' } } }), aClass()],
    },
  },
  {
    rule: 'allows-huge-memory',
    fires: {
      when: 'the limits have room for terabytes',
      objects: wide(huge),
      finds: [['warning', POOL, REQUIREMENTS]],
    },
    near: { when: 'the limits have not', objects: wide({ cpu: '10000', memory: '400Gi' }) },
  },
  {
    rule: 'allows-huge-memory',
    fires: {
      when: 'large families without a bound on size',
      objects: [
        aPool({ requirements: [isIn(FAMILY, 'r5', 'r6i')], without: [CATEGORY], spec: { limits: huge } }),
        aClass(),
      ],
      finds: [['warning', POOL, REQUIREMENTS]],
    },
    near: {
      when: 'memory is bounded',
      objects: [
        aPool({
          requirements: [isIn(FAMILY, 'r5', 'r6i'), { key: instance('memory'), operator: 'Lt', values: ['999999999'] }],
          without: [CATEGORY],
          spec: { limits: huge },
        }),
        aClass(),
      ],
    },
  },
  {
    rule: 'allows-expensive-types',
    fires: { when: 'nothing is listed', objects: wide(huge), finds: [['warning', POOL, REQUIREMENTS]] },
    near: {
      when: 'the dear families are listed',
      objects: [
        aPool({ requirements: [isIn(FAMILY, 'm5', 'p4d')], without: [CATEGORY], spec: { limits: huge } }),
        aClass(),
      ],
    },
  },
  {
    rule: 'no-limits',
    fires: { when: 'there are none', objects: spec({ limits: undefined }), finds: [['error', POOL, 'spec.limits']] },
    near: { when: 'memory alone is limited', objects: spec({ limits: { memory: '200Gi' } }) },
  },
  {
    rule: 'no-limits',
    fires: {
      when: 'only GPUs are limited and most types have none',
      objects: spec({ limits: { 'nvidia.com/gpu': '4' } }),
      finds: [['error', POOL, 'spec.limits']],
    },
    near: {
      when: 'only GPUs are limited and every type has one',
      objects: [
        aPool({
          requirements: [isIn(FAMILY, 'g5')],
          without: [CATEGORY, instance('generation')],
          spec: { limits: { 'nvidia.com/gpu': '4' } },
        }),
        aClass(),
      ],
    },
  },
  {
    rule: 'limits-too-small',
    fires: {
      when: 'no type has one vCPU',
      objects: spec({ limits: { cpu: '500m' } }),
      finds: [['error', POOL, 'spec.limits']],
    },
    near: { when: 'the smallest fits exactly', objects: spec({ limits: { cpu: '2' } }) },
  },
  {
    rule: 'limits-above-quota',
    fires: {
      when: 'the quota on demand is lower',
      objects: [aPool(), aClass()],
      context: { quotas: { onDemandVcpu: 99, spotVcpu: 1000, graphicsOnDemandVcpu: 1000, graphicsSpotVcpu: 1000 } },
      finds: [['warning', POOL, 'spec.limits.cpu']],
    },
    near: {
      when: 'the pool is spot only, and that quota is enough',
      objects: pool(isIn(CATEGORY, 'm'), spot),
      context: { quotas: { onDemandVcpu: 1, spotVcpu: 100, graphicsOnDemandVcpu: 1, graphicsSpotVcpu: 1 } },
    },
  },
  {
    rule: 'limits-above-quota',
    fires: {
      when: 'the pool is of GPU types, which an account may run few of',
      objects: pool(isIn(CATEGORY, 'g')),
      context: { quotas: { onDemandVcpu: 1000, spotVcpu: 1000, graphicsOnDemandVcpu: 8, graphicsSpotVcpu: 8 } },
      finds: [['warning', POOL, 'spec.limits.cpu']],
    },
    near: {
      when: 'it is of other types as well',
      objects: pool(isIn(CATEGORY, 'g', 'm')),
      context: { quotas: { onDemandVcpu: 1000, spotVcpu: 1000, graphicsOnDemandVcpu: 8, graphicsSpotVcpu: 8 } },
    },
  },
  {
    rule: 'spot-without-fallback',
    fires: {
      when: 'the pool is the last resort of every pod',
      objects: pool(isIn(CATEGORY, 'm'), spot),
      finds: [['warning', POOL, `${REQUIREMENTS}[4]`]],
    },
    near: { when: 'on-demand is allowed too', objects: pool(isIn(CATEGORY, 'm'), spotAndOnDemand) },
  },
  {
    rule: 'spot-without-fallback',
    fires: {
      when: 'the pool is marked critical, tainted or not',
      objects: [
        aPool({
          requirements: [spot],
          template: { taints: [{ key: 'a', effect: 'NoSchedule' }] },
          metadata: { labels: { 'joinery.dev/critical': 'true' } },
        }),
        aClass(),
      ],
      finds: [['error', POOL, `${REQUIREMENTS}[4]`]],
    },
    near: {
      when: 'the mark is on a pool with on-demand',
      objects: [aPool({ metadata: { labels: { 'joinery.dev/critical': 'true' } } }), aClass()],
    },
  },
  {
    rule: 'spot-without-fallback',
    fires: {
      when: 'the pool is tainted and nothing is critical',
      objects: [aPool({ requirements: [spot], template: { taints: [{ key: 'a', effect: 'NoSchedule' }] } }), aClass()],
      finds: [['info', POOL, `${REQUIREMENTS}[4]`]],
    },
    near: { when: 'the pool is on demand', objects: [aPool(), aClass()] },
  },
  {
    rule: 'few-types-for-spot',
    fires: {
      when: '14 types, spot only',
      objects: pool(
        spot,
        isIn(
          TYPE,
          ...['c5', 'c5a', 'c6i', 'c6a', 'm5', 'm5a', 'm6i'].flatMap((family) => [
            `${family}.large`,
            `${family}.xlarge`,
          ]),
        ),
      ),
      finds: [['warning', POOL, `${REQUIREMENTS}[4]`]],
    },
    near: {
      when: '15 types',
      objects: pool(
        spot,
        isIn(
          TYPE,
          'm6a.large',
          ...['c5', 'c5a', 'c6i', 'c6a', 'm5', 'm5a', 'm6i'].flatMap((family) => [
            `${family}.large`,
            `${family}.xlarge`,
          ]),
        ),
      ),
    },
  },
  {
    rule: 'few-types-for-spot',
    fires: {
      when: 'few types, with on-demand to fall back to',
      objects: pool(spotAndOnDemand, isIn(TYPE, 'c5.large', 'm5.large')),
      finds: [['info', POOL, `${REQUIREMENTS}[4]`]],
    },
    near: { when: 'few types, on demand', objects: pool(isIn(TYPE, 'c5.large', 'm5.large')) },
  },
  {
    rule: 'short-expiry',
    fires: {
      when: '59m59s',
      objects: template({ expireAfter: '59m59s' }),
      finds: [['warning', POOL, 'spec.template.spec.expireAfter']],
    },
    near: { when: 'an hour', objects: template({ expireAfter: '60m' }) },
  },
  {
    rule: 'never-expires',
    fires: {
      when: 'Never',
      objects: template({ expireAfter: 'Never' }),
      finds: [['info', POOL, 'spec.template.spec.expireAfter']],
    },
    near: { when: 'a year', objects: template({ expireAfter: '8760h' }) },
  },
  {
    rule: 'slow-empty-removal',
    fires: {
      when: 'a batch pool keeps empty nodes eleven minutes',
      objects: [
        aPool({
          name: 'batch-jobs',
          spec: { disruption: { consolidationPolicy: 'WhenEmpty', consolidateAfter: '11m' } },
        }),
        aClass(),
      ],
      finds: [['warning', 'NodePool/batch-jobs', 'spec.disruption.consolidateAfter']],
    },
    near: { when: 'ten minutes', objects: disruption({ consolidateAfter: '10m' }) },
  },
  {
    rule: 'slow-empty-removal',
    fires: {
      when: 'a steady pool never removes them',
      objects: disruption({ consolidateAfter: 'Never' }),
      finds: [['info', POOL, 'spec.disruption.consolidateAfter']],
    },
    near: {
      when: 'underused nodes are consolidated too',
      objects: disruption({ consolidationPolicy: 'WhenEmptyOrUnderutilized', consolidateAfter: '2h' }),
    },
  },
  {
    rule: 'overlapping-pools',
    fires: {
      when: 'two pools without taints share types',
      objects: [aPool(), aPool({ name: 'other', requirements: [isIn(CATEGORY, 'm')] }), aClass()],
      finds: [['warning', 'NodePool/other', 'spec.weight']],
    },
    near: {
      when: 'one has a weight',
      objects: [aPool(), aPool({ name: 'other', spec: { limits: { cpu: '9' }, weight: 5 } }), aClass()],
    },
  },
  {
    rule: 'overlapping-pools',
    fires: {
      when: 'only labels of their own set them apart',
      objects: [
        aPool(),
        aPool({ name: 'other', templateMetadata: { labels: { 'bank.example/tier': 'gold' } } }),
        aClass(),
      ],
      finds: [['warning', 'NodePool/other', 'spec.weight']],
    },
    near: {
      when: 'capacity types set them apart',
      objects: [aPool(), aPool({ name: 'other', requirements: [spot] }), aClass()],
    },
  },
  {
    rule: 'overlapping-pools',
    fires: {
      when: 'both have the same taint',
      objects: [
        aPool({ template: { taints: [{ key: 'a', value: 'x', effect: 'NoSchedule' }] } }),
        aPool({ name: 'other', template: { taints: [{ key: 'a', value: 'x', effect: 'NoSchedule' }] } }),
        aClass(),
      ],
      finds: [['warning', 'NodePool/other', 'spec.weight']],
    },
    near: {
      when: 'one has a taint that the other has not',
      objects: [aPool(), aPool({ name: 'other', template: { taints: [{ key: 'a', effect: 'NoExecute' }] } }), aClass()],
    },
  },
  {
    rule: 'selects-no-type',
    fires: {
      when: 'm5.medium does not exist',
      objects: pool(isIn(TYPE, 'm5.medium')),
      finds: [['error', POOL, `${REQUIREMENTS}[4]`]],
    },
    near: { when: 'one of two names exists', objects: pool(isIn(TYPE, 'm5.medium', 'm5.large')) },
  },
  {
    rule: 'selects-no-type',
    fires: {
      when: 'each requirement is met, and no type meets both',
      objects: [
        aPool({ requirements: [isIn(FAMILY, 't3'), isIn(instance('cpu'), '64')], without: [CATEGORY] }),
        aClass(),
      ],
      finds: [['error', POOL, `${REQUIREMENTS}[4]`]],
    },
    near: {
      when: 'requirements that contradict each other: another rule',
      objects: pool(isIn(FAMILY, 't3'), isIn(FAMILY, 'm5')),
    },
  },
  {
    rule: 'contradictory-requirements',
    fires: {
      when: 'one key, no common value',
      objects: pool(isIn(FAMILY, 't3'), isIn(FAMILY, 'm5')),
      finds: [['error', POOL, `${REQUIREMENTS}[5]`]],
    },
    near: { when: 'one common value', objects: pool(isIn(FAMILY, 't3', 'm5'), isIn(FAMILY, 'm5')) },
  },
  {
    rule: 'contradictory-requirements',
    fires: {
      when: 'a label of the template against a requirement',
      objects: [aPool({ templateMetadata: { labels: { [ARCH]: 'arm64' } } }), aClass()],
      finds: [['error', POOL, `spec.template.metadata.labels.${ARCH}`]],
    },
    near: {
      when: 'the label is one of the values',
      objects: [aPool({ templateMetadata: { labels: { [ARCH]: 'amd64' } } }), aClass()],
    },
  },
  {
    rule: 'min-values-not-met',
    fires: {
      when: 'three families of two',
      objects: pool(
        { key: FAMILY, operator: 'Exists', minValues: 3 },
        isIn(CATEGORY, 'm'),
        isIn(TYPE, 'm5.large', 'm6i.large'),
      ),
      finds: [['error', POOL, `${REQUIREMENTS}[4].minValues`]],
    },
    near: {
      when: 'two of two',
      objects: pool({ key: FAMILY, operator: 'Exists', minValues: 2 }, isIn(TYPE, 'm5.large', 'm6i.large')),
    },
  },
  {
    rule: 'missing-node-class',
    fires: {
      when: 'the file has another class',
      objects: [aPool(), aClass({}, 'other')],
      finds: [['error', POOL, 'spec.template.spec.nodeClassRef.name']],
    },
    near: { when: 'the file has the class', objects: [aPool(), aClass()] },
  },
  {
    rule: 'missing-node-class',
    fires: {
      when: 'the file has no class at all',
      objects: [aPool()],
      finds: [['info', POOL, 'spec.template.spec.nodeClassRef.name']],
    },
    near: { when: 'a class beside it', objects: [aPool(), aClass(), aClass({}, 'other')] },
  },
  {
    rule: 'architecture-not-set',
    fires: {
      when: 'both architectures are left',
      objects: [aPool({ without: [ARCH] }), aClass()],
      finds: [['warning', POOL, REQUIREMENTS]],
    },
    near: {
      when: 'the families are all of one',
      objects: [aPool({ without: [ARCH], requirements: [isIn(FAMILY, 'm5', 'm6i')] }), aClass()],
    },
  },
  {
    rule: 'capacity-type-not-set',
    fires: {
      when: 'it is not',
      objects: [aPool({ without: [CAPACITY] }), aClass()],
      finds: [['info', POOL, REQUIREMENTS]],
    },
    near: { when: 'both are asked for', objects: pool(isIn(CATEGORY, 'm'), spotAndOnDemand) },
  },
  {
    rule: 'budgets-block-disruption',
    fires: {
      when: 'a budget of 0 without a schedule',
      objects: budgets({ nodes: '10%' }, { nodes: '0' }),
      finds: [['warning', POOL, 'spec.disruption.budgets']],
    },
    near: {
      when: 'the 0 has a schedule',
      objects: budgets({ nodes: '10%' }, { nodes: '0', schedule: '@daily', duration: '8h' }),
    },
  },
  {
    rule: 'budgets-block-disruption',
    fires: {
      when: '0% for drift alone',
      objects: budgets({ nodes: '0%', reasons: ['Drifted'] }),
      finds: [['warning', POOL, 'spec.disruption.budgets']],
    },
    near: {
      when: '0 for consolidation alone',
      objects: budgets({ nodes: '10%' }, { nodes: '0', reasons: ['Underutilized', 'Empty'] }),
    },
  },
  {
    rule: 'budgets-allow-everything',
    fires: { when: '100%', objects: budgets({ nodes: '100%' }), finds: [['warning', POOL, 'spec.disruption.budgets']] },
    near: {
      when: '100% for empty nodes alone',
      objects: budgets({ nodes: '100%', reasons: ['Empty'] }, { nodes: '10%', reasons: ['Drifted', 'Underutilized'] }),
    },
  },
  {
    rule: 'budgets-allow-everything',
    fires: { when: 'an empty list', objects: budgets(), finds: [['warning', POOL, 'spec.disruption.budgets']] },
    near: { when: 'none, which means the default', objects: disruption({}) },
  },
  {
    rule: 'deprecated-label',
    fires: {
      when: 'the beta name of the architecture',
      objects: [aPool({ without: [ARCH], requirements: [isIn('beta.kubernetes.io/arch', 'amd64')] }), aClass()],
      finds: [['warning', POOL, `${REQUIREMENTS}[4]`]],
    },
    near: {
      when: "the CSI driver's name of the zone",
      objects: pool(isIn(CATEGORY, 'm'), isIn('topology.ebs.csi.aws.com/zone', 'eu-west-1a')),
    },
  },
  {
    rule: 'misspelt-label',
    fires: {
      when: 'zones for zone',
      objects: pool(isIn(CATEGORY, 'm'), isIn(`${ZONE}s`, 'eu-west-1a')),
      finds: [['warning', POOL, `${REQUIREMENTS}[5]`]],
    },
    near: {
      when: 'a name of its own in that domain',
      objects: pool(isIn(CATEGORY, 'm'), isIn('topology.kubernetes.io/rack', 'r1')),
    },
  },
  {
    rule: 'misspelt-label',
    fires: {
      when: 'a key without its domain',
      objects: pool(isIn(CATEGORY, 'm'), isIn('instance-family', 'm5')),
      finds: [['warning', POOL, `${REQUIREMENTS}[5]`]],
    },
    near: {
      when: "a team's own key",
      objects: pool(isIn(CATEGORY, 'm'), isIn('bank.example/tier', 'gold'), isIn('team', 'payments')),
    },
  },
  {
    rule: 'uncompiled-wildcard',
    fires: {
      when: 't3.*',
      objects: pool(isIn(TYPE, 'm5.large', 't3.*')),
      finds: [['error', POOL, `${REQUIREMENTS}[4].values[1]`]],
    },
    near: { when: 'the family', objects: pool(isIn(FAMILY, 't3', 'm5')) },
  },
  {
    rule: 'refused-by-karpenter',
    fires: {
      when: 'the schema refuses it',
      objects: [aPool(), aClass()],
      context: {
        faultsOf: (object) =>
          (object as { kind: string }).kind === 'NodePool'
            ? [{ path: 'spec.weight', reason: '', message: 'Invalid value: must be at most 100' }]
            : [],
      },
      finds: [['error', POOL, 'spec.weight']],
    },
    near: {
      when: 'a wildcard, which is another rule',
      objects: [aPool(), aClass()],
      context: {
        faultsOf: () => [{ path: 'spec', reason: '', message: 'Invalid value: Karpenter takes no patterns' }],
      },
    },
  },
  {
    rule: 'duplicate-object',
    fires: { when: 'one name twice', objects: [aPool(), aPool(), aClass()], finds: [['error', POOL, 'metadata.name']] },
    near: { when: 'one name, two kinds', objects: [aPool({ name: 'default' }), aClass()] },
  },
  {
    rule: 'worst-case-cost',
    fires: { when: 'there are limits', objects: [aPool(), aClass()], finds: [['info', POOL, 'spec.limits']] },
    near: { when: 'there are none, which is another rule', objects: spec({ limits: undefined }) },
  },
  {
    rule: 'worst-case-cost',
    fires: {
      when: 'it is above the ceiling',
      objects: [aPool(), aClass()],
      context: { mostDollarsPerHour: '2.50' },
      finds: [['warning', POOL, 'spec.limits']],
    },
    near: { when: 'the pool is static', objects: spec({ replicas: 3, limits: { nodes: '5' } }) },
  },
];

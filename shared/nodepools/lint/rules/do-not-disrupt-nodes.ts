import { objectAt } from '../../read-object.ts';
import { poolRule } from '../rule.ts';
import { someOf } from '../view/named.ts';
import { canRunOn } from '../workload.ts';

const ANNOTATION = 'karpenter.sh/do-not-disrupt';

export const doNotDisruptNodes = poolRule({
  id: 'do-not-disrupt-nodes',
  severity: 'warning',
  otherwise: 'info where it is the pods: every given workload that may run on the pool has the annotation.',
  finds:
    'Consolidation of underused nodes on a pool whose nodes, or all of whose pods, are marked `karpenter.sh/do-not-disrupt`.',
  breaks: 'The policy never does anything: underused nodes stay until they expire, and drifted ones too.',
  mend: 'disruption: { consolidationPolicy: WhenEmpty, consolidateAfter: 1m }',
  check: (pool, { context: { workloads = [] } }) => {
    const { consolidationPolicy: policy = 'WhenEmptyOrUnderutilized' } = objectAt(pool.spec, 'disruption');
    if (policy === 'WhenEmpty' || pool.isStatic) return [];
    if (pool.annotations[ANNOTATION] === 'true') {
      return [
        {
          path: `spec.template.metadata.annotations.${ANNOTATION}`,
          reason: `every node has ${ANNOTATION}, so ${policy} never does anything, nor are drifted nodes replaced`,
          fix: `drop the annotation here and give it to the pods that need it, or under spec.disruption: consolidationPolicy: WhenEmpty`,
        },
      ];
    }
    const here = workloads.filter((workload) => canRunOn(workload, pool));
    if (here.length === 0 || !here.every(({ doNotDisrupt }) => doNotDisrupt)) return [];
    return [
      {
        path: 'spec.disruption.consolidationPolicy',
        severity: 'info',
        reason: `all that may run here (${someOf(here.map(({ resource }) => resource))}) is marked ${ANNOTATION}: ${policy} does no more than WhenEmpty`,
        fix: 'under spec.disruption: consolidationPolicy: WhenEmpty',
      },
    ];
  },
});

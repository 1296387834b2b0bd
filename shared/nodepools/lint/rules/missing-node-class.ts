import { objectAt } from '../../read-object.ts';
import { poolRule } from '../rule.ts';

export const missingNodeClass = poolRule({
  id: 'missing-node-class',
  severity: 'error',
  otherwise: 'info where the file has no EC2NodeClass at all: then it may be in the cluster already.',
  finds: 'A pool that names an EC2NodeClass which the file does not have.',
  breaks: 'The pool does not become Ready, and launches nothing.',
  mend: 'nodeClassRef: { group: karpenter.k8s.aws, kind: EC2NodeClass, name: default }',
  check: ({ templateSpec, nodeClass }, { classes, context }) => {
    const { name } = objectAt(templateSpec, 'nodeClassRef');
    if (nodeClass || typeof name !== 'string') return [];
    const path = 'spec.template.spec.nodeClassRef.name';
    const [first, ...others] = classes.map((one) => one.name);
    if (first === undefined && !context.hasAllNodeClasses) {
      return [
        {
          path,
          severity: 'info',
          reason: `EC2NodeClass ${name} is not in this file: without it in the cluster the pool does not become Ready`,
          fix: `check that it is there: kubectl get ec2nodeclass ${name}`,
        },
      ];
    }
    const known = first === undefined ? 'none is' : `there is ${[first, ...others].join(', ')}`;
    return [
      {
        path,
        reason: `EC2NodeClass ${name} is not in this file (${known}): the pool does not become Ready and launches nothing`,
        fix: `write the class, or under spec.template.spec: nodeClassRef: { group: karpenter.k8s.aws, kind: EC2NodeClass, name: ${first ?? 'default'} }`,
      },
    ];
  },
});

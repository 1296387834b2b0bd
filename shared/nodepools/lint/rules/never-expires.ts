import { poolRule } from '../rule.ts';

export const neverExpires = poolRule({
  id: 'never-expires',
  severity: 'info',
  finds: '`expireAfter: Never`.',
  breaks: 'Nodes live until something else replaces them: with a pinned AMI they go unpatched for as long.',
  mend: 'spec: { template: { spec: { expireAfter: 720h } } }',
  check: ({ templateSpec, isStatic }) =>
    templateSpec['expireAfter'] === 'Never' && !isStatic
      ? [
          {
            path: 'spec.template.spec.expireAfter',
            reason: 'nodes never expire: without drift they stay unpatched for as long as pods keep them busy',
            fix: 'under spec.template.spec: expireAfter: 720h',
          },
        ]
      : [],
});

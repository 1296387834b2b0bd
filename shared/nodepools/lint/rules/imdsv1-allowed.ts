import { objectAt } from '../../read-object.ts';
import { classRule } from '../rule.ts';

export const imdsv1Allowed = classRule({
  id: 'imdsv1-allowed',
  severity: 'error',
  finds: '`httpTokens: optional`: nodes answer IMDSv1.',
  breaks: "One request that a pod is tricked into (SSRF) hands out the credentials of the node's role.",
  mend: 'metadataOptions: { httpTokens: required }',
  check: ({ spec }) =>
    objectAt(spec, 'metadataOptions')['httpTokens'] === 'optional'
      ? [
          {
            path: 'spec.metadataOptions.httpTokens',
            reason:
              "nodes answer IMDSv1: one request that a pod is tricked into hands out the credentials of the node's role",
            fix: 'under spec.metadataOptions: httpTokens: required',
          },
        ]
      : [],
});

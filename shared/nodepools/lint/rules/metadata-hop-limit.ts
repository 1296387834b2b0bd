import { objectAt } from '../../read-object.ts';
import { classRule } from '../rule.ts';

export const metadataHopLimit = classRule({
  id: 'metadata-hop-limit',
  severity: 'warning',
  finds: '`httpPutResponseHopLimit` above 1.',
  breaks:
    "Pods reach the instance metadata through the container network, and with it the credentials of the node's role.",
  mend: 'metadataOptions: { httpPutResponseHopLimit: 1 }',
  check: ({ spec }) => {
    const { httpPutResponseHopLimit: limit, httpEndpoint } = objectAt(spec, 'metadataOptions');
    if (typeof limit !== 'number' || limit <= 1 || httpEndpoint === 'disabled') return [];
    return [
      {
        path: 'spec.metadataOptions.httpPutResponseHopLimit',
        reason: `at ${limit} hops pods reach the instance metadata, and with it the credentials of the node's role`,
        fix: 'give pods roles by EKS Pod Identity, and under spec.metadataOptions: httpPutResponseHopLimit: 1',
      },
    ];
  },
});

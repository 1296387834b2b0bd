import { objectRule } from '../rule.ts';

export const refusedByKarpenter = objectRule({
  id: 'refused-by-karpenter',
  severity: 'error',
  finds: "What the CRDs' schemas and rules refuse, and what the API server takes and Karpenter itself refuses.",
  breaks: 'kubectl apply fails, or the object never becomes Ready.',
  mend: 'apiVersion: karpenter.sh/v1',
  check: ({ object }, { context: { faultsOf } }) =>
    (faultsOf?.(object) ?? [])
      // Wildcards have a rule of their own.
      .filter(({ message }) => !message.includes('Karpenter takes no patterns'))
      .map(({ path, message }) => ({
        path,
        reason: message,
        fix: message.includes('must be compiled')
          ? 'joinery nodepools compile writes it as v1'
          : 'change it as the reason says; docs/cluster-file.md and the CRDs of Karpenter 1.14 have the fields',
      })),
});

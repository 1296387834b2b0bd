type Requirement = { key: string; operator: string; values?: string[]; minValues?: number };

export function aRequirement(key: string, operator: string, values?: string[]): Requirement {
  return { key, operator, ...(values ? { values } : {}) };
}

/** A NodePool that the API server and Karpenter both take; `spec` replaces members of its spec. */
export function aNodePool(spec: Record<string, unknown> = {}) {
  return {
    apiVersion: 'karpenter.sh/v1',
    kind: 'NodePool',
    metadata: { name: 'general' },
    spec: {
      template: {
        spec: {
          nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'default' },
          requirements: [aRequirement('kubernetes.io/arch', 'In', ['arm64'])],
        } as Record<string, unknown>,
      } as { metadata?: Record<string, unknown>; spec: Record<string, unknown> },
      ...spec,
    },
  };
}

/** An EC2NodeClass that the API server and Karpenter both take; `spec` replaces members of its spec. */
export function aNodeClass(spec: Record<string, unknown> = {}) {
  return {
    apiVersion: 'karpenter.k8s.aws/v1',
    kind: 'EC2NodeClass',
    metadata: { name: 'default' },
    spec: {
      amiSelectorTerms: [{ alias: 'al2023@v20261101' }],
      instanceProfile: 'karpenter-node',
      subnetSelectorTerms: [{ id: 'subnet-0a' }],
      securityGroupSelectorTerms: [{ id: 'sg-0a' }],
      ...spec,
    } as Record<string, unknown>,
  };
}

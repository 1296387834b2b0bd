import { type ParsedCluster, parseClusterFileWith } from '../../../../shared/clusters/cluster-file.ts';
import type { Catalogue } from '../../../../shared/clusters/pool-rules.ts';

/** A catalogue of two profiles whose manifests are faulty exactly where they say `broken`. */
export const catalogue: Catalogue = {
  profileNames: ['default', 'balanced'],
  profileNodeClass: () => 'default',
  profileNodePool: (_, overrides) => aPool(overrides.name ?? 'default', 'default', overrides.capacityTypes),
  validateManifest: (manifest) => ('broken' in manifest ? [{ path: 'spec.limits', message: 'is broken' }] : []),
  profileFaults: (_, overrides) =>
    overrides.instanceTypes && overrides.instanceFamilies
      ? [{ path: 'overrides.instanceTypes', message: 'go without families' }]
      : [],
};

type Parts = Readonly<Record<string, unknown>>;

/** The smallest sound file, with parts of `spec` replaced. */
export function aFile(spec: Parts = {}, rest: Parts = {}): Record<string, unknown> {
  return {
    apiVersion: 'joinery.dev/v1',
    kind: 'Cluster',
    metadata: { name: 'banking-prod' },
    spec: {
      region: 'eu-west-1',
      kubernetesVersion: '1.35',
      network: { subnetIds: ['subnet-a', 'subnet-b'] },
      ...spec,
    },
    ...rest,
  };
}

export function aPool(
  name: string,
  nodeClass = 'default',
  capacityTypes: readonly string[] = ['on-demand'],
): Record<string, unknown> {
  return {
    apiVersion: 'karpenter.sh/v1',
    kind: 'NodePool',
    metadata: { name },
    spec: {
      template: {
        spec: {
          nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: nodeClass },
          requirements: [{ key: 'karpenter.sh/capacity-type', operator: 'In', values: [...capacityTypes] }],
        },
      },
    },
  };
}

export function aClass(name: string): Record<string, unknown> {
  return { apiVersion: 'karpenter.k8s.aws/v1', kind: 'EC2NodeClass', metadata: { name }, spec: {} };
}

export function parse(file: unknown): ParsedCluster {
  return parseClusterFileWith(file, catalogue);
}

/** `path: message` for each fault. */
export function faultsOf(file: unknown): string[] {
  const parsed = parse(file);
  return parsed.ok ? [] : parsed.faults.map(({ path, message }) => `${path}: ${message}`);
}

export function pathsOf(file: unknown): string[] {
  const parsed = parse(file);
  return parsed.ok ? [] : parsed.faults.map(({ path }) => path);
}

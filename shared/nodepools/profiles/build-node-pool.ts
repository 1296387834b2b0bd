import type { ProfileOverrides } from '../../clusters/cluster-file.ts';
import { InvalidProfileError, type KarpenterManifest } from './manifest.ts';
import { nodeClassOf } from './node-class-of.ts';
import { families, isIn, type NodePoolProfile, type Requirement, sizes } from './profile.ts';

/**
 * Which instances. Types that are named one by one (or as `m5.*`, the family m5) are exactly those: nothing of the profile is left.
 * Families and sizes take the place of the profile's, and its guards stay.
 */
function instanceRequirements(profile: NodePoolProfile, overrides: ProfileOverrides): readonly Requirement[] {
  const { instanceTypes, instanceFamilies, instanceSizes } = overrides;
  if (instanceTypes === undefined) {
    return [
      ...(instanceFamilies ? [families(...instanceFamilies)] : profile.families),
      ...(instanceSizes ? [sizes(...instanceSizes)] : profile.sizes),
      ...profile.guards,
    ];
  }
  const wildcards = instanceTypes.filter((type) => type.endsWith('.*'));
  const types = instanceTypes.filter((type) => !type.endsWith('.*'));
  const named = [...new Set([...(instanceFamilies ?? []), ...wildcards.map((type) => type.slice(0, -2))])];
  if (types.length > 0 && named.length > 0) {
    const message = 'instance types and families cannot be mixed: a NodePool takes only nodes that meet both';
    throw new InvalidProfileError(`NodePool ${overrides.name ?? profile.name}`, [
      { path: 'overrides.instanceTypes', reason: 'FieldValueInvalid', message },
    ]);
  }
  return [
    types.length > 0 ? isIn('node.kubernetes.io/instance-type', types) : families(...named),
    ...(instanceSizes ? [sizes(...instanceSizes)] : []),
  ];
}

/**
 * The NodePool of a profile, with the overrides of a cluster file; throws InvalidProfileError where they cannot go together.
 * Whether Karpenter takes it is for `checked` to say, which needs the schemas and their rules: functions that only apply what
 * was checked with the cluster file do without.
 */
export function buildNodePool(profile: NodePoolProfile, overrides: ProfileOverrides = {}): KarpenterManifest {
  const { zones, terminationGracePeriod = profile.terminationGracePeriod } = overrides;
  const weight = overrides.weight ?? profile.weight;
  const taints = overrides.taints ?? profile.taints ?? [];
  const labels = { ...profile.labels, ...overrides.labels };
  const { nodes, ...quantities } = overrides.limits ?? {};
  const requirements: Requirement[] = [
    isIn('kubernetes.io/os', ['linux']),
    isIn('kubernetes.io/arch', overrides.architectures ?? profile.architectures),
    isIn('karpenter.sh/capacity-type', overrides.capacityTypes ?? profile.capacityTypes),
    ...instanceRequirements(profile, overrides),
    ...(zones ? [isIn('topology.kubernetes.io/zone', zones)] : []),
  ];
  return {
    apiVersion: 'karpenter.sh/v1',
    kind: 'NodePool',
    metadata: { name: overrides.name ?? profile.name },
    spec: {
      ...(weight === undefined ? {} : { weight }),
      limits: { ...profile.limits, ...quantities, ...(nodes === undefined ? {} : { nodes: String(nodes) }) },
      disruption: {
        consolidationPolicy: overrides.consolidationPolicy ?? profile.consolidationPolicy,
        consolidateAfter: overrides.consolidateAfter ?? profile.consolidateAfter,
        budgets: overrides.budgets ?? [{ nodes: '10%' }],
      },
      template: {
        ...(Object.keys(labels).length > 0 ? { metadata: { labels } } : {}),
        spec: {
          nodeClassRef: {
            group: 'karpenter.k8s.aws',
            kind: 'EC2NodeClass',
            name: nodeClassOf(profile, overrides).name,
          },
          requirements,
          ...(taints.length > 0 ? { taints } : {}),
          expireAfter: overrides.expireAfter ?? profile.expireAfter,
          terminationGracePeriod,
        },
      },
    },
  };
}

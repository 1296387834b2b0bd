import type { ProfileOverrides } from '../../clusters/cluster-file.ts';
import { OpsError } from '../../errors/ops-error.ts';
import type { Fault } from '../../kube/schema/types.ts';

export type Requirement = {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Gte' | 'Lt' | 'Lte';
  readonly values?: readonly string[];
};

/** What a profile of the catalogue says of its NodePool; a cluster file's overrides change it. */
export type NodePoolProfile = {
  readonly name: string;
  readonly architectures: readonly string[];
  readonly capacityTypes: readonly string[];
  /** Which instance types, as requirements. An override of instance types or families takes their place. */
  readonly instances: readonly Requirement[];
  readonly limits: { readonly cpu: string; readonly memory: string };
  readonly consolidationPolicy: 'WhenEmpty' | 'WhenEmptyOrUnderutilized' | 'Balanced';
  readonly consolidateAfter: string;
  readonly expireAfter: string;
};

/** A NodePool or EC2NodeClass, ready to be applied. */
export type KarpenterManifest = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: Readonly<Record<string, unknown>>;
};

/** Thrown when a profile with its overrides makes an object that Karpenter would not take. */
export class InvalidProfileError extends OpsError {
  readonly faults: readonly Fault[];

  constructor(what: string, faults: readonly Fault[]) {
    const list = faults.map(({ path, message }) => `${path}: ${message}`).join('; ');
    super('InvalidProfile', `${what} cannot be made: ${list}`, { details: { faults } });
    this.faults = faults;
  }
}

function isIn(key: string, values: readonly string[]): Requirement {
  return { key, operator: 'In', values };
}

/** Instance types and families as people write them; `m5.*` means the family m5. */
function instanceRequirements(profile: NodePoolProfile, overrides: ProfileOverrides): readonly Requirement[] {
  const written = overrides.instanceTypes ?? [];
  const wildcards = written.filter((type) => type.endsWith('.*'));
  const types = written.filter((type) => !type.endsWith('.*'));
  const families = [...new Set([...(overrides.instanceFamilies ?? []), ...wildcards.map((type) => type.slice(0, -2))])];
  if (types.length > 0 && families.length > 0) {
    const message = 'instance types and families cannot be mixed: a NodePool takes only nodes that meet both';
    throw new InvalidProfileError(`NodePool ${overrides.name ?? profile.name}`, [
      { path: 'overrides.instanceTypes', reason: 'FieldValueInvalid', message },
    ]);
  }
  if (types.length > 0) return [isIn('node.kubernetes.io/instance-type', types)];
  if (families.length > 0) return [isIn('karpenter.k8s.aws/instance-family', families)];
  return profile.instances;
}

/**
 * The NodePool of a profile, with the overrides of a cluster file; throws InvalidProfileError where they cannot go together.
 * Whether Karpenter takes it is for `checked` to say, which needs the schemas and their rules: functions that only apply what
 * was checked with the cluster file do without.
 */
export function buildNodePool(
  profile: NodePoolProfile,
  nodeClassName: string,
  overrides: ProfileOverrides = {},
): KarpenterManifest {
  const { weight, zones, labels, taints, terminationGracePeriod } = overrides;
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
        budgets: [{ nodes: '10%' }],
      },
      template: {
        ...(labels ? { metadata: { labels } } : {}),
        spec: {
          nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: nodeClassName },
          requirements,
          ...(taints ? { taints } : {}),
          expireAfter: overrides.expireAfter ?? profile.expireAfter,
          ...(terminationGracePeriod === undefined ? {} : { terminationGracePeriod }),
        },
      },
    },
  };
}

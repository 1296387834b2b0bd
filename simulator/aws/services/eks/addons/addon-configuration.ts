import { parse } from 'yaml';
import { NotSimulatedError } from '../../../errors.ts';
import { invalidParameter } from '../faults.ts';

/** What an add-on's configuration may change here, for one of its workloads. */
export type WorkloadSettings = {
  readonly tolerations?: readonly object[];
  readonly resources?: object;
  readonly replicaCount?: number;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly affinity?: object;
  readonly topologySpreadConstraints?: readonly object[];
  readonly podLabels?: Readonly<Record<string, string>>;
  readonly podAnnotations?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
};

export type AddonSettings = WorkloadSettings & {
  readonly controller?: WorkloadSettings;
  readonly node?: WorkloadSettings;
};

type Schema = { readonly applied: readonly string[]; readonly known: readonly string[] };

const POD = ['tolerations', 'resources', 'affinity', 'podLabels', 'podAnnotations'];
const REPLICATED = [...POD, 'replicaCount', 'nodeSelector', 'topologySpreadConstraints'];

/** The top-level members of each add-on's configuration schema: those that are acted on, and those that only AWS knows. */
const SCHEMAS: Readonly<Record<string, Schema>> = {
  'vpc-cni': {
    applied: [...POD, 'env'],
    known: [
      'init',
      'nodeAgent',
      'enableNetworkPolicy',
      'enableWindowsIpam',
      'eniConfig',
      'cniConfig',
      'livenessProbeTimeoutSeconds',
      'readinessProbeTimeoutSeconds',
      'originalMatchLabels',
    ],
  },
  'kube-proxy': { applied: [...POD, 'nodeSelector'], known: ['ipvs', 'mode'] },
  coredns: { applied: REPLICATED, known: ['autoScaling', 'computeType', 'corefile', 'podDisruptionBudget'] },
  'eks-pod-identity-agent': { applied: POD, known: ['agent', 'daemonsets', 'updateStrategy'] },
  'aws-ebs-csi-driver': {
    applied: ['controller', 'node'],
    known: ['sidecars', 'defaultStorageClass', 'additionalDaemonSets', 'fips'],
  },
  'metrics-server': { applied: REPLICATED, known: ['addonResizer', 'args', 'containerPort', 'updateStrategy'] },
};

const REPLICATED_DRIVER = [
  'tolerations',
  'nodeSelector',
  'replicaCount',
  'podLabels',
  'podAnnotations',
  'affinity',
  'topologySpreadConstraints',
];
const NODE_DRIVER = ['tolerations', 'nodeSelector', 'podLabels', 'podAnnotations', 'affinity'];

/** Reads JSON or YAML and holds it against the add-on's schema as EKS does. */
export function parseConfiguration(addonName: string, text: string | undefined): AddonSettings {
  if (text === undefined || text.trim() === '') return {};
  const value = parsed(text, addonName);
  const schema = SCHEMAS[addonName] ?? { applied: [], known: [] };
  checkMembers(addonName, '$', value, schema);
  const parts: [string, readonly string[]][] = [
    ['controller', REPLICATED_DRIVER],
    ['node', NODE_DRIVER],
  ];
  for (const [part, applied] of parts) {
    const members = value[part];
    if (members !== undefined)
      checkMembers(addonName, `$.${part}`, record(members, addonName), {
        applied,
        known: ['resources', 'defaultResources'],
      });
  }
  return value as AddonSettings;
}

function parsed(text: string, addonName: string): Record<string, unknown> {
  try {
    return record(parse(text), addonName);
  } catch {
    throw invalidParameter('ConfigurationValue provided in request is not supported: not valid JSON or YAML', {
      addonName,
    });
  }
}

function record(value: unknown, addonName: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw invalidParameter('ConfigurationValue provided in request is not supported: an object is required', {
    addonName,
  });
}

function checkMembers(addonName: string, path: string, value: Record<string, unknown>, schema: Schema): void {
  for (const name of Object.keys(value)) {
    if (schema.known.includes(name))
      throw new NotSimulatedError(`configuration ${path}.${name} of add-on ${addonName}`);
    if (!schema.applied.includes(name)) {
      throw invalidParameter(
        `ConfigurationValue provided in request is not supported: Json schema validation failed with error: [${path}.${name}: is not defined in the schema and the schema does not allow additional properties]`,
        { addonName },
      );
    }
  }
}

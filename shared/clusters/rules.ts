import { publicCidrFault } from './cidr.ts';
import { compatibilityFault, karpenterFault } from './compatibility.ts';
import { type Fault, pathText } from './fault.ts';
import { gp3Faults } from './gp3.ts';
import { architectureOf } from './instance-families.ts';
import { durationSeconds, memoryBytes, milliCpu } from './quantities.ts';
import { sound, stringsOf, valueAt } from './read-part.ts';
import { networkSchema } from './schema.ts';
import { karpenterSchema, settingsSchema } from './schema-karpenter.ts';
import { bootstrapNodesSchema, diskSchema, smokeTestSchema } from './schema-nodes.ts';
import { cpuQuantity, kubernetesVersion, memoryQuantity } from './schema-values.ts';

// Each rule reads the few values it needs from the file as it is, so that a fault elsewhere does not hide its own.
type Rule = (spec: unknown) => (Fault | undefined)[];

const fault = (path: string, message: string): Fault => ({ path: `spec.${path}`, message });

const bootstrapSizes: Rule = (spec) => {
  const nodes = valueAt(spec, 'bootstrapNodes') ?? {};
  const { shape } = bootstrapNodesSchema;
  const min = sound(shape.minSize, valueAt(nodes, 'minSize'));
  const desired = sound(shape.desiredSize, valueAt(nodes, 'desiredSize'));
  const max = sound(shape.maxSize, valueAt(nodes, 'maxSize'));
  const below = (small: number | undefined, large: number | undefined) =>
    small !== undefined && large !== undefined && small < large;
  return [
    below(desired, min) ? fault('bootstrapNodes.desiredSize', `is ${desired}, below minSize ${min}`) : undefined,
    below(max, desired) ? fault('bootstrapNodes.maxSize', `is ${max}, below desiredSize ${desired}`) : undefined,
    below(max, min) && !below(max, desired)
      ? fault('bootstrapNodes.maxSize', `is ${max}, below minSize ${min}`)
      : undefined,
  ];
};

const oneArchitecture: Rule = (spec) => {
  const types = stringsOf(valueAt(spec, 'bootstrapNodes', 'instanceTypes'));
  const arm = types.find(({ text }) => architectureOf(text) === 'arm64');
  const other = types.find(({ text }) => architectureOf(text) === 'amd64');
  if (!arm || !other) return [];
  return [
    fault(
      'bootstrapNodes.instanceTypes',
      `mixes arm64 (${arm.text}) and x86_64 (${other.text}); a node group has one architecture`,
    ),
  ];
};

const disk: Rule = (spec) =>
  gp3Faults(valueAt(spec, 'bootstrapNodes', 'disk'), diskSchema.shape).map(({ path, message }) =>
    fault(`bootstrapNodes.disk.${path}`, message),
  );

const versions: Rule = (spec) => {
  const karpenter = sound(karpenterSchema.shape.version, valueAt(spec, 'karpenter', 'version'));
  if (karpenter === undefined) return [];
  const unknown = karpenterFault(karpenter);
  if (unknown) return [fault('karpenter.version', unknown)];
  const kubernetes = sound(kubernetesVersion, valueAt(spec, 'kubernetesVersion'));
  const unfit = kubernetes === undefined ? undefined : compatibilityFault(kubernetes, karpenter);
  return [unfit ? fault('kubernetesVersion', unfit) : undefined];
};

const publicAccess: Rule = (spec) => {
  const path = 'network.publicAccessCidrs';
  const cidrs = valueAt(spec, 'network', 'publicAccessCidrs');
  const access = sound(networkSchema.shape.endpointAccess, valueAt(spec, 'network', 'endpointAccess'));
  const faults: (Fault | undefined)[] = stringsOf(cidrs).map(({ index, text }) => {
    const message = publicCidrFault(text);
    return message ? fault(`${path}[${index}]`, `${JSON.stringify(text)} ${message}`) : undefined;
  });
  if (!Array.isArray(cidrs) || access === undefined) return faults;
  if (access === 'private' && cidrs.length > 0) {
    faults.push(fault(path, 'has no meaning with endpointAccess private: there is no public endpoint to limit'));
  }
  if (access !== 'private' && cidrs.length === 0) {
    faults.push(fault(path, 'is empty; leave it out for 0.0.0.0/0, or set endpointAccess to private'));
  }
  return faults;
};

const durations: Rule = (spec) => {
  const path = 'karpenter.settings';
  const settings = valueAt(spec, 'karpenter', 'settings');
  const { shape } = settingsSchema;
  const max = sound(shape.batchMaxDuration, valueAt(settings, 'batchMaxDuration'));
  const idle = sound(shape.batchIdleDuration, valueAt(settings, 'batchIdleDuration'));
  const refresh = (['amiRefreshInterval', 'subnetRefreshInterval'] as const).map((key) => {
    const value = sound(shape[key], valueAt(settings, key));
    return value !== undefined && durationSeconds(value) < 60
      ? fault(`${path}.${key}`, `must be at least 1m, is ${value}`)
      : undefined;
  });
  return [
    max !== undefined && idle !== undefined && durationSeconds(idle) > durationSeconds(max)
      ? fault(`${path}.batchIdleDuration`, `is ${idle}, longer than batchMaxDuration ${max}`)
      : undefined,
    max !== undefined && durationSeconds(max) === 0 ? fault(`${path}.batchMaxDuration`, 'must be above 0') : undefined,
    idle !== undefined && durationSeconds(idle) === 0
      ? fault(`${path}.batchIdleDuration`, 'must be above 0')
      : undefined,
    ...refresh,
  ];
};

const controllerResources: Rule = (spec) => {
  const kinds = [
    { key: 'cpu', schema: cpuQuantity().default('1'), amount: milliCpu },
    { key: 'memory', schema: memoryQuantity().default('1Gi'), amount: memoryBytes },
  ];
  return kinds.flatMap(({ key, schema, amount }) => {
    const read = (part: string) => sound(schema, valueAt(spec, 'karpenter', 'resources', part, key));
    const [request, limit] = [read('requests'), read('limits')];
    if (request !== undefined && amount(request) === 0) {
      return [fault(`karpenter.resources.requests.${key}`, 'must be above 0')];
    }
    if (request === undefined || limit === undefined || amount(request) <= amount(limit)) return [];
    return [fault(`karpenter.resources.requests.${key}`, `is ${request}, above its limit ${limit}`)];
  });
};

const MOST_SMOKE_TEST_CPU = 64;

const smokeTestCpu: Rule = (spec) => {
  const cpu = sound(smokeTestSchema.shape.cpu, valueAt(spec, 'smokeTest', 'cpu'));
  if (cpu === undefined || (milliCpu(cpu) > 0 && milliCpu(cpu) <= MOST_SMOKE_TEST_CPU * 1000)) return [];
  return [fault('smokeTest.cpu', `must be above 0 and at most ${MOST_SMOKE_TEST_CPU}, is ${cpu}`)];
};

const MOST_TAGS = 40;
const RESERVED_TAGS = ['aws:', 'eks:', 'joinery.dev:', 'kubernetes.io/cluster/', 'karpenter.sh/', 'karpenter.k8s.aws/'];
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

const tags: Rule = (spec) => {
  const value = valueAt(spec, 'tags');
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const faults = Object.entries(value).flatMap(([key, text]: [string, unknown]) => {
    const path = pathText(['tags', key]);
    const reserved = RESERVED_TAGS.find((prefix) => key.toLowerCase().startsWith(prefix));
    if (reserved) return [fault(path, `the prefix ${reserved} is reserved: Joinery, AWS or Karpenter sets such tags`)];
    if (key === '' || key.length > 128) return [fault(path, 'a tag key has 1 to 128 characters')];
    if (!TAG_TEXT.test(key)) return [fault(path, 'a tag key has letters, digits, spaces and _ . : / = + - @ only')];
    if (typeof text === 'string' && !TAG_TEXT.test(text)) {
      return [fault(path, 'a tag value has letters, digits, spaces and _ . : / = + - @ only')];
    }
    return [];
  });
  const count = Object.keys(value).length;
  return count > MOST_TAGS
    ? [...faults, fault('tags', `has ${count} tags; AWS allows 50 on a resource and Joinery needs 10 of them`)]
    : faults;
};

const duplicates: Rule = (spec) =>
  [
    ['network', 'subnetIds'],
    ['network', 'securityGroupIds'],
    ['network', 'publicAccessCidrs'],
    ['bootstrapNodes', 'instanceTypes'],
    ['logging'],
    ['consent'],
  ].flatMap((keys) => {
    const entries = stringsOf(valueAt(spec, ...keys));
    const path = keys.join('.');
    return entries.flatMap(({ index, text }) => {
      const first = entries.find((other) => other.text === text);
      if (!first || first.index === index) return [];
      return [fault(`${path}[${index}]`, `${JSON.stringify(text)} is already at ${path}[${first.index}]`)];
    });
  });

const RULES: readonly Rule[] = [
  versions,
  publicAccess,
  bootstrapSizes,
  oneArchitecture,
  disk,
  durations,
  controllerResources,
  smokeTestCpu,
  tags,
  duplicates,
];

/** What is wrong between the values of a file, whether or not the rest of it is sound. */
export function ruleFaults(file: unknown): Fault[] {
  const spec = valueAt(file, 'spec');
  return RULES.flatMap((rule) => rule(spec)).filter((found) => found !== undefined);
}

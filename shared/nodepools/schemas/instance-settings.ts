import type { JsonSchema } from '../../kube/schema/types.ts';

const text: JsonSchema = { type: 'string' };
const flag: JsonSchema = { type: 'boolean' };
const integer: JsonSchema = { type: 'integer', format: 'int64' };

function seconds(minimum: number, maximum: number): JsonSchema {
  return { type: 'integer', format: 'int32', minimum, maximum };
}

/** As released, quirks included: it refuses 18Ti and 19Ti, and accepts a bare unit of Ti or T. */
const VOLUME_SIZE_PATTERN =
  '^((?:[1-9][0-9]{0,3}|[1-4][0-9]{4}|[5][0-8][0-9]{3}|59000)Gi|(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|[6][0-3][0-9]{3}|64000)G|([1-9]||[1-5][0-7]|58)Ti|([1-9]||[1-5][0-9]|6[0-3]|64)T)$';

const ebs: JsonSchema = {
  type: 'object',
  properties: {
    deleteOnTermination: flag,
    encrypted: flag,
    iops: integer,
    kmsKeyID: text,
    snapshotID: text,
    throughput: integer,
    volumeInitializationRate: { type: 'integer', format: 'int32', minimum: 100, maximum: 300 },
    volumeSize: { type: 'string', pattern: VOLUME_SIZE_PATTERN },
    volumeType: { type: 'string', enum: ['standard', 'io1', 'io2', 'gp2', 'sc1', 'st1', 'gp3'] },
  },
  'x-kubernetes-validations': [
    { rule: 'has(self.volumeSize) || has(self.snapshotID)', message: 'ebs needs volumeSize or snapshotID' },
    {
      rule: '!has(self.volumeInitializationRate) || (has(self.snapshotID) && size(self.snapshotID) > 0)',
      message: 'volumeInitializationRate needs snapshotID: only a volume from a snapshot is initialized',
    },
  ],
};

export const blockDeviceMappings: JsonSchema = {
  type: 'array',
  maxItems: 50,
  items: { type: 'object', properties: { deviceName: text, ebs, rootVolume: flag } },
  'x-kubernetes-validations': [
    {
      rule: 'size(self.filter(m, has(m.rootVolume) && m.rootVolume)) < 2',
      message: 'Only one of blockDeviceMappings can be the root volume',
    },
  ],
};

const SWITCH: string[] = ['enabled', 'disabled'];

export const metadataOptions: JsonSchema = {
  type: 'object',
  default: {
    httpEndpoint: 'enabled',
    httpProtocolIPv6: 'disabled',
    httpPutResponseHopLimit: 1,
    httpTokens: 'required',
  },
  properties: {
    httpEndpoint: { type: 'string', default: 'enabled', enum: SWITCH },
    httpProtocolIPv6: { type: 'string', default: 'disabled', enum: SWITCH },
    httpPutResponseHopLimit: { type: 'integer', format: 'int64', default: 1, minimum: 1, maximum: 64 },
    httpTokens: { type: 'string', default: 'required', enum: ['required', 'optional'] },
  },
};

const index: JsonSchema = { type: 'integer', format: 'int32', minimum: 0 };

export const networkInterfaces: JsonSchema = {
  type: 'array',
  maxItems: 150,
  items: {
    type: 'object',
    required: ['deviceIndex', 'interfaceType', 'networkCardIndex'],
    properties: {
      deviceIndex: index,
      interfaceType: { type: 'string', enum: ['interface', 'efa-only'] },
      networkCardIndex: index,
    },
  },
  'x-kubernetes-validations': [
    {
      rule: "size(self) == 0 || self.exists(n, n.networkCardIndex == 0 && n.deviceIndex == 0 && n.interfaceType == 'interface')",
      message: 'networkInterfaces needs the primary one: card 0, device 0, type interface',
    },
    {
      rule: '!self.exists(a, size(self.filter(b, a.networkCardIndex == b.networkCardIndex && a.deviceIndex == b.deviceIndex)) > 1)',
      message: 'No two networkInterfaces share card and device index',
    },
    {
      rule: "!self.exists(a, a.interfaceType == 'efa-only' && size(self.filter(b, a.networkCardIndex == b.networkCardIndex && b.interfaceType == 'efa-only')) > 1)",
      message: 'A network card carries at most one efa-only interface',
    },
  ],
};

export const connectionTracking: JsonSchema = {
  type: 'object',
  properties: {
    tcpEstablishedTimeout: seconds(60, 432000),
    udpStreamTimeout: seconds(60, 180),
    udpTimeout: seconds(30, 60),
  },
  'x-kubernetes-validations': [
    {
      rule: 'has(self.udpTimeout) || has(self.udpStreamTimeout) || has(self.tcpEstablishedTimeout)',
      message: 'connectionTracking needs at least one of its timeouts',
    },
  ],
};

export const placementGroupSelector: JsonSchema = {
  type: 'object',
  properties: { id: { type: 'string', pattern: '^pg-[0-9a-z]+$' }, name: { type: 'string', minLength: 1 } },
  'x-kubernetes-validations': [
    { rule: 'has(self.id) || has(self.name)', message: 'placementGroupSelector needs id or name' },
    { rule: '!has(self.id) || !has(self.name)', message: 'placementGroupSelector takes id or name, not both' },
  ],
};

import { InvalidProfileError, type KarpenterManifest, type NodePoolProfile } from './build-node-pool.ts';

/** The EC2NodeClass that the profiles of the catalogue share. */
export const DEFAULT_NODE_CLASS = 'default';

export const defaultProfile: NodePoolProfile = {
  name: 'default',
  architectures: ['arm64'],
  capacityTypes: ['on-demand'],
  instances: [
    { key: 'karpenter.k8s.aws/instance-category', operator: 'In', values: ['t', 'c', 'm'] },
    { key: 'karpenter.k8s.aws/instance-generation', operator: 'Gt', values: ['3'] },
  ],
  limits: { cpu: '100', memory: '200Gi' },
  consolidationPolicy: 'WhenEmpty',
  consolidateAfter: '30s',
  expireAfter: '720h',
};

export type NodeClassInput = {
  readonly clusterName: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupId: string;
  /** The name, not the ARN. */
  readonly instanceProfile: string;
  /** Pinned, such as al2023@v20261101: with @latest every AMI release replaces all nodes. */
  readonly amiAlias: string;
  readonly rootVolume?: { readonly gib: number; readonly iops?: number; readonly throughputMiBps?: number };
};

const DEFAULT_ROOT_GIB = 50;

/**
 * EC2NodeClass `default`: subnets and security group by id, so a second cluster in the same subnets changes nothing; IMDSv2
 * only and out of the reach of pods; encrypted gp3.
 */
export function defaultNodeClass(input: NodeClassInput): KarpenterManifest {
  const { gib, iops, throughputMiBps } = { gib: DEFAULT_ROOT_GIB, ...input.rootVolume };
  if (!/^al2023@v\d{8}$/.test(input.amiAlias)) {
    const message = `Invalid value: "${input.amiAlias}": the profiles need an al2023 alias with its version, such as al2023@v20261101`;
    throw new InvalidProfileError(`EC2NodeClass ${DEFAULT_NODE_CLASS}`, [
      { path: 'spec.amiSelectorTerms[0].alias', reason: 'FieldValueInvalid', message },
    ]);
  }
  return {
    apiVersion: 'karpenter.k8s.aws/v1',
    kind: 'EC2NodeClass',
    metadata: { name: DEFAULT_NODE_CLASS },
    spec: {
      amiSelectorTerms: [{ alias: input.amiAlias }],
      instanceProfile: input.instanceProfile,
      subnetSelectorTerms: input.subnetIds.map((id) => ({ id })),
      securityGroupSelectorTerms: [{ id: input.securityGroupId }],
      metadataOptions: {
        httpEndpoint: 'enabled',
        httpProtocolIPv6: 'disabled',
        httpPutResponseHopLimit: 1,
        httpTokens: 'required',
      },
      blockDeviceMappings: [
        {
          deviceName: '/dev/xvda',
          rootVolume: true,
          ebs: {
            volumeSize: `${gib}Gi`,
            volumeType: 'gp3',
            encrypted: true,
            deleteOnTermination: true,
            ...(iops === undefined ? {} : { iops }),
            ...(throughputMiBps === undefined ? {} : { throughput: throughputMiBps }),
          },
        },
      ],
      tags: { 'joinery.dev/cluster': input.clusterName },
    },
  };
}

import { InvalidProfileError, type KarpenterManifest } from './manifest.ts';
import type { NodeClassProfile } from './profile.ts';

/** On every instance and volume of our classes. */
export const CLUSTER_TAG_OF_NODES = 'joinery.dev/cluster';

export type NodeClassInput = {
  readonly clusterName: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupId: string;
  /** The name, not the ARN. */
  readonly instanceProfile: string;
  /** Pinned, such as al2023@v20261101: with @latest every AMI release replaces all nodes. */
  readonly amiAlias: string;
};

/**
 * An EC2NodeClass of the catalogue: subnets and security group by id, so a second cluster in the same subnets changes nothing;
 * IMDSv2 only and out of the reach of pods; encrypted gp3. The alias gives nodes with GPUs the image with their drivers.
 */
export function buildNodeClass({ name, rootVolume }: NodeClassProfile, input: NodeClassInput): KarpenterManifest {
  const { gib, iops, throughputMiBps } = rootVolume;
  if (!/^al2023@v\d{8}$/.test(input.amiAlias)) {
    const message = `Invalid value: "${input.amiAlias}": the profiles need an al2023 alias with its version, such as al2023@v20261101`;
    throw new InvalidProfileError(`EC2NodeClass ${name}`, [
      { path: 'spec.amiSelectorTerms[0].alias', reason: 'FieldValueInvalid', message },
    ]);
  }
  return {
    apiVersion: 'karpenter.k8s.aws/v1',
    kind: 'EC2NodeClass',
    metadata: { name },
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
      tags: { [CLUSTER_TAG_OF_NODES]: input.clusterName },
    },
  };
}

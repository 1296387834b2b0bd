import type { DescribeImagesRequest, DescribeImagesResult, Image } from '@aws-sdk/client-ec2';
import { SimulatedAwsError } from '../../errors.ts';
import { type FilterFields, filtered } from './filters.ts';
import { EKS_IMAGE_OWNER, type EksImage, eksImages } from './images.ts';
import { describeOperation } from './operations.ts';
import { pageOf } from './paging.ts';

const IMAGE_FILTERS: FilterFields<EksImage> = {
  architecture: (image) => image.architecture,
  'creation-date': (image) => creationDateOf(image),
  'image-id': (image) => image.id,
  'image-type': () => 'machine',
  'is-public': () => true,
  name: (image) => image.name,
  'owner-alias': () => 'amazon',
  'owner-id': () => EKS_IMAGE_OWNER,
  'root-device-type': () => 'ebs',
  state: () => 'available',
  'virtualization-type': () => 'hvm',
};

export const describeImages = describeOperation<DescribeImagesRequest, DescribeImagesResult>(
  'ec2:DescribeImages',
  (input, { simulation, region, accountId }) => {
    const images = eksImages(region, simulation.now());
    for (const id of input.ImageIds ?? []) {
      if (!images.some((image) => image.id === id)) throw unknownImage(id);
    }
    const isListed = (image: EksImage) =>
      (input.ImageIds?.includes(image.id) ?? true) &&
      (input.Owners?.some((owner) => isOwner(owner, accountId)) ?? true) &&
      (input.ExecutableUsers?.includes('all') ?? true);
    const found = filtered(images.filter(isListed), input.Filters, IMAGE_FILTERS, () => ({}));
    const page = pageOf(found, ({ id }) => id, input, { min: 5, max: 1000, unasked: 100_000 });
    return { Images: page.items.map(viewOf), ...page.nextToken };
  },
);

export function unknownImage(id: string): SimulatedAwsError {
  if (!/^ami-[0-9a-f]{8,17}$/.test(id)) {
    return new SimulatedAwsError('InvalidAMIID.Malformed', `Invalid id: "${id}" (expecting "ami-...")`);
  }
  return new SimulatedAwsError('InvalidAMIID.NotFound', `The image id '[${id}]' does not exist`);
}

/** The account itself has no images. */
function isOwner(owner: string, accountId: string): boolean {
  if (owner === 'self' || owner === accountId) return false;
  return owner === 'amazon' || owner === EKS_IMAGE_OWNER;
}

function creationDateOf(image: EksImage): string {
  return new Date(image.releasedMs).toISOString();
}

function viewOf(image: EksImage): Image {
  return {
    ImageId: image.id,
    Name: image.name,
    Description: `EKS-optimized Kubernetes node based on Amazon Linux 2023, (k8s: ${image.kubernetesVersion})`,
    ImageLocation: `amazon/${image.name}`,
    ImageOwnerAlias: 'amazon',
    OwnerId: EKS_IMAGE_OWNER,
    Architecture: image.architecture,
    CreationDate: creationDateOf(image),
    DeprecationTime: new Date(image.releasedMs + 2 * 365 * 86_400_000).toISOString(),
    ImageType: 'machine',
    Public: true,
    State: 'available',
    EnaSupport: true,
    Hypervisor: 'xen',
    PlatformDetails: 'Linux/UNIX',
    UsageOperation: 'RunInstances',
    VirtualizationType: 'hvm',
    ImdsSupport: 'v2.0',
    RootDeviceName: '/dev/xvda',
    RootDeviceType: 'ebs',
    BlockDeviceMappings: [
      {
        DeviceName: '/dev/xvda',
        Ebs: {
          DeleteOnTermination: true,
          Encrypted: false,
          SnapshotId: image.snapshotId,
          VolumeSize: image.volumeGib,
          VolumeType: 'gp3',
        },
      },
    ],
    Tags: [],
  };
}

import type { DescribeImagesResult } from '@aws-sdk/client-ec2';
import type { GetParameterResult } from '@aws-sdk/client-ssm';
import { NotSimulatedError } from '../../aws/errors.ts';
import { TRUE } from '../conditions.ts';
import { type Controller, isAwsError } from '../controller.ts';
import { LABELS } from '../names.ts';
import type { Image, NodeClass, RequirementSpec } from '../objects.ts';
import type { Finding } from './finding.ts';

const GPU = 'karpenter.k8s.aws/instance-gpu-count';
const ACCELERATOR = 'karpenter.k8s.aws/instance-accelerator-count';

/** Which AL2023 image suits which machines; the last are for those without devices. */
const VARIANTS: readonly { architecture: 'x86_64' | 'arm64'; variant: string }[] = [
  { architecture: 'x86_64', variant: 'nvidia' },
  { architecture: 'arm64', variant: 'nvidia' },
  { architecture: 'x86_64', variant: 'neuron' },
  { architecture: 'x86_64', variant: 'standard' },
  { architecture: 'arm64', variant: 'standard' },
];

/** Kubernetes versions as images name them: 1.35 of v1.35.2-eks-0000000. */
export function minorVersion(gitVersion: string): string {
  return /^v?(\d+\.\d+)/.exec(gitVersion)?.[1] ?? gitVersion;
}

function requirementsFor(architecture: string, variant: string | undefined): RequirementSpec[] {
  const has = (key: string, isThere: boolean): RequirementSpec => ({
    key,
    operator: isThere ? 'Exists' : 'DoesNotExist',
  });
  return [
    { key: LABELS.arch, operator: 'In', values: [architecture === 'arm64' ? 'arm64' : 'amd64'] },
    ...(variant === undefined ? [] : [has(GPU, variant === 'nvidia'), has(ACCELERATOR, variant === 'neuron')]),
  ];
}

type Wanted = { readonly id: string; readonly variant: string | undefined };

async function parameter({ aws }: Controller, Name: string): Promise<string | undefined> {
  try {
    return (await aws<GetParameterResult>('SSM', 'GetParameter', { Name })).Parameter?.Value;
  } catch (error) {
    if (isAwsError(error) && error.name === 'ParameterNotFound') return undefined;
    throw error;
  }
}

async function imagesOfAlias(controller: Controller, alias: string): Promise<Wanted[]> {
  const [family = '', version = 'latest'] = alias.split('@');
  if (family !== 'al2023') throw new NotSimulatedError(`AMI alias ${alias}`);
  const kubernetes = minorVersion(controller.cluster.version);
  const found: Wanted[] = [];
  for (const { architecture, variant } of VARIANTS) {
    const pinned = `amazon-eks-node-al2023-${architecture}-${variant}-${kubernetes}-${version}`;
    const release = version === 'latest' ? 'recommended' : pinned;
    const path = `${kubernetes}/amazon-linux-2023/${architecture}/${variant}/${release}/image_id`;
    const id = await parameter(controller, `/aws/service/eks/optimized-ami/${path}`);
    if (id !== undefined) found.push({ id, variant });
  }
  return found;
}

async function wantedImages(controller: Controller, nodeClass: NodeClass): Promise<Wanted[]> {
  const wanted: Wanted[] = [];
  for (const term of nodeClass.spec.amiSelectorTerms) {
    if (term.alias !== undefined) wanted.push(...(await imagesOfAlias(controller, term.alias)));
    else if (term.id !== undefined) wanted.push({ id: term.id, variant: undefined });
    else if (term.ssmParameter !== undefined) {
      const id = await parameter(controller, term.ssmParameter);
      if (id !== undefined) wanted.push({ id, variant: undefined });
    } else throw new NotSimulatedError('AMIs selected by name, owner or tags');
  }
  return wanted;
}

/** The images that the selector terms mean, each with the machines that it suits; newer ones first. */
export async function findImages(controller: Controller, nodeClass: NodeClass): Promise<Finding> {
  const wanted = await wantedImages(controller, nodeClass);
  const amis: (Image & { createdAt: string })[] = [];
  if (wanted.length > 0) {
    const Filters = [{ Name: 'image-id', Values: wanted.map(({ id }) => id) }];
    const { Images = [] } = await controller.aws<DescribeImagesResult>('EC2', 'DescribeImages', { Filters });
    for (const { id, variant } of wanted) {
      const image = Images.find(({ ImageId }) => ImageId === id);
      if (!image) continue;
      const requirements = requirementsFor(image.Architecture ?? '', variant);
      amis.push({ id, name: image.Name ?? '', requirements, createdAt: image.CreationDate ?? '' });
    }
  }
  amis.sort((left, right) => (left.createdAt < right.createdAt ? 1 : left.createdAt > right.createdAt ? -1 : 0));
  return {
    status: { amis: amis.map(({ createdAt: _, ...image }) => image) },
    verdict:
      amis.length > 0
        ? TRUE
        : { status: 'False', reason: 'AMINotFound', message: 'AMISelector did not match any AMIs' },
  };
}

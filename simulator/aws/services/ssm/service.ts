import type {
  DescribeInstanceInformationRequest,
  DescribeInstanceInformationResult,
  GetParameterRequest,
  GetParameterResult,
  Parameter,
} from '@aws-sdk/client-ssm';
import { NotSimulatedError, SimulatedAwsError } from '../../errors.ts';
import { type CallContext, operation, type SimulatedService } from '../../types.ts';
import { type EksImage, eksImages } from '../ec2/images.ts';
import { managedInstances } from './managed-instances.ts';

const EKS_IMAGES = '/aws/service/eks/optimized-ami/';

/** e.g. 1.35/amazon-linux-2023/x86_64/standard/recommended/image_id; instead of `recommended` also the name of an image. */
const IMAGE_PARAMETER =
  /^(?<version>\d+\.\d+)\/amazon-linux-2023\/(?<architecture>x86_64|arm64)\/(?<variant>standard|nvidia|neuron)\/(?<image>[^/]+)\/(?<field>image_id|image_name|release_version)$/;

/** Public parameters that AWS has and this simulator has not: no answer would be true. */
const UNKNOWN_FAMILIES = ['/aws/service/bottlerocket/', '/aws/service/ami-windows-latest/'];

export const ssmService: SimulatedService = {
  serviceId: 'SSM',
  operations: {
    GetParameter: operation<GetParameterRequest, GetParameterResult>({
      authorize: (input, context) => [
        { action: 'ssm:GetParameter', resource: parameterArn(input.Name ?? '', context) },
      ],
      run: (input, context) => ({ Parameter: parameterOf(input.Name ?? '', context) }),
    }),
    DescribeInstanceInformation: operation<DescribeInstanceInformationRequest, DescribeInstanceInformationResult>({
      authorize: () => [{ action: 'ssm:DescribeInstanceInformation', resource: '*' }],
      run: (input, context) => managedInstances(input, context),
    }),
  },
};

/** AWS's own parameters belong to no account. */
function parameterArn(name: string, { region, accountId }: CallContext): string {
  if (name.startsWith('arn:')) return name;
  const owner = name.startsWith('/aws/service/') ? '' : accountId;
  return `arn:aws:ssm:${region}:${owner}:parameter${name.startsWith('/') ? '' : '/'}${name}`;
}

function parameterOf(name: string, context: CallContext): Parameter {
  if (UNKNOWN_FAMILIES.some((prefix) => name.startsWith(prefix))) throw new NotSimulatedError(`parameter ${name}`);
  const image = name.startsWith(EKS_IMAGES) ? imageOf(name.slice(EKS_IMAGES.length), context) : undefined;
  if (!image) throw new SimulatedAwsError('ParameterNotFound', '');
  return {
    Name: name,
    ARN: parameterArn(name, context),
    Type: 'String',
    DataType: 'text',
    Value: image.value,
    Version: 1,
    LastModifiedDate: new Date(image.releasedMs),
  };
}

function imageOf(path: string, context: CallContext): { value: string; releasedMs: number } | undefined {
  const wanted = IMAGE_PARAMETER.exec(path)?.groups;
  if (!wanted) return undefined;
  const image = eksImages(context.region, context.simulation.now()).find(
    (candidate) =>
      candidate.kubernetesVersion === wanted['version'] &&
      candidate.architecture === wanted['architecture'] &&
      candidate.variant === wanted['variant'] &&
      (wanted['image'] === 'recommended' || candidate.name === wanted['image']),
  );
  return image && { value: fieldOf(image, wanted['field']), releasedMs: image.releasedMs };
}

function fieldOf(image: EksImage, field: string | undefined): string {
  if (field === 'image_id') return image.id;
  if (field === 'image_name') return image.name;
  return `${image.kubernetesVersion}-${image.release.slice(1)}`;
}

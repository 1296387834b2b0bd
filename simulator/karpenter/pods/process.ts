import type { DescribeInstanceTypesResult } from '@aws-sdk/client-ec2';
import type { GetQueueUrlResult } from '@aws-sdk/client-sqs';
import { type Controller, isAwsError } from '../controller.ts';

/** What every controller process asks AWS when it starts: whether EC2 lets it, and where the cluster answers. */
export async function startProcess({ aws, settings }: Pick<Controller, 'aws' | 'settings'>): Promise<void> {
  try {
    await aws('EC2', 'DescribeInstanceTypes', { DryRun: true });
  } catch (error) {
    if (!isAwsError(error) || error.name !== 'DryRunOperation') throw error;
  }
  if (settings.clusterEndpoint === '') await aws('EKS', 'DescribeCluster', { name: settings.clusterName });
}

const TYPE_FILTERS = [
  { Name: 'supported-virtualization-type', Values: ['hvm'] },
  { Name: 'processor-info.supported-architecture', Values: ['x86_64', 'arm64'] },
];

/** What a new leader asks before its controllers work: which instance types there are, and where. */
export async function startLeading({ aws }: Controller): Promise<void> {
  let token: string | undefined;
  do {
    const page: DescribeInstanceTypesResult = await aws('EC2', 'DescribeInstanceTypes', {
      Filters: TYPE_FILTERS,
      MaxResults: 100,
      ...(token === undefined ? {} : { NextToken: token }),
    });
    token = page.NextToken;
  } while (token !== undefined);
  await aws('EC2', 'DescribeInstanceTypeOfferings', { LocationType: 'availability-zone' });
}

/** The URL of the interruption queue; undefined when there is no such queue (yet), which the controller survives. */
export async function queueUrlOf({ aws, settings, log }: Controller): Promise<string | undefined> {
  try {
    const { QueueUrl } = await aws<GetQueueUrlResult>('SQS', 'GetQueueUrl', { QueueName: settings.interruptionQueue });
    return QueueUrl;
  } catch (error) {
    if (!isAwsError(error)) throw error;
    log('ERROR', 'the interruption queue cannot be found', { queue: settings.interruptionQueue, error: error.message });
    return undefined;
  }
}

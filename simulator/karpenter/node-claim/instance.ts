import type { DescribeInstancesResult, Instance } from '@aws-sdk/client-ec2';
import { type Controller, isAwsError } from '../controller.ts';

/** The instance, unless it has terminated or EC2 has never heard of it. */
export async function findInstance({ aws }: Controller, instanceId: string): Promise<Instance | undefined> {
  try {
    const { Reservations = [] } = await aws<DescribeInstancesResult>('EC2', 'DescribeInstances', {
      InstanceIds: [instanceId],
      Filters: [
        {
          Name: 'instance-state-name',
          Values: ['pending', 'running', 'shutting-down', 'stopping', 'stopped'],
        },
      ],
    });
    return Reservations[0]?.Instances?.[0];
  } catch (error) {
    if (isAwsError(error) && error.name === 'InvalidInstanceID.NotFound') return undefined;
    throw error;
  }
}

/** Sees to it that the instance ends. True when it has. */
export async function endInstance(controller: Controller, instanceId: string): Promise<boolean> {
  const instance = await findInstance(controller, instanceId);
  if (!instance) return true;
  if (instance.State?.Name !== 'shutting-down') {
    await controller.aws('EC2', 'TerminateInstances', { InstanceIds: [instanceId] });
  }
  return false;
}

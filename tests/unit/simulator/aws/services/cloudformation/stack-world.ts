import type { DescribeStackEventsOutput } from '@aws-sdk/client-cloudformation';
import { iamState } from '../../../../../../simulator/aws/services/iam/state.ts';
import { sqsState } from '../../../../../../simulator/aws/services/sqs/state.ts';
import { stackCloud } from '../../../../../support/stack-cloud.ts';

/** A queue, and a role that depends on it. */
const template = (options: { delay?: number; queue?: string; role?: string; more?: string } = {}) => `
Parameters: { Delay: { Type: Number, Default: ${options.delay ?? 0} } }
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties: { QueueName: ${options.queue ?? 'joinery-cluster-one'}, DelaySeconds: !Ref Delay }
  Role:
    Type: AWS::IAM::Role
    Properties:
      Path: ${options.role ?? '/joinery/'}
      PermissionsBoundary: arn:aws:iam::111122223333:policy/joinery-boundary/BOUNDARY
      Description: !Sub 'Reads \${Queue.QueueName}'
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: [{ Effect: Allow, Principal: { Service: ec2.amazonaws.com }, Action: 'sts:AssumeRole' }]
${options.more ?? ''}
Outputs: { QueueArn: { Value: !GetAtt Queue.Arn } }
`;

/** An account in which stacks of the template above can be made, and what a test asks of it. */
export async function stackWorld(options: Parameters<typeof stackCloud>[0] = {}) {
  const world = await stackCloud(options);
  const body = (changes: Parameters<typeof template>[0] = {}) =>
    template(changes).replace(/policy\/joinery-boundary\/BOUNDARY/, world.boundaryArn.split(':').at(-1) ?? '');
  const cfn = <O = Record<string, never>>(operation: string, input: object) =>
    world.call<O>('CloudFormation', operation, input);
  return {
    ...world,
    body,
    cfn,
    input: (more: object = {}) => ({
      StackName: 'one',
      TemplateBody: body(),
      RoleARN: world.serviceRoleArn,
      Capabilities: ['CAPABILITY_IAM'],
      ...more,
    }),
    events: async (name = 'one') => {
      const { StackEvents = [] } = await cfn<DescribeStackEventsOutput>('DescribeStackEvents', { StackName: name });
      return StackEvents.reverse().map(
        ({ LogicalResourceId, ResourceStatus }) => `${LogicalResourceId} ${ResourceStatus}`,
      );
    },
    madeRoles: () => Object.values(iamState(world.simulation).roles).filter(({ name }) => name.startsWith('one-')),
    queues: () => Object.keys(sqsState(world.simulation).queues),
  };
}

import { SimulatedAwsError } from '../../errors.ts';
import { operation } from '../../types.ts';
import { addRole, shownRole } from './roles.ts';
import { iamState } from './state.ts';

/** The role name that AWS gives each service; none of these takes a suffix. */
const ROLE_NAMES: Readonly<Record<string, string>> = {
  'eks.amazonaws.com': 'AWSServiceRoleForAmazonEKS',
  'eks-nodegroup.amazonaws.com': 'AWSServiceRoleForAmazonEKSNodegroup',
  'spot.amazonaws.com': 'AWSServiceRoleForEC2Spot',
  'ec2fleet.amazonaws.com': 'AWSServiceRoleForEC2Fleet',
  'autoscaling.amazonaws.com': 'AWSServiceRoleForAutoScaling',
  'elasticloadbalancing.amazonaws.com': 'AWSServiceRoleForElasticLoadBalancing',
};

type Input = { AWSServiceName: string; Description?: string; CustomSuffix?: string };

const roleNameOf = (service: string) => ROLE_NAMES[service] ?? 'AWSServiceRoleForUnknown';

/** The ARN of a service's linked role in an account. */
export function serviceLinkedRoleArn(accountId: string, service: string): string {
  return `arn:aws:iam::${accountId}:role/aws-service-role/${service}/${roleNameOf(service)}`;
}

export const serviceLinkedRoleOperations = {
  CreateServiceLinkedRole: operation({
    authorize: (input: Input, { accountId }) => [
      {
        action: 'iam:CreateServiceLinkedRole',
        resource: serviceLinkedRoleArn(accountId, input.AWSServiceName),
        context: { 'iam:AWSServiceName': input.AWSServiceName },
      },
    ],
    run: (input: Input, context) => {
      const service = input.AWSServiceName;
      const name = ROLE_NAMES[service];
      if (name === undefined) {
        throw new SimulatedAwsError(
          'InvalidInputException',
          `Service name ${service} is not a valid service name for this operation.`,
        );
      }
      if (input.CustomSuffix !== undefined) {
        throw new SimulatedAwsError('InvalidInputException', `Custom suffix is not allowed for ${service}`);
      }
      if (iamState(context.simulation).roles[name]) {
        const message = `Service role name ${name} has been taken in this account, please try a different suffix.`;
        throw new SimulatedAwsError('InvalidInputException', message);
      }
      const role = addRole(context, {
        name,
        path: `/aws-service-role/${service}/`,
        trust: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: [service] }, Action: ['sts:AssumeRole'] }],
        }),
        description: input.Description ?? null,
        boundary: null,
        tags: {},
        maxSessionSeconds: 3600,
      });
      return { Role: shownRole(role) };
    },
  }),
};

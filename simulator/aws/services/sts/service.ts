import { NotSimulatedError, SimulatedAwsError } from '../../errors.ts';
import { decideForCaller, denial, sessionArn } from '../../iam/authorizer.ts';
import { decide } from '../../iam/decide.ts';
import { parsePolicy } from '../../iam/policy-document.ts';
import { type AccessRequest, type CallContext, operation, type SimulatedService } from '../../types.ts';
import { requestTagKeys, resourceTagKeys } from '../iam/access.ts';
import type { Tags } from '../iam/limits.ts';
import { isRoleUsable, type RoleRecord, roleOfArn } from '../iam/state.ts';
import { credentialsFor } from './sessions.ts';

type AssumeRoleInput = {
  RoleArn: string;
  RoleSessionName: string;
  DurationSeconds?: number;
  Tags?: Tags;
  ExternalId?: string;
  Policy?: string;
  PolicyArns?: unknown[];
  TransitiveTagKeys?: string[];
};

/** A role's session that assumes another role gets an hour at the most. */
const CHAINED_SECONDS = 3600;

function validate(input: AssumeRoleInput): void {
  if (input.Policy !== undefined || input.PolicyArns !== undefined || input.TransitiveTagKeys !== undefined) {
    throw new NotSimulatedError('sts:AssumeRole with a session policy or transitive tags');
  }
  const { RoleSessionName: name, DurationSeconds: seconds = CHAINED_SECONDS } = input;
  if (!/^[\w+=,.@-]{2,64}$/.test(name)) {
    throw new SimulatedAwsError('ValidationError', `1 validation error detected: Value '${name}' at 'roleSessionName'`);
  }
  if (seconds < 900 || seconds > CHAINED_SECONDS) {
    const message = 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining';
    throw new SimulatedAwsError('ValidationError', message);
  }
}

/** The permissions that the trust policy must give, too. */
function requests(input: AssumeRoleInput, role: RoleRecord | undefined): AccessRequest[] {
  const context = {
    ...resourceTagKeys(role?.tags ?? {}),
    ...requestTagKeys(input.Tags),
    'sts:RoleSessionName': input.RoleSessionName,
    ...(input.ExternalId === undefined ? {} : { 'sts:ExternalId': input.ExternalId }),
  };
  const actions = input.Tags && input.Tags.length > 0 ? ['sts:AssumeRole', 'sts:TagSession'] : ['sts:AssumeRole'];
  return actions.map((action) => ({ action, resource: input.RoleArn, context }));
}

function assume(input: AssumeRoleInput, context: CallContext): RoleRecord {
  const { simulation, caller } = context;
  const role = roleOfArn(simulation, input.RoleArn);
  const reason = 'because no resource-based policy allows the sts:AssumeRole action';
  for (const request of requests(input, role)) {
    if (!role || !isRoleUsable(simulation, role.arn)) throw denial('STS', caller, request, reason);
    const decision = decideForCaller(context, caller, request, { trust: role.trust });
    if (!decision.allowed) throw denial('STS', caller, request, decision.reason);
  }
  if (!role) throw new Error('unreachable: a missing role is denied');
  return role;
}

function decideForService(role: RoleRecord, service: string, request: AccessRequest) {
  return decide(
    {
      principal: { kind: 'service', service },
      identity: [],
      resource: parsePolicy(role.trust, 'trust'),
      resourceMustAllow: true,
    },
    request,
  );
}

/**
 * Whether a role's trust lets an AWS service assume it, as EKS, Lambda or CloudFormation check: the role exists, has propagated
 * and names the service. `keys` are what the service sends: aws:SourceAccount, aws:SourceArn, request tags.
 */
export function canServiceAssume(
  context: Pick<CallContext, 'simulation'>,
  roleArn: string,
  service: string,
  keys: Readonly<Record<string, string | readonly string[]>> = {},
): boolean {
  const role = roleOfArn(context.simulation, roleArn);
  if (!role || !isRoleUsable(context.simulation, roleArn)) return false;
  const actions = keys['aws:TagKeys'] === undefined ? ['sts:AssumeRole'] : ['sts:AssumeRole', 'sts:TagSession'];
  return actions.every(
    (action) => decideForService(role, service, { action, resource: roleArn, context: keys }).allowed,
  );
}

export const stsService: SimulatedService = {
  serviceId: 'STS',
  operations: {
    AssumeRole: operation({
      // The caller's and the role's policies decide together, so `run` evaluates both.
      authorize: () => [],
      run: (input: AssumeRoleInput, context) => {
        validate(input);
        const role = assume(input, context);
        role.lastUsedAtMs = context.simulation.now();
        const caller = { roleArn: role.arn, sessionName: input.RoleSessionName };
        const credentials = credentialsFor(context.simulation, caller, input.DurationSeconds);
        return {
          Credentials: {
            AccessKeyId: credentials.accessKeyId,
            SecretAccessKey: credentials.secretAccessKey,
            SessionToken: credentials.sessionToken,
            Expiration: credentials.expiration,
          },
          AssumedRoleUser: { Arn: sessionArn(caller), AssumedRoleId: `${role.id}:${input.RoleSessionName}` },
        };
      },
    }),
    GetCallerIdentity: operation({
      authorize: () => [],
      run: (_input: object, { simulation, caller, accountId }) => {
        const id = roleOfArn(simulation, caller.roleArn)?.id ?? 'AROAAWSSERVICE0000000';
        return { UserId: `${id}:${caller.sessionName}`, Account: accountId, Arn: sessionArn(caller) };
      },
    }),
  },
};

import type { Simulation } from '../../core/simulation.ts';
import type { Authorizer } from '../cloud.ts';
import { SimulatedAwsError } from '../errors.ts';
import { managedPolicyDocument } from '../services/iam/policy-lookup.ts';
import { type RoleRecord, roleOfArn } from '../services/iam/state.ts';
import type { AccessRequest, CallContext, Caller } from '../types.ts';
import { type Decision, decide } from './decide.ts';
import { type PolicyDocument, parsePolicy } from './policy-document.ts';
import { servicePrincipalKeys } from './service-principals.ts';

/** What the caller's account is, and where the call goes: the keys that every request has. */
type Place = { readonly simulation: Simulation; readonly accountId: string; readonly region: string };

export type AuthorizerOptions = {
  /** Roles that may do everything, as the one that deploys: their permissions are not this project's. */
  readonly deployerRoleArns?: readonly string[];
  /** The resource's own policy (a queue's, a bucket's, a key's), where it has one, as JSON. */
  readonly resourcePolicy?: (request: AccessRequest, context: CallContext, serviceId: string) => string | undefined;
};

const JSON_DENIAL = { code: 'AccessDeniedException', status: 400 };
const QUERY_DENIAL = { code: 'AccessDenied', status: 403 };

/** What a service answers to somebody who may not; the others answer as the JSON protocols do. */
const DENIALS: Readonly<Record<string, { readonly code: string; readonly status: number }>> = {
  EC2: { code: 'UnauthorizedOperation', status: 403 },
  S3: QUERY_DENIAL,
  IAM: QUERY_DENIAL,
  STS: QUERY_DENIAL,
  SQS: QUERY_DENIAL,
  SNS: { code: 'AuthorizationErrorException', status: 403 },
  CloudFormation: QUERY_DENIAL,
  EKS: { code: 'AccessDeniedException', status: 403 },
};

/** The ARN that AWS shows for a role's session. */
export function sessionArn(caller: Caller): string {
  if (caller.asService) return caller.asService.principal;
  const [, , , , account = '', resource = ''] = caller.roleArn.split(':');
  return `arn:aws:sts::${account}:assumed-role/${resource.slice(resource.lastIndexOf('/') + 1)}/${caller.sessionName}`;
}

/** AWS itself, acting in its own name: nobody's policies bind it. */
export function isAwsItself(caller: Caller): boolean {
  return caller.roleArn.includes(':role/aws-service/');
}

/** What a denied caller gets from a service. */
export function denial(serviceId: string, caller: Caller, request: AccessRequest, reason: string): SimulatedAwsError {
  const { code, status } = DENIALS[serviceId] ?? JSON_DENIAL;
  const on = request.resource === '*' ? '' : ` on resource: ${request.resource}`;
  const detail = `User: ${sessionArn(caller)} is not authorized to perform: ${request.action}${on} ${reason}`;
  const message = serviceId === 'EC2' ? `You are not authorized to perform this operation. ${detail}` : detail;
  return new SimulatedAwsError(code, message, status);
}

/** Evaluates each permission of a call against the caller's role as it is in IAM now. */
export function createAuthorizer(options: AuthorizerOptions = {}): Authorizer {
  return (request, context, serviceId) => {
    const { caller } = context;
    if (isAwsItself(caller) || options.deployerRoleArns?.includes(caller.roleArn)) return;
    const resource = options.resourcePolicy?.(request, context, serviceId);
    const decision = caller.asService
      ? decideForService(context, caller.asService, request, resource)
      : decideForCaller(context, caller, request, { resource });
    if (!decision.allowed) throw denial(serviceId, caller, request, decision.reason);
  };
}

/** What a role may do, with an optional policy of the resource. Throws when the account has no such role. */
export function decideForCaller(
  place: Place,
  caller: Caller,
  request: AccessRequest,
  by: { resource?: string | undefined; trust?: string | undefined; resourceMustAllow?: boolean } = {},
): Decision {
  const role = roleOfArn(place.simulation, caller.roleArn);
  if (!role) throw new Error(`the caller's role does not exist in this account: ${caller.roleArn}`);
  const own = by.trust === undefined ? by.resource : by.trust;
  return decide(
    {
      principal: { kind: 'role', roleArn: role.arn, sessionArn: sessionArn(caller), accountId: place.accountId },
      identity: identityPolicies(place.simulation, role),
      ...(role.boundary === null ? {} : { boundary: [managed(place.simulation, role.boundary)] }),
      ...(own === undefined ? {} : { resource: parsePolicy(own, by.trust === undefined ? 'resource' : 'trust') }),
      resourceMustAllow: by.resourceMustAllow ?? by.trust !== undefined,
    },
    { ...request, context: { ...callKeys(place, role, request.action), ...request.context } },
  );
}

/** What a caller may do with a key: the key's policy must let it, in its own name or by leaving it to the account's policies. */
export function decideOnKey(place: Place, caller: Caller, request: AccessRequest, keyPolicy: string): Decision {
  return caller.asService
    ? decideForService(place, caller.asService, request, keyPolicy)
    : decideForCaller(place, caller, request, { resource: keyPolicy, resourceMustAllow: true });
}

/** What a service may do in its own name: what the resource's policy says, and nothing where there is none. */
function decideForService(
  place: Place,
  asService: NonNullable<Caller['asService']>,
  request: AccessRequest,
  resource: string | undefined,
): Decision {
  return decide(
    {
      principal: { kind: 'service', service: asService.principal },
      identity: [],
      ...(resource ? { resource: parsePolicy(resource, 'resource') } : {}),
      resourceMustAllow: true,
    },
    { ...request, context: { ...request.context, ...servicePrincipalKeys(asService, place.region) } },
  );
}

function identityPolicies(simulation: Simulation, role: RoleRecord): PolicyDocument[] {
  return [
    ...Object.values(role.inline).map((json) => parsePolicy(json, 'identity')),
    ...role.attached.map((arn) => managed(simulation, arn)),
  ];
}

function managed(simulation: Simulation, arn: string): PolicyDocument {
  const json = managedPolicyDocument(simulation, arn);
  if (json === undefined) throw new Error(`a role refers to a policy that does not exist: ${arn}`);
  return parsePolicy(json, 'identity');
}

/** The keys of every call. aws:CalledVia is not among them: AWS leaves it out when a service acts with a service role. */
function callKeys(place: Place, role: RoleRecord, action: string): Record<string, string> {
  const keys: Record<string, string> = {
    // IAM is a global service with its endpoint in one Region.
    'aws:RequestedRegion': action.startsWith('iam:') ? 'us-east-1' : place.region,
    'aws:PrincipalArn': role.arn,
    'aws:PrincipalAccount': place.accountId,
    'aws:PrincipalType': 'AssumedRole',
    'aws:PrincipalIsAWSService': 'false',
    'aws:SecureTransport': 'true',
  };
  for (const [key, value] of Object.entries(role.tags)) keys[`aws:PrincipalTag/${key}`] = value;
  return keys;
}

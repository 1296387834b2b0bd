import { OpsError } from '../errors/ops-error.ts';

const NOT_FOUND = new Set([
  'InvalidGroup.NotFound',
  'InvalidInstanceID.NotFound',
  'InvalidLaunchTemplateId.NotFound',
  'InvalidLaunchTemplateName.NotFoundException',
  'InvalidSubnetID.NotFound',
  'InvalidVpcID.NotFound',
  'AWS.SimpleQueueService.NonExistentQueue',
  'ExecutionDoesNotExist',
  'NoSuchBucket',
  'NoSuchEntity',
  'NoSuchEntityException',
  'NoSuchKey',
  'NotFound',
  'NotFoundException',
  'ParameterNotFound',
  'QueueDoesNotExist',
  'ResourceNotFoundException',
]);

const ALREADY_EXISTS = new Set([
  'AlreadyExistsException',
  'BucketAlreadyOwnedByYou',
  'EntityAlreadyExists',
  'EntityAlreadyExistsException',
  'ExecutionAlreadyExists',
  'InvalidGroup.Duplicate',
  'InvalidLaunchTemplateName.AlreadyExistsException',
  'InvalidPermission.Duplicate',
  'QueueAlreadyExists',
  'QueueNameExists',
  'ResourceAlreadyExistsException',
]);

/** EKS and DynamoDB say that a name is taken, or that something is under way, with the same code. */
const IN_USE = new Set([
  'ConcurrentModification',
  'ConcurrentModificationException',
  'ConflictException',
  'DeleteConflict',
  'DeleteConflictException',
  'DependencyViolation',
  'OperationAborted',
  'OperationInProgressException',
  'ResourceInUse',
  'ResourceInUseException',
  'TransactionConflictException',
]);

/** EKS also says with a general code that something must end before this can begin. */
const BUSY_CODES = new Set(['InvalidRequestException', 'InvalidStateException']);
const BUSY_MESSAGES: readonly RegExp[] = [/not in active (status|state)/i, /in progress/i, /currently (being )?updat/i];

const THROTTLED = new Set([
  'BandwidthLimitExceeded',
  'EC2ThrottledException',
  'KmsThrottled',
  'LimitExceededException.Throttled',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'TooManyRequestsException',
]);

/** AWS has no, or has not enough, capacity of what was asked for; asking for something else may help. */
const UNFULFILLABLE = new Set([
  'InsufficientCapacityOnHost',
  'InsufficientFreeAddressesInSubnet',
  'InsufficientHostCapacity',
  'InsufficientInstanceCapacity',
  'InsufficientReservedInstanceCapacity',
  'MaxFleetCountExceeded',
  'MaxSpotInstanceCountExceeded',
  'ReservationCapacityExceeded',
  'SpotMaxPriceTooLow',
  'UnfulfillableCapacity',
  'Unsupported',
  'UnsupportedAvailabilityZoneException',
  'VcpuLimitExceeded',
]);

const ACCESS_DENIED = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'AuthFailure',
  'Forbidden',
  'KmsAccessDenied',
  'UnauthorizedOperation',
  'UnauthorizedException',
]);

const UNAVAILABLE = new Set([
  'InternalError',
  'InternalFailure',
  'InternalServerError',
  'ServerException',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'TransactionInProgressException',
]);

const PROPAGATING = new Set(['ResourcePropagationDelayException', 'PolicyNotAttachable']);

/** What a service says of a role that IAM has made but not yet spread: worth two minutes of patience, no more. */
const PROPAGATING_CODES = new Set([
  'InvalidParameterException',
  'InvalidParameterValueException',
  'InvalidRequestException',
  'InvalidParameterValue',
  'MalformedPolicyDocument',
  'MalformedPolicyDocumentException',
  'ValidationError',
  'ValidationException',
]);
const PROPAGATING_MESSAGES: readonly RegExp[] = [
  /could not be assumed/i,
  /cannot be assumed/i,
  /unable to assume/i,
  /role.* does not exist/i,
  /error in role params/i,
  /trusted entity/i,
  /doesn't have the amazon eks managed policies/i,
  /iam role's policy must include/i,
  /invalid principal in policy/i,
  /invalid iam instance profile/i,
];

/** Codes with which EKS says that a cluster is not there, when the message says so too. */
const EKS_NO_CLUSTER = /no cluster found for name/i;

/** The codes of an error: the SDK's name, and the older protocol's code where it differs. */
function codesOf(error: unknown): string[] {
  if (typeof error !== 'object' || error === null) return [];
  const { name, Code, code } = error as { name?: unknown; Code?: unknown; code?: unknown };
  return [name, Code, code].filter((value) => typeof value === 'string');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function hasCode(error: unknown, codes: ReadonlySet<string>): boolean {
  return codesOf(error).some((code) => codes.has(code));
}

export function isNotFound(error: unknown): boolean {
  if (hasCode(error, NOT_FOUND)) return true;
  return codesOf(error).includes('ClientException') && EKS_NO_CLUSTER.test(messageOf(error));
}

export function isAlreadyExists(error: unknown): boolean {
  return hasCode(error, ALREADY_EXISTS);
}

/** The name is taken or something else is under way: on a create look at what exists, otherwise wait. */
export function isInUse(error: unknown): boolean {
  if (hasCode(error, IN_USE)) return true;
  const message = messageOf(error);
  return hasCode(error, BUSY_CODES) && BUSY_MESSAGES.some((pattern) => pattern.test(message));
}

export function isThrottled(error: unknown): boolean {
  return hasCode(error, THROTTLED);
}

/** A role or policy that was made just now has not arrived everywhere yet. */
export function isPropagating(error: unknown): boolean {
  if (hasCode(error, PROPAGATING)) return true;
  const message = messageOf(error);
  return hasCode(error, PROPAGATING_CODES) && PROPAGATING_MESSAGES.some((pattern) => pattern.test(message));
}

/** The zones that EKS offers in place of one in which it has no room for a control plane; undefined when it was another error. */
export function validZonesOf(error: unknown): readonly string[] | undefined {
  if (!codesOf(error).includes('UnsupportedAvailabilityZoneException')) return undefined;
  const { validZones } = error as { validZones?: readonly string[] };
  return validZones ?? [];
}

export function isUnfulfillable(error: unknown): boolean {
  return hasCode(error, UNFULFILLABLE);
}

export function isAccessDenied(error: unknown): boolean {
  return hasCode(error, ACCESS_DENIED);
}

function isUnavailable(error: unknown): boolean {
  const { $metadata } = (error ?? {}) as { $metadata?: { httpStatusCode?: number } };
  return hasCode(error, UNAVAILABLE) || ($metadata?.httpStatusCode ?? 0) >= 500;
}

/** The kinds in the order in which they are tried, each with the name that state machines match and whether a retry may help. */
const KINDS: readonly (readonly [name: string, is: (error: unknown) => boolean, retryable: boolean])[] = [
  ['Throttled', isThrottled, true],
  ['Propagating', isPropagating, true],
  ['NotFound', isNotFound, false],
  ['AlreadyExists', isAlreadyExists, false],
  ['InUse', isInUse, true],
  ['Unfulfillable', isUnfulfillable, false],
  ['AccessDenied', isAccessDenied, false],
  ['Unavailable', isUnavailable, true],
];

/**
 * The error as Joinery reports it: what was being done, to what, and AWS's own words; an OpsError stays what it is. What no set
 * knows is AwsFailed.
 */
export function toOpsError(error: unknown, doing?: string, details: Readonly<Record<string, unknown>> = {}): OpsError {
  if (error instanceof OpsError) return error;
  const [name, , retryable] = KINDS.find(([, is]) => is(error)) ?? ['AwsFailed', isUnavailable, false];
  const [code = 'unknown'] = codesOf(error);
  return new OpsError(name, `${doing === undefined ? '' : `${doing}: `}${code}: ${messageOf(error)}`, {
    retryable,
    details: { ...details, code },
    cause: error,
  });
}

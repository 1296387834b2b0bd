import type { Simulation } from '../core/simulation.ts';

/** Who calls: an IAM role as a session, or the AWS service that acts on a role's behalf. */
export type Caller = {
  /** The role's ARN, e.g. arn:aws:iam::111122223333:role/joinery/…; the deployer and AWS's own services have one too. */
  readonly roleArn: string;
  readonly sessionName: string;
  /** The AWS service that makes the call with this role, e.g. cloudformation.amazonaws.com (aws:CalledVia, iam:PassedToService). */
  readonly viaService?: string;
  /** The Region of the endpoint that the call goes to, for services that have endpoints in few Regions: see current-caller.ts. */
  readonly endpointRegion?: string;
  /** Set when no role calls but an AWS service in its own name: see servicePrincipal. */
  readonly asService?: { readonly principal: string; readonly sourceArn: string; readonly sourceAccount: string };
};

/**
 * One permission that a call needs. A call makes one request for each resource it touches, each with the context keys that
 * AWS gives for that resource: aws:RequestTag/… only where the call sets tags on it, aws:ResourceTag/… from what exists.
 */
export type AccessRequest = {
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
};

export type CallContext = {
  readonly simulation: Simulation;
  readonly caller: Caller;
  readonly accountId: string;
  readonly region: string;
  /** Calls another simulated operation, by default as the same caller; its permissions are evaluated as for any call. */
  call<O>(service: string, operation: string, input: object, caller?: Caller): Promise<O>;
};

/** One operation of a simulated service. Both functions get the input already checked against the SDK's own schema. */
export type Operation<I = never, O = object> = {
  /** Every permission the call needs. An empty list means that the API asks for none, as sts:GetCallerIdentity. */
  authorize(input: I, context: CallContext): readonly AccessRequest[];
  /** Throws the SDK's own exceptions (see errors.ts). State changes are made here, synchronously where possible. */
  run(input: I, context: CallContext): O | Promise<O>;
  /** Completes the caller's copy of the answer with what no copy can carry: functions, as those of an S3 body. */
  afterClone?(output: O): O;
};

export type SimulatedService = {
  /** The SDK client's serviceId: 'EKS', 'EC2', 'CloudFormation', 'DynamoDB', 'S3', 'SFN', 'STS', 'IAM', 'SQS', 'SSM', 'KMS', 'Service Quotas'. */
  readonly serviceId: string;
  readonly operations: Readonly<Record<string, Operation>>;
  /** Registers agenda handlers (what happens later by itself). Called once when the simulation boots. */
  register?(simulation: Simulation, context: CallContext): void;
  /** Hears of each call that ended in an error, injected ones included: what a service counts of its failures. */
  onFailure?(operation: string, input: object, error: unknown, context: CallContext): void;
};

/** Keeps the input and output types of an operation while it is put into the table of its service. */
export function operation<I, O extends object>(definition: Operation<I, O>): Operation {
  return definition as unknown as Operation;
}

import type { Capability, Parameter, Tag } from '@aws-sdk/client-cloudformation';
import { refuseUnknownTypes } from '../../../cloudformation/boot-stack.ts';
import { parameterValues } from '../../../cloudformation/parameters.ts';
import type { ProviderTable } from '../../../cloudformation/provider.ts';
import { parseTemplate, TemplateError } from '../../../cloudformation/template.ts';
import { NotSimulatedError, SimulatedAwsError } from '../../errors.ts';
import type { AccessRequest, CallContext } from '../../types.ts';
import { passRole, requestTagKeys } from '../iam/access.ts';
import { canServiceAssume } from '../sts/service.ts';
import { graphOf } from './plan.ts';
import { type Definition, findStack, type StackRecord } from './state.ts';

const TEMPLATE_BYTES = 51_200;
const MAX_TAGS = 50;
const SERVICE = 'cloudformation.amazonaws.com';

/** What CreateStack and UpdateStack have in common. */
export type StackInput = {
  StackName: string;
  TemplateBody?: string;
  UsePreviousTemplate?: boolean;
  Parameters?: Parameter[];
  Capabilities?: Capability[];
  RoleARN?: string;
  Tags?: Tag[];
  ClientRequestToken?: string;
  OnFailure?: 'ROLLBACK' | 'DELETE' | 'DO_NOTHING';
  EnableTerminationProtection?: boolean;
};

const SIMULATED = new Set([
  'StackName',
  'TemplateBody',
  'UsePreviousTemplate',
  'Parameters',
  'Capabilities',
  'RoleARN',
  'Tags',
  'ClientRequestToken',
  'OnFailure',
  'EnableTerminationProtection',
]);

export function validationError(message: string): SimulatedAwsError {
  return new SimulatedAwsError('ValidationError', message);
}

/** Refuses what the SDK knows and the simulator does not. */
export function refuseUnsimulated(operation: string, input: object, known: ReadonlySet<string> = SIMULATED): void {
  const unknown = Object.entries(input).filter(([name, value]) => value !== undefined && !known.has(name));
  if (unknown.length > 0) throw new NotSimulatedError(`${operation} with ${unknown.map(([name]) => name).join(', ')}`);
}

/** A permission on a stack that may exist. */
export function onStack(
  context: CallContext,
  action: string,
  nameOrId: string,
  more: Record<string, string | string[]> = {},
) {
  const stack = findStack(context.simulation, nameOrId);
  const byName = `arn:aws:cloudformation:${context.region}:${context.accountId}:stack/${nameOrId}/*`;
  const tags = Object.entries(stack?.current.tags ?? {}).map(([key, value]) => [`aws:ResourceTag/${key}`, value]);
  return {
    action: `cloudformation:${action}`,
    resource: stack?.id ?? (nameOrId.startsWith('arn:') ? nameOrId : byName),
    context: { ...Object.fromEntries(tags), ...more },
  } satisfies AccessRequest;
}

/** The permissions of a call that changes a stack: on the stack, and to pass the service role where one is named. */
export function changeRequests(context: CallContext, action: string, input: StackInput): AccessRequest[] {
  const tags = (input.Tags ?? []).map(({ Key = '', Value = '' }) => ({ Key, Value }));
  const role: Record<string, string> = input.RoleARN === undefined ? {} : { 'cloudformation:RoleArn': input.RoleARN };
  const request = onStack(context, action, input.StackName, role);
  return [
    { ...request, context: { ...request.context, ...requestTagKeys(tags) } },
    ...(input.RoleARN === undefined ? [] : [passRole(input.RoleARN, SERVICE)]),
  ];
}

export function checkRole(context: CallContext, roleArn: string | null): void {
  if (roleArn === null || canServiceAssume(context, roleArn, SERVICE)) return;
  throw validationError(`Role ${roleArn} is invalid or cannot be assumed`);
}

/** What the request wants the stack to be, checked as far as that goes before anything exists. */
export function definitionOf(
  context: CallContext,
  providers: ProviderTable,
  input: StackInput,
  stack: Pick<StackRecord, 'id' | 'name' | 'resources'>,
  present: Definition | null,
): Definition {
  const body = templateBody(input, present);
  const tags = input.Tags === undefined ? (present?.tags ?? {}) : tagsOf(input.Tags);
  return asValidation(() => {
    const template = parseTemplate(body);
    refuseUnknownTypes(template, providers);
    const parameters = givenParameters(input, present);
    parameterValues(template, parameters);
    const definition = { body, parameters, tags };
    graphOf(context, stack, definition);
    checkCapabilities(body, input.Capabilities ?? []);
    return definition;
  });
}

function templateBody(input: StackInput, present: Definition | null): string {
  if (input.UsePreviousTemplate === true && present) return present.body;
  const { TemplateBody = '' } = input;
  if (TemplateBody === '') throw validationError('Either Template URL or Template Body must be specified.');
  const bytes = Buffer.byteLength(TemplateBody);
  if (bytes > TEMPLATE_BYTES) {
    const constraint = `Member must have length less than or equal to ${TEMPLATE_BYTES}`;
    throw validationError(
      `1 validation error detected: Value of ${bytes} bytes at 'templateBody' failed to satisfy constraint: ${constraint}`,
    );
  }
  return TemplateBody;
}

function givenParameters(input: StackInput, present: Definition | null): Record<string, string> {
  // A parameter that took the default of the previous template has a previous value as well.
  const previous = present ? parameterValues(parseTemplate(present.body), present.parameters) : {};
  return Object.fromEntries(
    (input.Parameters ?? []).map(({ ParameterKey = '', ParameterValue, UsePreviousValue }) => {
      const value = UsePreviousValue === true ? [previous[ParameterKey] ?? []].flat().join(',') : ParameterValue;
      if (value === undefined || (UsePreviousValue === true && !Object.hasOwn(previous, ParameterKey)))
        throw validationError(
          `Invalid input for parameter key ${ParameterKey}. Cannot specify usePreviousValue as true for a parameter key not in the previous template`,
        );
      return [ParameterKey, value];
    }),
  );
}

function tagsOf(tags: readonly Tag[]): Record<string, string> {
  if (tags.length > MAX_TAGS) throw validationError(`A stack takes ${MAX_TAGS} tags at the most`);
  const reserved = tags.filter(({ Key = '' }) => /^aws:/i.test(Key));
  if (reserved.length > 0) throw validationError('aws: prefixed tag key names are not allowed for external use.');
  return Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
}

const NAMES = ['RoleName', 'ManagedPolicyName', 'InstanceProfileName', 'UserName', 'GroupName'];

function checkCapabilities(body: string, given: readonly Capability[]): void {
  const resources = Object.values(parseTemplate(body).Resources).filter(({ Type }) => Type.startsWith('AWS::IAM::'));
  if (resources.length === 0 || given.includes('CAPABILITY_NAMED_IAM')) return;
  const isNamed = resources.some(({ Properties = {} }) => NAMES.some((name) => Properties[name] !== undefined));
  if (!isNamed && given.includes('CAPABILITY_IAM')) return;
  const message = `Requires capabilities : [${isNamed ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM'}]`;
  throw new SimulatedAwsError('InsufficientCapabilitiesException', message);
}

function asValidation<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof TemplateError) throw validationError(error.message);
    throw error;
  }
}

import { createHash } from 'node:crypto';
import type { ProviderTable } from '../../../cloudformation/provider.ts';
import { parseTemplate } from '../../../cloudformation/template.ts';
import { SimulatedAwsError } from '../../errors.ts';
import { type CallContext, operation } from '../../types.ts';
import { begin, interrupt } from './engine.ts';
import {
  changeRequests,
  checkRole,
  definitionOf,
  onStack,
  refuseUnsimulated,
  type StackInput,
  validationError,
} from './requests.ts';
import { type Definition, findStack, type StackRecord, stacks } from './state.ts';

const UPDATABLE = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'];
const UNDELETABLE = /^(UPDATE|ROLLBACK).*_IN_PROGRESS$/;

function stackId(context: CallContext, name: string): string {
  const digest = createHash('sha256').update(`${name}:${context.simulation.now()}`).digest('hex');
  const uuid = [8, 12, 16, 20, 32].map((end, index) => digest.slice([0, 8, 12, 16, 20][index], end)).join('-');
  return `arn:aws:cloudformation:${context.region}:${context.accountId}:stack/${name}/${uuid}`;
}

function createStack(providers: ProviderTable, input: StackInput, context: CallContext) {
  refuseUnsimulated('CreateStack', input);
  const { simulation } = context;
  const { StackName: name, ClientRequestToken: token = null, RoleARN: roleArn = null } = input;
  if (!/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/.test(name)) {
    throw validationError(
      `1 validation error detected: Value '${name}' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*`,
    );
  }
  const present = findStack(simulation, name);
  if (present && token !== null && present.token === token) return { StackId: present.id };
  if (present) throw new SimulatedAwsError('AlreadyExistsException', `Stack [${name}] already exists`);
  checkRole(context, roleArn);
  const id = stackId(context, name);
  const current = definitionOf(context, providers, input, { id, name, resources: {} }, null);
  const stack: StackRecord = {
    id,
    name,
    status: 'CREATE_IN_PROGRESS',
    reason: null,
    roleArn,
    callerRoleArn: context.caller.roleArn,
    current,
    previous: null,
    capabilities: input.Capabilities ?? [],
    createdAtMs: simulation.now(),
    updatedAtMs: null,
    deletedAtMs: null,
    isProtected: input.EnableTerminationProtection ?? false,
    onFailure: input.OnFailure ?? 'ROLLBACK',
    isDeletionWanted: false,
    token,
    outputs: {},
    resources: {},
    retired: [],
    generations: {},
    events: [],
    operation: null,
  };
  stacks(simulation)[id] = stack;
  begin(context, stack, 'CREATE');
  return { StackId: id };
}

function updateStack(providers: ProviderTable, input: StackInput, context: CallContext) {
  refuseUnsimulated('UpdateStack', input);
  const { ClientRequestToken: token = null } = input;
  const stack = findStack(context.simulation, input.StackName);
  if (!stack || stack.status === 'DELETE_COMPLETE') throw validationError(`Stack [${input.StackName}] does not exist`);
  if (token !== null && stack.token === token) return { StackId: stack.id };
  if (!UPDATABLE.includes(stack.status)) {
    throw validationError(`Stack:${stack.id} is in ${stack.status} state and can not be updated.`);
  }
  checkRole(context, input.RoleARN ?? stack.roleArn);
  const wanted = definitionOf(context, providers, input, stack, stack.current);
  if (isSame(stack.current, wanted)) throw validationError('No updates are to be performed.');
  stack.roleArn = input.RoleARN ?? stack.roleArn;
  stack.token = token;
  stack.capabilities = input.Capabilities ?? [];
  stack.previous = stack.current;
  stack.current = wanted;
  stack.updatedAtMs = context.simulation.now();
  begin(context, stack, 'UPDATE');
  return { StackId: stack.id };
}

/** Descriptions and metadata are not changes. */
function isSame(present: Definition, wanted: Definition): boolean {
  const essence = ({ body, parameters, tags }: Definition) => {
    const { Parameters = {}, Mappings, Conditions, Resources, Outputs } = parseTemplate(body);
    const defaults = Object.entries(Parameters).map(([name, { Default }]) => [
      name,
      parameters[name] ?? String(Default),
    ]);
    return JSON.stringify([Mappings, Conditions, Resources, Outputs, defaults.sort(), Object.entries(tags).sort()]);
  };
  return essence(present) === essence(wanted);
}

type DeleteInput = { StackName: string; RoleARN?: string; ClientRequestToken?: string };

function deleteStack(input: DeleteInput, context: CallContext) {
  refuseUnsimulated('DeleteStack', input, new Set(['StackName', 'RoleARN', 'ClientRequestToken']));
  const stack = findStack(context.simulation, input.StackName);
  if (!stack || (stack.status.startsWith('DELETE_') && stack.status !== 'DELETE_FAILED')) return {};
  if (stack.isProtected) {
    throw validationError(`Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`);
  }
  if (UNDELETABLE.test(stack.status))
    throw validationError(`Stack:${stack.id} is in ${stack.status} state and can not be deleted.`);
  checkRole(context, input.RoleARN ?? stack.roleArn);
  stack.roleArn = input.RoleARN ?? stack.roleArn;
  stack.token = input.ClientRequestToken ?? null;
  if (stack.status === 'CREATE_IN_PROGRESS') interrupt(context, stack);
  else begin(context, stack, 'DELETE');
  return {};
}

export function changeOperations(providers: ProviderTable) {
  return {
    CreateStack: operation({
      authorize: (input: StackInput, context) => changeRequests(context, 'CreateStack', input),
      run: (input: StackInput, context) => createStack(providers, input, context),
    }),
    UpdateStack: operation({
      authorize: (input: StackInput, context) => changeRequests(context, 'UpdateStack', input),
      run: (input: StackInput, context) => updateStack(providers, input, context),
    }),
    DeleteStack: operation({
      authorize: (input: DeleteInput, context) => changeRequests(context, 'DeleteStack', input),
      run: (input: DeleteInput, context) => deleteStack(input, context),
    }),
    UpdateTerminationProtection: operation({
      authorize: (input: { StackName: string }, context) => [
        onStack(context, 'UpdateTerminationProtection', input.StackName),
      ],
      run: (input: { StackName: string; EnableTerminationProtection: boolean }, context) => {
        const stack = findStack(context.simulation, input.StackName);
        if (!stack || stack.status === 'DELETE_COMPLETE')
          throw validationError(`Stack [${input.StackName}] does not exist`);
        stack.isProtected = input.EnableTerminationProtection;
        return { StackId: stack.id };
      },
    }),
  };
}

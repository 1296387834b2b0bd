import { parseTemplate } from '../../../cloudformation/template.ts';
import { type CallContext, operation } from '../../types.ts';
import { onStack, validationError } from './requests.ts';
import { findStack, type ResourceRecord, type StackRecord, stacks } from './state.ts';

type Named = { StackName: string };

const PAGE = 100;

function existing(
  context: CallContext,
  nameOrId: string,
  message = `Stack with id ${nameOrId} does not exist`,
): StackRecord {
  const stack = findStack(context.simulation, nameOrId);
  if (!stack) throw validationError(message);
  return stack;
}

function shownStack(stack: StackRecord) {
  const template = parseTemplate(stack.current.body);
  const parameters = Object.entries(template.Parameters ?? {}).map(([ParameterKey, { Default, NoEcho }]) => {
    const value = stack.current.parameters[ParameterKey] ?? String(Default);
    return { ParameterKey, ParameterValue: NoEcho === true ? '****' : value };
  });
  return {
    StackId: stack.id,
    StackName: stack.name,
    StackStatus: stack.status,
    CreationTime: new Date(stack.createdAtMs),
    DisableRollback: stack.onFailure === 'DO_NOTHING',
    EnableTerminationProtection: stack.isProtected,
    NotificationARNs: [],
    Capabilities: stack.capabilities,
    Parameters: parameters,
    Outputs: Object.entries(stack.outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
    Tags: Object.entries(stack.current.tags).map(([Key, Value]) => ({ Key, Value })),
    ...(template.Description === undefined ? {} : { Description: template.Description }),
    ...(stack.reason === null ? {} : { StackStatusReason: stack.reason }),
    ...(stack.roleArn === null ? {} : { RoleARN: stack.roleArn }),
    ...(stack.updatedAtMs === null ? {} : { LastUpdatedTime: new Date(stack.updatedAtMs) }),
    ...(stack.deletedAtMs === null ? {} : { DeletionTime: new Date(stack.deletedAtMs) }),
  };
}

function shownResource(stack: StackRecord, resource: ResourceRecord) {
  return {
    StackId: stack.id,
    StackName: stack.name,
    LogicalResourceId: resource.logicalId,
    ResourceType: resource.type,
    ResourceStatus: resource.status,
    ...(resource.physicalId === null ? {} : { PhysicalResourceId: resource.physicalId }),
    ...(resource.reason === null ? {} : { ResourceStatusReason: resource.reason }),
  };
}

function nextPage(token: string | undefined): number {
  const start = Number(token ?? 0);
  if (!Number.isInteger(start)) throw validationError(`Invalid NextToken ${token}`);
  return start;
}

export const describeOperations = {
  DescribeStacks: operation({
    authorize: (input: Partial<Named>, context) => [
      input.StackName === undefined
        ? { action: 'cloudformation:DescribeStacks', resource: '*' }
        : onStack(context, 'DescribeStacks', input.StackName),
    ],
    run: (input: Partial<Named> & { NextToken?: string }, context) => {
      if (input.StackName !== undefined) return { Stacks: [shownStack(existing(context, input.StackName))] };
      const start = nextPage(input.NextToken);
      const all = Object.values(stacks(context.simulation)).filter(({ status }) => status !== 'DELETE_COMPLETE');
      const more = start + PAGE < all.length ? { NextToken: String(start + PAGE) } : {};
      return { Stacks: all.slice(start, start + PAGE).map(shownStack), ...more };
    },
  }),
  DescribeStackEvents: operation({
    authorize: (input: Named, context) => [onStack(context, 'DescribeStackEvents', input.StackName)],
    run: (input: Named & { NextToken?: string }, context) => {
      const stack = existing(context, input.StackName, `Stack [${input.StackName}] does not exist`);
      const start = nextPage(input.NextToken);
      const latestFirst = [...stack.events].reverse();
      const more = start + PAGE < latestFirst.length ? { NextToken: String(start + PAGE) } : {};
      const StackEvents = latestFirst.slice(start, start + PAGE).map((event) => ({
        StackId: stack.id,
        StackName: stack.name,
        EventId: `${event.logicalId}-${event.id}`,
        LogicalResourceId: event.logicalId,
        PhysicalResourceId: event.physicalId,
        ResourceType: event.type,
        Timestamp: new Date(event.atMs),
        ResourceStatus: event.status,
        ...(event.reason === null ? {} : { ResourceStatusReason: event.reason }),
        ...(event.token === null ? {} : { ClientRequestToken: event.token }),
      }));
      return { StackEvents, ...more };
    },
  }),
  DescribeStackResources: operation({
    authorize: (input: Named, context) => [onStack(context, 'DescribeStackResources', input.StackName)],
    run: (input: Named & { LogicalResourceId?: string }, context) => {
      const stack = existing(context, input.StackName);
      const wanted = Object.values(stack.resources).filter(
        ({ logicalId }) => input.LogicalResourceId === undefined || logicalId === input.LogicalResourceId,
      );
      const shown = wanted.map((resource) => ({
        ...shownResource(stack, resource),
        Timestamp: new Date(resource.changedAtMs),
      }));
      return { StackResources: shown };
    },
  }),
  DescribeStackResource: operation({
    authorize: (input: Named, context) => [onStack(context, 'DescribeStackResource', input.StackName)],
    run: (input: Named & { LogicalResourceId: string }, context) => {
      const stack = existing(context, input.StackName, `Stack '${input.StackName}' does not exist`);
      const resource = stack.resources[input.LogicalResourceId];
      if (!resource) {
        throw validationError(`Resource ${input.LogicalResourceId} does not exist for stack ${input.StackName}`);
      }
      const shown = shownResource(stack, resource);
      return { StackResourceDetail: { ...shown, LastUpdatedTimestamp: new Date(resource.changedAtMs) } };
    },
  }),
  GetTemplate: operation({
    authorize: (input: Named, context) => [onStack(context, 'GetTemplate', input.StackName)],
    run: (input: Named, context) => ({
      TemplateBody: existing(context, input.StackName).current.body,
      StagesAvailable: ['Original', 'Processed'],
    }),
  }),
};

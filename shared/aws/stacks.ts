import {
  type CloudFormationClient,
  CreateStackCommand,
  type CreateStackCommandInput,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  type Stack,
  UpdateStackCommand,
  type UpdateStackCommandInput,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';

export type Stacks = {
  describe(name: string): Promise<Stack | undefined>;
  create(input: CreateStackCommandInput): Promise<void>;
  /** False when CloudFormation finds nothing to update. */
  update(input: UpdateStackCommandInput): Promise<boolean>;
  /** Removes a stack that never came up, with its termination protection. */
  removeFailed(name: string, roleArn: string): Promise<void>;
  /** Why the last operation failed: the reasons of the failed resources, first cause first. */
  failureReasons(name: string): Promise<string[]>;
};

export function stacks(client: CloudFormationClient): Stacks {
  return {
    describe: async (StackName) => {
      try {
        return (await client.send(new DescribeStacksCommand({ StackName }))).Stacks?.[0];
      } catch (error) {
        if (isValidationError(error, /does not exist/)) return undefined;
        throw error;
      }
    },
    create: async (input) => {
      await client.send(new CreateStackCommand(input));
    },
    update: async (input) => {
      try {
        await client.send(new UpdateStackCommand(input));
        return true;
      } catch (error) {
        if (isValidationError(error, /No updates are to be performed/)) return false;
        throw error;
      }
    },
    removeFailed: async (StackName, RoleARN) => {
      await client.send(new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection: false }));
      await client.send(new DeleteStackCommand({ StackName, RoleARN }));
    },
    failureReasons: async (StackName) => {
      const { StackEvents } = await client.send(new DescribeStackEventsCommand({ StackName }));
      const failed = (StackEvents ?? []).filter((event) => event.ResourceStatus?.endsWith('_FAILED'));
      const own = failed.filter((event) => !/cancelled/i.test(event.ResourceStatusReason ?? ''));
      return own
        .reverse()
        .map((event) => `${event.LogicalResourceId}: ${event.ResourceStatusReason ?? 'no reason given'}`);
    },
  };
}

function isValidationError(error: unknown, message: RegExp): boolean {
  return error instanceof Error && error.name === 'ValidationError' && message.test(error.message);
}

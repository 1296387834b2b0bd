import {
  type CloudFormationClient,
  CreateStackCommand,
  type CreateStackCommandInput,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStackResourceCommand,
  DescribeStacksCommand,
  type Stack,
  type StackEvent,
  UpdateStackCommand,
  type UpdateStackCommandInput,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';

export type Stacks = {
  describe(name: string): Promise<Stack | undefined>;
  create(input: CreateStackCommandInput): Promise<void>;
  /** False when CloudFormation finds nothing to update. An update that is under way already counts as one. */
  update(input: UpdateStackCommandInput): Promise<boolean>;
  /** Removes a stack, with its termination protection. */
  remove(name: string, roleArn: string): Promise<void>;
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
        if (isValidationError(error, /_IN_PROGRESS state/)) return true;
        throw error;
      }
    },
    remove: async (StackName, RoleARN) => {
      await client.send(new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection: false }));
      await client.send(new DeleteStackCommand({ StackName, RoleARN }));
    },
    failureReasons: async (StackName) => {
      const { StackEvents } = await client.send(new DescribeStackEventsCommand({ StackName }));
      const failed = ofLastOperation(StackEvents ?? []).filter((event) => event.ResourceStatus?.endsWith('_FAILED'));
      const own = failed.filter((event) => !/cancelled/i.test(event.ResourceStatusReason ?? ''));
      return own
        .reverse()
        .map((event) => `${event.LogicalResourceId}: ${event.ResourceStatusReason ?? 'no reason given'}`);
    },
  };
}

/** Events come newest first; the stack's own first event of an operation ends what belongs to it. */
function ofLastOperation(events: readonly StackEvent[]): readonly StackEvent[] {
  const start = events.findIndex(
    (event) =>
      event.PhysicalResourceId === event.StackId &&
      /^(CREATE|UPDATE|DELETE)_IN_PROGRESS$/.test(event.ResourceStatus ?? ''),
  );
  return start < 0 ? events : events.slice(0, start);
}

function isValidationError(error: unknown, message: RegExp): boolean {
  return error instanceof Error && error.name === 'ValidationError' && message.test(error.message);
}

/** A role, and since when CloudFormation takes it for made; IAM needs some seconds more to spread it. */
export type MadeRole = { readonly arn: string; readonly madeAtMs: number };

/**
 * A role of a stack as soon as the role itself is made, which is well before the stack is; undefined until then.
 * `prefix` is the ARN up to the role's name.
 */
export function stackRole(client: CloudFormationClient, prefix: string) {
  return async (StackName: string, LogicalResourceId: string): Promise<MadeRole | undefined> => {
    try {
      const { StackResourceDetail } = await client.send(
        new DescribeStackResourceCommand({ StackName, LogicalResourceId }),
      );
      const isMade = /^(CREATE|UPDATE)_COMPLETE$/.test(StackResourceDetail?.ResourceStatus ?? '');
      if (!isMade) return undefined;
      return {
        arn: `${prefix}${StackResourceDetail?.PhysicalResourceId}`,
        madeAtMs: StackResourceDetail?.LastUpdatedTimestamp?.getTime() ?? 0,
      };
    } catch (error) {
      if (isValidationError(error, /does not exist/)) return undefined;
      throw error;
    }
  };
}

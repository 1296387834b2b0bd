import type { CreateStackCommandInput, Stack, UpdateStackCommandInput } from '@aws-sdk/client-cloudformation';
import type { Stacks } from '../../../shared/aws/stacks.ts';
import { anAwsError, callRecorder } from './calls.ts';

const SECONDS = 40;

export const STACK_OUTPUTS: Readonly<Record<string, string>> = {
  InterruptionQueueName: 'joinery-cluster-banking-prod',
  InterruptionQueueUrl: 'https://sqs.eu-west-1.amazonaws.com/111122223333/joinery-cluster-banking-prod',
  InterruptionQueueArn: 'arn:aws:sqs:eu-west-1:111122223333:joinery-cluster-banking-prod',
  ClusterRoleArn: 'arn:aws:iam::111122223333:role/joinery/cluster',
  ControllerRoleArn: 'arn:aws:iam::111122223333:role/joinery/controller',
  NodeRoleArn: 'arn:aws:iam::111122223333:role/joinery/karpenter-node',
  BootstrapNodeRoleArn: 'arn:aws:iam::111122223333:role/joinery/bootstrap-node',
  NodeInstanceProfileName: 'joinery-banking-prod-karpenter-node',
  BootstrapLaunchTemplateId: 'lt-0a',
  BootstrapLaunchTemplateVersion: '1',
};

/** CloudFormation with one stack; an operation ends after some seconds on the test's clock, as `next` says. */
export function fakeStacks({ journal, clock }: { readonly journal: string[]; readonly clock: { now(): number } }) {
  const calls = callRecorder(journal);
  let stack: Stack | undefined;
  let ends: { status: string; atMs: number } | undefined;
  let fails = false;
  const begin = (input: CreateStackCommandInput | UpdateStackCommandInput, kind: 'CREATE' | 'UPDATE') => {
    const status = fails ? (kind === 'CREATE' ? 'ROLLBACK_COMPLETE' : 'UPDATE_ROLLBACK_COMPLETE') : `${kind}_COMPLETE`;
    ends = { status, atMs: clock.now() + SECONDS * 1000 };
    stack = {
      StackName: input.StackName,
      CreationTime: new Date(clock.now()),
      StackStatus: `${kind}_IN_PROGRESS`,
      // After a rollback the tags are those from before.
      Tags: fails && stack ? stack.Tags : input.Tags,
      Outputs: Object.entries(STACK_OUTPUTS).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
    };
  };
  const settle = () => {
    if (!ends || clock.now() < ends.atMs) return;
    if (ends.status === 'DELETE_COMPLETE') stack = undefined;
    else if (stack) stack = { ...stack, StackStatus: ends.status as Stack['StackStatus'] };
    ends = undefined;
  };
  const stacks: Stacks = {
    describe: async () => {
      settle();
      return stack;
    },
    create: async (input) => {
      calls.record('createStack', input);
      if (stack) throw anAwsError('AlreadyExistsException', `Stack [${input.StackName}] already exists`);
      begin(input, 'CREATE');
    },
    update: async (input) => {
      calls.record('updateStack', input);
      begin(input, 'UPDATE');
      return true;
    },
    remove: async (name, roleArn) => {
      calls.record('removeStack', { name, roleArn });
      if (stack) stack = { ...stack, StackStatus: 'DELETE_IN_PROGRESS' };
      ends = { status: 'DELETE_COMPLETE', atMs: clock.now() + SECONDS * 1000 };
    },
    failureReasons: async () => ['NodeRole: the boundary does not allow it', 'second'],
  };
  return {
    ...calls,
    stacks,
    stack: () => stack,
    put: (next: Stack) => {
      stack = next;
    },
    failFromNowOn: (value: boolean) => {
      fails = value;
    },
  };
}

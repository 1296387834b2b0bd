import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stack } from '@aws-sdk/client-cloudformation';
import { namesOf } from '../../shared/clusters/names.ts';
import { putRegistryRow } from '../../shared/ledger/registry.ts';
import type { Account } from '../boot/account.ts';
import { ledgerReader } from '../ledger-reader.ts';

/** A registered cluster with its own stack of roles and queue; what runs in it is not simulated here. */
export type StormCluster = {
  readonly name: string;
  readonly queueName: string;
  readonly queueUrl: string;
  readonly controllerRoleArn: string;
};

const LOOK_EVERY_SECONDS = 15;

export function clusterNames(count: number): string[] {
  return Array.from({ length: count }, (_, number) => `storm-${String(number + 1).padStart(3, '0')}`);
}

/** Makes the stacks of so many clusters from the same template as the bootstrap, and registers the clusters. */
export async function makeClusters(account: Account, root: string, names: readonly string[]): Promise<StormCluster[]> {
  const TemplateBody = readFileSync(join(root, 'resources/cluster-stack.yml'), 'utf8');
  return Promise.all(names.map((name) => makeCluster(account, TemplateBody, name)));
}

async function makeCluster(account: Account, TemplateBody: string, name: string): Promise<StormCluster> {
  const { cloud, deployer, simulation, stack } = account;
  const { stackName, queueName } = namesOf(name);
  const parameters = {
    ClusterName: name,
    InterruptionQueueName: queueName,
    PermissionsBoundaryArn: stack.resources['ClusterPermissionsBoundary']?.physicalId ?? '',
    RouterRoleArn: String(stack.resources['RouterFunctionRole']?.attributes['Arn'] ?? ''),
    RuleDeadLettersArn: String(stack.resources['RuleDeadLetters']?.attributes['Arn'] ?? ''),
  };
  const request = {
    StackName: stackName,
    TemplateBody,
    Capabilities: ['CAPABILITY_IAM'],
    Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
  };
  await cloud.call('CloudFormation', 'CreateStack', request, deployer);
  const outputs = await outputsOf(account, stackName);
  const output = (key: string) => {
    const value = outputs.get(key);
    if (value === undefined) throw new Error(`stack ${stackName} has no output ${key}`);
    return value;
  };
  const queue = {
    name: output('InterruptionQueueName'),
    url: output('InterruptionQueueUrl'),
    arn: output('InterruptionQueueArn'),
  };
  const controllerRoleArn = output('ControllerRoleArn');
  const { accountId, region } = cloud.context(deployer);
  await putRegistryRow(
    { table: ledgerReader(account).table, clock: simulation },
    {
      cluster: name,
      accountId,
      region,
      mode: 'create',
      state: 'active',
      queue,
      roles: {
        cluster: output('ClusterRoleArn'),
        controller: controllerRoleArn,
        karpenterNode: output('NodeRoleArn'),
        bootstrapNode: output('BootstrapNodeRoleArn'),
      },
      instanceProfile: output('NodeInstanceProfileName'),
      launchTemplate: { id: output('BootstrapLaunchTemplateId'), version: output('BootstrapLaunchTemplateVersion') },
      kubernetesVersion: '1.35',
      karpenterVersion: '1.14.1',
      karpenterNamespace: 'kube-system',
    },
  );
  return { name, queueName: queue.name, queueUrl: queue.url, controllerRoleArn };
}

async function outputsOf({ cloud, deployer, simulation }: Account, StackName: string): Promise<Map<string, string>> {
  for (;;) {
    await simulation.sleep(LOOK_EVERY_SECONDS);
    const answer = (await cloud.call('CloudFormation', 'DescribeStacks', { StackName }, deployer)) as {
      Stacks: Stack[];
    };
    const [{ StackStatus = '', StackStatusReason, Outputs = [] } = {}] = answer.Stacks;
    if (StackStatus === 'CREATE_COMPLETE')
      return new Map(Outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
    if (StackStatus !== 'CREATE_IN_PROGRESS')
      throw new Error(`stack ${StackName} is ${StackStatus}: ${StackStatusReason ?? 'no reason given'}`);
  }
}

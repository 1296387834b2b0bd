import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { kubectlLayer } from '../../scripts/kubectl-layer.ts';
import { seedNetwork } from '../../simulator/aws/services/ec2/network-seed.ts';
import type { ExecutionRecord } from '../../simulator/aws/services/sfn/executions.ts';
import { type Account, type AccountOptions, bootAccount } from '../../simulator/boot/account.ts';
import type { World } from '../../simulator/core/simulation.ts';
import { type PackageOutput, readPackage } from '../../simulator/package-output.ts';
import type { Stage } from '../../simulator/scenarios/scenario.ts';

const root = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '');

export const SUBNETS = ['subnet-0a1b2c3d4e5f60001', 'subnet-0a1b2c3d4e5f60002', 'subnet-0a1b2c3d4e5f60003'];

type ClusterFile = {
  metadata: { name: string };
  spec: Record<string, unknown> & { network: Record<string, unknown> };
  [field: string]: unknown;
};

let example: string | undefined;

/** The banking example as JSON, with changes to its spec. */
export function aClusterFile(options: { name?: string; spec?: Record<string, unknown> } = {}): ClusterFile {
  example ??= JSON.stringify(parse(readFileSync(`${root}/examples/banking/cluster.yaml`, 'utf8')));
  const file = JSON.parse(example) as ClusterFile;
  return {
    ...file,
    metadata: { name: options.name ?? file.metadata.name },
    spec: { ...file.spec, ...options.spec },
  };
}

let packaged: PackageOutput | undefined;

type BootOptions = Partial<
  Pick<AccountOptions, 'seed' | 'startAt' | 'hooks' | 'injectFault' | 'onLogLine' | 'taskRoot' | 'traceLimit'>
> & {
  /** Changes the compiled template before it is booted. */
  readonly editTemplate?: (template: AccountOptions['template']) => void;
  /** Seeds the network otherwise than with three private subnets in three zones. */
  readonly network?: Parameters<typeof seedNetwork>[1];
};

/** An account booted from the compiled template, with the subnets of the example. Close it when done. */
export async function anAccount(options: BootOptions = {}): Promise<Account> {
  packaged ??= readPackage(root);
  const { template, stackName } = structuredClone(packaged);
  options.editTemplate?.(template);
  const account = await bootAccount({
    seed: options.seed ?? 1,
    startAt: options.startAt ?? '2026-11-02T08:00:00Z',
    accountId: '111122223333',
    region: 'eu-west-1',
    template,
    stackName,
    root,
    layerFolder: dirname(dirname(kubectlLayer().helm)),
    ...(options.taskRoot === undefined ? {} : { taskRoot: options.taskRoot }),
    ...(options.hooks ? { hooks: options.hooks } : {}),
    ...(options.injectFault ? { injectFault: options.injectFault } : {}),
    onLogLine: options.onLogLine,
    traceLimit: options.traceLimit,
  });
  const zones = ['a', 'b', 'c'];
  const subnets = SUBNETS.map((id, index) => ({ id, zone: `eu-west-1${zones[index]}` }));
  seedNetwork(account.simulation, options.network ?? { subnets });
  return account;
}

/** Starts an execution and runs the world until it has ended. */
export function runToEnd(account: Account, machine: string, input: object): Promise<ExecutionRecord> {
  return account.simulation.runUntil(account.startExecution(machine, input).then((arn) => account.ended(arn)));
}

let bootstrapped: Promise<World> | undefined;

/**
 * An account (seed 1) in which the example's bootstrap went well: that of one run in each process, put into an account of its own for
 * everybody who asks, the first one too. As after any restore, no function has a warm environment.
 */
export async function aBootstrappedAccount(): Promise<Account> {
  bootstrapped ??= bootstrappedWorld();
  const world = await bootstrapped;
  const account = await anAccount();
  account.restore(world);
  return account;
}

async function bootstrappedWorld(): Promise<World> {
  const account = await anAccount();
  try {
    const { status, cause } = await runToEnd(account, 'bootstrap-cluster', aClusterFile());
    if (status !== 'SUCCEEDED') throw new Error(`the bootstrap ended with ${status}: ${cause}`);
    return account.simulation.snapshot();
  } finally {
    await account.close();
  }
}

/** What a scenario needs of an account that a test has booted. */
export function aStage(account: Account, clusterFile = aClusterFile()): Stage {
  const { name } = clusterFile.metadata;
  return { account, clusterName: name, clusterFile, root, listenToLogs: () => undefined, say: () => undefined };
}

import { namesOf } from '../../../shared/clusters/names.ts';
import { encryptByDefault } from '../../../simulator/aws/services/ec2/volume-operations.ts';
import { findCluster } from '../../../simulator/aws/services/eks/state.ts';
import { seedCustomerKey } from '../../../simulator/aws/services/kms/keys.ts';
import type { Account } from '../../../simulator/boot/account.ts';
import { SYSTEM_ADMIN } from '../../../simulator/kubernetes/types.ts';
import { abandonedEvents } from '../../../simulator/lambda/asynchronous.ts';
import { bootstrapAndNodeLoss } from '../../../simulator/scenarios/bootstrap-and-node-loss.ts';
import { aClusterFile, aStage, SUBNETS } from '../../support/simulated-run.ts';
import { adoptionFault } from './adopt.ts';
import { attachFault } from './attach.ts';
import { costReportFault } from './cost-report.ts';
import { operationsFault } from './operations.ts';
import { ownClassFault } from './own-class.ts';
import { queueFault } from './queue-policy.ts';
import { refusalIn } from './refusals.ts';

/** What one account goes through; gives what went wrong, if anything did. */
export type Scenario = { readonly name: string; run(account: Account): Promise<string | undefined> };

const CLUSTER = 'banking-prod';
const QUEUE = namesOf('banking-prod').queueName;
/** The stack of the cluster that the scenarios bootstrap. */
export const STACK = 'joinery-cluster-banking-prod';
const PLACE = { accountId: '111122223333', region: 'eu-west-1' };

/** The example with changes that each need an update of something that exists; the disk is the launch template's. */
const CHANGED = aClusterFile({
  spec: {
    bootstrapNodes: { minSize: 2, desiredSize: 3, maxSize: 5, disk: { gib: 30 } },
    logging: ['api', 'audit'],
    addons: { coredns: { version: 'v1.12.4-eksbuild.6' } },
    karpenter: {
      ...(aClusterFile().spec as { karpenter?: object }).karpenter,
      settings: { enableZonalShift: true },
    },
  },
});

/** One after the other in the same account, each on what the former left. */
export const SCENARIOS: readonly Scenario[] = [
  { name: 'a cost report', run: costReportFault },
  { name: 'a volume key that nobody may use', run: barredKey },
  { name: 'bootstrap and node loss, with a volume key of the customer', run: bootstrap },
  { name: 'a run with a changed file', run: changedFile },
  { name: 'a class with a role, and a spot notice', run: ownClass },
  { name: 'a rival run, a stopped run, a smoke test on its own', run: stopAndRelease },
  { name: 'operations', run: (account) => operationsFault(account, CLUSTER, QUEUE) },
  { name: 'a Service of type LoadBalancer', run: balancedService },
  { name: 'a new version of the router', run: newRouter },
  { name: 'nothing was refused', run: refusals },
  // Last: it gives the queue another router, so the real one is refused from then on.
  { name: 'who may send to the interruption queue', run: (account) => queueFault(account, STACK, QUEUE) },
];

/** In an account of its own: the subnets of an account carry the discovery tag of one cluster. */
export const OF_OTHERS: readonly Scenario[] = [
  { name: 'a cluster of others, attached and detached', run: attachFault },
];

/** Again in one of its own, for the same reason. */
export const TO_ADOPT: readonly Scenario[] = [{ name: 'clusters of others, adopted or refused', run: adoptionFault }];

/** The preflight refuses what could not start, before anything is made. */
async function barredKey(account: Account): Promise<string | undefined> {
  const key = seedCustomerKey(account.simulation, PLACE, { usableThroughEc2: false });
  encryptByDefault(account.simulation, key.arn);
  const input = { ...aClusterFile(), planOnly: true };
  const { error, cause = '' } = await account.ended(await account.startExecution('bootstrap-cluster', input));
  const isRefused = error === 'PreflightFailed' && cause.includes("Karpenter's role: its instances would not start");
  return isRefused ? undefined : `the preflight ended with ${error}`;
}

async function bootstrap(account: Account): Promise<string | undefined> {
  const key = seedCustomerKey(account.simulation, PLACE, { usableThroughEc2: true });
  encryptByDefault(account.simulation, key.arn);
  const outcome = await bootstrapAndNodeLoss.run(aStage(account));
  return outcome.ok ? undefined : (outcome.failure ?? 'failed');
}

async function changedFile(account: Account): Promise<string | undefined> {
  // Somebody has registered the cluster for zonal shifts, and the file has Karpenter follow them.
  const cluster = findCluster(account.simulation, CLUSTER);
  if (cluster) cluster.view.zonalShiftConfig = { enabled: true };
  const { status, error } = await account.ended(await account.startExecution('bootstrap-cluster', CHANGED));
  return status === 'SUCCEEDED' ? undefined : `${status}: ${error}`;
}

function ownClass(account: Account): Promise<string | undefined> {
  const securityGroupId = findCluster(account.simulation, CLUSTER)?.view.resourcesVpcConfig?.clusterSecurityGroupId;
  return ownClassFault(account, CLUSTER, {
    subnetIds: SUBNETS,
    securityGroupId: securityGroupId ?? '',
    queueName: QUEUE,
  });
}

/** Two runs at once, and a run that is stopped in the middle of its smoke test: the lease, and the cleaning up after it. */
async function stopAndRelease(account: Account): Promise<string | undefined> {
  const { simulation, cloud, deployer } = account;
  const executionArn = await account.startExecution('bootstrap-cluster', CHANGED);
  await simulation.sleep(20);
  const rival = await account.ended(await account.startExecution('bootstrap-cluster', CHANGED));
  if (rival.error !== 'LeaseHeld') return `the rival run ended with ${rival.error}`;
  await simulation.sleep(15);
  await cloud.call('SFN', 'StopExecution', { executionArn }, deployer);
  await simulation.sleep(400);
  if (abandonedEvents(account.simulation).length > 0 || hasLeftovers(account)) return 'the stopped run left something';
  const again = await account.ended(await account.startExecution('smoke-test', CHANGED));
  return again.status === 'SUCCEEDED' ? undefined : `the smoke test ended with ${again.error}`;
}

async function balancedService(account: Account): Promise<string | undefined> {
  const api = account.kubernetes.find(CLUSTER)?.as(SYSTEM_ADMIN);
  const ref = { apiVersion: 'v1', kind: 'Service', name: 'shop', namespace: 'default' };
  const { name, namespace } = ref;
  const spec = { type: 'LoadBalancer', ports: [{ port: 80 }] };
  api?.create({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec });
  await account.simulation.sleep(60);
  const status = JSON.stringify(api?.get(ref)?.status);
  return status?.includes('elb.amazonaws.com') ? undefined : `no load balancer: ${status}`;
}

async function newRouter(account: Account): Promise<string | undefined> {
  const { status, reason } = await account.deployVersion('RouterAlias');
  return status === 'Succeeded' ? undefined : `${status}: ${reason}`;
}

/** Whether the smoke test's pool is still there, or the installer still cluster admin. */
function hasLeftovers({ simulation, kubernetes }: Account): boolean {
  const pools = kubernetes.find(CLUSTER)?.as(SYSTEM_ADMIN).list('karpenter.sh/v1', 'NodePool') ?? [];
  const entries = Object.values(findCluster(simulation, CLUSTER)?.accessEntries ?? {});
  return pools.length !== 3 || entries.some((entry) => entry.policies.length > 0);
}

/** Karpenter goes on without some of what it asks for; a day on which nothing is amiss refuses nobody anything. */
async function refusals({ cloud }: Account): Promise<string | undefined> {
  return refusalIn(cloud.trace.entries);
}

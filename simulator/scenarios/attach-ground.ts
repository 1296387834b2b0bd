import { SimulatedAwsError } from '../aws/errors.ts';
import { ec2World } from '../aws/services/ec2/world.ts';
import type { Account } from '../boot/account.ts';
import { type KubeApi, SYSTEM_ADMIN } from '../kubernetes/types.ts';
import type { OthersCluster } from '../others/description.ts';
import { seedOthers } from '../others/seed.ts';
import { PAYMENTS, spotPool, workload } from './storm-workload.ts';

const LOOK_SECONDS = 5;
const PATIENCE_SECONDS = 600;

/** A cluster of others that works: two pods of its workload on two spot nodes. Runs in virtual time. */
export async function makeWorkingCluster(account: Account, cluster: OthersCluster): Promise<KubeApi> {
  const { simulation, cloud, deployer } = account;
  await cloud
    .call('IAM', 'CreateServiceLinkedRole', { AWSServiceName: 'spot.amazonaws.com' }, deployer)
    .catch((error: unknown) => {
      // An account has it once, whoever needed it first.
      if (!(error instanceof SimulatedAwsError) || error.name !== 'InvalidInputException') throw error;
    });
  const privateSubnets = Object.values(ec2World(simulation).subnets).filter(({ mapPublicIp }) => !mapPublicIp);
  await seedOthers(
    account,
    [cluster],
    privateSubnets.map(({ id }) => id),
  );
  const api = account.kubernetes.find(cluster.name)?.as(SYSTEM_ADMIN);
  if (!api) throw new Error(`there is no Kubernetes of ${cluster.name}`);
  api.create(spotPool('default'));
  api.create(workload(2));
  for (let waited = 0; spotInstances(api).length < 2; waited += LOOK_SECONDS) {
    if (waited > PATIENCE_SECONDS) throw new Error('the spot nodes of the workload never came');
    await simulation.sleep(LOOK_SECONDS);
  }
  return api;
}

/** Ids of the instances of the workload's NodeClaims that are initialized and stay. */
export function spotInstances(api: KubeApi): string[] {
  return api
    .list('karpenter.sh/v1', 'NodeClaim', { labelSelector: `karpenter.sh/nodepool=${PAYMENTS}` })
    .flatMap((claim) => {
      const { providerID = '', conditions = [] } = (claim.status ?? {}) as {
        providerID?: string;
        conditions?: readonly { type: string; status: string }[];
      };
      const isUp = conditions.some(({ type, status }) => type === 'Initialized' && status === 'True');
      const isGoing = claim.metadata.deletionTimestamp !== undefined;
      return isUp && !isGoing ? [providerID.slice(providerID.lastIndexOf('/') + 1)] : [];
    });
}

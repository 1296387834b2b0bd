import { ec2World, type Instance } from '../aws/services/ec2/world.ts';
import { emitEvent } from '../aws/services/eventbridge/bus.ts';
import { stateChange } from '../aws/services/eventbridge/events/ec2.ts';
import type { Account } from '../boot/account.ts';
import { keyedRandom } from '../core/random.ts';

/** A node of one of the clusters, or an instance that is no node of ours. */
export type StormInstance = {
  readonly id: string;
  /** Null: nobody's. */
  readonly cluster: string | null;
  readonly zone: string;
  readonly launchedMs: number;
};

const ZONES = ['a', 'b', 'c'];
const TYPES = ['m5.large', 'm5.xlarge', 'c5.large', 'c5.xlarge', 'r5.large'];

/** Puts running spot instances into EC2 that were launched at the given time. */
export function launchInstances(
  account: Account,
  wanted: readonly { readonly cluster: string | null; readonly launchedMs: number }[],
): StormInstance[] {
  const { simulation, cloud, deployer } = account;
  const { region } = cloud.context(deployer);
  const world = ec2World(simulation);
  const before = Object.keys(world.instances).length;
  return wanted.map(({ cluster, launchedMs }, index) => {
    const number = before + index;
    const draw = (what: string) => keyedRandom(simulation.seed, `storm:${what}:${number}`);
    const zone = `${region}${ZONES[Math.floor(draw('zone') * ZONES.length)]}`;
    const id = `i-0${hex(draw('id-1'))}${hex(draw('id-2'))}`;
    const type = TYPES[Math.floor(draw('type') * TYPES.length)] ?? 'm5.large';
    world.instances[id] = anInstance({ id, type, zone, launchedMs, number, tags: tagsOf(cluster, number) });
    return { id, cluster, zone, launchedMs };
  });
}

/** Says of every instance that it runs, as EC2 did when it started: the ledger learns its owner. */
export function announce(account: Account, instances: readonly StormInstance[]): void {
  const { accountId, region } = account.cloud.context(account.deployer);
  for (const { id } of instances) emitEvent(account.simulation, stateChange({ accountId, region }, id, 'running'));
}

function hex(draw: number): string {
  return Math.floor(draw * 2 ** 32)
    .toString(16)
    .padStart(8, '0');
}

function tagsOf(cluster: string | null, number: number): Record<string, string> {
  if (cluster === null) return { Name: `database-${number}` };
  return {
    'eks:eks-cluster-name': cluster,
    [`kubernetes.io/cluster/${cluster}`]: 'owned',
    'karpenter.sh/nodepool': 'default',
    'karpenter.sh/nodeclaim': `default-${number}`,
  };
}

function anInstance(facts: {
  readonly id: string;
  readonly type: string;
  readonly zone: string;
  readonly launchedMs: number;
  readonly number: number;
  readonly tags: Record<string, string>;
}): Instance {
  const { id, type, zone, launchedMs, number, tags } = facts;
  const address = `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;
  return {
    id,
    imageId: 'ami-0123456789abcdef0',
    type,
    capacityType: 'spot',
    state: 'running',
    stateReason: null,
    transitionReason: '',
    subnetId: 'subnet-0123456789abcdef0',
    vpcId: 'vpc-0123456789abcdef0',
    zone,
    privateIp: address,
    publicIp: null,
    privateDnsName: `ip-${address.replaceAll('.', '-')}.${zone.slice(0, -1)}.compute.internal`,
    securityGroupIds: [],
    networkInterfaceId: `eni-${id.slice(2)}`,
    volumeIds: [],
    instanceProfile: null,
    launchTemplate: null,
    fleetId: null,
    spotRequestId: `sir-${id.slice(2, 10)}`,
    reservationId: `r-${id.slice(2)}`,
    metadata: { httpTokens: 'required', hopLimit: 1, httpEndpoint: 'enabled' },
    userData: null,
    launchedMs,
    visibleFromMs: launchedMs,
    runningSinceMs: launchedMs + 5000,
    endedMs: null,
    tags,
  };
}

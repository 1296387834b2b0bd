import { describe, expect, it } from '@jest/globals';
import { ensureCluster } from '../../../../functions/cluster/ensure-cluster.ts';
import { anAwsError } from '../../../support/fakes/calls.ts';
import { fakeEks } from '../../../support/fakes/fake-eks.ts';
import { anInput, aStepWorld, drive } from '../../../support/fakes/step-world.ts';

const ROLE = 'arn:aws:iam::111122223333:role/joinery/cluster';

function aWorld(spec: Readonly<Record<string, unknown>> = {}) {
  const world = aStepWorld(spec);
  const eks = fakeEks(world);
  const made: { role?: string } = { role: ROLE };
  const asked: string[] = [];
  const stackRole = async (stack: string, logicalId: string) => {
    asked.push(`${stack} ${logicalId}`);
    return made.role === undefined ? undefined : { arn: made.role, madeAtMs: world.clock.now() };
  };
  const deps = { ...world.deps, eks: eks.clusters, stackRole };
  return {
    made,
    asked,
    world,
    eks,
    turn: () => ensureCluster(anInput('cluster'), deps),
    run: () => drive(world, 'cluster', (input) => ensureCluster(input, deps)),
  };
}

/** A cluster of ours as the file says, with parts replaced. */
const ours = (overrides: object = {}) => ({
  name: 'banking-prod',
  status: 'ACTIVE' as const,
  version: '1.35',
  roleArn: ROLE,
  tags: { 'joinery.dev:cluster': 'banking-prod' },
  resourcesVpcConfig: {
    endpointPublicAccess: true,
    endpointPrivateAccess: true,
    publicAccessCidrs: ['0.0.0.0/0'],
  },
  logging: {
    clusterLogging: [
      { types: ['authenticator' as const, 'audit' as const], enabled: true },
      { types: ['api' as const], enabled: false },
    ],
  },
  upgradePolicy: { supportType: 'EXTENDED' as const },
  ...overrides,
});

describe('the cluster, while its role is not made yet', () => {
  it('waits for the role alone, not for the whole stack, and asks EKS for nothing', async () => {
    const { made, asked, eks, turn } = aWorld();
    delete made.role;

    const result = await turn();

    expect(result).toMatchObject({ ready: false, change: 'none', retryAfterSeconds: 3 });
    expect(asked).toEqual(['joinery-cluster-banking-prod ClusterRole']);
    expect(eks.inputsOf('createCluster')).toEqual([]);
  });
});

describe('the cluster, when there is none', () => {
  it('is made with access entries only, no creator admin, no self-managed add-ons, logs and our tags', async () => {
    const { world, eks, run } = aWorld({
      network: { subnetIds: ['subnet-0a', 'subnet-0b'], securityGroupIds: ['sg-0a'] },
    });

    const results = await run();

    expect(eks.inputsOf('createCluster')).toEqual([
      {
        name: 'banking-prod',
        version: '1.35',
        roleArn: ROLE,
        resourcesVpcConfig: {
          subnetIds: ['subnet-0a', 'subnet-0b'],
          securityGroupIds: ['sg-0a'],
          endpointPublicAccess: true,
          endpointPrivateAccess: true,
          publicAccessCidrs: ['0.0.0.0/0'],
        },
        accessConfig: { authenticationMode: 'API', bootstrapClusterCreatorAdminPermissions: false },
        bootstrapSelfManagedAddons: false,
        upgradePolicy: { supportType: 'EXTENDED' },
        logging: { clusterLogging: [{ types: ['audit', 'authenticator'], enabled: true }] },
        tags: { team: 'payments', 'joinery.dev:cluster': 'banking-prod', 'joinery.dev:execution': 'run-7' },
        clientRequestToken: expect.stringMatching(/^[0-9a-f]{32}$/),
      },
    ]);
    expect(results.at(-1)).toMatchObject({ ready: true, change: 'created' });
    expect(world.journal.indexOf('intend EKS cluster banking-prod')).toBeLessThan(
      world.journal.indexOf('createCluster'),
    );
  });

  it('is first looked at again after 378 s, then every 3 s', async () => {
    const { run } = aWorld();

    const waits = (await run()).map((result) => result.retryAfterSeconds);

    expect(waits[0]).toBe(378);
    expect(new Set(waits.slice(1))).toEqual(new Set([3]));
    expect(waits).toHaveLength(1 + 25);
  });

  it('has no public CIDR blocks and no empty list of logs when the endpoint is private and no log is wanted', async () => {
    const { eks, turn } = aWorld({
      network: { subnetIds: ['subnet-0a', 'subnet-0b'], endpointAccess: 'private' },
      logging: [],
    });

    await turn();

    const [input] = eks.inputsOf('createCluster') as Record<string, unknown>[];
    expect(input).not.toHaveProperty('logging');
    expect(input?.['resourcesVpcConfig']).toEqual({
      subnetIds: ['subnet-0a', 'subnet-0b'],
      endpointPublicAccess: false,
      endpointPrivateAccess: true,
    });
  });

  it('is asked for again while IAM spreads the role', async () => {
    const { eks, run } = aWorld();
    eks.fail('createCluster', anAwsError('InvalidParameterException', 'The role could not be assumed'));

    const results = await run();

    expect(results[0]).toMatchObject({ ready: false, change: 'none', retryAfterSeconds: 3 });
    expect(results.at(-1)).toMatchObject({ ready: true, change: 'created' });
    expect(eks.inputsOf('createCluster')).toHaveLength(2);
  });

  it('is taken as it is when a run of ours that was killed made it in the same moment', async () => {
    const { eks, world, turn, run } = aWorld();
    eks.fail('createCluster', anAwsError('ResourceInUseException', 'Cluster already exists with name: banking-prod'));

    const first = await turn();
    eks.putCluster(ours());
    world.advance(first.retryAfterSeconds);
    const results = await run();

    expect(first).toMatchObject({ ready: false, change: 'none' });
    expect(results.at(-1)).toMatchObject({ ready: true, change: 'none' });
    expect(eks.inputsOf('createCluster')).toHaveLength(1);
  });

  it('is not made in other zones than the file says: the message names those that EKS offers', async () => {
    const { eks, turn } = aWorld();
    eks.fail(
      'createCluster',
      anAwsError('UnsupportedAvailabilityZoneException', 'no capacity in eu-west-1c', {
        validZones: ['eu-west-1a', 'eu-west-1b'],
      }),
    );

    await expect(turn()).rejects.toMatchObject({
      name: 'ZoneUnsupported',
      message: expect.stringContaining('eu-west-1a, eu-west-1b'),
      details: { validZones: ['eu-west-1a', 'eu-west-1b'] },
    });
    expect(eks.inputsOf('createCluster')).toHaveLength(1);
  });

  it('expires after half an hour', async () => {
    const { eks, world, turn, run } = aWorld();
    await turn();
    eks.putCluster(ours({ status: 'CREATING' }));

    const results = await run();

    expect(results.at(-1)).toMatchObject({ ready: false, expired: true, detail: 'EKS says CREATING' });
    expect(world.clock.now()).toBeGreaterThanOrEqual(Date.parse('2026-11-02T08:30:00Z'));
  });
});

describe('a cluster that is there', () => {
  it('is left alone when all is as the file says, whatever the order of lists', async () => {
    const { eks, world, turn } = aWorld();
    eks.putCluster(ours());

    const result = await turn();

    expect(result).toMatchObject({ ready: true, change: 'none', detail: 'cluster banking-prod is ACTIVE' });
    expect(world.journal).toEqual(['fence', 'start cluster', 'end cluster']);
  });

  it.each([{}, { 'joinery.dev:cluster': 'another' }])(
    'is refused without a change when its tags are %j',
    async (tags) => {
      const { eks, turn } = aWorld();
      eks.putCluster(ours({ tags, status: 'FAILED' }));

      await expect(turn()).rejects.toMatchObject({ name: 'ForeignCluster' });
      expect(eks.inputsOf('updateCluster')).toEqual([]);
    },
  );

  it.each(['CREATING', 'PENDING', 'UPDATING'])('is waited for while it is %s', async (status) => {
    const { eks, turn } = aWorld();
    eks.putCluster(ours({ status }));

    expect(await turn()).toMatchObject({ ready: false, detail: `EKS says ${status}`, change: 'none' });
  });

  it.each(['FAILED', 'DELETING'])('ends the run while it is %s, with the reasons of EKS', async (status) => {
    const { eks, turn } = aWorld();
    const issues = [{ code: 'Ec2SubnetNotFound', message: 'subnet-0a is gone' }];
    eks.putCluster(ours({ status, health: { issues } }));

    await expect(turn()).rejects.toMatchObject({
      name: 'ClusterUnusable',
      message: expect.stringContaining(`is ${status}. EKS reports Ec2SubnetNotFound: subnet-0a is gone.`),
    });
  });

  it.each(['ACTIVE', 'CREATING', 'UPDATING'])(
    'ends the run while %s when its role went with a former stack',
    async (status) => {
      const { eks, turn } = aWorld({ supportType: 'STANDARD' });
      const former = 'arn:aws:iam::111122223333:role/joinery/former';
      eks.putCluster(ours({ status, roleArn: former }));

      await expect(turn()).rejects.toMatchObject({
        name: 'ClusterRoleDiffers',
        retryable: false,
        message: expect.stringMatching(new RegExp(`${former}.*${ROLE}.*cannot be changed.*Delete the cluster`)),
      });
      expect(eks.inputsOf('updateCluster')).toEqual([]);
    },
  );

  it('is not touched while its stack is made anew, and its role is not made yet', async () => {
    const { made, eks, turn } = aWorld({ supportType: 'STANDARD' });
    delete made.role;
    eks.putCluster(ours());

    expect(await turn()).toMatchObject({ ready: false, detail: "waiting for the cluster's role" });
    expect(eks.inputsOf('updateCluster')).toEqual([]);
  });

  it('is never upgraded', async () => {
    const { eks, turn } = aWorld();
    eks.putCluster(ours({ version: '1.34' }));

    await expect(turn()).rejects.toMatchObject({ name: 'VersionDiffers' });
    expect(eks.inputsOf('updateCluster')).toEqual([]);
  });

  it('gets one type of update at a time: endpoint, then logs, then support type', async () => {
    const { eks, run } = aWorld({
      network: { subnetIds: ['subnet-0a', 'subnet-0b'], endpointAccess: 'both', publicAccessCidrs: ['192.0.2.0/24'] },
      logging: ['audit', 'scheduler'],
      supportType: 'STANDARD',
    });
    eks.putCluster(ours());

    const results = await run();

    expect(eks.inputsOf('updateCluster')).toEqual([
      {
        name: 'banking-prod',
        resourcesVpcConfig: {
          endpointPublicAccess: true,
          endpointPrivateAccess: true,
          publicAccessCidrs: ['192.0.2.0/24'],
        },
      },
      {
        name: 'banking-prod',
        logging: {
          clusterLogging: [
            { types: ['audit', 'scheduler'], enabled: true },
            { types: ['authenticator'], enabled: false },
          ],
        },
      },
      { name: 'banking-prod', upgradePolicy: { supportType: 'STANDARD' } },
    ]);
    expect(results.at(-1)).toMatchObject({ ready: true, change: 'updated' });
  });

  it('waits where somebody else has just begun an update', async () => {
    const { eks, turn } = aWorld({ supportType: 'STANDARD' });
    eks.putCluster(ours());
    eks.fail('updateCluster', anAwsError('ResourceInUseException', 'Cluster has an update in progress'));

    expect(await turn()).toMatchObject({ ready: false, change: 'none' });
  });
});

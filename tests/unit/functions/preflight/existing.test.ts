import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { checkExisting } from '../../../../functions/preflight/checks/existing.ts';
import { checkZonalShift } from '../../../../functions/preflight/checks/zonal-shift.ts';
import { buildPlan } from '../../../../functions/preflight/plan/plan.ts';
import type { Existing, World } from '../../../../functions/preflight/world.ts';
import type { OwnRow } from '../../../../shared/ledger/registry.ts';
import { setQuota } from '../../../../simulator/aws/services/service-quotas/quotas.ts';
import { anAccount, lookAt, namesIn, ROLES, runPreflight, type SimulatedAccount } from './simulated-account.ts';

const OURS = { 'joinery.dev:cluster': 'banking-prod' };
const row: OwnRow = {
  cluster: 'banking-prod',
  accountId: '111122223333',
  region: 'eu-west-1',
  mode: 'create',
  state: 'active',
  queue: { name: 'joinery-cluster-banking-prod', url: 'https://queue', arn: 'arn:queue' },
  roles: { cluster: 'arn:c', controller: 'arn:k', karpenterNode: 'arn:n', bootstrapNode: 'arn:b' },
  instanceProfile: 'profile',
  launchTemplate: { id: 'lt-0123456789abcdef0', version: '1' },
  kubernetesVersion: '1.35',
  karpenterVersion: '1.14.1',
  karpenterNamespace: 'kube-system',
};

/** What a finished run leaves behind. */
const finished: Existing = {
  cluster: {
    status: 'ACTIVE',
    version: '1.35',
    roleArn: 'arn:c',
    tags: OURS,
    resourcesVpcConfig: {
      endpointPublicAccess: true,
      endpointPrivateAccess: true,
      publicAccessCidrs: ['0.0.0.0/0'],
    },
    logging: { clusterLogging: [{ types: ['authenticator', 'audit'], enabled: true }] },
    upgradePolicy: { supportType: 'EXTENDED' },
  },
  stack: {
    StackName: 'joinery-cluster-banking-prod',
    CreationTime: new Date(0),
    StackStatus: 'UPDATE_COMPLETE',
    Outputs: [{ OutputKey: 'ClusterRoleArn', OutputValue: 'arn:c' }],
    Tags: [{ Key: 'joinery.dev:cluster', Value: 'banking-prod' }],
    Parameters: Object.entries({
      InterruptionQueueName: 'joinery-cluster-banking-prod',
      KarpenterNamespace: 'kube-system',
      BootstrapDiskGib: '20',
      BootstrapDiskIops: '3000',
      BootstrapDiskThroughput: '125',
    }).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
  },
  row,
  nodegroup: { status: 'ACTIVE', tags: OURS, scalingConfig: { minSize: 2, maxSize: 4, desiredSize: 4 } },
  addons: Object.fromEntries(
    ['vpc-cni', 'kube-proxy', 'eks-pod-identity-agent', 'coredns'].map((name) => [
      name,
      { status: 'ACTIVE', tags: OURS },
    ]),
  ),
  accessEntries: {
    [ROLES.installer]: {},
    [ROLES.operator]: { kubernetesGroups: ['joinery:operators'] },
    [ROLES.reader]: { kubernetesGroups: ['joinery:readers'] },
    'arn:n': {},
  },
  podIdentity: { roleArn: 'arn:k', tags: OURS },
  clusterGroup: { id: 'sg-1', vpcId: 'vpc-1', tags: { 'karpenter.sh/discovery': 'banking-prod' } },
};

describe('the preflight of what is there already', () => {
  let account: SimulatedAccount;
  let world: World;
  beforeEach(async () => {
    account = anAccount();
    world = await lookAt(account);
  });
  afterEach(() => account.simulation.close());

  const faults = (part: Partial<Existing>, spec: Partial<World['cluster']['spec']> = {}) =>
    namesIn(
      checkExisting({
        ...world,
        cluster: { ...world.cluster, spec: { ...world.cluster.spec, ...spec } },
        existing: { ...finished, ...part },
      }),
    );
  const actions = (part: Partial<Existing>) =>
    buildPlan({ ...world, existing: { ...finished, ...part } }, [], '').resources.filter(
      ({ step, action }) => action !== 'none' && action !== 'unknown' && step !== 'preflight' && !/subnet/.test(step),
    );

  it('accepts everything that a finished run leaves', () => {
    expect(faults({})).toEqual([]);
  });

  it.each([
    ['a cluster that is not there yet', undefined, 1],
    ['a cluster that is not enabled for it', { ...finished.cluster }, 1],
    ['a cluster that is enabled for it', { ...finished.cluster, zonalShiftConfig: { enabled: true } }, 0],
  ])('answers zonal shift on %s', (_, cluster, count) => {
    const { spec } = world.cluster;
    const settings = { ...spec.karpenter.settings, enableZonalShift: true };
    const file = { ...world.cluster, spec: { ...spec, karpenter: { ...spec.karpenter, settings } } };

    const findings = checkZonalShift({ ...world, cluster: file, existing: { ...finished, cluster } });

    expect(namesIn(findings)).toEqual(Array(count).fill('zonal-shift spec.karpenter.settings.enableZonalShift'));
  });

  it.each<[string, Partial<Existing>, string[]]>([
    ['a cluster without our tag', { cluster: { ...finished.cluster, tags: {} } }, ['existing-cluster metadata.name']],
    [
      'a cluster that failed',
      { cluster: { ...finished.cluster, status: 'FAILED' } },
      ['existing-cluster metadata.name'],
    ],
    [
      'a cluster that goes',
      { cluster: { ...finished.cluster, status: 'DELETING' } },
      ['existing-cluster metadata.name'],
    ],
    ['a cluster in the making', { cluster: { ...finished.cluster, status: 'CREATING' } }, []],
    [
      'a cluster of another version',
      { cluster: { ...finished.cluster, version: '1.34' } },
      ['existing-cluster spec.kubernetesVersion'],
    ],
    [
      'a cluster whose role went with a former stack',
      { cluster: { ...finished.cluster, roleArn: 'arn:former' } },
      ['existing-cluster metadata.name'],
    ],
    ["somebody else's stack", { stack: stack({ Tags: [] }) }, ['existing-stack metadata.name']],
    ['a stack that got stuck', { stack: stack({ StackStatus: 'DELETE_FAILED' }) }, ['existing-stack']],
    ['a stack that the step removes', { stack: stack({ StackStatus: 'ROLLBACK_COMPLETE' }) }, []],
    ['a stack that is on its way', { stack: stack({ StackStatus: 'DELETE_IN_PROGRESS' }) }, []],
    ["somebody else's node group", { nodegroup: { ...finished.nodegroup, tags: {} } }, ['existing-nodes']],
    ['nodes that failed', { nodegroup: { ...finished.nodegroup, status: 'CREATE_FAILED' } }, ['existing-nodes']],
    ['an add-on that failed', { addons: { coredns: { status: 'CREATE_FAILED' } } }, ['existing-addons']],
    ["somebody else's association, of our role", { podIdentity: { roleArn: 'arn:k' } }, []],
    [
      "somebody else's association, of another role",
      { podIdentity: { roleArn: 'arn:theirs' } },
      ['existing-pod-identity'],
    ],
    ['an association of ours, of a former role', { podIdentity: { roleArn: 'arn:old', tags: OURS } }, []],
    ['an add-on that waits for nodes', { addons: { coredns: { status: 'DEGRADED' } } }, []],
  ])('%s', (_, part, expected) => {
    expect(faults(part)).toEqual(expected);
  });

  it('says what EKS says of what failed', () => {
    const issues = [{ code: 'AccessDenied' as const, message: 'no role' }];
    const addons = { coredns: { status: 'CREATE_FAILED' as const, health: { issues } } };

    const found = checkExisting({ ...world, existing: { ...finished, addons } });

    expect(found.map(({ message }) => message)).toEqual(['add-on coredns is CREATE_FAILED. AccessDenied: no role.']);
  });

  it('refuses EKS Auto Mode, ours or not, unless the file consents', () => {
    const cluster = { ...finished.cluster, computeConfig: { enabled: true } };

    expect(faults({ cluster })).toEqual(['auto-mode metadata.name']);
    expect(faults({ cluster: { ...cluster, tags: {} } })).toEqual([
      'auto-mode metadata.name',
      'existing-cluster metadata.name',
    ]);
    expect(faults({ cluster }, { consent: ['auto-mode'] })).toEqual([]);
  });

  it('plans nothing after a finished run but what only the cluster can tell', () => {
    const tagged = world.network.subnets.map((subnet) => ({
      ...subnet,
      tags: { 'karpenter.sh/discovery': 'banking-prod' },
    }));
    const linkedRoles = world.linkedRoles.map((role) => ({ ...role, exists: true }));
    const after = { ...world, linkedRoles, network: { ...world.network, subnets: tagged }, existing: finished };

    const { resources } = buildPlan(after, [], '');

    const open = resources.filter(({ action }) => action !== 'none');
    expect(open.map(({ step, action }) => `${step} ${action}`)).toEqual([
      'crd-chart unknown',
      'controller-chart unknown',
      'node-classes unknown',
      'node-pools unknown',
    ]);
    expect(new Set(open.map(({ reason }) => reason))).toEqual(new Set(['unknown until the cluster answers']));
  });

  it.each<[string, Partial<Existing>, object]>([
    [
      'the endpoint is opened',
      {
        cluster: {
          ...finished.cluster,
          resourcesVpcConfig: {
            endpointPublicAccess: true,
            endpointPrivateAccess: false,
            publicAccessCidrs: ['0.0.0.0/0'],
          },
        },
      },
      { step: 'cluster', before: { endpointPrivateAccess: false }, after: { endpointPrivateAccess: true } },
    ],
    [
      'other logs are wanted',
      {
        cluster: {
          ...finished.cluster,
          logging: {
            clusterLogging: [
              { types: ['scheduler', 'api'], enabled: true },
              { types: ['audit'], enabled: false },
            ],
          },
        },
      },
      { step: 'cluster', before: { logging: ['api', 'scheduler'] }, after: { logging: ['audit', 'authenticator'] } },
    ],
    [
      'another support is wanted',
      { cluster: { ...finished.cluster, upgradePolicy: { supportType: 'STANDARD' } } },
      { step: 'cluster', before: { supportType: 'STANDARD' }, after: { supportType: 'EXTENDED' } },
    ],
    [
      'the node group is resized',
      { nodegroup: { ...finished.nodegroup, scalingConfig: { minSize: 2, maxSize: 3, desiredSize: 2 } } },
      { step: 'bootstrap-nodes', before: { maxSize: 3 }, after: { maxSize: 4 } },
    ],
    [
      'an access entry lost its group',
      { accessEntries: { ...finished.accessEntries, [ROLES.reader]: {} } },
      { step: 'access', name: ROLES.reader, after: { kubernetesGroups: ['joinery:readers'] } },
    ],
    [
      'the controller has another role',
      { podIdentity: { roleArn: 'arn:old', tags: OURS } },
      { step: 'pod-identity', before: { roleArn: 'arn:old' } },
    ],
  ])('plans an update when %s', (_, part, expected) => {
    const changed = actions(part).filter(({ action }) => action === 'update');

    expect(changed).toEqual([expect.objectContaining(expected)]);
  });

  it("adopts somebody else's add-on and association as they are", () => {
    const coredns = { status: 'ACTIVE' as const, addonVersion: 'v1.12.4-eksbuild.1' };
    const part = { addons: { ...finished.addons, coredns }, podIdentity: { roleArn: 'arn:k' } };

    const adopted = actions(part).filter(({ action }) => action === 'adopt');
    expect(adopted.map(({ name }) => name)).toEqual(['coredns', 'kube-system/karpenter']);
    expect(actions(part).filter(({ action }) => action === 'update')).toEqual([]);
    expect(faults(part)).toEqual([]);
  });

  it("refuses to bring somebody else's add-on to the file's version, and brings ours", () => {
    const at = (tags: Record<string, string>) => ({
      addons: { ...finished.addons, coredns: { status: 'ACTIVE' as const, addonVersion: 'v1.12.4-eksbuild.1', tags } },
    });
    const pinned = { addons: { coredns: { version: 'v1.12.4-eksbuild.6' } } } as Partial<World['cluster']['spec']>;

    expect(faults(at({}), pinned)).toEqual(['existing-addons spec.addons.coredns.version']);
    expect(faults(at(OURS), pinned)).toEqual([]);
  });

  it('finds a cluster of that name in EKS, and asks less of the account when it is ours', async () => {
    await makeCluster(OURS);
    setQuota(account.simulation, 'eks', 'L-1194D53C', 1);

    const own = await runPreflight(account, { planOnly: true });
    await account.call('EKS', 'UntagResource', {
      resourceArn: 'arn:aws:eks:eu-west-1:111122223333:cluster/banking-prod',
      tagKeys: ['joinery.dev:cluster'],
    });
    const foreign = await runPreflight(account, { planOnly: true });

    expect(own.plan?.faults).toEqual([]);
    expect(own.plan?.resources.find(({ step }) => step === 'cluster')?.action).toBe('none');
    expect(namesIn(foreign.plan?.faults)).toEqual(['existing-cluster metadata.name', 'quotas']);
  });

  async function makeCluster(tags: Record<string, string>): Promise<void> {
    const RoleName = 'cluster';
    const trust = { Effect: 'Allow', Principal: { Service: 'eks.amazonaws.com' }, Action: 'sts:AssumeRole' };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });
    await account.call('IAM', 'CreateRole', { RoleName, AssumeRolePolicyDocument });
    const PolicyArn = 'arn:aws:iam::aws:policy/AmazonEKSClusterPolicy';
    await account.call('IAM', 'AttachRolePolicy', { RoleName, PolicyArn });
    await account.simulation.runFor(60);
    await account.call('EKS', 'CreateCluster', {
      name: 'banking-prod',
      version: '1.35',
      roleArn: 'arn:aws:iam::111122223333:role/cluster',
      resourcesVpcConfig: { subnetIds: ['subnet-a', 'subnet-b'], endpointPrivateAccess: true },
      accessConfig: { authenticationMode: 'API', bootstrapClusterCreatorAdminPermissions: false },
      bootstrapSelfManagedAddons: false,
      logging: { clusterLogging: [{ types: ['audit', 'authenticator'], enabled: true }] },
      tags,
    });
    await account.simulation.runFor(700);
  }
});

function stack(part: object): Existing['stack'] {
  return finished.stack && { ...finished.stack, ...part };
}

import type { Cluster } from '@aws-sdk/client-eks';
import { describe, expect, it } from '@jest/globals';
import { type AdoptionDeps, ensureAdoption } from '../../../../functions/adoption/ensure-adoption.ts';
import { lookAtCluster } from '../../../../functions/adoption/look-at-cluster.ts';
import type { KubeApi, Manifest } from '../../../../shared/kube/api.ts';
import { KubeError } from '../../../../shared/kube/errors.ts';
import { anAwsError } from '../../../support/fakes/calls.ts';
import { fakeEks } from '../../../support/fakes/fake-eks.ts';
import { anInput, aStepWorld, drive } from '../../../support/fakes/step-world.ts';

const INSTALLER = 'arn:aws:iam::111122223333:role/joinery-kubernetes/installer/installer';
const ARN = 'arn:aws:eks:eu-west-1:111122223333:cluster/banking-prod';
const MARK = 'joinery.dev:cluster';

const node = (zone: string): Manifest => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: zone, labels: { 'topology.kubernetes.io/zone': zone } },
  status: {
    allocatable: { cpu: '1930m', memory: '3000Mi', pods: '17' },
    conditions: [{ type: 'Ready', status: 'True' }],
  },
});

const foreign: Manifest = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'karpenter', namespace: 'karpenter' },
  spec: { template: { spec: { containers: [{ image: 'example.com/karpenter/controller:1.6.3' }] } } },
};

type Scene = {
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly cluster?: Partial<Cluster>;
  readonly deployments?: readonly Manifest[];
  /** How often the API server does not know the installer yet. */
  readonly denials?: number;
};

function aWorld({ spec, cluster, deployments = [], denials = 0 }: Scene = {}) {
  const consent = ['tag-shared-resources', 'change-authentication-mode', 'install-addons'];
  const world = aStepWorld({ mode: 'adopt', consent, ...spec });
  world.setRow(undefined);
  const eks = fakeEks(world);
  eks.putCluster({
    name: 'banking-prod',
    arn: ARN,
    status: 'ACTIVE',
    version: '1.35',
    endpoint: 'https://cluster',
    accessConfig: { authenticationMode: 'API' },
    tags: { team: 'shop' },
    ...cluster,
  });
  let denied = 0;
  const kube = {
    list: async ({ kind }: { kind: string }) => {
      if (kind === 'Node' && denied < denials) {
        denied += 1;
        throw new KubeError(401, 'list Node', 'Unauthorized');
      }
      return kind === 'Node' ? [node('a'), node('b')] : kind === 'Deployment' ? deployments : [];
    },
    read: async () => undefined,
  } as unknown as KubeApi;
  const tags = (): Record<string, string> => ({ ...eks.cluster()?.tags });
  const setTags = (next: Record<string, string>) => eks.putCluster({ ...eks.cluster(), tags: next });
  const stored: string[] = [];
  const deleted: string[] = [];
  const deps: AdoptionDeps = {
    ...world.deps,
    eks: eks.clusters,
    access: eks.access,
    installerRoleArn: INSTALLER,
    handover: {
      tag: async (_, more) => setTags({ ...tags(), ...more }),
      untag: async (_, keys) =>
        setTags(Object.fromEntries(Object.entries(tags()).filter(([key]) => !keys.includes(key)))),
      deleteEntry: async (_, principalArn) => void deleted.push(principalArn),
    },
    connectInstaller: async () => kube,
    connectReader: async () => kube,
    storeFacts: async (key) => {
      stored.push(key);
      return { bucket: 'documents', key, sha256: 'x' };
    },
    observer: {
      clock: world.clock,
      accountId: '111122223333',
      region: 'eu-west-1',
      clusters: eks.clusters,
      inventory: {
        addons: async () => [],
        nodegroups: async () => [],
        accessEntries: async () => [],
        associations: async () => [],
      },
      network: {
        subnets: async () => [],
        securityGroups: async () => [],
        securityGroupsTagged: async () => [],
      } as never,
      karpenter: {
        instances: async () => [],
        launchTemplates: async () => [],
        rules: async () => [],
        queue: async (name: string) => ({
          name,
          exists: false,
          isEncrypted: false,
          deniesPlainTransport: false,
          tags: {},
          arn: null,
        }),
      },
      rolePolicies: async (arn) => ({ arn, exists: false, policies: [] }),
    },
  };
  return {
    world,
    eks,
    deps,
    stored,
    deleted,
    tags,
    run: () => drive(world, 'adoption', (input) => ensureAdoption(input, deps)),
  };
}

describe('adopting a cluster', () => {
  it('marks it, lets the installer in, waits until that holds, and says where the controller runs', async () => {
    const { run, eks, tags, stored } = aWorld({ denials: 2 });

    const results = await run();

    expect(results.at(-1)).toMatchObject({ ready: true, bootstrapNodes: false });
    expect(tags()).toEqual({ team: 'shop', [MARK]: 'banking-prod' });
    expect(eks.policiesOf(INSTALLER)).toHaveLength(1);
    expect(stored).toEqual(['clusters/banking-prod/runs/run-7/facts.json']);
    expect(eks.inputsOf('updateCluster')).toEqual([]);
  });

  it('moves the authentication mode forwards before it makes entries, and by consent alone', async () => {
    const cluster = { accessConfig: { authenticationMode: 'CONFIG_MAP' as const } };
    const { run, eks } = aWorld({ cluster });
    const unwilling = aWorld({ cluster, spec: { consent: ['tag-shared-resources'] } });

    expect((await run()).at(-1)?.ready).toBe(true);
    expect(eks.inputsOf('updateCluster')).toEqual([
      { name: 'banking-prod', accessConfig: { authenticationMode: 'API_AND_CONFIG_MAP' } },
    ]);
    await expect(unwilling.run()).rejects.toMatchObject({ name: 'AdoptionRefused' });
    expect(unwilling.eks.inputsOf('updateCluster')).toEqual([]);
    expect(unwilling.eks.inputsOf('createEntry')).toEqual([]);
  });

  it('takes back its mark, its entry and its rights when it finds another Karpenter inside', async () => {
    const { run, eks, tags, deleted } = aWorld({ deployments: [foreign] });

    await expect(run()).rejects.toMatchObject({
      name: 'AdoptionRefused',
      message: expect.stringContaining('karpenter/karpenter runs Karpenter 1.6.3'),
    });
    expect(tags()).toEqual({ team: 'shop' });
    expect(eks.policiesOf(INSTALLER)).toEqual([]);
    expect(deleted).toEqual([INSTALLER]);
  });

  it('leaves the entry of somebody who let the installer in before', async () => {
    const { run, eks, deleted } = aWorld({ deployments: [foreign] });
    eks.putEntry({ principalArn: INSTALLER, type: 'STANDARD', tags: {} });

    await expect(run()).rejects.toMatchObject({ name: 'AdoptionRefused' });
    expect(deleted).toEqual([]);
  });

  it('asks for nodes of its own where the controller has no room, in one refusal with everything else', async () => {
    const karpenter = { resources: { requests: { cpu: '4', memory: '1Gi' }, limits: { cpu: '4', memory: '1Gi' } } };
    const { run } = aWorld({ spec: { karpenter, consent: ['tag-shared-resources'] } });
    const consent = ['tag-shared-resources', 'install-addons', 'add-bootstrap-nodes'];
    const willing = aWorld({ spec: { karpenter, consent } });

    const refused = run();
    await expect(refused).rejects.toThrow('put add-bootstrap-nodes into spec.consent');
    await expect(refused).rejects.toThrow('put install-addons into spec.consent');
    expect((await willing.run()).at(-1)).toMatchObject({ ready: true, bootstrapNodes: true });
  });
});

describe('the look before the preflight', () => {
  it('stores what it saw, and why it did not see the inside', async () => {
    const { deps, stored } = aWorld({ denials: 1 });

    await expect(lookAtCluster(anInput('adoption'), deps)).resolves.toMatchObject({ bucket: 'documents' });
    expect(stored).toEqual(['clusters/banking-prod/runs/run-7/facts.json']);
  });

  it('has one clear error for a cluster that is not there, and one for a cluster that it may not see', async () => {
    const { deps } = aWorld();
    const seeing = (describeCluster: () => Promise<Cluster | undefined>) =>
      lookAtCluster(anInput('adoption'), {
        ...deps,
        observer: { ...deps.observer, clusters: { describe: describeCluster } },
      });

    await expect(seeing(async () => undefined)).rejects.toMatchObject({
      name: 'ClusterMissing',
      message: expect.stringContaining('account 111122223333, eu-west-1'),
    });
    await expect(
      seeing(() =>
        Promise.reject(anAwsError('AccessDeniedException', 'not authorized to perform: eks:DescribeCluster')),
      ),
    ).rejects.toMatchObject({ name: 'ClusterNotVisible', message: expect.stringContaining('eks:DescribeCluster') });
  });
});

import { describe, expect, it } from '@jest/globals';
import { applyAccessRules, applyNodeClasses, applyNodePools } from '../../../../functions/manifests/apply-manifests.ts';
import type { Manifest } from '../../../../shared/kube/api.ts';
import { KubeError } from '../../../../shared/kube/errors.ts';
import { fakeEks } from '../../../support/fakes/fake-eks.ts';
import { fakeKube } from '../../../support/fakes/fake-kube.ts';
import { anInput, aStepWorld, drive } from '../../../support/fakes/step-world.ts';

const RELEASE_PARAMETER =
  '/aws/service/eks/optimized-ami/1.35/amazon-linux-2023/arm64/standard/recommended/release_version';

function aWorld(spec: Readonly<Record<string, unknown>> = {}) {
  const world = aStepWorld(spec);
  const kube = fakeKube(world.journal);
  const eks = fakeEks(world);
  eks.putCluster({
    name: 'banking-prod',
    version: '1.35',
    resourcesVpcConfig: { clusterSecurityGroupId: 'sg-cluster' },
  });
  const parameters = new Map([[RELEASE_PARAMETER, '1.35.2-20261101']]);
  const deps = {
    ...world.deps,
    connect: kube.connect,
    eks: eks.clusters,
    parameter: async (name: string) => parameters.get(name),
  };
  return { world, kube, eks, deps, parameters };
}

const specOf = (manifest: Manifest | undefined) => (manifest?.['spec'] ?? {}) as Record<string, unknown>;

describe('the access rules', () => {
  it('wait until the installer is known, then until it is an administrator, then are applied', async () => {
    const { world, kube, deps } = aWorld();
    kube.fail('canI', new KubeError(401, 'ask for access', 'Unauthorized'));
    kube.setAdmin(false);

    const results = await drive(world, 'access', (input) => {
      if (input.previous?.detail.includes('policy')) kube.setAdmin(true);
      return applyAccessRules(input, deps);
    });

    expect(results.map((result) => result.detail.slice(0, 40))).toEqual([
      "the installer's access entry is not effe",
      "the installer's access policy is not eff",
      'applied Namespace/joinery-smoke-test-ban',
    ]);
    expect(results.at(-1)).toMatchObject({ ready: true, change: 'created' });
  });

  it('bind each role to its group and give no wildcard', async () => {
    const { kube, deps } = aWorld();

    await applyAccessRules(anInput('access'), deps);

    const bindings = [...kube.ofKind('ClusterRoleBinding'), ...kube.ofKind('RoleBinding')];
    const subjects = bindings.map((binding) => (binding['subjects'] as { name: string }[])[0]?.name);
    expect(new Set(subjects)).toEqual(new Set(['joinery:operators', 'joinery:readers']));
    expect(JSON.stringify([...kube.ofKind('ClusterRole'), ...kube.ofKind('Role')])).not.toContain('"*"');
  });

  it('make a namespace for Karpenter where it is not one of Kubernetes, before the Role in it', async () => {
    const { kube, deps } = aWorld({ karpenter: { namespace: 'karpenter' } });

    await applyAccessRules(anInput('access'), deps);

    const namespaces = kube.ofKind('Namespace').map((namespace) => namespace.metadata.name);
    expect(namespaces).toEqual(['joinery-smoke-test-banking-prod', 'karpenter']);
    expect(kube.ofKind('Role').map((role) => role.metadata.namespace)).toContain('karpenter');
  });

  it('leave kube-system itself alone', async () => {
    const { kube, deps } = aWorld();

    await applyAccessRules(anInput('access'), deps);

    expect(kube.ofKind('Namespace').map((namespace) => namespace.metadata.name)).not.toContain('kube-system');
  });

  it('do not take a broken API server for a new access entry', async () => {
    const { kube, deps } = aWorld();
    kube.fail('canI', new KubeError(500, 'ask for access', 'etcd is away'));

    await expect(applyAccessRules(anInput('access'), deps)).rejects.toMatchObject({ name: 'Unavailable' });
  });
});

describe('the node classes', () => {
  it("of the profiles have the cluster's security group, our instance profile and the present image, pinned", async () => {
    const { kube, deps } = aWorld();

    const result = await applyNodeClasses(anInput('node-classes'), deps);

    expect(specOf(kube.ofKind('EC2NodeClass')[0])).toMatchObject({
      amiSelectorTerms: [{ alias: 'al2023@v20261101' }],
      instanceProfile: 'joinery-banking-prod-karpenter-node',
      securityGroupSelectorTerms: [{ id: 'sg-cluster' }],
      subnetSelectorTerms: [{ id: 'subnet-0a' }, { id: 'subnet-0b' }],
    });
    expect(result).toMatchObject({ ready: true, change: 'created' });
  });

  it('keep the image that they have when a newer one is out', async () => {
    const { kube, deps, parameters } = aWorld();
    await applyNodeClasses(anInput('node-classes'), deps);
    parameters.set(RELEASE_PARAMETER, '1.35.2-20261201');

    const result = await applyNodeClasses(anInput('node-classes'), deps);

    expect(specOf(kube.ofKind('EC2NodeClass')[0])).toMatchObject({
      amiSelectorTerms: [{ alias: 'al2023@v20261101' }],
    });
    expect(result.change).toBe('none');
  });

  it('that are made later take the image of those of ours that are there', async () => {
    const { kube, deps, parameters } = aWorld({
      nodePools: [
        { profile: 'default', overrides: {} },
        { profile: 'gpu-workloads', overrides: {} },
      ],
    });
    const api = await deps.connect();
    const aClass = (name: string, alias: string, tags: object) =>
      api.apply({
        apiVersion: 'karpenter.k8s.aws/v1',
        kind: 'EC2NodeClass',
        metadata: { name },
        spec: { amiSelectorTerms: [{ alias }], tags },
      });
    await aClass('a-team', 'al2023@v20240101', {});
    await aClass('default', 'al2023@v20261015', { 'joinery.dev/cluster': 'banking-prod' });
    parameters.set(RELEASE_PARAMETER, '1.35.2-20261201');

    await applyNodeClasses(anInput('node-classes'), deps);

    const aliases = kube.ofKind('EC2NodeClass').map((nodeClass) => [nodeClass.metadata.name, specOf(nodeClass)]);
    expect(Object.fromEntries(aliases)).toMatchObject({
      'a-team': { amiSelectorTerms: [{ alias: 'al2023@v20240101' }] },
      default: { amiSelectorTerms: [{ alias: 'al2023@v20261015' }] },
      gpu: { amiSelectorTerms: [{ alias: 'al2023@v20261015' }] },
    });
  });

  it('are not made without a release of the image', async () => {
    const { deps, parameters } = aWorld();
    parameters.delete(RELEASE_PARAMETER);

    await expect(applyNodeClasses(anInput('node-classes'), deps)).rejects.toMatchObject({
      name: 'NoAmiRelease',
      message: expect.stringContaining(RELEASE_PARAMETER),
    });
  });
});

describe('the node pools', () => {
  const manifest = {
    apiVersion: 'karpenter.sh/v1',
    kind: 'NodePool',
    metadata: { name: 'general' },
    spec: {
      template: {
        spec: {
          nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'default' },
          requirements: [{ key: 'kubernetes.io/arch', operator: 'In', values: ['amd64'] }],
        },
      },
    },
  };
  const spec = { nodePools: [{ profile: 'default' }, { manifest }] };

  it('are applied as written, and not changed a second time', async () => {
    const { kube, deps } = aWorld(spec);

    const first = await applyNodePools(anInput('node-pools'), deps);
    const second = await applyNodePools(anInput('node-pools'), deps);

    expect(kube.ofKind('NodePool').map((pool) => pool.metadata.name)).toEqual(['default', 'general']);
    expect(specOf(kube.ofKind('NodePool')[1])).toEqual(manifest.spec);
    expect([first.change, second.change]).toEqual(['created', 'none']);
  });

  it('that another tool manages are left to it unless the file consents to take them over', async () => {
    const refused = aWorld(spec);
    refused.kube.claim(manifest);
    const consented = aWorld({ ...spec, consent: ['force-field-conflicts'] });
    consented.kube.claim(manifest);

    const withoutConsent = applyNodePools(anInput('node-pools'), refused.deps);
    const withConsent = applyNodePools(anInput('node-pools'), consented.deps);

    await expect(withoutConsent).rejects.toMatchObject({ name: 'KubernetesConflict' });
    await expect(withConsent).resolves.toMatchObject({ ready: true });
  });
});

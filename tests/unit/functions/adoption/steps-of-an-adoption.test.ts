import { describe, expect, it } from '@jest/globals';
import { ensureAddons } from '../../../../functions/addons/ensure-addons.ts';
import { ensureBootstrapNodes } from '../../../../functions/bootstrap-nodes/ensure-bootstrap-nodes.ts';
import { ensureCluster } from '../../../../functions/cluster/ensure-cluster.ts';
import { controllerValues } from '../../../../functions/helm-charts/controller-values.ts';
import { ensureRegistry } from '../../../../functions/registry/ensure-registry.ts';
import { fakeEks } from '../../../support/fakes/fake-eks.ts';
import { aCluster, anInput, aRegistryRow, aRun, aStepWorld } from '../../../support/fakes/step-world.ts';

function aWorld(consent: readonly string[] = ['tag-shared-resources']) {
  const world = aStepWorld({ mode: 'adopt', consent });
  const eks = fakeEks(world);
  eks.putCluster({
    name: 'banking-prod',
    status: 'ACTIVE',
    version: '1.35',
    roleArn: 'arn:aws:iam::111122223333:role/theirs',
    tags: { 'joinery.dev:cluster': 'banking-prod' },
    resourcesVpcConfig: { endpointPublicAccess: true, endpointPrivateAccess: false },
  });
  const run = aRun({ adopt: true, bootstrapNodes: false });
  return { world, eks, input: (step: string) => anInput(step, undefined, run) };
}

describe('the steps of an adoption', () => {
  it('leave the settings and the role of the cluster as they are', async () => {
    const { world, eks, input } = aWorld();
    const deps = { ...world.deps, eks: eks.clusters, stackRole: async () => undefined };

    expect(await ensureCluster(input('cluster'), deps)).toMatchObject({ ready: true, change: 'adopted' });
    expect(eks.inputsOf('updateCluster')).toEqual([]);
  });

  it('never make the cluster, nor go on with one of another version or without the mark', async () => {
    const { world, eks, input } = aWorld();
    const deps = { ...world.deps, eks: eks.clusters, stackRole: async () => undefined };
    const failing = async (cluster: object) => {
      eks.putCluster({ name: 'banking-prod', status: 'ACTIVE', version: '1.35', ...cluster });
      return ensureCluster(input('cluster'), deps).catch(({ name }: Error) => name);
    };

    expect(await failing({})).toBe('ForeignCluster');
    expect(await failing({ version: '1.34', tags: { 'joinery.dev:cluster': 'banking-prod' } })).toBe('VersionDiffers');
    expect(eks.inputsOf('createCluster')).toEqual([]);
  });

  it('add no add-on but the agent, and that by consent', async () => {
    const { world, eks, input } = aWorld();
    const willing = aWorld(['tag-shared-resources', 'install-addons']);
    const ensure = ({ world: { deps }, eks: { addons } }: Pick<ReturnType<typeof aWorld>, 'world' | 'eks'>) =>
      ensureAddons(input('addons-before-nodes'), 'before-nodes', { ...deps, addons });

    expect(await ensure({ world, eks })).toMatchObject({ ready: true, change: 'none' });
    expect(await ensure(willing)).toMatchObject({ ready: false, change: 'created' });
    expect(eks.inputsOf('createAddon')).toEqual([]);
    expect(willing.eks.inputsOf('createAddon')).toMatchObject([{ addonName: 'eks-pod-identity-agent' }]);
  });

  it('make no nodes where the controller has room, and let it run there', async () => {
    const { world, eks, input } = aWorld();
    const nodes = await ensureBootstrapNodes(input('bootstrap-nodes'), { ...world.deps, nodegroups: eks.nodegroups });
    await ensureRegistry(input('registry'), { ...world.deps, eks: eks.clusters });

    expect(nodes).toMatchObject({ ready: true, change: 'none' });
    expect(eks.inputsOf('createNodegroup')).toEqual([]);
    expect(world.row()?.bootstrapNodes).toBe(false);
    const selectorOf = (bootstrapNodes?: boolean) =>
      controllerValues(aCluster(), aRegistryRow(bootstrapNodes === undefined ? {} : { bootstrapNodes }))[
        'nodeSelector'
      ];
    expect(selectorOf(false)).toEqual({ 'kubernetes.io/os': 'linux' });
    expect(selectorOf()).toEqual(selectorOf(true));
  });
});

import { describe, expect, it } from '@jest/globals';
import { ensureNodeClasses, ensureNodePools } from '../../../../functions/node-readiness/ensure-readiness.ts';
import { adviceFor } from '../../../../shared/nodepools/condition-advice.ts';
import { fakeKube } from '../../../support/fakes/fake-kube.ts';
import { anInput, aStepWorld } from '../../../support/fakes/step-world.ts';

function aWorld() {
  const world = aStepWorld();
  const kube = fakeKube(world.journal);
  const deps = { ...world.deps, connect: kube.connect };
  return {
    kube,
    classes: () => ensureNodeClasses(anInput('node-classes'), deps),
    pools: () => ensureNodePools(anInput('node-pools'), deps),
  };
}

const aClass = (conditions: readonly object[], generation = 1) => ({
  apiVersion: 'karpenter.k8s.aws/v1',
  kind: 'EC2NodeClass',
  metadata: { name: 'default', generation },
  status: { conditions },
});
const READY = { type: 'Ready', status: 'True', observedGeneration: 1 };

describe('the node classes', () => {
  it('are ready when each of the file is, and others do not matter', async () => {
    const { kube, classes } = aWorld();
    kube.put(aClass([READY]));
    kube.put({ ...aClass([{ type: 'Ready', status: 'False' }]), metadata: { name: 'foreign' } });

    expect(await classes()).toMatchObject({ ready: true, change: 'none', detail: '1 EC2NodeClass Ready: default' });
  });

  it('are not there yet', async () => {
    expect(await aWorld().classes()).toMatchObject({ ready: false, detail: 'EC2NodeClass/default is not there' });
  });

  it('are not ready while Ready speaks of the spec before', async () => {
    const { kube, classes } = aWorld();
    kube.put(aClass([READY], 2));

    expect(await classes()).toMatchObject({ ready: false, detail: 'EC2NodeClass/default is not Ready yet' });
  });

  it.each([
    'SubnetsReady',
    'SecurityGroupsReady',
    'AMIsReady',
    'InstanceProfileReady',
    'ValidationSucceeded',
    'PlacementGroupReady',
    'CapacityReservationsReady',
  ])('say what mends %s', async (type) => {
    const { kube, classes } = aWorld();
    kube.put(
      aClass([
        { type: 'Ready', status: 'False' },
        { type, status: 'False', reason: 'NotFound', message: 'nothing matched' },
      ]),
    );

    const { ready, detail } = await classes();

    expect(ready).toBe(false);
    expect(adviceFor(type)).toBeDefined();
    expect(detail).toBe(`EC2NodeClass/default: ${type} is False (NotFound: nothing matched). ${adviceFor(type)}`);
  });
});

describe('the node pools', () => {
  it('say when their node class is not Ready', async () => {
    const { kube, pools } = aWorld();
    kube.put({
      apiVersion: 'karpenter.sh/v1',
      kind: 'NodePool',
      metadata: { name: 'default' },
      status: { conditions: [{ type: 'NodeClassReady', status: 'False', reason: 'NodeClassNotReady' }] },
    });

    expect((await pools()).detail).toBe(
      'NodePool/default: NodeClassReady is False (NodeClassNotReady). The EC2NodeClass that the pool names is not Ready or does not exist.',
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import { ensureBootstrapNodes } from '../../../../functions/bootstrap-nodes/ensure-bootstrap-nodes.ts';
import { anAwsError } from '../../../support/fakes/calls.ts';
import { fakeEks } from '../../../support/fakes/fake-eks.ts';
import { anInput, aStepWorld, drive } from '../../../support/fakes/step-world.ts';

const NAME = 'banking-prod-bootstrap';

function aWorld(bootstrapNodes: Readonly<Record<string, unknown>> = {}) {
  const world = aStepWorld({ bootstrapNodes });
  const eks = fakeEks(world);
  const deps = { ...world.deps, nodegroups: eks.nodegroups };
  return {
    world,
    eks,
    turn: () => ensureBootstrapNodes(anInput('bootstrap-nodes'), deps),
    run: () => drive(world, 'bootstrap-nodes', (input) => ensureBootstrapNodes(input, deps)),
  };
}

const ours = (overrides: object = {}) => ({
  nodegroupName: NAME,
  status: 'ACTIVE' as const,
  tags: { 'joinery.dev:cluster': 'banking-prod' },
  scalingConfig: { minSize: 2, maxSize: 4, desiredSize: 3 },
  ...overrides,
});

describe('the bootstrap node group, when there is none', () => {
  it('is made on-demand, tainted for critical add-ons, labelled, spread over the subnets, from our launch template', async () => {
    const { world, eks, run } = aWorld();

    const results = await run();

    expect(eks.inputsOf('createNodegroup')).toEqual([
      {
        clusterName: 'banking-prod',
        nodegroupName: NAME,
        nodeRole: 'arn:aws:iam::111122223333:role/joinery/bootstrap-node',
        subnets: ['subnet-0a', 'subnet-0b'],
        amiType: 'AL2023_x86_64_STANDARD',
        capacityType: 'ON_DEMAND',
        instanceTypes: ['t3.medium'],
        launchTemplate: { id: 'lt-0a', version: '1' },
        scalingConfig: { minSize: 2, desiredSize: 3, maxSize: 4 },
        labels: { 'joinery.dev/bootstrap': 'true' },
        taints: [{ key: 'CriticalAddonsOnly', value: 'true', effect: 'NO_SCHEDULE' }],
        updateConfig: { maxUnavailable: 1 },
        nodeRepairConfig: { enabled: true },
        tags: { team: 'payments', 'joinery.dev:cluster': 'banking-prod', 'joinery.dev:execution': 'run-7' },
        clientRequestToken: expect.stringMatching(/^[0-9a-f]{32}$/),
      },
    ]);
    expect(results[0]).toMatchObject({ change: 'created', retryAfterSeconds: 108 });
    expect(results.at(-1)).toMatchObject({ ready: true, change: 'created' });
    expect(world.journal.indexOf(`intend node group ${NAME}`)).toBeLessThan(world.journal.indexOf('createNodegroup'));
  });

  it.each([
    ['t4g.medium', 'AL2023_ARM_64_STANDARD'],
    ['m7g.large', 'AL2023_ARM_64_STANDARD'],
    ['im4gn.large', 'AL2023_ARM_64_STANDARD'],
    ['g5.xlarge', 'AL2023_x86_64_STANDARD'],
    ['m6i.large', 'AL2023_x86_64_STANDARD'],
  ])('of %s has the image %s', async (type, amiType) => {
    const { eks, turn } = aWorld({ instanceTypes: [type] });

    await turn();

    expect(eks.inputsOf('createNodegroup')).toMatchObject([{ instanceTypes: [type], amiType }]);
  });

  it('is asked for again while its role is not known everywhere', async () => {
    const { eks, run } = aWorld();
    eks.fail(
      'createNodegroup',
      anAwsError('ResourcePropagationDelayException', 'the service-linked role is being made'),
    );

    const results = await run();

    expect(results[0]).toMatchObject({ ready: false, change: 'none', retryAfterSeconds: 2 });
    expect(results.at(-1)).toMatchObject({ ready: true, change: 'created' });
  });
});

describe('a bootstrap node group that is there', () => {
  it('is left alone, also where somebody scaled it within its bounds', async () => {
    const { eks, turn } = aWorld();
    eks.putNodegroup(ours({ scalingConfig: { minSize: 2, maxSize: 4, desiredSize: 4 } }));

    expect(await turn()).toMatchObject({ ready: true, change: 'none' });
    expect(eks.inputsOf('updateNodegroup')).toEqual([]);
  });

  it('is refused when it is not ours', async () => {
    const { eks, turn } = aWorld();
    eks.putNodegroup(ours({ tags: {} }));

    await expect(turn()).rejects.toMatchObject({ name: 'ForeignNodeGroup' });
  });

  it.each([
    { present: { minSize: 1, maxSize: 8, desiredSize: 4 }, wanted: { minSize: 2, maxSize: 6, desiredSize: 4 } },
    { present: { minSize: 1, maxSize: 4, desiredSize: 1 }, wanted: { minSize: 2, maxSize: 6, desiredSize: 2 } },
    { present: { minSize: 2, maxSize: 9, desiredSize: 9 }, wanted: { minSize: 2, maxSize: 6, desiredSize: 6 } },
  ])(
    'gets the bounds of the file, and its size moves only as far as they push it: $wanted',
    async ({ present, wanted }) => {
      const { eks, run } = aWorld({ maxSize: 6 });
      eks.putNodegroup(ours({ scalingConfig: present }));

      const results = await run();

      expect(eks.inputsOf('updateNodegroup')).toEqual([
        { clusterName: 'banking-prod', nodegroupName: NAME, scalingConfig: wanted },
      ]);
      expect(results.at(-1)).toMatchObject({ ready: true, change: 'updated' });
    },
  );

  it.each(['CREATING', 'UPDATING'])('is waited for while it is %s, with what EKS complains of', async (status) => {
    const { eks, turn } = aWorld();
    eks.putNodegroup(ours({ status, health: { issues: [{ code: 'AsgInstanceLaunchFailures', message: 'no room' }] } }));

    expect(await turn()).toMatchObject({
      ready: false,
      detail: `node group ${NAME} is ${status} (AsgInstanceLaunchFailures: no room)`,
    });
  });

  it.each([
    ['CREATE_FAILED', 'Mend the cause, delete the node group and run again.'],
    ['DEGRADED', 'Mend the cause and run again.'],
  ])('ends the run when it is %s, with the reason and what to do', async (status, advice) => {
    const { eks, turn } = aWorld();
    eks.putNodegroup(ours({ status, health: { issues: [{ code: 'NodeCreationFailure', message: 'never joined' }] } }));

    await expect(turn()).rejects.toMatchObject({
      name: 'NodeGroupFailed',
      message: `Node group ${NAME} is ${status} (NodeCreationFailure: never joined). ${advice}`,
    });
  });
});

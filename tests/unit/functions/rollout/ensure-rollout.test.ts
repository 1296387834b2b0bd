import { describe, expect, it } from '@jest/globals';
import { ensureRollout } from '../../../../functions/rollout/ensure-rollout.ts';
import type { Manifest } from '../../../../shared/kube/api.ts';
import { fakeKube } from '../../../support/fakes/fake-kube.ts';
import { anInput, aStepWorld, drive } from '../../../support/fakes/step-world.ts';

const ENVIRONMENT = {
  INTERRUPTION_QUEUE: 'joinery-cluster-banking-prod',
  AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.23/v1/credentials',
};
const COMPLETE = { observedGeneration: 1, updatedReplicas: 2, availableReplicas: 2, replicas: 2 };

const aPod = (
  name: string,
  node: string | undefined,
  more: { env?: object; status?: object; deleted?: boolean } = {},
): Manifest => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name,
    namespace: 'kube-system',
    labels: { 'app.kubernetes.io/name': 'karpenter' },
    ...(more.deleted ? { deletionTimestamp: '2026-11-02T08:00:00Z' } : {}),
  },
  spec: {
    ...(node ? { nodeName: node } : {}),
    containers: [
      {
        name: 'controller',
        env: Object.entries({ ...ENVIRONMENT, ...more.env })
          .filter(([, value]) => value !== undefined)
          .map(([key, value]) => ({ name: key, value })),
      },
    ],
  },
  status: { phase: node ? 'Running' : 'Pending', ...more.status },
});

const aLease = (holderIdentity: string): Manifest => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name: 'karpenter-leader-election', namespace: 'kube-system' },
  spec: { holderIdentity },
});

const aDeployment = (status: object, generation = 1): Manifest => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'karpenter', namespace: 'kube-system', generation },
  spec: { replicas: 2 },
  status,
});

function aWorld(...objects: readonly Manifest[]) {
  const world = aStepWorld();
  const kube = fakeKube(world.journal);
  for (const object of objects) kube.put(object);
  const deps = { ...world.deps, connectReader: kube.connect, connectOperator: kube.connect };
  return {
    world,
    kube,
    turn: () => ensureRollout(anInput('rollout'), deps),
    run: () => drive(world, 'rollout', (input) => ensureRollout(input, deps)),
  };
}

describe('the rollout of the controller', () => {
  it('is done with two replicas on two nodes, with credentials and queue, one of which leads', async () => {
    const { world, turn } = aWorld(
      aDeployment(COMPLETE),
      aPod('karpenter-a', 'node-1'),
      aPod('karpenter-b', 'node-2'),
      aLease('karpenter-b_1234'),
    );

    const result = await turn();

    expect(result).toMatchObject({
      ready: true,
      change: 'none',
      detail: '2 replicas on node-1 and node-2; karpenter-b leads',
    });
    expect(world.journal).toEqual(['fence', 'start rollout', 'end rollout']);
  });

  it('is not done while nobody of the running pods leads', async () => {
    const { kube, turn } = aWorld(
      aDeployment(COMPLETE),
      aPod('karpenter-a', 'node-1'),
      aPod('karpenter-b', 'node-2'),
      aLease('karpenter-gone_1234'),
    );

    expect(await turn()).toMatchObject({ ready: false, detail: 'no replica has taken the leader lease yet' });
    kube.put(aLease(''));
    expect(await turn()).toMatchObject({ ready: false });
  });

  it('restarts pods without credentials once, and waits for the new ones', async () => {
    const bare = { env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: undefined } };
    const world = aWorld(
      aDeployment(COMPLETE),
      aPod('karpenter-a', 'node-1', bare),
      aPod('karpenter-b', 'node-2', bare),
      aLease('karpenter-b_1'),
    );
    const { kube, run } = world;
    let turns = 0;
    const list = kube.api.list;
    kube.api.list = async (...args) => {
      turns += 1;
      if (turns === 4) {
        kube.put(aPod('karpenter-a', 'node-1'));
        kube.put(aPod('karpenter-b', 'node-2'));
      }
      return list(...args);
    };

    const results = await run();

    expect(kube.inputsOf('restart Deployment karpenter')).toEqual([
      {
        name: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'karpenter', namespace: 'kube-system' },
        at: '2026-11-02T08:00:00.000Z',
      },
    ]);
    expect(results.map((result) => result.ready)).toEqual([false, false, false, true]);
    expect(results[1]?.detail).toContain('restarted, waiting');
    expect(results.at(-1)?.change).toBe('updated');
  });

  it('does not count a pod that is going', async () => {
    const { turn } = aWorld(
      aDeployment(COMPLETE),
      aPod('karpenter-old', 'node-1', { deleted: true, env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: undefined } }),
      aPod('karpenter-a', 'node-1'),
      aPod('karpenter-b', 'node-2'),
      aLease('karpenter-a_1'),
    );

    expect(await turn()).toMatchObject({ ready: true, change: 'none' });
  });

  it.each([
    ['another', 'INTERRUPTION_QUEUE=another, not joinery-cluster-banking-prod'],
    [undefined, 'INTERRUPTION_QUEUE=nothing, not joinery-cluster-banking-prod'],
  ])('ends the run when the controller reads the queue %s', async (queue, message) => {
    const { turn } = aWorld(
      aDeployment(COMPLETE),
      aPod('karpenter-a', 'node-1'),
      aPod('karpenter-b', 'node-2', { env: { INTERRUPTION_QUEUE: queue } }),
      aLease('karpenter-a_1'),
    );

    await expect(turn()).rejects.toMatchObject({
      name: 'InterruptionQueueNotSet',
      message: expect.stringContaining(message),
    });
  });

  it("says in the scheduler's words why a replica is Pending, until its time is over", async () => {
    const unschedulable = {
      conditions: [
        { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes: 2 Insufficient cpu' },
      ],
    };
    const { run } = aWorld(
      aDeployment({ ...COMPLETE, availableReplicas: 1 }),
      aPod('karpenter-a', 'node-1'),
      aPod('karpenter-b', undefined, { status: unschedulable }),
    );

    const results = await run();

    expect(results.at(-1)).toMatchObject({
      expired: true,
      detail: '1 of 2 replicas are available; karpenter-b cannot be scheduled: 0/3 nodes: 2 Insufficient cpu',
    });
  });

  it.each([
    ['and no more while the Pod Identity agent runs everywhere', { numberReady: 3 }, ''],
    [
      'and on how many nodes the Pod Identity agent runs',
      { numberReady: 1 },
      '; the Pod Identity agent is ready on 1 of 3 nodes: look at the DaemonSet eks-pod-identity-agent in kube-system',
    ],
    [
      'and that no agent is there',
      undefined,
      '; there is no Pod Identity agent: install the add-on eks-pod-identity-agent',
    ],
  ])('says that a container crashes and how often, %s', async (_, agent, words) => {
    const crashing = {
      containerStatuses: [{ restartCount: 4, state: { waiting: { reason: 'CrashLoopBackOff' } } }],
    };
    const daemonSet = {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'eks-pod-identity-agent', namespace: 'kube-system' },
      status: { desiredNumberScheduled: 3, ...agent },
    };
    const { turn } = aWorld(
      ...(agent ? [daemonSet] : []),
      aDeployment({ ...COMPLETE, availableReplicas: 0 }),
      aPod('karpenter-a', 'node-1', { status: crashing }),
      aPod('karpenter-b', 'node-2', {
        status: { containerStatuses: [{ state: { waiting: { reason: 'ContainerCreating' } } }] },
      }),
    );

    expect((await turn()).detail).toBe(
      `0 of 2 replicas are available; karpenter-a is in CrashLoopBackOff after 4 restarts${words}`,
    );
  });

  it('is not done with both replicas on one node', async () => {
    const { turn } = aWorld(
      aDeployment(COMPLETE),
      aPod('karpenter-a', 'node-1'),
      aPod('karpenter-b', 'node-1'),
      aLease('karpenter-a_1'),
    );

    expect(await turn()).toMatchObject({ ready: false, detail: '2 replicas share 1 node' });
  });

  it('is not judged by a status of the generation before', async () => {
    const { turn } = aWorld(aDeployment(COMPLETE, 2), aPod('karpenter-a', 'node-1'), aPod('karpenter-b', 'node-2'));

    expect(await turn()).toMatchObject({ ready: false });
  });

  it('ends the run when there is no Deployment', async () => {
    await expect(aWorld().turn()).rejects.toMatchObject({ name: 'ControllerMissing' });
  });
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SYSTEM_ADMIN } from '../../../../../simulator/kubernetes/types.ts';
import { aDeployment, aKubernetes, aPod, statusErrorOf } from '../../../../support/test-kubernetes.ts';

let world: ReturnType<typeof aKubernetes>;
beforeEach(() => {
  world = aKubernetes();
});
afterEach(() => world.close());

const podRef = (name: string) => ({ apiVersion: 'v1', kind: 'Pod', name, namespace: 'default' });

describe('objects of the simulated API server', () => {
  it('fills in what a real server fills in', () => {
    const pod = world.api.create(
      aPod('web', { spec: { containers: [{ name: 'c', image: 'x', resources: { limits: { cpu: 1 } } }] } }),
    );

    expect(pod.metadata).toMatchObject({ generation: 1, creationTimestamp: '2026-11-02T08:00:00Z' });
    expect(pod.metadata.uid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
    expect(pod.spec).toMatchObject({
      restartPolicy: 'Always',
      serviceAccountName: 'default',
      priority: 0,
      containers: [{ imagePullPolicy: 'Always', resources: { limits: { cpu: '1' }, requests: { cpu: '1' } } }],
    });
    expect(pod.status).toEqual({ phase: 'Pending', qosClass: 'Burstable' });
  });

  it('gives the same uid to the same name whatever was made before it', () => {
    world.api.create(aPod('first'));
    const uid = world.api.create(aPod('second')).metadata.uid;
    world.close();
    world = aKubernetes();

    const alone = world.api.create(aPod('second')).metadata.uid;
    world.api.delete(podRef('second'));
    const again = world.api.create(aPod('second')).metadata.uid;

    expect(alone).toBe(uid);
    expect(again).not.toBe(uid);
  });

  it.each([
    ['a name that is no DNS label', () => world.api.create(aPod('Web')), 422, /metadata.name: Invalid value: "Web"/],
    [
      'an unknown field',
      () => world.api.create(aPod('web', { spec: { nodeNam: 'x' } })),
      400,
      /unknown field "spec.nodeNam"/,
    ],
    [
      'a mistyped field',
      () => world.api.create(aPod('web', { spec: { priority: 'high' } })),
      400,
      /must be of type integer/,
    ],
    [
      'a namespace that does not exist',
      () => world.api.create(aPod('web', { metadata: { namespace: 'none' } })),
      404,
      /namespaces "none" not found/,
    ],
    [
      'a service account that does not exist',
      () => world.api.create(aPod('web', { spec: { serviceAccountName: 'none' } })),
      403,
      /serviceaccount "none" not found/,
    ],
    [
      'a selector that misses the template',
      () =>
        world.api.create({
          ...aDeployment('web'),
          spec: { ...aDeployment('web').spec, selector: { matchLabels: { app: 'other' } } },
        }),
      422,
      /`selector` does not match template/,
    ],
    [
      'a kind that it does not serve',
      () => world.api.list('example.com/v1', 'Widget'),
      404,
      /could not find the requested resource/,
    ],
  ])('refuses %s', (_what, call, code, message) => {
    const error = statusErrorOf(call);

    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });

  it('refuses to create twice and to update from a stale version', () => {
    const created = world.api.create(aPod('web'));
    world.api.mergePatch(podRef('web'), { metadata: { labels: { a: 'b' } } });

    const stale = statusErrorOf(() => world.api.update(created));

    expect(statusErrorOf(() => world.api.create(aPod('web'))).reason).toBe('AlreadyExists');
    expect([stale.code, stale.reason]).toEqual([409, 'Conflict']);
    expect(stale.message).toContain('the object has been modified');
  });

  it('counts generations by spec changes only, and writes nothing when nothing changes', () => {
    const ref = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', namespace: 'default' };
    world.api.create(aDeployment('web'));

    const labelled = world.api.mergePatch(ref, { metadata: { labels: { a: 'b' } } });
    const same = world.api.mergePatch(ref, { metadata: { labels: { a: 'b' } } });
    const ready = world.api.mergePatch(ref, { status: { readyReplicas: 1 } }, 'status');
    const scaled = world.api.mergePatch(ref, { spec: { replicas: 3 } });

    expect(same.metadata.resourceVersion).toBe(labelled.metadata.resourceVersion);
    expect([labelled, ready, scaled].map(({ metadata }) => metadata.generation)).toEqual([1, 1, 2]);
  });

  it('takes status through its subresource alone, and nothing else there', () => {
    world.api.create(aPod('web'));

    const viaMain = world.api.mergePatch(podRef('web'), { status: { phase: 'Running' } });
    const viaStatus = world.api.mergePatch(
      podRef('web'),
      { status: { phase: 'Running' }, metadata: { labels: { a: 'b' } } },
      'status',
    );

    expect(viaMain.status?.['phase']).toBe('Pending');
    expect(viaStatus.status?.['phase']).toBe('Running');
    expect(viaStatus.metadata.labels).toBeUndefined();
  });

  it('keeps a running pod for its grace period and a finalized object for its finalizers', () => {
    world.api.create(aPod('running', { spec: { nodeName: 'n', terminationGracePeriodSeconds: 20 } }));
    world.api.create(aPod('held', { metadata: { finalizers: ['example.com/hold'] } }));

    world.api.delete(podRef('running'));
    world.api.delete(podRef('held'));
    const running = world.api.get(podRef('running'));
    const held = world.api.get(podRef('held'));
    world.api.delete(podRef('running'), { gracePeriodSeconds: 0 });
    const added = statusErrorOf(() =>
      world.api.mergePatch(podRef('held'), { metadata: { finalizers: ['example.com/hold', 'example.com/more'] } }),
    );
    world.api.mergePatch(podRef('held'), { metadata: { finalizers: null } });

    expect(running?.metadata).toMatchObject({
      deletionTimestamp: '2026-11-02T08:00:20Z',
      deletionGracePeriodSeconds: 20,
    });
    expect(held?.metadata.deletionTimestamp).toBe('2026-11-02T08:00:00Z');
    expect(added.message).toContain('no new finalizers can be added');
    expect(world.api.list('v1', 'Pod')).toEqual([]);
  });

  it('records the propagation policy as a finalizer for the garbage collector', () => {
    const ref = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', namespace: 'default' };
    world.api.create(aDeployment('web'));

    world.api.delete(ref, { propagationPolicy: 'Foreground' });

    expect(world.api.get(ref)?.metadata.finalizers).toEqual(['foregroundDeletion']);
  });

  it('empties a deleted namespace, keeps it while something holds on, and lets nothing new in', () => {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } };
    world.api.create(namespace);
    world.api.create(aPod('held', { metadata: { namespace: 'team', finalizers: ['example.com/hold'] } }));

    world.api.delete({ ...namespace, name: 'team' });
    const terminating = world.api.get({ ...namespace, name: 'team' });
    const refused = statusErrorOf(() => world.api.create(aPod('late', { metadata: { namespace: 'team' } })));
    world.api.mergePatch({ ...podRef('held'), namespace: 'team' }, { metadata: { finalizers: null } });

    expect(terminating?.status?.['phase']).toBe('Terminating');
    expect(refused.message).toContain('because it is being terminated');
    expect(world.api.get({ ...namespace, name: 'team' })).toBeUndefined();
    expect(world.api.list('v1', 'ServiceAccount', { namespace: 'team' })).toEqual([]);
  });

  it('selects by labels and fields, and refuses a field that it does not index', () => {
    world.api.create(aPod('a', { metadata: { labels: { app: 'x', tier: 'web' } }, spec: { nodeName: 'n1' } }));
    world.api.create(aPod('b', { metadata: { labels: { app: 'y' } } }));
    const names = (options: object) => world.api.list('v1', 'Pod', options).map(({ metadata }) => metadata.name);

    expect(names({ labelSelector: 'app in (x, z),tier' })).toEqual(['a']);
    expect(names({ labelSelector: 'app!=x' })).toEqual(['b']);
    expect(names({ labelSelector: '!tier' })).toEqual(['b']);
    expect(names({ fieldSelector: 'spec.nodeName=n1,metadata.namespace=default' })).toEqual(['a']);
    expect(names({ fieldSelector: 'status.phase!=Pending' })).toEqual([]);
    expect(statusErrorOf(() => names({ fieldSelector: 'spec.image=x' })).message).toBe(
      'field label not supported: spec.image',
    );
  });

  it('tells listeners of every change and nobody of a refused one', () => {
    const seen: string[] = [];
    world.cluster.onChange(({ type, object }) => seen.push(`${type} ${object.metadata.name}`));

    world.api.create(aPod('web'));
    world.api.mergePatch(podRef('web'), { metadata: { labels: { a: 'b' } } });
    statusErrorOf(() => world.api.create(aPod('web')));
    world.api.delete(podRef('web'));

    expect(seen).toEqual(['ADDED web', 'MODIFIED web', 'DELETED web']);
  });

  it('returns to what was after a restore', () => {
    const before = world.simulation.snapshot();
    world.api.create(aPod('web'));

    world.simulation.restore(before);

    expect(world.api.list('v1', 'Pod')).toEqual([]);
    expect(world.cluster.as(SYSTEM_ADMIN).list('v1', 'Namespace')).toHaveLength(4);
  });
});

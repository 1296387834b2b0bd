import { describe, expect, it } from '@jest/globals';
import { CAUSES } from '../../../../shared/diagnosis/cause.ts';
import { diagnose } from '../../../../shared/diagnosis/diagnose.ts';
import type { Facts } from '../../../../shared/diagnosis/facts.ts';
import { factsOfList } from '../../../../shared/diagnosis/from-list.ts';
import { diagnosisText } from '../../../../shared/diagnosis/text.ts';
import type { Manifest } from '../../../../shared/kube/api.ts';

const NOW = Date.parse('2026-11-02T10:00:00Z');
const ago = (seconds: number) => new Date(NOW - seconds * 1000).toISOString();

const condition = (type: string, status: string, rest: object = {}) => ({ type, status, ...rest });
const object = (kind: string, name: string, rest: Record<string, unknown> = {}, metadata: object = {}): Manifest => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, ...metadata },
  ...rest,
});
const ready = { conditions: [condition('Ready', 'True')] };
const aPool = (spec: object = {}, template: object = {}, status: object = ready) =>
  object('NodePool', 'default', {
    spec: { ...spec, template: { spec: { nodeClassRef: { name: 'default' }, requirements: [], ...template } } },
    status,
  });
const aPod = (spec: object = {}, status: object = {}) =>
  object(
    'Pod',
    'web-1',
    { spec: { containers: [{ name: 'web', resources: { requests: { cpu: '1' } } }], ...spec }, status },
    { namespace: 'shop', ownerReferences: [{ kind: 'ReplicaSet', name: 'web' }] },
  );
const aClaim = (conditions: object[], seconds = 600) =>
  object(
    'NodeClaim',
    'default-abcde',
    { status: { providerID: 'aws:///eu-west-1a/i-0123456789abcdef0', conditions } },
    { creationTimestamp: ago(seconds) },
  );
const anEvent = (kind: string, name: string, reason: string, message: string) =>
  object('Event', 'e', {
    type: 'Warning',
    reason,
    message,
    lastTimestamp: ago(60),
    involvedObject: { kind, name, ...(kind === 'Pod' ? { namespace: 'shop' } : {}) },
  });

const healthy: Facts = {
  nowMs: NOW,
  karpenterNamespace: 'kube-system',
  deployment: object('Deployment', 'karpenter', { status: { availableReplicas: 2 } }),
  controllerPods: [object('Pod', 'karpenter-1'), object('Pod', 'karpenter-2')],
  leader: 'karpenter-1',
  log: [],
  nodePools: [aPool()],
  nodeClasses: [object('EC2NodeClass', 'default', { status: ready })],
  nodeClaims: [],
  nodes: [],
  pendingPods: [],
  events: [],
  unread: [],
};
const errorLine = (error: string) => JSON.stringify({ level: 'ERROR', message: 'Reconciler error', error });
const waiting = [aPod()];

/** What is wrong, and what it must be called first. */
const CASES: readonly (readonly [(typeof CAUSES)[number], Partial<Facts>, RegExp])[] = [
  ['controller-missing', { deployment: undefined }, /not installed/],
  [
    'controller-not-running',
    {
      deployment: object('Deployment', 'karpenter', { status: {} }),
      controllerPods: [
        object('Pod', 'karpenter-1', {
          status: { containerStatuses: [{ state: { waiting: { reason: 'CrashLoopBackOff' } } }] },
        }),
      ],
    },
    /karpenter-1: CrashLoopBackOff/,
  ],
  ['controller-without-leader', { leader: undefined }, /nobody holds it/],
  ['controller-without-leader', { leader: 'karpenter-of-before' }, /held by karpenter-of-before/],
  ['controller-without-credentials', { log: [errorLine('no EC2 IMDS role found')] }, /IMDS/],
  [
    'controller-not-authorized',
    { log: [errorLine('User: x is not authorized to perform: ec2:CreateFleet on resource: y')] },
    /refuses the controller ec2:CreateFleet/,
  ],
  ['interruption-queue-missing', { log: [errorLine('AWS.SimpleQueueService.NonExistentQueue')] }, /does not exist/],
  ['no-node-pools', { nodePools: [] }, /no NodePool/],
  ['node-class-missing', { nodeClasses: [] }, /EC2NodeClass default, which does not exist/],
  [
    'node-class-not-ready',
    {
      nodeClasses: [
        object('EC2NodeClass', 'default', {
          status: {
            conditions: [
              condition('Ready', 'False'),
              condition('SecurityGroupsReady', 'False', { message: 'found none' }),
              condition('ValidationSucceeded', 'False', { reason: 'DependenciesNotReady' }),
            ],
          },
        }),
      ],
    },
    /SecurityGroupsReady is False.*found none/s,
  ],
  [
    'node-pool-not-ready',
    { nodePools: [aPool({}, {}, { conditions: [condition('ValidationSucceeded', 'False', { message: 'bad key' })] })] },
    /bad key/,
  ],
  [
    'limits-reached',
    {
      nodePools: [
        aPool({ limits: { cpu: '10', memory: '100Gi' } }, {}, { ...ready, resources: { cpu: '10', memory: '20Gi' } }),
      ],
    },
    /cpu: 10 of 10/,
  ],
  [
    'insufficient-capacity',
    { events: [anEvent('NodeClaim', 'default-zzzzz', 'InsufficientCapacityError', 'no m5.large in eu-west-1a')] },
    /NodePool\/default.*once in the last half hour/s,
  ],
  [
    'launch-failed',
    { nodeClaims: [aClaim([condition('Launched', 'Unknown', { reason: 'LaunchFailed', message: 'bad image' })])] },
    /bad image/,
  ],
  [
    'node-not-registered',
    { nodeClaims: [aClaim([condition('Launched', 'True', { lastTransitionTime: ago(300) })])] },
    /i-0123456789abcdef0 runs, and no node has joined/,
  ],
  [
    'node-not-initialized',
    {
      nodeClaims: [
        aClaim([
          condition('Launched', 'True', { lastTransitionTime: ago(300) }),
          condition('Registered', 'True', { lastTransitionTime: ago(250) }),
          condition('Initialized', 'Unknown', { reason: 'StartupTaintsExist' }),
        ]),
      ],
    },
    /startup taint/,
  ],
  ['pod-gated', { pendingPods: [aPod({ schedulingGates: [{ name: 'quota' }] })] }, /quota/],
  [
    'pod-taint-not-tolerated',
    {
      nodePools: [aPool({}, { taints: [{ key: 'team', value: 'a', effect: 'NoSchedule' }] })],
      pendingPods: waiting,
    },
    /does not tolerate team=a:NoSchedule/,
  ],
  ['pod-selects-no-pool', { pendingPods: [aPod({ nodeSelector: { disk: 'fast' } })] }, /the label disk/],
  [
    'pod-too-large',
    { pendingPods: [aPod({ containers: [{ name: 'a', resources: { requests: { memory: '40Ti' } } }] })] },
    /more than any type/,
  ],
  [
    'pod-volume-not-bound',
    {
      pendingPods: [
        aPod({}, { conditions: [condition('PodScheduled', 'False', { message: 'unbound PersistentVolumeClaims' })] }),
      ],
    },
    /PersistentVolumeClaims/,
  ],
  [
    'pod-waits-for-nodes',
    { pendingPods: waiting, events: [anEvent('Pod', 'web-1', 'Nominated', 'Pod should schedule on: default-abcde')] },
    /45 to 75 s/,
  ],
  ['pod-unschedulable', { pendingPods: waiting }, /NodePool default would take it/],
  [
    'pod-fits-no-pool',
    {
      nodePools: [
        aPool({}, { requirements: [{ key: 'kubernetes.io/arch', operator: 'In', values: ['arm64'] }] }),
        {
          ...aPool(
            {},
            { requirements: [{ key: 'node.kubernetes.io/instance-type', operator: 'In', values: ['t3.small'] }] },
          ),
          metadata: { name: 'small' },
        },
      ],
      pendingPods: [
        aPod({
          nodeSelector: { 'kubernetes.io/arch': 'amd64' },
          containers: [{ name: 'a', resources: { requests: { cpu: '20' } } }],
        }),
      ],
    },
    /NodePool default does not take it.*NodePool small does not take it/s,
  ],
];

describe('a diagnosis', () => {
  it('finds nothing where nothing is wrong', () => {
    expect(diagnose(healthy)).toEqual({ healthy: true, pendingPods: 0, causes: [], unread: [] });
  });

  it('has a case for every cause that it can name', () => {
    expect(CAUSES.filter((id) => !CASES.some(([named]) => named === id))).toEqual([]);
  });

  it.each(CASES)('names %s, says what was seen and what to do', (id, facts, words) => {
    const diagnosis = diagnose({ ...healthy, ...facts });
    const [found, ...others] = diagnosis.causes;

    expect([found?.id, others]).toEqual([id, []]);
    expect(diagnosisText('banking', diagnosis)).toMatch(words);
    expect(diagnosis.healthy).toBe(found?.severity === 'info');
  });

  it('draws no conclusion from what it could not read, and says so', () => {
    const unread = [
      { what: 'deployment', why: 'forbidden' },
      { what: 'nodePools', why: 'forbidden' },
    ] as const;
    const diagnosis = diagnose({ ...healthy, deployment: undefined, nodePools: [], pendingPods: waiting, unread });

    expect([diagnosis.causes, diagnosis.healthy]).toEqual([[], false]);
    expect(diagnosisText('banking', diagnosis)).toContain('Not looked at: nodePools (forbidden)');
  });

  it('tells pods of one owner that wait for one reason together, and errors before the rest', () => {
    const pods = ['web-1', 'web-2'].map((name) => ({ ...aPod(), metadata: { ...aPod().metadata, name } }));
    const diagnosis = diagnose({ ...healthy, pendingPods: pods, leader: undefined });

    expect(diagnosis.causes.map(({ id, resource }) => [id, resource])).toEqual([
      ['controller-without-leader', 'Lease/kube-system/karpenter-leader-election'],
      ['pod-unschedulable', 'ReplicaSet/shop/web (2 pods)'],
    ]);
  });

  it('lets a node that is on time be', () => {
    const young = aClaim([condition('Launched', 'True', { lastTransitionTime: ago(20) })], 25);

    expect(diagnose({ ...healthy, nodeClaims: [young, aClaim([], 5)] }).causes).toEqual([]);
  });
});

describe('what kubectl wrote of a cluster', () => {
  const list = (items: unknown) => JSON.stringify({ kind: 'List', items });

  it('is read as the same facts, and what is not in it is named', () => {
    const lease = object(
      'Lease',
      'karpenter-leader-election',
      { spec: { holderIdentity: 'karpenter-1_x' } },
      { namespace: 'karpenter' },
    );
    const deployment = object('Deployment', 'karpenter', {}, { namespace: 'karpenter' });
    const read = factsOfList(list([lease, deployment, aPool(), aPod({}, { phase: 'Pending' })]), undefined, NOW);

    expect(read).toMatchObject({
      facts: {
        karpenterNamespace: 'karpenter',
        leader: 'karpenter-1',
        nodePools: [{ metadata: { name: 'default' } }],
        pendingPods: [{ metadata: { name: 'web-1' } }],
        unread: [{ what: 'nodes' }, { what: 'log' }],
      },
    });
  });

  it.each([
    ['{', /is not JSON/],
    ['{}', /items: is required/],
    [list([]), /items: is empty/],
    [list([{ kind: 'Pod' }, 3]), /items\[0\]: must be an object.*items\[1\]/s],
  ])('is refused with every fault: %s', (text, words) => {
    const read = factsOfList(text, undefined, NOW);

    expect('faults' in read ? read.faults.join('\n') : '').toMatch(words);
  });
});

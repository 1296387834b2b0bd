import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { deployment, faultsOf, placed, placedText } from './deployment.ts';

const TOLERATION = { key: 'banking.com/general', operator: 'Equal', value: 'true', effect: 'NoSchedule' };
const podSpecOf = (text: string) =>
  (parse(text) as { spec: { template: { spec: Record<string, never> } } }).spec.template.spec as {
    tolerations?: unknown;
    affinity?: { nodeAffinity: Record<string, unknown> };
    topologySpreadConstraints?: { topologyKey: string }[];
  };
const requiredTerms = (...expressions: object[]) => ({
  nodeSelectorTerms: [
    {
      matchExpressions: [{ key: 'karpenter.sh/nodepool', operator: 'In', values: ['banking-general'] }, ...expressions],
    },
  ],
});
const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

describe('a Deployment on a pool', () => {
  it('tolerates its taints, must run there, and prefers spot', () => {
    const spec = podSpecOf(placedText(deployment()));

    expect(spec.tolerations).toEqual([TOLERATION]);
    expect(spec.affinity?.nodeAffinity).toEqual({
      [REQUIRED]: requiredTerms(),
      [PREFERRED]: [
        {
          weight: 50,
          preference: { matchExpressions: [{ key: 'karpenter.sh/capacity-type', operator: 'In', values: ['spot'] }] },
        },
      ],
    });
    expect(spec.topologySpreadConstraints).toBeUndefined();
  });

  it('is spread over zones and nodes when it has replicas, never more than half of them on one node', () => {
    const spec = podSpecOf(placedText(deployment('', { replicas: 5 })));

    const labelSelector = { matchLabels: { app: 'auth' } };
    expect(spec.topologySpreadConstraints).toEqual([
      { maxSkew: 1, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway', labelSelector },
      {
        maxSkew: 3,
        minDomains: 2,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'DoNotSchedule',
        labelSelector,
      },
    ]);
  });

  it('must have spot, or must not, where that is wished', () => {
    const affinity = (spot: 'required' | 'never') =>
      podSpecOf(placedText(deployment(), 'banking-general', { spot })).affinity?.nodeAffinity;

    expect(affinity('required')).toEqual({
      [REQUIRED]: requiredTerms({ key: 'karpenter.sh/capacity-type', operator: 'In', values: ['spot'] }),
    });
    expect(affinity('never')).toEqual({
      [REQUIRED]: requiredTerms({ key: 'karpenter.sh/capacity-type', operator: 'NotIn', values: ['spot'] }),
    });
  });

  it('gets no preference on a pool without spot, and none where it says something of spot itself', () => {
    expect(placedText(deployment(), 'default')).not.toContain('capacity-type');
    const own = deployment('      nodeSelector:\n        karpenter.sh/capacity-type: on-demand\n');
    expect(podSpecOf(placedText(own)).affinity?.nodeAffinity).not.toHaveProperty(PREFERRED);
  });

  it('needs no preference where each term or the nodeSelector has spot already', () => {
    const spot = '{ key: karpenter.sh/capacity-type, operator: In, values: [spot] }';
    const inTerm = `      affinity:
        nodeAffinity:
          ${REQUIRED}:
            nodeSelectorTerms:
              - matchExpressions:
                  - ${spot}
`;
    const inSelector = '      nodeSelector:\n        karpenter.sh/capacity-type: spot\n';

    for (const podSpec of [inTerm, inSelector]) {
      const text = placedText(deployment(podSpec), 'banking-general', { spot: 'preferred' });
      expect(podSpecOf(text).affinity?.nodeAffinity).not.toHaveProperty(PREFERRED);
    }
  });

  it('keeps what it has: tolerations that do, terms of its affinity, constraints of its own', () => {
    const text = placedText(
      deployment(
        `      tolerations:
        - { operator: Exists, effect: NoSchedule }
      affinity:
        nodeAffinity:
          ${REQUIRED}:
            nodeSelectorTerms:
              - matchExpressions:
                  - { key: kubernetes.io/arch, operator: In, values: [amd64] }
              - matchExpressions:
                  - { key: karpenter.sh/nodepool, operator: In, values: [banking-general] }
      topologySpreadConstraints:
        - maxSkew: 4
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
`,
        { replicas: 2 },
      ),
    );

    const spec = podSpecOf(text);
    const onPool = { key: 'karpenter.sh/nodepool', operator: 'In', values: ['banking-general'] };
    expect(spec.tolerations).toEqual([{ operator: 'Exists', effect: 'NoSchedule' }]);
    expect(spec.affinity?.nodeAffinity[REQUIRED]).toEqual({
      nodeSelectorTerms: [
        { matchExpressions: [{ key: 'kubernetes.io/arch', operator: 'In', values: ['amd64'] }, onPool] },
        { matchExpressions: [onPool] },
      ],
    });
    expect(spec.topologySpreadConstraints?.map(({ topologyKey }) => topologyKey)).toEqual([
      'kubernetes.io/hostname',
      'topology.kubernetes.io/zone',
    ]);
  });
});

describe('other kinds', () => {
  const podIn = (kind: string, apiVersion: string, around: (pod: object) => object) =>
    JSON.stringify({ apiVersion, kind, metadata: { name: 'a' }, spec: around({ containers: [] }) });
  const template = (spec: object) => ({ template: { spec } });

  it.each([
    ['Pod', podIn('Pod', 'v1', (spec) => spec), ['spec']],
    ['Job', podIn('Job', 'batch/v1', template), ['spec', 'template', 'spec']],
    [
      'CronJob',
      podIn('CronJob', 'batch/v1', (spec) => ({ jobTemplate: { spec: template(spec) } })),
      ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
    ],
    [
      'StatefulSet',
      podIn('StatefulSet', 'apps/v1', (spec) => ({ ...template(spec), selector: {} })),
      ['spec', 'template', 'spec'],
    ],
  ])('a %s is placed, and JSON stays JSON', (_, text, path) => {
    const after = path.reduce<unknown>(
      (value, key) => (value as Record<string, unknown>)[key],
      JSON.parse(placedText(text)),
    );

    expect(after).toMatchObject({
      tolerations: [TOLERATION],
      affinity: { nodeAffinity: { [REQUIRED]: requiredTerms() } },
    });
  });

  it('a DaemonSet only tolerates', () => {
    const spec = podSpecOf(placedText(deployment('', { kind: 'DaemonSet', replicas: 3 })));

    expect(Object.keys(spec)).toEqual(['containers', 'tolerations']);
  });

  it('what has no pods passes through, and a List is refused', () => {
    const service = 'apiVersion: v1\nkind: Service # of nothing\nmetadata: { name: a }\n';

    expect(placedText(`# one\n---\n${service}---\n# two\n`)).toBe(`# one\n---\n${service}---\n# two\n`);
    expect(faultsOf('apiVersion: v1\nkind: List\nitems: []\n')).toEqual([expect.stringMatching(/^2: kind: is a List/)]);
    expect(faultsOf('apiVersion: extensions/v1beta1\nkind: Deployment\n')).toEqual([
      '1: apiVersion: must be apps/v1 for a Deployment',
    ]);
  });
});

describe('what stands against the placement', () => {
  const term = (expression: string) => `      affinity:
        nodeAffinity:
          ${REQUIRED}:
            nodeSelectorTerms:
              - matchExpressions:
                  - ${expression}
`;

  it.each([
    [
      'another pool',
      '      nodeSelector:\n        karpenter.sh/nodepool: web\n',
      {},
      /^19: .*nodepool.*: says karpenter\.sh\/nodepool In \[web\], contrary to In \[banking-general\]/,
    ],
    [
      'affinity for another pool',
      term('{ key: karpenter.sh/nodepool, operator: NotIn, values: [banking-general] }'),
      {},
      /^23: .*says karpenter\.sh\/nodepool NotIn/,
    ],
    [
      'on-demand against spot',
      '      nodeSelector:\n        karpenter.sh/capacity-type: on-demand\n',
      { spot: 'preferred' },
      /^19: .*capacity-type.*contrary to In \[spot\]/,
    ],
    [
      'another architecture',
      '      nodeSelector:\n        kubernetes.io/arch: arm64\n',
      {},
      /^19: .*asks for kubernetes\.io\/arch arm64, which NodePool banking-general does not give/,
    ],
    [
      'a type that the pool does not have',
      term('{ key: karpenter.k8s.aws/instance-family, operator: In, values: [p5] }'),
      {},
      /^23: .*instance-family p5/,
    ],
    [
      'a size that no family of the pool has',
      term('{ key: karpenter.k8s.aws/instance-cpu, operator: Gt, values: ["64"] }'),
      {},
      /^23: .*leaves nothing of NodePool banking-general/,
    ],
    [
      'a label that no node has',
      '      nodeSelector:\n        disk: ssd\n',
      {},
      /^19: .*asks for the label disk, which no node of NodePool banking-general has/,
    ],
    ['a node by name', '      nodeName: ip-10-0-0-1\n', {}, /^18: spec\.template\.spec\.nodeName: names one node/],
    [
      'tolerations that are no list',
      '      tolerations: all\n',
      {},
      /^18: spec\.template\.spec\.tolerations: must be a list/,
    ],
    ['an empty term', term('{}').replace(/matchExpressions:\n.*\n/, '{}\n'), {}, /^22: .*is an empty term/],
    [
      'an operator that there is not',
      term('{ key: a, operator: Like, values: [b] }'),
      {},
      /^23: .*must have a key, one of In, NotIn/,
    ],
    ['spot for what is critical', '', { critical: true, spot: 'required' }, /^2: : the service is critical/],
  ] as const)('%s is a fault with its line, and the text stays as it is', (_, podSpec, wish, fault) => {
    const text = deployment(podSpec);

    expect(faultsOf(text, 'banking-general', wish)).toEqual([expect.stringMatching(fault)]);
    expect(placedText(text, 'banking-general', wish)).toBe(text);
  });

  it('is nothing where one of several terms fits, or the pool gives one of several values', () => {
    const either = term('{ key: kubernetes.io/arch, operator: In, values: [arm64, amd64] }');
    const other =
      '              - matchExpressions:\n                  - { key: kubernetes.io/arch, operator: In, values: [arm64] }\n';

    expect(faultsOf(deployment(either + other))).toEqual([]);
  });

  it('counts lines over all documents of a file', () => {
    const text = `# head\n---\n${deployment()}---\n${deployment('      nodeName: x\n')}`;

    expect(faultsOf(text)).toEqual([expect.stringMatching(/^38: spec\.template\.spec\.nodeName/)]);
  });

  it('is an alias or a merge key on the way, which cannot be changed in place', () => {
    const aliased = deployment('').replace('    spec:\n', '    spec: &pod\n') + '  copy: *pod\n';
    const merged = deployment('      <<: { dnsPolicy: Default }\n');

    expect(faultsOf(aliased)).toEqual([expect.stringContaining('is shared by the anchor &pod; write it out')]);
    expect(faultsOf(merged)).toEqual([expect.stringContaining('has a merge key (<<); write it out')]);
  });
});

describe('what does not fit but may be meant', () => {
  const warnings = (text: string, pool: string) =>
    placed(text, pool).flatMap(({ object }) => object?.warnings.map(({ message }) => message) ?? []);

  it.each([
    ['example.com/auth:1-amd64', 'default', /looks like an image for amd64, and NodePool default has arm64 nodes only/],
    [
      'example.com/auth-aarch64:1',
      'balanced',
      /looks like an image for arm64, and NodePool balanced has amd64 nodes only/,
    ],
  ])('%s on %s is a warning', (image, pool, message) => {
    expect(warnings(deployment().replace('example.com/auth:1', image), pool)).toEqual([expect.stringMatching(message)]);
  });

  it('says nothing of an image for the pool, or without an architecture', () => {
    expect(warnings(deployment(), 'default')).toEqual([]);
    expect(warnings(deployment().replace('auth:1', 'auth:1-arm64'), 'default')).toEqual([]);
  });

  it('knows pods without GPUs on a pool of GPUs, and refuses pods with GPUs elsewhere', () => {
    const withGpu = deployment('          resources: { limits: { nvidia.com/gpu: 1 } }\n');

    expect(warnings(deployment(), 'gpu-workloads')).toEqual([
      expect.stringContaining('no container asks for nvidia.com/gpu'),
    ]);
    expect(warnings(withGpu, 'gpu-workloads')).toEqual([]);
    expect(faultsOf(withGpu)).toEqual([expect.stringMatching(/^18: .*resources: asks for nvidia\.com\/gpu/)]);
  });
});

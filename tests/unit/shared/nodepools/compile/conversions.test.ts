import { describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { type Compilation, compileText } from '../../../../../shared/nodepools/compile/compile.ts';
import type { CompileOptions } from '../../../../../shared/nodepools/compile/convert.ts';
import { runtimeFaults } from '../../../../../shared/nodepools/runtime-faults.ts';
import { validateManifest } from '../../../../../shared/nodepools/validate-manifest.ts';

type Part = Readonly<Record<string, unknown>>;

const metadata = { name: 'default' };
const betaRef = { apiVersion: 'karpenter.k8s.aws/v1beta1', kind: 'EC2NodeClass', name: 'default' };
const ref = { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'default' };
const noRequirements = { requirements: [] };

function betaPool(spec: Part = {}, template: Part = {}): Part {
  const templateSpec = { nodeClassRef: betaRef, ...noRequirements, ...template };
  return {
    apiVersion: 'karpenter.sh/v1beta1',
    kind: 'NodePool',
    metadata,
    spec: { template: { spec: templateSpec }, ...spec },
  };
}

function provisioner(spec: Part = {}): Part {
  const provider = 'provider' in spec ? {} : { providerRef: { name: 'default' } };
  return { apiVersion: 'karpenter.sh/v1alpha5', kind: 'Provisioner', metadata, spec: { ...provider, ...spec } };
}

const terms = { subnetSelectorTerms: [{ id: 'subnet-1' }], securityGroupSelectorTerms: [{ id: 'sg-1' }] };

function betaClass(spec: Part = {}): Part {
  const full = { amiFamily: 'AL2023', role: 'nodes', ...terms, ...spec };
  return { apiVersion: 'karpenter.k8s.aws/v1beta1', kind: 'EC2NodeClass', metadata, spec: full };
}

function nodeTemplate(spec: Part = {}): Part {
  const full = {
    amiFamily: 'Bottlerocket',
    instanceProfile: 'nodes',
    subnetSelector: { a: 'b' },
    securityGroupSelector: { a: 'b' },
    ...spec,
  };
  return { apiVersion: 'karpenter.k8s.aws/v1alpha1', kind: 'AWSNodeTemplate', metadata, spec: full };
}

function compiled(objects: readonly unknown[], options: CompileOptions = {}): Compilation {
  const text = objects.map((object) => stringify(object)).join('---\n');
  const result = compileText(text, 'pools.yaml', options);
  for (const manifest of result.manifests) {
    expect([...validateManifest(manifest), ...runtimeFaults(manifest)]).toEqual([]);
  }
  const again = compileText(result.text || 'a: 1', 'pools.yaml');
  if (result.errors.length === 0) expect(again).toMatchObject({ text: result.text, notes: [], errors: [] });
  return result;
}

/** The specs of what one object became, and which rules did it. */
function becomes(object: unknown, options?: CompileOptions) {
  const { manifests, notes, errors } = compiled([object], options);
  expect(errors).toEqual([]);
  return {
    specs: manifests.map((manifest) => manifest['spec']),
    rules: notes.map(({ rule }) => rule).filter((rule) => !['api-version', 'kind', 'node-template'].includes(rule)),
  };
}

function errorsOf(...objects: readonly unknown[]): string[] {
  const { errors, manifests, text } = compiled(objects);
  expect([manifests, text]).toEqual([[], '']);
  return errors.map(({ path, message }) => `${path} ${message}`);
}

const hop = { metadataOptions: { httpPutResponseHopLimit: 2 } };

describe('a NodePool of v1beta1', () => {
  it.each<[string, Part, Part, Part, string[]]>([
    [
      'WhenUnderutilized, which had no time of its own',
      { disruption: { consolidationPolicy: 'WhenUnderutilized' } },
      { disruption: { consolidationPolicy: 'WhenEmptyOrUnderutilized', consolidateAfter: '0s' } },
      {},
      ['node-class-ref', 'consolidation-policy', 'consolidate-after'],
    ],
    [
      'WhenUnderutilized with a time',
      { disruption: { consolidationPolicy: 'WhenUnderutilized', consolidateAfter: '30s' } },
      { disruption: { consolidationPolicy: 'WhenEmptyOrUnderutilized', consolidateAfter: '30s' } },
      {},
      ['node-class-ref', 'consolidation-policy'],
    ],
    [
      'WhenEmpty',
      { disruption: { consolidationPolicy: 'WhenEmpty', consolidateAfter: '5m' } },
      { disruption: { consolidationPolicy: 'WhenEmpty', consolidateAfter: '5m' } },
      {},
      ['node-class-ref'],
    ],
    [
      'an expiration alone',
      { disruption: { expireAfter: '24h' } },
      {},
      { expireAfter: '24h' },
      ['node-class-ref', 'expire-after'],
    ],
    [
      'budgets and expiration',
      { disruption: { expireAfter: 'Never', budgets: [{ nodes: '5', schedule: '0 9 * * *', duration: '8h' }] } },
      { disruption: { budgets: [{ nodes: '5', schedule: '0 9 * * *', duration: '8h' }], consolidateAfter: '0s' } },
      { expireAfter: 'Never' },
      ['node-class-ref', 'expire-after', 'consolidate-after'],
    ],
    [
      'weight and limits',
      { weight: 10, limits: { cpu: 10 } },
      { weight: 10, limits: { cpu: 10 } },
      {},
      ['node-class-ref'],
    ],
  ])('keeps what it says: %s', (_, written, spec, template, rules) => {
    const result = becomes(betaPool(written));

    expect(result.specs).toEqual([
      { template: { spec: { nodeClassRef: ref, ...noRequirements, ...template } }, ...spec },
    ]);
    expect(result.rules.toSorted()).toEqual(rules.toSorted());
  });

  it('keeps taints, startup taints and minValues, and renames labels and annotations', () => {
    const pool = betaPool(
      {},
      {
        taints: [{ key: 'a', effect: 'NoSchedule' }],
        startupTaints: [{ key: 'b', effect: 'NoExecute' }],
        requirements: [{ key: 'beta.kubernetes.io/arch', operator: 'In', values: ['amd64'], minValues: 1 }],
        resources: {},
      },
    );
    const template = (pool['spec'] as { template: Record<string, unknown> }).template;
    template['metadata'] = { annotations: { 'karpenter.sh/do-not-consolidate': 'true' } };

    const { specs, rules } = becomes(pool);

    expect(specs).toEqual([
      {
        template: {
          metadata: { annotations: { 'karpenter.sh/do-not-disrupt': 'true' } },
          spec: {
            nodeClassRef: ref,
            taints: [{ key: 'a', effect: 'NoSchedule' }],
            startupTaints: [{ key: 'b', effect: 'NoExecute' }],
            requirements: [{ key: 'kubernetes.io/arch', operator: 'In', values: ['amd64'], minValues: 1 }],
          },
        },
      },
    ]);
    expect(rules.toSorted()).toEqual(['annotation-renamed', 'label-renamed', 'no-meaning', 'node-class-ref']);
  });

  it('takes the class that is given for pools that name none', () => {
    expect(becomes(betaPool({}, { nodeClassRef: undefined }), { nodeClass: 'default' }).specs).toEqual([
      { template: { spec: { nodeClassRef: ref, ...noRequirements } } },
    ]);
  });

  it('is compiled the same when only its version says v1', () => {
    const written = betaPool({ disruption: { consolidationPolicy: 'WhenUnderutilized', expireAfter: '1h' } });

    expect(becomes({ ...written, apiVersion: 'karpenter.sh/v1' }).specs).toEqual(becomes(written).specs);
  });

  it.each<[string, Part, string]>([
    [
      'WhenEmpty without a time',
      betaPool({ disruption: { consolidationPolicy: 'WhenEmpty' } }),
      'spec.disruption.consolidateAfter Required value',
    ],
    [
      'another class',
      betaPool({}, { nodeClassRef: { kind: 'Other', name: 'a' } }),
      'spec.template.spec.nodeClassRef.kind refers to a Other',
    ],
    [
      'requests of its own',
      betaPool({}, { resources: { requests: { cpu: 1 } } }),
      'spec.template.spec.resources Forbidden: unknown field',
    ],
    [
      'a label that is gone',
      betaPool({}, { requirements: [{ key: 'karpenter.k8s.aws/instance-pods', operator: 'Gt', values: ['9'] }] }),
      'spec.template.spec.requirements[0].key karpenter.k8s.aws/instance-pods: the label is gone',
    ],
    [
      'its own name as a requirement',
      betaPool({}, { requirements: [{ key: 'karpenter.sh/provisioner-name', operator: 'Exists' }] }),
      'spec.template.spec.requirements[0].key karpenter.sh/provisioner-name: it became karpenter.sh/nodepool',
    ],
    [
      'two expirations',
      betaPool({ disruption: { expireAfter: '1h' } }, { expireAfter: '2h' }),
      'spec.disruption.expireAfter is 1h here and 2h in spec.template.spec',
    ],
    [
      'a wildcard that matches nothing',
      betaPool(
        {},
        { requirements: [{ key: 'node.kubernetes.io/instance-type', operator: 'In', values: ['m5.large', 'tt3.*'] }] },
      ),
      'spec.template.spec.requirements[0].values[1] "tt3.*" matches no instance type; did you mean t3.*?',
    ],
    [
      'more requirements than the API server takes',
      betaPool(
        {},
        {
          requirements: Array.from({ length: 100 }, (_, index) =>
            index === 0
              ? { key: 'node.kubernetes.io/instance-type', operator: 'NotIn', values: ['t3.*', '*.metal'] }
              : { key: `team/k${index}`, operator: 'Exists' },
          ),
        },
      ),
      'spec.template.spec.requirements ',
    ],
  ])('is refused with %s', (_, written, expected) => {
    expect(errorsOf(written).filter((error) => error.startsWith(expected))).toHaveLength(1);
  });
});

describe('a Provisioner', () => {
  const defaults = [
    { key: 'kubernetes.io/os', operator: 'In', values: ['linux'] },
    { key: 'kubernetes.io/arch', operator: 'In', values: ['amd64'] },
    { key: 'karpenter.sh/capacity-type', operator: 'In', values: ['on-demand'] },
    { key: 'karpenter.k8s.aws/instance-category', operator: 'In', values: ['c', 'm', 'r'] },
    { key: 'karpenter.k8s.aws/instance-generation', operator: 'Gt', values: ['2'] },
  ];
  const never = { disruption: { consolidateAfter: 'Never' } };

  it.each<[string, Part, Part, Part]>([
    ['nothing, with the defaults of its version', {}, never, {}],
    [
      'consolidation',
      { consolidation: { enabled: true }, ttlSecondsUntilExpired: 90 },
      { disruption: { consolidationPolicy: 'WhenEmptyOrUnderutilized', consolidateAfter: '0s' } },
      { expireAfter: '90s' },
    ],
    [
      'a time after empty',
      { consolidation: { enabled: false }, ttlSecondsAfterEmpty: 30, ttlSecondsUntilExpired: 2592000 },
      { disruption: { consolidationPolicy: 'WhenEmpty', consolidateAfter: '30s' } },
      { expireAfter: '720h' },
    ],
    [
      'limits and weight',
      { limits: { resources: { cpu: 10 } }, weight: 3 },
      { ...never, limits: { cpu: 10 }, weight: 3 },
      {},
    ],
    [
      'taints',
      { taints: [{ key: 'a', effect: 'NoSchedule' }] },
      never,
      { taints: [{ key: 'a', effect: 'NoSchedule' }] },
    ],
  ])('keeps what it says: %s', (_, written, spec, template) => {
    expect(becomes(provisioner(written)).specs).toEqual([
      { template: { spec: { nodeClassRef: ref, requirements: defaults, expireAfter: 'Never', ...template } }, ...spec },
    ]);
  });

  it('adds only those defaults of its version that it says nothing of', () => {
    const requirements = [
      { key: 'beta.kubernetes.io/arch', operator: 'In', values: ['arm64'] },
      { key: 'karpenter.sh/capacity-type', operator: 'In', values: ['spot'] },
      { key: 'karpenter.k8s.aws/instance-family', operator: 'In', values: ['m7g'] },
    ];

    const { specs } = becomes(provisioner({ requirements, labels: { team: 'a' }, annotations: { note: 'b' } }));

    expect(specs).toMatchObject([
      {
        template: {
          metadata: { labels: { team: 'a' }, annotations: { note: 'b' } },
          spec: {
            requirements: [
              { key: 'kubernetes.io/arch', operator: 'In', values: ['arm64'] },
              ...requirements.slice(1),
              defaults[0],
            ],
          },
        },
      },
    ]);
  });

  it('with an inline provider becomes a NodePool and an EC2NodeClass of its name', () => {
    const provider = {
      apiVersion: 'extensions.karpenter.sh/v1alpha1',
      kind: 'AWS',
      amiFamily: 'Bottlerocket',
      instanceProfile: 'nodes',
      subnetSelector: { 'aws-ids': 'subnet-1, subnet-2' },
      securityGroupSelector: { 'karpenter.sh/discovery': 'a,b', team: 'c' },
      tags: { team: 'a' },
    };

    const { manifests, errors } = compiled([provisioner({ provider })]);

    expect(errors).toEqual([]);
    expect(manifests.map(({ kind }) => kind)).toEqual(['NodePool', 'EC2NodeClass']);
    expect(manifests[0]).toMatchObject({ spec: { template: { spec: { nodeClassRef: ref } } } });
    expect(manifests[1]).toEqual({
      apiVersion: 'karpenter.k8s.aws/v1',
      kind: 'EC2NodeClass',
      metadata,
      spec: {
        amiSelectorTerms: [{ alias: 'bottlerocket@latest' }],
        instanceProfile: 'nodes',
        subnetSelectorTerms: [{ id: 'subnet-1' }, { id: 'subnet-2' }],
        securityGroupSelectorTerms: [
          { tags: { 'karpenter.sh/discovery': 'a', team: 'c' } },
          { tags: { 'karpenter.sh/discovery': 'b', team: 'c' } },
        ],
        tags: { team: 'a' },
        ...hop,
      },
    });
  });

  it.each<[string, Part, string]>([
    [
      'both ways to remove empty nodes',
      { consolidation: { enabled: true }, ttlSecondsAfterEmpty: 30 },
      'spec.ttlSecondsAfterEmpty excludes consolidation.enabled',
    ],
    [
      'seconds that are none',
      { ttlSecondsUntilExpired: '30s' },
      'spec.ttlSecondsUntilExpired must be a whole number of seconds',
    ],
    ['negative seconds', { ttlSecondsAfterEmpty: -1 }, 'spec.ttlSecondsAfterEmpty must be a whole number of seconds'],
    ['consolidation that is no map', { consolidation: true }, 'spec.consolidation has only the field enabled'],
    [
      'fields of a NodePool',
      { disruption: { consolidateAfter: '1s' } },
      'spec.disruption is no field of a Provisioner',
    ],
    [
      'neither provider nor reference',
      { providerRef: undefined },
      'spec.template.spec.nodeClassRef has neither providerRef nor provider',
    ],
    ['both of them', { provider: {}, providerRef: { name: 'a' } }, 'spec.provider excludes providerRef'],
    [
      'a launch template',
      { provider: { launchTemplate: 'x', subnetSelector: { a: 'b' } } },
      'spec.provider.launchTemplate cannot be carried over',
    ],
    [
      'no role',
      { provider: { subnetSelector: { a: 'b' }, securityGroupSelector: { a: 'b' } } },
      'spec.provider.role is needed, or instanceProfile',
    ],
    [
      'docker',
      { kubeletConfiguration: { containerRuntime: 'dockerd' } },
      'spec.kubeletConfiguration.containerRuntime is dockerd',
    ],
    [
      'a taint without effect',
      { taints: [{ key: 'a' }] },
      'spec.taints[0].effect Required value (in v1 at spec.template.spec.taints[0].effect)',
    ],
  ])('is refused with %s', (_, written, expected) => {
    expect(errorsOf(provisioner(written)).filter((error) => error.startsWith(expected))).toHaveLength(1);
  });
});

describe('a class', () => {
  const alias = (name: string) => ({ amiSelectorTerms: [{ alias: name }] });

  it.each<[string, Part, Part, string[]]>([
    ['a family', {}, { ...alias('al2023@latest'), ...hop }, ['ami-alias', 'default-kept']],
    ['Amazon Linux 2', { amiFamily: 'AL2' }, { ...alias('al2@latest'), ...hop }, ['ami-ended', 'default-kept']],
    [
      'its own images',
      { amiSelectorTerms: [{ id: 'ami-1' }], metadataOptions: { httpPutResponseHopLimit: 1 } },
      { amiFamily: 'AL2023', amiSelectorTerms: [{ id: 'ami-1' }], metadataOptions: { httpPutResponseHopLimit: 1 } },
      [],
    ],
    [
      'Ubuntu',
      { amiFamily: 'Ubuntu', amiSelectorTerms: [{ id: 'ami-1' }] },
      {
        amiFamily: 'AL2',
        amiSelectorTerms: [{ id: 'ami-1' }],
        blockDeviceMappings: [
          {
            deviceName: '/dev/sda1',
            rootVolume: true,
            ebs: { encrypted: true, volumeType: 'gp3', volumeSize: '20Gi' },
          },
        ],
        ...hop,
      },
      ['ami-ubuntu', 'default-kept', 'default-kept'],
    ],
    [
      'metadata options without a hop limit',
      { metadataOptions: { httpTokens: 'optional' } },
      { ...alias('al2023@latest'), metadataOptions: { httpTokens: 'optional', httpPutResponseHopLimit: 2 } },
      ['ami-alias', 'default-kept'],
    ],
    [
      'volumes, userData, tags and monitoring',
      {
        userData: 'x',
        tags: { a: 'b' },
        detailedMonitoring: true,
        blockDeviceMappings: [{ deviceName: '/dev/xvda', ebs: { volumeSize: '9Gi' } }],
      },
      {
        ...alias('al2023@latest'),
        userData: 'x',
        tags: { a: 'b' },
        detailedMonitoring: true,
        blockDeviceMappings: [{ deviceName: '/dev/xvda', ebs: { volumeSize: '9Gi' } }],
        ...hop,
      },
      ['ami-alias', 'default-kept'],
    ],
  ])('of v1beta1 keeps what it says: %s', (_, written, expected, rules) => {
    const result = becomes(betaClass(written));

    expect(result.specs).toEqual([{ role: 'nodes', ...terms, ...expected }]);
    expect(result.rules.toSorted()).toEqual(rules);
  });

  it.each<[string, Part, Part]>([
    ['no family, which meant AL2', { amiFamily: undefined }, alias('al2@latest')],
    [
      'images by name and owner',
      { amiFamily: undefined, amiSelector: { 'aws::name': 'x-*', 'aws::owners': '1, self' } },
      {
        amiSelectorTerms: [
          { name: 'x-*', owner: '1' },
          { name: 'x-*', owner: 'self' },
        ],
        amiFamily: 'AL2',
      },
    ],
    [
      'images by id',
      { amiFamily: 'Custom', amiSelector: { 'aws::ids': 'ami-1,ami-2' } },
      { amiSelectorTerms: [{ id: 'ami-1' }, { id: 'ami-2' }], amiFamily: 'Custom' },
    ],
    [
      'metadata options of EC2',
      { metadataOptions: { httpPutResponseHopLimit: 1 } },
      { ...alias('bottlerocket@latest'), metadataOptions: { httpPutResponseHopLimit: 1, httpTokens: 'optional' } },
    ],
  ])('of v1alpha1 keeps what it says: %s', (_, written, expected) => {
    const byTag = { subnetSelectorTerms: [{ tags: { a: 'b' } }], securityGroupSelectorTerms: [{ tags: { a: 'b' } }] };

    expect(becomes(nodeTemplate(written)).specs).toEqual([{ instanceProfile: 'nodes', ...byTag, ...hop, ...expected }]);
  });

  it('keeps the image version that Karpenter 1.0 noted', () => {
    const written = {
      ...betaClass(),
      metadata: { ...metadata, annotations: { 'compatibility.karpenter.k8s.aws/v1-alias-version': 'v20240807' } },
    };

    expect(becomes(written).specs).toMatchObject([alias('al2023@v20240807')]);
  });

  it('takes the role that is given where none is named', () => {
    expect(becomes(nodeTemplate({ instanceProfile: undefined }), { role: 'nodes' }).specs).toMatchObject([
      { role: 'nodes' },
    ]);
  });

  it('with Amazon Linux 2 is refused where the cluster has no image of it', () => {
    const { errors } = compileText(stringify(betaClass({ amiFamily: 'AL2' })), 'a.yaml', { kubernetesVersion: '1.35' });

    expect(errors).toMatchObject([
      { path: 'spec.amiFamily', line: 6, message: expect.stringContaining('Amazon Linux 2 has ended') },
    ]);
  });

  it.each<[string, Part, string]>([
    ['Ubuntu without images', betaClass({ amiFamily: 'Ubuntu' }), 'spec.amiFamily is Ubuntu'],
    ['Custom without images', betaClass({ amiFamily: 'Custom' }), 'spec.amiFamily is Custom'],
    [
      'a tag that Karpenter writes',
      betaClass({ tags: { 'karpenter.sh/nodepool': 'a' } }),
      'The tag karpenter.sh/nodepool is written by Karpenter',
    ],
    [
      'ids beside tags',
      nodeTemplate({ subnetSelector: { 'aws-ids': 'subnet-1', a: 'b' } }),
      'spec.subnetSelector aws-ids excludes other keys',
    ],
    [
      'too many combinations',
      nodeTemplate({ subnetSelector: { a: '1,2,3,4,5,6', b: '1,2,3,4,5,6' } }),
      'spec.subnetSelector means 36 combinations',
    ],
    [
      'a volume size of another unit',
      betaClass({ blockDeviceMappings: [{ deviceName: 'a', ebs: { volumeSize: '9000Mi' } }] }),
      'spec.blockDeviceMappings[0].ebs.volumeSize ',
    ],
  ])('is refused with %s', (_, written, expected) => {
    expect(errorsOf(written)).toEqual([expect.stringContaining(expected)]);
  });
});

describe('kubelet settings of pools', () => {
  const named = (object: Part, name: string): Part => ({ ...object, metadata: { name } });
  const kubelet = (maxPods: number) => ({ kubelet: { maxPods } });

  it('move to the class that the pools share', () => {
    const { manifests, errors } = compiled([
      named(betaPool({}, kubelet(20)), 'a'),
      named(betaPool({}, kubelet(20)), 'b'),
      betaClass(),
    ]);

    expect(errors).toEqual([]);
    expect(manifests).toHaveLength(3);
    expect(manifests[2]).toMatchObject({ kind: 'EC2NodeClass', spec: { kubelet: { maxPods: 20 } } });
    expect(manifests[0]).not.toHaveProperty('spec.template.spec.kubelet');
  });

  it('make a class for each that differs, and leave the class as it is for pools without', () => {
    const pools = [
      named(betaPool({}, kubelet(20)), 'a'),
      named(betaPool(), 'b'),
      named(betaPool({}, kubelet(30)), 'c'),
    ];

    const { manifests, notes } = compiled([...pools, betaClass()]);

    const named_ = (manifest: Part) => (manifest['metadata'] as { name: string }).name;
    expect(manifests.map(named_)).toEqual(['a', 'b', 'c', 'default', 'default-a', 'default-c']);
    expect(manifests.map((manifest) => (manifest['spec'] as { kubelet?: unknown }).kubelet)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      { maxPods: 20 },
      { maxPods: 30 },
    ]);
    expect(manifests[2]).toMatchObject({ spec: { template: { spec: { nodeClassRef: { name: 'default-c' } } } } });
    expect(notes.filter(({ rule }) => rule === 'kubelet-split').map(({ resource }) => resource)).toEqual([
      'NodePool/a',
      'NodePool/c',
    ]);
  });

  it('are taken from the annotation in which Karpenter 1.0 kept them', () => {
    const annotations = { 'compatibility.karpenter.sh/v1beta1-kubelet-conversion': '{"maxPods":10}' };
    const pool = { ...betaPool(), apiVersion: 'karpenter.sh/v1', metadata: { ...metadata, annotations } };

    const { manifests } = compiled([pool, betaClass()]);

    expect(manifests[0]).toHaveProperty('metadata', metadata);
    expect(manifests[1]).toMatchObject({ spec: { kubelet: { maxPods: 10 } } });
  });

  it('are refused when the class is not there', () => {
    expect(errorsOf(betaPool({}, kubelet(20)))).toEqual([
      'spec.template.spec.kubelet moves to the EC2NodeClass in v1, and EC2NodeClass default is not in this file: put both in one file',
    ]);
  });
});

describe('objects as they come from a cluster', () => {
  const served = { creationTimestamp: '2026-01-01T00:00:00Z', uid: 'u', resourceVersion: '1', generation: 2 };
  const annotations = { 'karpenter.sh/nodepool-hash': '1', 'kubectl.kubernetes.io/last-applied-configuration': '{}' };

  it('lose what only the server and Karpenter write, each with a note', () => {
    const pool = {
      ...betaPool(),
      metadata: { ...metadata, ...served, annotations, finalizers: ['karpenter.sh/termination'] },
      status: { resources: {} },
    };

    const { manifests, notes } = compiled([{ apiVersion: 'v1', kind: 'List', items: [pool, betaClass()] }]);

    expect(manifests.map((manifest) => manifest['metadata'])).toEqual([metadata, metadata]);
    expect(
      notes
        .filter(({ rule }) => rule === 'server-field')
        .map(({ path }) => path)
        .toSorted(),
    ).toEqual(
      [
        ...Object.keys(served).map((field) => `items[0].metadata.${field}`),
        ...Object.keys(annotations).map((key) => `items[0].metadata.annotations["${key}"]`),
        'items[0].metadata.finalizers',
        'items[0].status',
      ].toSorted(),
    );
  });

  it('are refused when Karpenter made them, or when two have one name', () => {
    expect(errorsOf({ apiVersion: 'karpenter.sh/v1beta1', kind: 'NodeClaim', metadata })[0]).toContain(
      'is made by Karpenter',
    );
    expect(errorsOf({ apiVersion: 'v1', kind: 'Pod', metadata })[0]).toContain('Pod is no kind of Karpenter');
    expect(errorsOf(provisioner(), betaPool())).toEqual([
      ' NodePool default is there already, made of Provisioner/default',
    ]);
  });
});

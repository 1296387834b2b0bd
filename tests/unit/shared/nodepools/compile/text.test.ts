import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseAllDocuments, stringify } from 'yaml';
import { compileClusterValue } from '../../../../../shared/nodepools/compile/cluster.ts';
import { compileText } from '../../../../../shared/nodepools/compile/compile.ts';
import { RULES } from '../../../../../shared/nodepools/compile/rules.ts';

const POOL = `# head
apiVersion: karpenter.sh/v1beta1 # version
kind: NodePool
metadata:
  name: default # name
spec:
  # how much
  limits:
    cpu: 1000 # lots
  # when
  disruption:
    # why so soon
    expireAfter: 24h # daily
    consolidationPolicy: WhenUnderutilized # cheap
  template:
    spec:
      requirements:
        # which
        - key: node.kubernetes.io/instance-type # key
          operator: In
          values: ["t3.*", "c5.*"] # families
      # what
      nodeClassRef:
        name: default # class
# tail
`;

const COMPILED = `# head
apiVersion: karpenter.sh/v1 # version
kind: NodePool
metadata:
  name: default # name
spec:
  # how much
  limits:
    cpu: 1000 # lots
  # when
  disruption:
    consolidationPolicy: WhenEmptyOrUnderutilized # cheap
    consolidateAfter: 0s
  template:
    spec:
      requirements:
        # which
        - key: karpenter.k8s.aws/instance-family # key
          operator: In
          values: [t3, c5] # families
      # what
      nodeClassRef:
        group: karpenter.k8s.aws
        kind: EC2NodeClass
        name: default # class
      # why so soon
      expireAfter: 24h # daily

# tail
`;

const UNTOUCHED = `apiVersion: karpenter.sh/v1
kind:   NodePool      # as it is
metadata: { name: other }
spec: {template: {spec: {nodeClassRef: {group: karpenter.k8s.aws, kind: EC2NodeClass, name: default}, requirements: []}}}
`;

describe('the text that is compiled', () => {
  it('keeps its comments and its order', () => {
    expect(compileText(POOL, 'a.yaml').text).toBe(COMPILED);
  });

  it('stays to the letter where nothing is changed', () => {
    expect(compileText(UNTOUCHED, 'a.yaml')).toMatchObject({ text: UNTOUCHED, notes: [], errors: [] });
    expect(compileText(`${POOL}---\n${UNTOUCHED}`, 'a.yaml').text).toBe(`${COMPILED}---\n${UNTOUCHED}`);
  });

  it('says what was changed with its line, path, rule, values and reason, and nothing else', () => {
    const { notes } = compileText(POOL, 'a.yaml');

    expect(notes.map(({ line, path, rule }) => `${line} ${path} ${rule}`)).toEqual([
      '2 apiVersion api-version',
      '11 spec.disruption.consolidateAfter consolidate-after',
      '13 spec.disruption.expireAfter expire-after',
      '14 spec.disruption.consolidationPolicy consolidation-policy',
      '21 spec.template.spec.requirements[0].values instance-wildcard',
      '23 spec.template.spec.nodeClassRef node-class-ref',
    ]);
    expect(notes[3]).toEqual({
      resource: 'NodePool/default',
      path: 'spec.disruption.consolidationPolicy',
      line: 14,
      rule: 'consolidation-policy',
      from: 'WhenUnderutilized',
      to: 'WhenEmptyOrUnderutilized',
      why: RULES['consolidation-policy'],
    });
  });

  it('may be JSON, and is YAML that people can read then', () => {
    const [document] = parseAllDocuments(POOL);
    const json = JSON.stringify(document?.toJS());

    const { text, notes } = compileText(json, 'a.json');

    expect(text).toBe(
      stringify(compileText(POOL, 'a.yaml').manifests[0]).replace(
        /values:\n +- t3\n +- c5\n/,
        'values:\n            - t3\n            - c5\n',
      ),
    );
    expect(notes.find(({ rule }) => rule === 'instance-wildcard')).toMatchObject({ line: 1 });
  });

  it('writes aliases out, so that a change in one pool is none in another', () => {
    const text = POOL.replace('requirements:', 'requirements: &types').concat(
      '---\n',
      UNTOUCHED.replace('requirements: []', 'requirements: &none []'),
    );
    const shared = `${POOL.replace('values: ["t3.*", "c5.*"]', 'values: &types ["t3.*"]').replace('# which\n', '# which\n        - { key: karpenter.k8s.aws/instance-family, operator: In, values: &families [t3] }\n        - { key: team/families, operator: In, values: *families }\n')}`;

    expect(compileText(text, 'a.yaml').errors).toEqual([]);
    const { manifests, notes } = compileText(shared, 'a.yaml');
    expect(notes.map(({ rule }) => rule)).toContain('yaml-alias');
    expect(manifests[0]).toMatchObject({
      spec: { template: { spec: { requirements: [{}, { values: ['t3'] }, { values: ['t3'] }] } } },
    });
  });

  it('quotes what kubectl would not read as a text', () => {
    const taints =
      'requirements: []\n      taints: [{ key: team, value: yes, effect: NoSchedule }, { key: on, effect: NoSchedule }]\n';
    const text = POOL.replace(/requirements:[\s\S]*?# families\n/, taints);

    const compiled = compileText(text, 'a.yaml').text;

    expect(compiled).toContain('{key: team, value: "yes", effect: NoSchedule}, {key: "on", effect: NoSchedule}');
  });

  it('is the same when it is compiled again, whatever pools and classes it has', () => {
    const names = fc.stringMatching(/^[a-z]{1,3}$/);
    const types = fc.array(fc.constantFrom('t3.*', 'm5.large', '*.metal', 'c5*.*xlarge', 'c6g.medium'), {
      minLength: 1,
      maxLength: 4,
    });
    const operator = fc.constantFrom('In', 'NotIn');
    const requirements = fc
      .record({ values: types, operator })
      .map((one) => [{ key: 'node.kubernetes.io/instance-type', ...one }]);
    const kubelet = fc.option(fc.record({ maxPods: fc.integer({ min: 1, max: 3 }) }), { nil: undefined });
    const beta = fc
      .record({
        name: names,
        requirements,
        kubelet,
        policy: fc.constantFrom('WhenUnderutilized', undefined),
        expireAfter: fc.constantFrom('Never', '1h', undefined),
      })
      .map(({ name, policy, expireAfter, ...spec }) => ({
        apiVersion: 'karpenter.sh/v1beta1',
        kind: 'NodePool',
        metadata: { name },
        spec: {
          disruption: { consolidationPolicy: policy, expireAfter },
          template: { spec: { ...spec, nodeClassRef: { name: 'x' } } },
        },
      }));
    const alpha = fc
      .record({ name: names, requirements, kubelet, ttl: fc.constantFrom(30, undefined), enabled: fc.boolean() })
      .map(({ name, requirements: all, kubelet: kubeletConfiguration, ttl, enabled }) => ({
        apiVersion: 'karpenter.sh/v1alpha5',
        kind: 'Provisioner',
        metadata: { name },
        spec: {
          providerRef: { name: 'x' },
          requirements: all,
          kubeletConfiguration,
          ttlSecondsUntilExpired: ttl,
          consolidation: { enabled },
        },
      }));
    const template = {
      apiVersion: 'karpenter.k8s.aws/v1alpha1',
      kind: 'AWSNodeTemplate',
      metadata: { name: 'x' },
      spec: {
        instanceProfile: 'p',
        subnetSelector: { a: 'yes,no' },
        securityGroupSelector: { 'aws-ids': 'sg-1,sg-2' },
      },
    };
    const pools = fc.uniqueArray(fc.oneof(beta, alpha), {
      minLength: 1,
      maxLength: 4,
      selector: ({ metadata }) => metadata.name,
    });

    fc.assert(
      fc.property(pools, (all) => {
        const text = [...all, template].map((object) => stringify(object)).join('---\n');

        const once = compileText(text, 'a.yaml');

        expect(once.errors).toEqual([]);
        expect(compileText(text, 'a.yaml')).toEqual(once);
        expect(compileText(once.text, 'a.yaml')).toEqual({
          manifests: once.manifests,
          text: once.text,
          notes: [],
          errors: [],
        });
      }),
      { numRuns: 30 },
    );
  });
});

describe('text that is refused, at once', () => {
  const bomb = [
    'a: &a [x, x, x, x, x, x, x, x, x, x]',
    ...'bcdefgh'
      .split('')
      .map((name, index) => `${name}: &${name} [${Array(10).fill(`*${'abcdefg'[index]}`).join(', ')}]`),
  ].join('\n');

  it.each<[string, string, string, number]>([
    ['a YAML bomb', bomb, 'expand to more than', 1],
    ['a key twice', 'kind: NodePool\nkind: NodePool\n', 'in the map already', 2],
    ['tabs', 'kind: NodePool\nmetadata:\n\tname: a\n', 'not valid YAML', 3],
    ['a key of the prototype', 'kind: NodePool\nmetadata:\n  __proto__: {a: b}\n', '__proto__ is no key', 3],
    ['a merge key', 'kind: NodePool\nspec:\n  <<: {a: b}\n', '<< is a merge key', 3],
    ['a tag', 'kind: !!binary NodePool\n', 'YAML tag', 1],
    ['nothing', '# nothing\n', 'is empty', 1],
    ['a list', '- a\n', 'is no manifest', 1],
    ['an alias without its anchor', 'kind: *nobody\n', 'without its anchor', 1],
    ['more than anyone reads', '- a\n'.repeat(400_000), 'more than 200000 lines and values', 1],
    [
      'a map of many keys',
      `kind: a\nb: {${Array.from({ length: 501 }, (_, key) => `k${key}: 1`).join(', ')}}\n`,
      'more than 500 keys',
      2,
    ],
    ['many levels', `${'['.repeat(5000)}`, 'nested more than', 1],
  ])('%s', (_, text, message, line) => {
    const { errors, manifests } = compileText(text, 'a.yaml');

    expect(manifests).toEqual([]);
    expect(errors).toContainEqual(expect.objectContaining({ line, message: expect.stringContaining(message) }));
  });

  it('is never the end of the compiler, whatever it says', () => {
    const object = fc.record({
      apiVersion: fc.constantFrom(
        'karpenter.sh/v1beta1',
        'karpenter.sh/v1alpha5',
        'karpenter.k8s.aws/v1alpha1',
        'karpenter.k8s.aws/v1beta1',
      ),
      kind: fc.constantFrom('NodePool', 'Provisioner', 'AWSNodeTemplate', 'EC2NodeClass'),
      metadata: fc.anything(),
      spec: fc.jsonValue(),
    });
    const fields = [
      'disruption',
      'template',
      'limits',
      'provider',
      'providerRef',
      'requirements',
      'amiFamily',
      'subnetSelector',
      'consolidation',
      'kubeletConfiguration',
      'metadataOptions',
    ];
    const spec = fc.dictionary(fc.constantFrom(...fields), fc.jsonValue({ maxDepth: 2 }));

    fc.assert(
      fc.property(object, spec, (one, other) => {
        const text = JSON.stringify({ ...one, metadata: { name: 'a' }, spec: other });

        expect(
          compileText(text, 'a.yaml').errors.length + compileText(text, 'a.json').manifests.length,
        ).toBeGreaterThan(0);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a cluster file', () => {
  const file = (nodePools: readonly unknown[]) => ({
    apiVersion: 'joinery.dev/v1',
    kind: 'Cluster',
    metadata: { name: 'banking-prod' },
    spec: {
      region: 'eu-west-1',
      kubernetesVersion: '1.35',
      network: { subnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'] },
      nodePools,
    },
  });
  const template = (spec: object) => ({
    apiVersion: 'karpenter.k8s.aws/v1alpha1',
    kind: 'AWSNodeTemplate',
    metadata: { name: 'own' },
    spec: { instanceProfile: 'p', subnetSelector: { a: 'b' }, securityGroupSelector: { a: 'b' }, ...spec },
  });
  const pool = (kubelet: object) => ({
    apiVersion: 'karpenter.sh/v1beta1',
    kind: 'NodePool',
    metadata: { name: 'own' },
    spec: { template: { spec: { requirements: [], nodeClassRef: { name: 'own' }, ...kubelet } } },
  });

  it('gives the manifests of its profiles and entries, compiled', () => {
    const entries = [
      { profile: 'default' },
      { manifest: pool({}) },
      { manifest: template({ amiFamily: 'Bottlerocket' }) },
    ];

    const { manifests, errors, notes } = compileText(stringify(file(entries)), 'cluster.yaml');

    expect(errors).toEqual([]);
    expect(manifests.map((manifest) => `${String(manifest['apiVersion'])} ${String(manifest['kind'])}`)).toEqual([
      'karpenter.sh/v1 NodePool',
      'karpenter.sh/v1 NodePool',
      'karpenter.k8s.aws/v1 EC2NodeClass',
    ]);
    expect(notes.map(({ path, rule }) => `${path} ${rule}`)).toContain(
      'spec.nodePools[1].manifest.apiVersion api-version',
    );
    expect(notes.map(({ rule }) => rule)).toContain('profile-class');
  });

  it('is refused for its own faults and those of its entries together', () => {
    const written = stringify(file([{ manifest: pool({}) }, { manifest: template({}) }])).replace(
      'region: eu-west-1',
      'region: nowhere',
    );

    const { errors } = compileText(written, 'cluster.yaml');

    expect(errors.map(({ path, line }) => `${path} ${line}`)).toEqual([
      'spec.region 6',
      'spec.nodePools[1].manifest.spec.amiFamily 29',
    ]);
  });

  it('as a value comes back with what its entries became', () => {
    const { value, errors } = compileClusterValue(
      file([{ manifest: pool({}) }, { manifest: template({ amiFamily: 'Bottlerocket' }) }]),
    );

    expect(errors).toEqual([]);
    expect(value).toMatchObject({
      spec: { nodePools: [{ manifest: { apiVersion: 'karpenter.sh/v1' } }, { manifest: { kind: 'EC2NodeClass' } }] },
    });
    expect(compileClusterValue(value)).toMatchObject({ value, notes: [], errors: [] });
  });
});

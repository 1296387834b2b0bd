import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parseClusterFile } from '../../../../../shared/clusters/parse.ts';
import { readClusterText } from '../../../../../shared/clusters/read-text.ts';
import { lintCluster, pathInFile } from '../../../../../shared/nodepools/lint/of-cluster.ts';
import { PROFILE_NAMES } from '../../../../../shared/nodepools/profiles/catalogue.ts';
import { aClass, aPool } from './sample.ts';

const EXAMPLES = ['examples/minimal/cluster.yaml', 'examples/banking/cluster.yaml'];

function read(file: unknown) {
  const parsed = parseClusterFile(file);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return parsed.cluster;
}

function aCluster(nodePools: readonly unknown[], spec: Record<string, unknown> = {}) {
  return read({
    apiVersion: 'joinery.dev/v1',
    kind: 'Cluster',
    metadata: { name: 'banking-prod' },
    spec: {
      region: 'eu-west-1',
      kubernetesVersion: '1.35',
      network: { subnetIds: ['subnet-0a', 'subnet-0b'] },
      nodePools,
      ...spec,
    },
  });
}

const aboveInfo = (cluster: ReturnType<typeof read>) =>
  lintCluster(cluster)
    .findings.filter(({ severity }) => severity !== 'info')
    .map(({ resource, rule }) => `${resource} ${rule}`);

describe('linting a cluster file', () => {
  it.each(PROFILE_NAMES)('finds nothing above info in the profile %s', (profile) => {
    expect(aboveInfo(aCluster([{ profile }]))).toEqual([]);
  });

  it('finds nothing above info in all profiles together', () => {
    expect(aboveInfo(aCluster(PROFILE_NAMES.map((profile) => ({ profile }))))).toEqual([]);
  });

  it.each(EXAMPLES)('finds nothing above info in %s, nor a switch that does nothing', (path) => {
    const text = readClusterText(readFileSync(new URL(`../../../../../${path}`, import.meta.url), 'utf8'), path);
    if (!text.ok) throw new Error(`${path} cannot be read`);
    const cluster = read(text.value);

    expect(aboveInfo(cluster)).toEqual([]);
    expect(lintCluster(cluster).findings.filter(({ rule }) => rule === 'unused-switch')).toEqual([]);
  });

  it('takes switches and the ceiling of costs from the file', () => {
    const overrides = { expireAfter: '10m' };
    const lint = {
      off: [{ rule: 'short-expiry', resource: 'NodePool/default', reason: 'a test of fast replacement' }],
      mostDollarsPerHour: '0.5',
    };

    expect(aboveInfo(aCluster([{ profile: 'default', overrides }]))).toEqual(['NodePool/default short-expiry']);
    expect(aboveInfo(aCluster([{ profile: 'default', overrides }], { lint }))).toEqual([
      'NodePool/default worst-case-cost',
    ]);
  });

  it('knows from the tags that a cluster is not production', () => {
    const pools = [{ manifest: aPool() }, { manifest: aClass({ amiSelectorTerms: [{ alias: 'al2023@latest' }] }) }];

    expect(aboveInfo(aCluster(pools))).toEqual(['EC2NodeClass/default latest-ami']);
    expect(aboveInfo(aCluster(pools, { tags: { Environment: 'staging' } }))).toEqual([]);
  });

  it('knows the place of a finding in the file', () => {
    const cluster = aCluster([{ profile: 'default' }, { manifest: aPool({ name: 'second' }) }]);

    const place = (resource: string) => pathInFile(cluster, { resource, path: 'spec.limits' });

    expect(place('NodePool/default')).toBe('spec.nodePools[0]');
    expect(place('NodePool/second')).toBe('spec.nodePools[1].manifest.spec.limits');
    expect(place('EC2NodeClass/default')).toBe('spec.nodePools');
    expect(place('Cluster')).toBe('spec.limits');
  });

  it('refuses a switch of no rule, without a reason, and an amount that is a number', () => {
    const parsed = parseClusterFile({
      apiVersion: 'joinery.dev/v1',
      kind: 'Cluster',
      metadata: { name: 'banking-prod' },
      spec: {
        region: 'eu-west-1',
        kubernetesVersion: '1.35',
        network: { subnetIds: ['subnet-0a', 'subnet-0b'] },
        lint: {
          off: [
            { rule: 'short-expire', reason: 'it is meant that way' },
            { rule: 'no-limits', reason: ' ' },
          ],
          mostDollarsPerHour: 20,
        },
      },
    });

    expect(parsed.ok ? [] : parsed.faults).toEqual([
      { path: 'spec.lint.off[0].rule', message: 'there is no rule "short-expire"; did you mean short-expiry?' },
      { path: 'spec.lint.off[1].reason', message: 'must say why, in ten characters or more' },
      {
        path: 'spec.lint.mostDollarsPerHour',
        message: 'must be in quotes, such as "50"; unquoted it is the number 20',
      },
    ]);
  });
});

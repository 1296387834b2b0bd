import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse as parseYaml } from 'yaml';
import { clusterJsonSchema } from '../../../../scripts/make-schemas.ts';
import { parseClusterFile } from '../../../../shared/clusters/parse.ts';
import { readClusterText } from '../../../../shared/clusters/read-text.ts';
import { nodePoolsOf } from '../../../../shared/nodepools/of-cluster.ts';
import { profileNodePool } from '../../../../shared/nodepools/profiles/catalogue.ts';
import { aFile } from './sample.ts';

const text = (path: string) => readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8');
const EXAMPLES = ['examples/banking/cluster.yaml', 'examples/minimal/cluster.yaml'];

function read(path: string, changed: (text: string) => string = (same) => same): unknown {
  const result = readClusterText(changed(text(path)), path);
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  return result.value;
}

function faultsOf(value: unknown): string[] {
  const parsed = parseClusterFile(value);
  return parsed.ok ? [] : parsed.faults.map(({ path, message }) => `${path}: ${message}`);
}

describe('the examples', () => {
  it.each(EXAMPLES)('%s is sound', (path) => {
    expect(faultsOf(read(path))).toEqual([]);
  });

  it('banking-prod says what the bank asked for', () => {
    const parsed = parseClusterFile(read('examples/banking/cluster.yaml'));
    if (!parsed.ok) throw new Error('the example is not sound');
    const [, general, compute] = nodePoolsOf(parsed.cluster);

    expect(nodePoolsOf(parsed.cluster)).toHaveLength(3);
    expect(general).toMatchObject({
      metadata: { name: 'banking-general' },
      spec: {
        limits: { cpu: '1000', memory: '1000Gi' },
        disruption: { consolidationPolicy: 'WhenEmptyOrUnderutilized', consolidateAfter: '30s' },
      },
    });
    expect(compute).toMatchObject({
      metadata: { name: 'banking-compute' },
      spec: { limits: { cpu: '500', memory: '500Gi' }, disruption: { consolidateAfter: '15s' } },
    });
    expect(parsed.cluster.spec.services.map(({ name, pool }) => [name, pool])).toEqual([
      ['auth-service', 'banking-general'],
      ['account-service', 'banking-general'],
      ['api-gateway', 'banking-compute'],
      ['audit-service', 'banking-general'],
      ['other-services', 'banking-general'],
    ]);
  });

  it('is refused with manifests that Karpenter would not take', () => {
    const manifest = (change: (text: string) => string) => ({
      manifest: JSON.parse(change(JSON.stringify(profileNodePool('banking-compute')))) as object,
    });
    const { spec } = read('examples/banking/cluster.yaml') as { spec: object };
    const value = aFile({
      ...spec,
      services: [],
      nodePools: [
        { profile: 'default' },
        manifest((pool) => pool.replace('"15s"', '"soon"').replaceAll('banking', 'bank')),
        manifest((pool) => pool.replace('"c5"', '"c5.*"').replace('"banking"', '"default"')),
      ],
    });

    expect(faultsOf(value)).toEqual([
      expect.stringMatching(/^spec\.nodePools\[1\]\.manifest\.spec\.disruption\.consolidateAfter: /),
      expect.stringMatching(/^spec\.nodePools\[2\]\.manifest\.spec\.template\.spec\.requirements\[3\]/),
      expect.stringMatching(
        /^spec\.nodePools\[1\]\.manifest\..*nodeClassRef\.name: no EC2NodeClass "bank" is in this file/,
      ),
    ]);
  });

  it('is refused with overrides of a profile that do not go together', () => {
    const value = read('examples/banking/cluster.yaml', (yaml) =>
      yaml.replace('- profile: default', '- { profile: default, overrides: { instanceTypes: [m7g.large, c7g.*] } }'),
    );

    expect(faultsOf(value)).toEqual([expect.stringMatching(/^spec\.nodePools\[0\]\.overrides\.instanceTypes: /)]);
  });
});

describe('docs/schemas/cluster.schema.json', () => {
  const published = JSON.parse(text('docs/schemas/cluster.schema.json')) as Record<string, unknown>;
  const accepts = new Ajv2020({ strict: true, strictRequired: false }).compile(published);

  it('is what scripts/make-schemas.ts makes of the schema in the code', () => {
    expect(published).toEqual(JSON.parse(JSON.stringify(clusterJsonSchema())));
  });

  it.each(EXAMPLES)('accepts %s', (path) => {
    accepts(parseYaml(text(path)));

    expect(accepts.errors).toBeNull();
  });

  it.each([
    ['an unknown key', '  region: eu-west-1', '  regoin: eu-west-1\n  region: eu-west-1'],
    ['an entry without profile and manifest', '- profile: default', '- {}'],
    ['a version that is a number', '"1.35"', '1.35'],
  ])('refuses %s', (_, from, to) => {
    expect(accepts(parseYaml(text('examples/banking/cluster.yaml').replace(from, to)))).toBe(false);
  });
});

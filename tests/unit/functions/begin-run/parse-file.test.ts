import { describe, expect, it } from '@jest/globals';
import { parseFile } from '../../../../functions/begin-run/parse-file.ts';
import { aNodeClass, aNodePool, aRequirement } from '../../../support/karpenter-manifests.ts';

const file = (...manifests: object[]) => ({
  apiVersion: 'joinery.dev/v1',
  kind: 'Cluster',
  metadata: { name: 'banking-prod' },
  spec: {
    region: 'eu-west-1',
    kubernetesVersion: '1.35',
    network: { subnetIds: ['subnet-0a', 'subnet-0b'] },
    nodePools: manifests.map((manifest) => ({ manifest })),
  },
});

function aPoolFor(...types: string[]) {
  const { template } = aNodePool().spec;
  const requirements = [aRequirement('node.kubernetes.io/instance-type', 'In', types)];
  return aNodePool({ template: { spec: { ...template.spec, requirements } } });
}

const poolIn = async (value: unknown) => {
  const parsed = await parseFile(value);
  if (!parsed.ok) return parsed.faults.map(({ path }) => path);
  const [, entry] = 'nodePools' in parsed.cluster.spec ? parsed.cluster.spec.nodePools : [];
  return entry && 'manifest' in entry ? entry.manifest : undefined;
};

describe('the cluster file of a run', () => {
  it('that is sound is taken as it is', async () => {
    const pool = aPoolFor('m5.large');

    expect(await poolIn(file(aNodeClass(), pool))).toEqual(pool);
  });

  it('with a wildcard is compiled to the family', async () => {
    const pool = await poolIn(file(aNodeClass(), aPoolFor('t3.*')));

    expect(JSON.stringify(pool)).toContain('"key":"karpenter.k8s.aws/instance-family","operator":"In","values":["t3"]');
  });

  it('with a pool of v1beta1 is compiled to v1', async () => {
    const pool = { ...aPoolFor('m5.large'), apiVersion: 'karpenter.sh/v1beta1' };

    expect(await poolIn(file(aNodeClass(), pool))).toMatchObject({ apiVersion: 'karpenter.sh/v1' });
  });

  it('that no compiler can mend is refused with its faults', async () => {
    expect(await poolIn(file(aNodeClass(), aPoolFor('nonsense.*')))).toEqual([
      expect.stringMatching(/^spec\.nodePools\[1\]\.manifest\.spec\.template\.spec\.requirements/),
    ]);
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse as parseYaml } from 'yaml';
import { attachJsonSchema } from '../../../../scripts/make-schemas.ts';
import { isAttachFile, parseAttachFile } from '../../../../shared/clusters/attach-file.ts';
import { parseClusterFile } from '../../../../shared/clusters/parse.ts';
import { anAttachFile } from '../../../support/attach-world.ts';

const text = (file: string) => readFileSync(new URL(`../../../../${file}`, import.meta.url), 'utf8');
const example = parseYaml(text('examples/attach/cluster.yaml')) as object;

const faultsOf = (spec: object, name?: string) => {
  const parsed = parseAttachFile(anAttachFile(spec, name));
  return parsed.ok ? [] : parsed.faults.map(({ path, message }) => `${path}: ${message}`);
};

describe('a cluster file of mode attach', () => {
  it('needs a name, a Region and the mode, and says where Karpenter is by default', () => {
    const parsed = parseAttachFile(anAttachFile());

    expect(parsed).toMatchObject({
      ok: true,
      cluster: { spec: { karpenter: { namespace: 'kube-system' }, consent: [] } },
    });
  });

  it.each([
    ['kubernetesVersion', { kubernetesVersion: '1.35' }, 'it is read from there'],
    ['network', { network: { subnetIds: [] } }, 'it is read from there'],
    ['bootstrapNodes', { bootstrapNodes: { minSize: 9, maxSize: 2 } }, 'which makes no nodes'],
    ['nodePools', { nodePools: [{ profile: 'nonsense' }] }, "the cluster's NodePools stay as they are"],
    ['smokeTest', { smokeTest: { cpu: '900' } }, 'which starts no nodes'],
    ['karpenter.version', { karpenter: { version: '1.14.1' } }, 'Karpenter stays as its owner installed it'],
    ['karpenter.settings', { karpenter: { settings: { batchIdleDuration: '9h' } } }, 'Karpenter stays as its owner'],
    ['interruptions', { interruptions: { directSpotRule: true } }, "are its owner's"],
  ])('refuses %s with the reason, and nothing below it', (key, spec, reason) => {
    expect(faultsOf(spec)).toEqual([
      expect.stringMatching(new RegExp(`^spec\\.${key.replaceAll('.', '\\.')}: .*${reason}`)),
    ]);
  });

  it('names every fault at once', () => {
    const faults = faultsOf(
      {
        region: 'Ireland',
        consent: ['auto-mode', 'use-existing-queue', 'use-existing-queue'],
        tags: { 'aws:x': 'y' },
        colour: 1,
      },
      'not a name!',
    );

    expect(faults.map((fault) => fault.split(':')[0]).sort()).toEqual([
      'metadata.name',
      'spec.colour',
      'spec.consent[0]',
      'spec.consent[2]',
      'spec.region',
      'spec.tags["aws',
    ]);
  });

  it('has an example that is sound, and no other reader takes it for a file of mode create', () => {
    expect(isAttachFile(example)).toBe(true);
    expect(parseAttachFile(example).ok).toBe(true);
    expect(parseClusterFile(example)).toMatchObject({ ok: false, faults: [{ path: 'spec.mode' }] });
  });

  it('has the shape that docs/schemas/attach.schema.json publishes', () => {
    expect(JSON.parse(text('docs/schemas/attach.schema.json'))).toEqual(JSON.parse(JSON.stringify(attachJsonSchema())));
  });
});

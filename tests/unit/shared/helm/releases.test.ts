import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { releaseHistory, releaseOf } from '../../../../shared/helm/releases.ts';
import type { Manifest } from '../../../../shared/kube/api.ts';

const base64 = (bytes: Buffer | string) => Buffer.from(bytes).toString('base64');

function aRecord(version: number, release: string): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: `sh.helm.release.v1.karpenter.v${version}`,
      labels: { owner: 'helm', name: 'karpenter', status: 'deployed', version: String(version) },
    },
    data: { release },
  };
}

const zipped = (content: object) => base64(base64(gzipSync(JSON.stringify(content))));

describe("helm's records of a release", () => {
  it('are asked for by their labels, and come in the order of their numbers', async () => {
    const asked: unknown[] = [];
    const list = async (...request: unknown[]) => {
      asked.push(request);
      return [10, 9, 11].map((version) => aRecord(version, zipped({})));
    };

    const history = await releaseHistory({ list }, 'karpenter', 'kube-system');

    expect(asked).toEqual([
      [{ apiVersion: 'v1', kind: 'Secret', namespace: 'kube-system' }, 'owner=helm,name=karpenter'],
    ]);
    expect(history.map(({ revision }) => revision)).toEqual([9, 10, 11]);
  });

  it('tell the chart, the description and the values that were given', () => {
    const release = {
      info: { description: 'Upgrade complete' },
      chart: { metadata: { name: 'karpenter', version: '1.14.1' } },
      config: { replicas: 2 },
    };

    expect(releaseOf(aRecord(3, zipped(release))).content()).toEqual({
      chart: 'karpenter-1.14.1',
      description: 'Upgrade complete',
      values: { replicas: 2 },
    });
    expect(releaseOf(aRecord(3, zipped({ ...release, config: null }))).content().values).toEqual({});
  });

  it.each([
    ['cut off', zipped({ info: { description: 'x' } }).slice(0, 20)],
    ['of something else', base64('hello')],
    ['empty', ''],
  ])('that are %s tell nothing', (_, release) => {
    expect(releaseOf(aRecord(1, release)).content()).toEqual({ chart: '', description: '', values: {} });
  });
});

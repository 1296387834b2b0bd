import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pinnedDigests } from '../../../../scripts/charts/digests.ts';
import { type PullOptions, pullCharts, recordCharts } from '../../../../scripts/charts/pull-charts.ts';
import { aCheckout, aPackedChart } from '../../../support/chart-fixtures.ts';
import { kubectlLayer } from '../../../support/kubectl-layer.ts';
import { type OciRegistry, ociRegistry } from '../../../support/oci-registry.ts';

const NAMES = ['karpenter', 'karpenter-crd'] as const;
let checkout: ReturnType<typeof aCheckout>;
let registry: OciRegistry;
let options: PullOptions;

beforeEach(async () => {
  checkout = aCheckout();
  registry = await ociRegistry();
  options = { root: checkout.root, helm: kubectlLayer().helm, registry: registry.url, plainHttp: true };
});
afterEach(async () => {
  checkout.remove();
  await registry.close();
});

async function release(annotations = {}): Promise<Record<string, { manifest: string }>> {
  const entries = NAMES.map(async (name) => {
    const archive = await aPackedChart(name, '1.14.1', annotations);
    return [name, { manifest: registry.push(name, '1.14.1', archive) }] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

function pin(digests: Record<string, unknown>) {
  writeFileSync(
    join(checkout.root, 'charts', 'digests.json'),
    JSON.stringify({ '1.14.1': { source: 'test', ...digests } }),
  );
}

const packedIn = () => readdirSync(join(checkout.root, 'charts')).filter((file) => file.endsWith('.tgz'));

describe('pullCharts', () => {
  it('pulls both charts by their pinned digests, and clears other versions', async () => {
    pin(await release());
    writeFileSync(join(checkout.root, 'charts', 'karpenter-1.13.0.tgz'), 'old');

    expect(await pullCharts(options)).toEqual(['karpenter', 'karpenter-crd']);

    expect(packedIn().sort()).toEqual(['karpenter-1.14.1.tgz', 'karpenter-crd-1.14.1.tgz']);
    expect(readFileSync(join(checkout.root, 'charts', 'karpenter-1.14.1.tgz'))).toEqual(
      await aPackedChart('karpenter', '1.14.1'),
    );
    expect(registry.requests.some((request) => request.includes('/manifests/1.14.1'))).toBe(false);
  });

  it('stops before it asks anyone when no digest is pinned, and says how to record one', async () => {
    await release();

    await expect(pullCharts(options)).rejects.toThrow(/npm run charts -- record 1\.14\.1/);

    expect(registry.requests).toEqual([]);
  });

  it('stops when the registry does not have what is pinned, and writes nothing', async () => {
    const digests = await release();
    pin({ ...digests, 'karpenter-crd': { manifest: `sha256:${'0'.repeat(64)}` } });

    await expect(pullCharts(options)).rejects.toThrow(/karpenter-crd@sha256:0+ cannot be pulled/);

    expect(packedIn()).toEqual([]);
  });

  it('stops when the registry answers something else for the pinned digest', async () => {
    const digests = await release();
    const other = registry.push('karpenter', '1.14.2', await aPackedChart('karpenter', '1.14.2'));
    registry.tamper(digests['karpenter']?.manifest ?? '', other);
    pin(digests);

    await expect(pullCharts(options)).rejects.toThrow(/cannot be pulled|is not what charts/);

    expect(packedIn()).toEqual([]);
  });

  it('stops when the registry holds a stand-in or another version', async () => {
    pin(await release({ 'joinery.dev/stand-in': 'true' }));
    await expect(pullCharts(options)).rejects.toThrow(/stand-in/);

    const archive = await aPackedChart('karpenter', '1.14.0');
    pin({ ...(await release()), karpenter: { manifest: registry.push('karpenter', '1.14.0', archive) } });
    await expect(pullCharts(options)).rejects.toThrow(/Pulled karpenter 1\.14\.0 where karpenter 1\.14\.1 was wanted/);
  });
});

describe('recordCharts', () => {
  it('pins what the registry has, after which a pull verifies the files that are there and asks no one', async () => {
    const digests = await release();

    await recordCharts(options);
    await pullCharts(options);
    const asked = registry.requests.length;

    expect(pinnedDigests(checkout.root, '1.14.1')).toMatchObject(digests);
    expect(await pullCharts(options)).toEqual([]);
    expect(registry.requests).toHaveLength(asked);
    writeFileSync(join(checkout.root, 'charts', 'karpenter-1.14.1.tgz'), 'spoilt');
    expect(await pullCharts(options)).toEqual(['karpenter']);
  });

  it('says what helm says when there is no such version, and pins nothing', async () => {
    await expect(recordCharts({ ...options, version: '9.9.9' })).rejects.toThrow(/cannot be pulled/);

    expect(existsSync(join(checkout.root, 'charts', 'digests.json'))).toBe(false);
  });
});

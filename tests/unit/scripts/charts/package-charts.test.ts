import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { packageCharts, refuseStandIns } from '../../../../scripts/charts/package-charts.ts';
import { aCheckout, aPackedChart, writeChart } from '../../../support/chart-fixtures.ts';
import { helmTemplate } from '../../../support/helm-template.ts';

let checkout: ReturnType<typeof aCheckout>;
const inRoot = (...path: string[]) => join(checkout.root, ...path);

beforeEach(() => {
  checkout = aCheckout();
});
afterEach(() => checkout.remove());

describe('packageCharts', () => {
  it('packs the stand-ins where nothing else is there, and helm reads them', async () => {
    const info = await packageCharts({ root: checkout.root });

    expect(info).toMatchObject({ version: '1.14.1', origin: 'stand-in', hasStandIn: true });
    expect(readdirSync(inRoot('.build/charts')).sort()).toEqual([
      'charts.json',
      'karpenter-1.14.1.tgz',
      'karpenter-crd-1.14.1.tgz',
    ]);
    expect(JSON.parse(readFileSync(inRoot('.build/charts/charts.json'), 'utf8'))).toEqual(info);
    const objects = helmTemplate(
      inRoot('.build/charts/karpenter-1.14.1.tgz'),
      { settings: { clusterName: 'a' } },
      '--include-crds',
    );
    expect(objects.filter(({ kind }) => kind === 'CustomResourceDefinition')).toHaveLength(5);
  });

  it('makes the same bytes each time, whenever the files were written', async () => {
    const folder = inRoot('given');
    for (const name of ['karpenter', 'karpenter-crd']) writeChart(folder, name, '1.14.1');
    const first = await packageCharts({ root: checkout.root, chartDir: folder });

    utimesSync(join(folder, 'karpenter', 'Chart.yaml'), 1, 1);
    const second = await packageCharts({ root: checkout.root, chartDir: folder });

    expect(second.digests).toEqual(first.digests);
  });

  it('takes the charts that were pulled before the stand-ins', async () => {
    for (const name of ['karpenter', 'karpenter-crd']) {
      writeFileSync(inRoot('charts', `${name}-1.14.1.tgz`), await aPackedChart(name, '1.14.1'));
    }

    const info = await packageCharts({ root: checkout.root, chartDir: '' });

    expect(info).toMatchObject({ origin: 'pulled', hasStandIn: false });
    expect(() => refuseStandIns(info)).not.toThrow();
  });

  it('takes KARPENTER_CHART_DIR before all, as folder or packed, and clears what was packaged before', async () => {
    await packageCharts({ root: checkout.root });
    const folder = inRoot('given');
    writeChart(folder, 'karpenter', '1.15.0');
    writeFileSync(join(folder, 'karpenter-crd-1.15.0.tgz'), await aPackedChart('karpenter-crd', '1.15.0'));

    const info = await packageCharts({ root: checkout.root, chartDir: folder });

    expect(info).toMatchObject({ version: '1.15.0', origin: 'directory' });
    expect(readdirSync(inRoot('.build/charts')).sort()).toEqual([
      'charts.json',
      'karpenter-1.15.0.tgz',
      'karpenter-crd-1.15.0.tgz',
    ]);
  });

  it('refuses a folder without charts, with one of two, with two versions, with one twice', async () => {
    const folder = inRoot('given');
    const package_ = () => packageCharts({ root: checkout.root, chartDir: folder });

    await expect(package_()).rejects.toThrow(/holds no charts/);
    writeChart(folder, 'karpenter', '1.14.1');
    await expect(package_()).rejects.toThrow(/lacks the chart karpenter-crd/);
    writeChart(folder, 'karpenter-crd', '1.14.0');
    await expect(package_()).rejects.toThrow(/differ in version: 1.14.1 and 1.14.0/);
    writeFileSync(join(folder, 'karpenter-1.14.1.tgz'), await aPackedChart('karpenter', '1.14.1'));
    await expect(package_()).rejects.toThrow(/more than once/);
  });

  it('refuses a file that is no chart, or another one', async () => {
    const folder = inRoot('given');
    writeChart(folder, 'karpenter', '1.14.1');
    const file = join(folder, 'karpenter-crd-1.14.1.tgz');

    writeFileSync(file, 'not a chart');
    await expect(packageCharts({ root: checkout.root, chartDir: folder })).rejects.toThrow(/no packed chart/);
    writeFileSync(file, await aPackedChart('other', '1.14.1'));
    await expect(packageCharts({ root: checkout.root, chartDir: folder })).rejects.toThrow(/is the chart other/);
  });
});

describe('refuseStandIns', () => {
  it('refuses the stand-ins, and also a copy of them from elsewhere', async () => {
    const folder = inRoot('given');
    for (const name of ['karpenter', 'karpenter-crd'])
      writeChart(folder, name, '1.14.1', { 'joinery.dev/stand-in': 'true' });
    const copies = await packageCharts({ root: checkout.root, chartDir: folder });
    const standIns = await packageCharts({ root: checkout.root });

    expect(() => refuseStandIns(copies)).toThrow(/npm run charts -- pull/);
    expect(() => refuseStandIns(standIns)).toThrow(/npm run charts -- pull/);
  });
});

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packChart } from '../../scripts/charts/pack-chart.ts';

const standIns = fileURLToPath(new URL('../../charts/stand-in', import.meta.url));

/** A folder that looks like a checkout, as far as the charts go. */
export function aCheckout(): { root: string; remove: () => void } {
  const root = mkdtempSync(join(tmpdir(), 'joinery-checkout-'));
  mkdirSync(join(root, 'charts'));
  symlinkSync(standIns, join(root, 'charts', 'stand-in'));
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}

/** Writes a small chart into a folder and returns the chart's folder. */
export function writeChart(folder: string, name: string, version: string, annotations = {}): string {
  const chart = join(folder, name);
  mkdirSync(join(chart, 'templates'), { recursive: true });
  writeFileSync(join(chart, 'Chart.yaml'), JSON.stringify({ apiVersion: 'v2', name, version, annotations }));
  writeFileSync(join(chart, 'templates', 'map.yaml'), 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n');
  return chart;
}

/** A small chart, packed. */
export async function aPackedChart(name: string, version: string, annotations = {}): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'joinery-chart-'));
  try {
    return await packChart(writeChart(folder, name, version, annotations));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

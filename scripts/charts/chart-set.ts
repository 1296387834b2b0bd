import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Parser } from 'tar';
import { parse } from 'yaml';

/** The version of Karpenter whose charts a deployment carries. */
export const KARPENTER_VERSION = '1.14.1';

export const CHART_NAMES = ['karpenter', 'karpenter-crd'] as const;
export type ChartName = (typeof CHART_NAMES)[number];

/** What was packaged; `.build/charts/charts.json` holds it, and the stack stamps it into an Output. */
export type ChartsInfo = {
  readonly version: string;
  readonly origin: 'stand-in' | 'pulled' | 'directory';
  /** Of the packaged .tgz: `sha256:` and 64 hexadecimal digits. */
  readonly digests: Readonly<Record<ChartName, string>>;
  /** Whether one of the charts is a stand-in by its own annotation, wherever it came from. */
  readonly hasStandIn: boolean;
};

/** A chart as a folder or as a packed file. */
export type ChartSource = { readonly name: ChartName; readonly path: string; readonly isPacked: boolean };

export type ChartFacts = { readonly name: string; readonly version: string; readonly isStandIn: boolean };

export class ChartError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ChartError';
  }
}

export function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function factsIn(chartYaml: string, where: string): ChartFacts {
  const chart = parse(chartYaml) as { name?: unknown; version?: unknown; annotations?: Record<string, unknown> } | null;
  if (typeof chart?.name !== 'string' || typeof chart.version !== 'string') {
    throw new ChartError(`${where}: Chart.yaml has no name or no version.`);
  }
  return {
    name: chart.name,
    version: chart.version,
    isStandIn: chart.annotations?.['joinery.dev/stand-in'] === 'true',
  };
}

/** Reads the chart's own Chart.yaml out of a packed chart; throws ChartError when it is no chart. */
export async function factsOfPacked(bytes: Uint8Array, where: string): Promise<ChartFacts> {
  const chartYaml = await new Promise<string | undefined>((resolve, reject) => {
    let found: string | undefined;
    const parser = new Parser({ strict: true });
    parser.on('entry', (entry) => {
      if (!/^[^/]+\/Chart\.yaml$/.test(entry.path)) {
        entry.resume();
        return;
      }
      const chunks: Uint8Array[] = [];
      entry.on('data', (chunk: Uint8Array) => chunks.push(chunk));
      entry.on('end', () => {
        found = Buffer.concat(chunks).toString('utf8');
      });
    });
    parser.on('error', (cause: unknown) => reject(new ChartError(`${where} is no packed chart.`, { cause })));
    parser.on('end', () => resolve(found));
    parser.end(Buffer.from(bytes));
  });
  if (chartYaml === undefined) throw new ChartError(`${where} is no packed chart: it holds no Chart.yaml.`);
  return factsIn(chartYaml, where);
}

/** Finds a chart in a folder, as `NAME/Chart.yaml` or `NAME-VERSION.tgz`; undefined when it has none, an error when several. */
export function findChart(folder: string, name: ChartName): ChartSource | undefined {
  if (!existsSync(folder)) return undefined;
  const packed = readdirSync(folder)
    .filter((file) => new RegExp(`^${name}-v?\\d.*\\.tgz$`).test(file))
    .map((file): ChartSource => ({ name, path: join(folder, file), isPacked: true }));
  const unpacked: ChartSource = { name, path: join(folder, name), isPacked: false };
  const found = existsSync(join(unpacked.path, 'Chart.yaml')) ? [...packed, unpacked] : packed;
  if (found.length > 1) {
    const list = found.map(({ path }) => basename(path)).join(', ');
    throw new ChartError(`${folder} holds the chart ${name} more than once (${list}). Leave one.`);
  }
  return found[0];
}

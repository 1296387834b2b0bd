import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CHART_NAMES,
  ChartError,
  type ChartFacts,
  type ChartName,
  type ChartSource,
  type ChartsInfo,
  factsOfPacked,
  findChart,
  KARPENTER_VERSION,
  sha256,
} from './chart-set.ts';
import { packChart } from './pack-chart.ts';

export type PackageOptions = {
  /** The checkout. */
  readonly root: string;
  /** KARPENTER_CHART_DIR: a folder with both charts, as folders or .tgz. */
  readonly chartDir?: string | undefined;
};

type Found = { readonly origin: ChartsInfo['origin']; readonly sources: readonly ChartSource[] };

function bothIn(folder: string, origin: ChartsInfo['origin']): Found | undefined {
  const sources = CHART_NAMES.flatMap((name) => findChart(folder, name) ?? []);
  if (sources.length === 0) return undefined;
  if (sources.length < CHART_NAMES.length) {
    const missing = CHART_NAMES.filter((name) => !sources.some((source) => source.name === name)).join(', ');
    throw new ChartError(`${folder} lacks the chart ${missing}: both charts are needed, of one version.`);
  }
  return { origin, sources };
}

function findCharts({ root, chartDir }: PackageOptions): Found {
  if (chartDir !== undefined && chartDir !== '') {
    const given = bothIn(chartDir, 'directory');
    if (given) return given;
    throw new ChartError(
      `KARPENTER_CHART_DIR is ${chartDir}, which holds no charts: put karpenter and karpenter-crd there, as folders or .tgz.`,
    );
  }
  const found = bothIn(join(root, 'charts'), 'pulled') ?? bothIn(join(root, 'charts', 'stand-in'), 'stand-in');
  if (!found) throw new ChartError(`${join(root, 'charts', 'stand-in')} holds no charts: the checkout is incomplete.`);
  return found;
}

/** Replaces a file in one step, so that whoever reads it at the same time sees the old or the new one. */
function replaceFile(path: string, content: Uint8Array | string): void {
  const temporary = `${path}.${process.pid}.new`;
  writeFileSync(temporary, content);
  renameSync(temporary, path);
}

/**
 * Puts both charts, packed, into `.build/charts`, with `charts.json` beside them. Never uses the network: the charts come from
 * KARPENTER_CHART_DIR, else from `charts/` if pulled, else they are our stand-ins.
 */
export async function packageCharts(options: PackageOptions): Promise<ChartsInfo> {
  const { origin, sources } = findCharts(options);
  const out = join(options.root, '.build', 'charts');
  const packed: { name: ChartName; bytes: Buffer; facts: ChartFacts; file: string }[] = [];
  for (const { name, path, isPacked } of sources) {
    const bytes = isPacked ? readFileSync(path) : await packChart(path);
    const facts = await factsOfPacked(bytes, path);
    if (facts.name !== name) throw new ChartError(`${path} is the chart ${facts.name}, not ${name}.`);
    packed.push({ name, bytes, facts, file: `${name}-${facts.version}.tgz` });
  }
  const versions = [...new Set(packed.map(({ facts }) => facts.version))];
  const [version = KARPENTER_VERSION] = versions;
  if (versions.length > 1)
    throw new ChartError(`The charts differ in version: ${versions.join(' and ')}. Use two of one version.`);
  const digests = Object.fromEntries(packed.map(({ name, bytes }) => [name, sha256(bytes)])) as Record<
    ChartName,
    string
  >;
  const info: ChartsInfo = { version, origin, digests, hasStandIn: packed.some(({ facts }) => facts.isStandIn) };
  mkdirSync(out, { recursive: true });
  for (const { file, bytes } of packed) replaceFile(join(out, file), bytes);
  replaceFile(join(out, 'charts.json'), `${JSON.stringify(info, undefined, 2)}\n`);
  const wanted = ['charts.json', ...packed.map(({ file }) => file)];
  for (const file of readdirSync(out)) {
    if (file.endsWith('.tgz') && !wanted.includes(file)) rmSync(join(out, file));
  }
  return info;
}

/** Throws unless the charts may go into an AWS account. */
export function refuseStandIns(info: ChartsInfo): void {
  if (info.origin !== 'stand-in' && !info.hasStandIn) return;
  throw new ChartError(
    'A deployment needs the released Karpenter charts, and these are the stand-ins for offline work. ' +
      'Run `npm run charts -- pull`, or point KARPENTER_CHART_DIR at the released charts.',
  );
}

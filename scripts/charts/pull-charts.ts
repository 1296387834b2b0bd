import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CHART_NAMES, ChartError, type ChartName, factsOfPacked, KARPENTER_VERSION, sha256 } from './chart-set.ts';
import { type ChartDigests, pinnedDigests, recordDigests } from './digests.ts';

export type PullOptions = {
  /** The checkout. */
  readonly root: string;
  /** Path of the layer's helm. */
  readonly helm: string;
  readonly version?: string;
  /** Where the charts are released. */
  readonly registry?: string;
  /** For a registry without TLS, as tests use. */
  readonly plainHttp?: boolean;
};

export const RELEASES = 'oci://public.ecr.aws/karpenter';
const TIMEOUT_MS = 60_000;
const run = promisify(execFile);

type Pulled = { readonly bytes: Buffer; readonly manifest: string };

/** Runs `helm pull` with an empty home: a login that has expired, left over from elsewhere, would break an anonymous pull. */
async function helmPull(options: PullOptions, name: ChartName, reference: readonly string[]): Promise<Pulled> {
  const home = mkdtempSync(join(tmpdir(), 'joinery-charts-'));
  try {
    const args = ['pull', ...reference, '--destination', home, '--registry-config', join(home, 'registry.json')];
    if (options.plainHttp) args.push('--plain-http');
    const env = { ...process.env, HELM_CACHE_HOME: home, HELM_CONFIG_HOME: home, HELM_DATA_HOME: home };
    const { stdout, stderr } = await run(options.helm, args, { env, timeout: TIMEOUT_MS });
    const [file, ...others] = readdirSync(home).filter((entry) => entry.endsWith('.tgz'));
    const manifest = /^Digest: (sha256:[0-9a-f]{64})$/m.exec(`${stdout}\n${stderr}`)?.[1];
    if (file === undefined || others.length > 0 || manifest === undefined) {
      throw new ChartError(`helm pull of ${name} gave no chart or no digest: ${stdout}${stderr}`);
    }
    return { bytes: readFileSync(join(home, file)), manifest };
  } catch (cause) {
    if (cause instanceof ChartError) throw cause;
    const said = (cause as { stderr?: string }).stderr?.trim() || (cause as Error).message;
    throw new ChartError(`The chart ${reference[0]} cannot be pulled: ${said}`, { cause });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

async function checkChart(bytes: Buffer, name: ChartName, version: string): Promise<void> {
  const facts = await factsOfPacked(bytes, name);
  if (facts.name !== name || facts.version !== version) {
    throw new ChartError(`Pulled ${facts.name} ${facts.version} where ${name} ${version} was wanted.`);
  }
  if (facts.isStandIn)
    throw new ChartError(`The registry holds a stand-in as ${name} ${version}; only a released chart is deployed.`);
}

function isThere(file: string, { archive }: ChartDigests): boolean {
  return archive !== undefined && existsSync(file) && sha256(readFileSync(file)) === archive;
}

/**
 * Fills `charts/` with the released charts of the pinned digests; returns which it pulled. A file that is there already is
 * kept only when its own digest is pinned and right. Nothing is written unless both charts are right.
 */
export async function pullCharts(options: PullOptions): Promise<ChartName[]> {
  const { root, version = KARPENTER_VERSION, registry = RELEASES } = options;
  const pinned = pinnedDigests(root, version);
  const folder = join(root, 'charts');
  const fileOf = (name: ChartName) => join(folder, `${name}-${version}.tgz`);
  const missing = CHART_NAMES.filter((name) => !isThere(fileOf(name), pinned[name]));
  const pulled: { name: ChartName; bytes: Buffer }[] = [];
  for (const name of missing) {
    const { manifest, archive } = pinned[name];
    const { bytes, manifest: got } = await helmPull(options, name, [`${registry}/${name}@${manifest}`]);
    if (got !== manifest || (archive !== undefined && sha256(bytes) !== archive)) {
      throw new ChartError(
        `${name} ${version} is not what charts/digests.json pins: got ${got}, archive ${sha256(bytes)}.`,
      );
    }
    await checkChart(bytes, name, version);
    pulled.push({ name, bytes });
  }
  mkdirSync(folder, { recursive: true });
  for (const { name, bytes } of pulled) {
    writeFileSync(`${fileOf(name)}.new`, bytes);
    renameSync(`${fileOf(name)}.new`, fileOf(name));
  }
  for (const file of readdirSync(folder).filter((entry) => entry.endsWith('.tgz'))) {
    if (!CHART_NAMES.some((name) => file === `${name}-${version}.tgz`)) rmSync(join(folder, file));
  }
  return [...missing];
}

/** Asks the registry what a version's digests are and pins them in `charts/digests.json`. */
export async function recordCharts(options: PullOptions): Promise<Readonly<Record<ChartName, ChartDigests>>> {
  const { root, version = KARPENTER_VERSION, registry = RELEASES } = options;
  const entries: [ChartName, ChartDigests][] = [];
  for (const name of CHART_NAMES) {
    const { bytes, manifest } = await helmPull(options, name, [`${registry}/${name}`, '--version', version]);
    await checkChart(bytes, name, version);
    entries.push([name, { manifest, archive: sha256(bytes) }]);
  }
  const digests = Object.fromEntries(entries) as Record<ChartName, ChartDigests>;
  recordDigests(root, version, digests);
  return digests;
}

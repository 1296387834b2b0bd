import { nearest } from '../../shared/clusters/nearest.ts';
import { parseClusterFile } from '../../shared/clusters/parse.ts';
import { readClusterText } from '../../shared/clusters/read-text.ts';
import { nodePoolsOf } from '../../shared/nodepools/of-cluster.ts';
import { isProfileName, PROFILE_NAMES, profileNodePool } from '../../shared/nodepools/profiles/catalogue.ts';
import { runtimeFaults } from '../../shared/nodepools/runtime-faults.ts';
import { validateManifest } from '../../shared/nodepools/validate-manifest.ts';
import { type PlacementPool, placementPool, type SpotChoice } from '../../shared/placement/pool.ts';
import { readManifests } from '../../shared/yaml/read-manifests.ts';

type Service = { readonly name: string; readonly pool: string; readonly critical: boolean; readonly spot?: SpotChoice };

/** The pools that a person may name, and which service belongs on which. */
export type PoolSource = {
  readonly find: (name: string) => PlacementPool | { readonly reason: string };
  readonly services: readonly Service[];
};

function source(what: string, pools: ReadonlyMap<string, unknown>, services: readonly Service[] = []): PoolSource {
  const find = (name: string) => {
    const manifest = pools.get(name);
    if (manifest !== undefined) return placementPool(manifest);
    const meant = nearest(name, [...pools.keys()]);
    const hint = meant ? `did you mean ${meant}?` : `there is ${[...pools.keys()].join(', ')}`;
    return { reason: `${what} has no pool ${name}; ${hint}` };
  };
  return { find, services };
}

export function cataloguePools(): PoolSource {
  const pools = new Map(PROFILE_NAMES.filter(isProfileName).map((name) => [name, profileNodePool(name)]));
  return source('the catalogue', pools);
}

type Read = PoolSource | { readonly faults: readonly string[] };

/** The pools of a cluster file, or of a file of NodePool manifests; each fault as a line for a person. */
export function poolsOfFile(file: string, text: string): Read {
  const read = readManifests(text);
  const isCluster = read.ok && read.documents.some(({ value }) => kindOf(value) === 'Cluster');
  return !read.ok || isCluster ? poolsOfCluster(file, text) : poolsOfManifests(file, read.documents);
}

function kindOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? (value as { kind?: unknown }).kind : undefined;
}

function poolsOfCluster(file: string, text: string): Read {
  const read = readClusterText(text, file);
  if (!read.ok)
    return { faults: read.faults.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`) };
  const parsed = parseClusterFile(read.value);
  if (!parsed.ok) {
    return {
      faults: parsed.faults.map(({ path, message }) => `${file}:${read.lineOf(path) ?? 1}: ${path}: ${message}`),
    };
  }
  const pools = nodePoolsOf(parsed.cluster).map((pool): [string, unknown] => [pool.metadata.name, pool]);
  return source(file, new Map(pools), parsed.cluster.spec.services);
}

type Documents = Extract<ReturnType<typeof readManifests>, { ok: true }>['documents'];

function poolsOfManifests(file: string, documents: Documents): Read {
  const found = documents.filter(({ value }) => kindOf(value) === 'NodePool');
  const faults = found.flatMap(({ value, lineOf }) => {
    const refused = validateManifest(value);
    const all = refused.length > 0 ? refused : runtimeFaults(value);
    return all.map(({ path, message }) => `${file}:${lineOf(path)}: ${path}: ${message}`);
  });
  if (faults.length > 0) return { faults };
  if (found.length === 0) return { faults: [`${file}: has neither a Cluster nor a NodePool`] };
  return source(
    file,
    new Map(found.map(({ value }) => [(value as { metadata: { name: string } }).metadata.name, value])),
  );
}

import { Document, isSeq, type YAMLMap } from 'yaml';
import type { Cluster } from '../../clusters/cluster-file.ts';
import { parseClusterFile } from '../../clusters/parse.ts';
import { isJsonObject, type JsonObject } from '../../kube/schema/values.ts';
import { usesProfiles } from '../of-cluster.ts';
import { isProfileName, profileNodePool } from '../profiles/catalogue.ts';
import { type CompileOptions, checked, convertObject, settle } from './convert.ts';
import { itemsAt, jsonOf, mapAt, nodeAt, nodeOf, textOf } from './nodes.ts';
import { joined, type Style, written } from './output.ts';
import { byLine, type CompileError, type CompileNote, Origins, Reporter } from './report.ts';
import { convertRequirements } from './requirements.ts';
import type { Resource } from './resource.ts';

type CompiledCluster = {
  /** The file with what its manifests became; a class that conversion made is an entry of its own at the end. */
  readonly value: unknown;
  readonly manifests: readonly JsonObject[];
  readonly text: string;
  readonly notes: readonly CompileNote[];
  readonly errors: readonly CompileError[];
};

const STYLE: Style = { indentSeq: true, isJson: false };

export function isClusterFile(value: unknown): boolean {
  return isJsonObject(value) && value['kind'] === 'Cluster' && String(value['apiVersion']).startsWith('joinery.dev/');
}

/** The NodePool that a profile makes, with the place of its entry in the file. */
function poolOfProfile(entry: Cluster['spec']['nodePools'][number], at: unknown, origins: Origins): Resource[] {
  if (!('profile' in entry) || !isProfileName(entry.profile)) return [];
  const manifest = profileNodePool(entry.profile, entry.overrides);
  const { name } = manifest.metadata;
  const root = new Document(manifest).contents as YAMLMap;
  origins.adopt(root, at);
  const report = new Reporter(`NodePool/${name}`, origins, root);
  convertRequirements(mapAt(root, 'spec', 'template', 'spec'), report);
  const pool = { root, report, kind: 'NodePool', name };
  checked(pool);
  return [pool];
}

function convertEntries(document: Document, origins: Origins, options: CompileOptions): Resource[] {
  const { contents } = document;
  const version = textOf(nodeAt(contents, 'spec', 'kubernetesVersion'));
  const known = { ...options, ...(version === undefined ? {} : { kubernetesVersion: version }) };
  const list = nodeAt(contents, 'spec', 'nodePools');
  const manifests = itemsAt(contents, 'spec', 'nodePools').flatMap((entry) => mapAt(entry, 'manifest') ?? []);
  const settled = settle(manifests.flatMap((manifest) => convertObject(manifest, origins, known)));
  for (const { root } of settled) {
    if (isSeq(list) && !manifests.includes(root)) list.items.push(nodeOf({ manifest: jsonOf(root) }));
  }
  return settled;
}

/** Compiles the nodePools of a cluster file; in its tree each manifest is changed in place. */
export function compileCluster(
  document: Document,
  origins: Origins,
  options: CompileOptions,
  style: Style = STYLE,
): CompiledCluster {
  const { contents } = document;
  const file = new Reporter(
    `Cluster/${textOf(nodeAt(contents, 'metadata', 'name')) ?? '?'}`,
    origins,
    contents ?? nodeOf({}),
  );
  const entries = itemsAt(contents, 'spec', 'nodePools');
  const settled = convertEntries(document, origins, options);
  const value = jsonOf(contents);
  const parsed = parseClusterFile(value);
  const said = settled.flatMap(({ report }) => report.said());
  for (const { path, message } of parsed.ok ? [] : parsed.faults) if (!said.includes(path)) file.fault(path, message);
  const pools = parsed.ok
    ? parsed.cluster.spec.nodePools.flatMap((entry, index) => poolOfProfile(entry, entries[index], origins))
    : [];
  if (parsed.ok && usesProfiles(parsed.cluster)) file.note('profile-class', 'spec.nodePools', null, null);

  const all = [...pools, ...settled];
  const reports = [file, ...new Set(all.map(({ report }) => report))];
  const notes = byLine(reports.flatMap((report) => report.notes));
  const errors = byLine(reports.flatMap((report) => report.errors));
  if (errors.length > 0) return { value, manifests: [], text: '', notes, errors };
  return {
    value,
    manifests: all.map(({ root }) => jsonOf(root) as JsonObject),
    text: joined(all.map(({ root }) => written({ document: new Document(root) }, style))),
    notes,
    errors,
  };
}

/** The same for the value of a cluster file, as a state machine has it. */
export function compileClusterValue(value: unknown, options: CompileOptions = {}): CompiledCluster {
  const document = new Document(value);
  const origins = new Origins(undefined);
  origins.remember(document.contents);
  return compileCluster(document, origins, options);
}

import type { z } from 'zod';
import { type Fault, shown, under } from './fault.ts';
import { nearest } from './nearest.ts';
import { sound, valueAt } from './read-part.ts';
import { overridesSchema } from './schema-nodes.ts';

/** What the cluster file needs to know of NodePools and EC2NodeClasses. */
export type Catalogue = {
  readonly profileNames: readonly string[];
  /** The EC2NodeClass that comes with the profiles. */
  readonly profileNodeClass: string;
  /** Faults of one manifest, with paths as in the manifest. */
  readonly validateManifest: (manifest: Readonly<Record<string, unknown>>) => readonly Fault[];
  /** Faults of a profile with overrides that are sound each for itself, with paths as in the entry. */
  readonly profileFaults: (profile: string, overrides: z.output<typeof overridesSchema>) => readonly Fault[];
};

type Entry = {
  readonly path: string;
  readonly profile: unknown;
  readonly overrides: unknown;
  readonly manifest: unknown;
};
type Named = { readonly kind: string; readonly name: string; readonly path: string };

function entriesOf(file: unknown): Entry[] {
  const list = valueAt(file, 'spec', 'nodePools');
  if (!Array.isArray(list)) return [];
  return list.flatMap((value: unknown, index) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
    const [profile, overrides, manifest] = ['profile', 'overrides', 'manifest'].map((key) => valueAt(value, key));
    return [{ path: `spec.nodePools[${index}]`, profile, overrides, manifest }];
  });
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function entryFaults(entry: Entry, catalogue: Catalogue): Fault[] {
  const { path, profile, overrides, manifest } = entry;
  const faults: Fault[] = [];
  if ((profile === undefined) === (manifest === undefined)) {
    faults.push({
      path,
      message: `needs either profile or manifest, has ${profile === undefined ? 'neither' : 'both'}`,
    });
  }
  if (manifest !== undefined && profile === undefined && overrides !== undefined) {
    faults.push({ path: `${path}.overrides`, message: 'goes with a profile; change the manifest itself' });
  }
  if (typeof profile === 'string' && !catalogue.profileNames.includes(profile)) {
    const meant = nearest(profile, catalogue.profileNames);
    const hint = meant ? `did you mean ${meant}?` : `the profiles are ${catalogue.profileNames.join(', ')}`;
    faults.push({ path: `${path}.profile`, message: `there is no profile ${shown(profile)}; ${hint}` });
  }
  const soundOverrides = sound(overridesSchema, overrides ?? {});
  if (typeof profile === 'string' && soundOverrides) {
    faults.push(...under(path, catalogue.profileFaults(profile, soundOverrides)));
  }
  if (isMap(manifest)) faults.push(...under(`${path}.manifest`, manifestFaults(manifest, catalogue)));
  return faults;
}

const POOL_KINDS = ['NodePool', 'EC2NodeClass'];

function manifestFaults(manifest: Readonly<Record<string, unknown>>, catalogue: Catalogue): readonly Fault[] {
  const faults = catalogue.validateManifest(manifest);
  const { kind } = manifest;
  if (faults.length > 0 || (typeof kind === 'string' && POOL_KINDS.includes(kind))) return faults;
  return [{ path: 'kind', message: `must be ${POOL_KINDS.join(' or ')} here, is ${shown(kind)}` }];
}

/** The object that an entry makes in the cluster, as far as it can be told. */
function namedBy({ path, profile, overrides, manifest }: Entry): Named[] {
  if (typeof profile === 'string') {
    const name = valueAt(overrides, 'name');
    if (typeof name === 'string') return [{ kind: 'NodePool', name, path: `${path}.overrides.name` }];
    return [{ kind: 'NodePool', name: profile, path: `${path}.profile` }];
  }
  const kind = valueAt(manifest, 'kind');
  const name = valueAt(manifest, 'metadata', 'name');
  if (typeof kind !== 'string' || typeof name !== 'string') return [];
  return [{ kind, name, path: `${path}.manifest.metadata.name` }];
}

function duplicateFaults(named: readonly Named[]): Fault[] {
  return named.flatMap(({ kind, name, path }, index) => {
    const first = named.findIndex((other) => other.kind === kind && other.name === name);
    if (first === index) return [];
    return [{ path, message: `${kind} ${shown(name)} is defined already, at ${named[first]?.path || 'the profiles'}` }];
  });
}

function classFaults(entries: readonly Entry[], classes: readonly string[]): Fault[] {
  return entries.flatMap(({ path, manifest }) => {
    const name = valueAt(manifest, 'spec', 'template', 'spec', 'nodeClassRef', 'name');
    if (typeof name !== 'string' || name === '' || classes.includes(name)) return [];
    const known = classes.length > 0 ? `; there is ${classes.join(', ')}` : '';
    return [
      {
        path: `${path}.manifest.spec.template.spec.nodeClassRef.name`,
        message: `no EC2NodeClass ${shown(name)} is in this file${known}`,
      },
    ];
  });
}

/** What is wrong with the entries of `nodePools`, by themselves and between them. */
export function poolFaults(file: unknown, catalogue: Catalogue): Fault[] {
  const entries = entriesOf(file);
  const fromProfiles = entries.some(({ profile }) => typeof profile === 'string')
    ? [{ kind: 'EC2NodeClass', name: catalogue.profileNodeClass, path: '' }]
    : [];
  const named = [...fromProfiles, ...entries.flatMap(namedBy)];
  const classes = named.filter(({ kind }) => kind === 'EC2NodeClass').map(({ name }) => name);
  const faults = [
    ...entries.flatMap((entry) => entryFaults(entry, catalogue)),
    ...duplicateFaults(named),
    ...classFaults(entries, classes),
  ];
  if (entries.length > 0 && entries.every(({ manifest }) => valueAt(manifest, 'kind') === 'EC2NodeClass')) {
    faults.push({ path: 'spec.nodePools', message: 'has no NodePool: no pod of an application would ever get a node' });
  }
  return faults;
}

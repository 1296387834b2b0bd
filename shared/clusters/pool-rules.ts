import type * as z from 'zod';
import { type Fault, shown, under } from './fault.ts';
import { gp3Faults } from './gp3.ts';
import { nearest } from './nearest.ts';
import { sound, valueAt } from './read-part.ts';
import { overridesSchema, rootVolumeSchema } from './schema-nodes.ts';

type Overrides = z.output<typeof overridesSchema>;

/** What the cluster file needs to know of NodePools and EC2NodeClasses. */
export type Catalogue = {
  readonly profileNames: readonly string[];
  /** The EC2NodeClass that a profile brings, by name; of a profile that is not there the one of most profiles. */
  readonly profileNodeClass: (profile: string, overrides: Overrides) => string;
  /** The NodePool of a profile with overrides that are sound each for itself; undefined where they do not go together. */
  readonly profileNodePool: (profile: string, overrides: Overrides) => Readonly<Record<string, unknown>> | undefined;
  /** Faults of one manifest, with paths as in the manifest. */
  readonly validateManifest: (manifest: Readonly<Record<string, unknown>>) => readonly Fault[];
  /** Faults of a profile with overrides that are sound each for itself, with paths as in the entry. */
  readonly profileFaults: (profile: string, overrides: Overrides) => readonly Fault[];
};

type Entry = {
  readonly path: string;
  readonly profile: unknown;
  readonly overrides: unknown;
  readonly manifest: unknown;
};
/** `pool` is undefined where the entry is faulty. */
export type NamedPool = {
  readonly name: string;
  readonly path: string;
  readonly pool: Readonly<Record<string, unknown>> | undefined;
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
    const volume = valueAt(overrides, 'rootVolume');
    faults.push(...under(`${path}.overrides.rootVolume`, gp3Faults(volume, rootVolumeSchema.shape)));
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

const CLASS_OF_POOL = ['spec', 'template', 'spec', 'nodeClassRef', 'name'] as const;

/** The NodePool of each entry that has one, as far as it can be told, with the place where its name is written. */
function namedPools(file: unknown, catalogue: Catalogue): NamedPool[] {
  return entriesOf(file).flatMap(({ path, profile, overrides, manifest }) => {
    if (typeof profile === 'string') {
      const name = valueAt(overrides, 'name');
      const soundOverrides = sound(overridesSchema, overrides ?? {});
      const isKnown = soundOverrides !== undefined && catalogue.profileNames.includes(profile);
      const pool = isKnown ? catalogue.profileNodePool(profile, soundOverrides) : undefined;
      return typeof name === 'string'
        ? [{ name, path: `${path}.overrides.name`, pool }]
        : [{ name: profile, path: `${path}.profile`, pool }];
    }
    const name = valueAt(manifest, 'metadata', 'name');
    if (valueAt(manifest, 'kind') !== 'NodePool' || typeof name !== 'string') return [];
    return [{ name, path: `${path}.manifest.metadata.name`, pool: isMap(manifest) ? manifest : undefined }];
  });
}

const DEFAULT_POOLS = { spec: { nodePools: [{ profile: 'default' }] } };

/** The NodePools of a file, the one that a file without `nodePools` gets among them. */
export function poolsOfFile(file: unknown, catalogue: Catalogue): NamedPool[] {
  return namedPools(valueAt(file, 'spec', 'nodePools') === undefined ? DEFAULT_POOLS : file, catalogue);
}

/** EC2NodeClasses that come with the profiles of the file, each once, then those that are written out. */
function namedClasses(entries: readonly Entry[], catalogue: Catalogue): Named[] {
  const ofProfiles = entries.flatMap(({ profile, overrides }) =>
    typeof profile === 'string'
      ? [catalogue.profileNodeClass(profile, sound(overridesSchema, overrides ?? {}) ?? {})]
      : [],
  );
  return [
    ...[...new Set(ofProfiles)].map((name) => ({ kind: 'EC2NodeClass', name, path: '' })),
    ...entries.flatMap(({ path, profile, manifest }) => {
      const name = valueAt(manifest, 'metadata', 'name');
      const isClass = valueAt(manifest, 'kind') === 'EC2NodeClass' && profile === undefined;
      if (!isClass || typeof name !== 'string') return [];
      return [{ kind: 'EC2NodeClass', name, path: `${path}.manifest.metadata.name` }];
    }),
  ];
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
    const name = valueAt(manifest, ...CLASS_OF_POOL);
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
  const classes = namedClasses(entries, catalogue);
  const pools = namedPools(file, catalogue).map(({ name, path }) => ({ kind: 'NodePool', name, path }));
  const faults = [
    ...entries.flatMap((entry) => entryFaults(entry, catalogue)),
    ...duplicateFaults(pools),
    ...duplicateFaults(classes),
    ...classFaults(
      entries,
      classes.map(({ name }) => name),
    ),
  ];
  if (entries.length > 0 && entries.every(({ manifest }) => valueAt(manifest, 'kind') === 'EC2NodeClass')) {
    faults.push({ path: 'spec.nodePools', message: 'has no NodePool: no pod of an application would ever get a node' });
  }
  return faults;
}

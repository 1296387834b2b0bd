import type * as z from 'zod';
import { budgetFaults } from './budget-rules.ts';
import type { Fault } from './fault.ts';
import { explain, faultsOf } from './messages.ts';
import { DEEPEST_NESTING, isNestedDeeper } from './nesting.ts';
import { type Catalogue, poolFaults } from './pool-rules.ts';
import { valueAt } from './read-part.ts';
import { ruleFaults } from './rules.ts';
import { clusterFileSchema } from './schema.ts';
import type { budgetSchema } from './schema-budget.ts';
import { OWN_SETTINGS } from './schema-karpenter.ts';
import type { overridesSchema } from './schema-nodes.ts';
import { serviceFaults } from './service-rules.ts';

export type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T;

type ParsedFile = z.output<typeof clusterFileSchema>;
type ParsedSpec = ParsedFile['spec'];

/** In US dollars, as decimal strings. */
export type Budget = DeepReadonly<z.output<typeof budgetSchema>>;

/** What an entry of `nodePools` changes of its profile. */
export type ProfileOverrides = DeepReadonly<z.output<typeof overridesSchema>>;

/** A profile of the catalogue with changes, or an object written out. */
export type NodePoolEntry =
  | { readonly profile: string; readonly overrides: ProfileOverrides }
  | { readonly manifest: Readonly<Record<string, unknown>> };

/** A cluster file that has been read: sound, with every default filled in. Parsing it again gives the same value. */
export type Cluster = DeepReadonly<Omit<ParsedFile, 'spec'>> & {
  readonly spec: DeepReadonly<Omit<ParsedSpec, 'nodePools' | 'network'>> & {
    readonly network: DeepReadonly<ParsedSpec['network'] & { publicAccessCidrs: string[] }>;
    readonly nodePools: readonly NodePoolEntry[];
  };
};

export type ParsedCluster =
  | { readonly ok: true; readonly cluster: Cluster }
  | { readonly ok: false; readonly faults: readonly Fault[] };

const REFUSED_KEYS = Object.fromEntries(
  Object.entries(OWN_SETTINGS).map(([key, reason]) => [`spec.karpenter.settings.${key}`, reason]),
);

/** An entry of `nodePools` as one of its two kinds. */
export function nodePoolEntry({ profile, overrides, manifest }: ParsedSpec['nodePools'][number]): NodePoolEntry {
  return profile === undefined ? { manifest: manifest ?? {} } : { profile, overrides: overrides ?? {} };
}

function clusterOf({ spec, ...rest }: ParsedFile): Cluster {
  const { network, nodePools } = spec;
  const everyone = network.endpointAccess === 'private' ? [] : ['0.0.0.0/0'];
  return {
    ...rest,
    spec: {
      ...spec,
      network: { ...network, publicAccessCidrs: network.publicAccessCidrs ?? everyone },
      nodePools: nodePools.map(nodePoolEntry),
    },
  };
}

/** Reads a cluster file with a given catalogue of NodePools; parse.ts has the one that is shipped. */
export function parseClusterFileWith(value: unknown, catalogue: Catalogue): ParsedCluster {
  if (isNestedDeeper(value, DEEPEST_NESTING)) {
    return { ok: false, faults: [{ path: '', message: `is nested more than ${DEEPEST_NESTING} levels deep` }] };
  }
  if (valueAt(value, 'spec', 'mode') === 'attach') {
    const message =
      "is attach, and such a file has no nodes or NodePools of Joinery's: this needs a file of mode create or adopt";
    return { ok: false, faults: [{ path: 'spec.mode', message }] };
  }
  const parsed = clusterFileSchema.safeParse(value, { error: explain });
  const faults = [
    ...(parsed.error?.issues ?? []).flatMap((issue) => faultsOf(issue, clusterFileSchema, REFUSED_KEYS)),
    ...ruleFaults(value),
    ...poolFaults(value, catalogue),
    ...serviceFaults(value, catalogue),
    ...budgetFaults(value, catalogue),
  ];
  return parsed.success && faults.length === 0 ? { ok: true, cluster: clusterOf(parsed.data) } : { ok: false, faults };
}

import type { FleetInstance } from '../fleet-file/schema.ts';
import { keyed } from './keyed.ts';

/** Instances that agree in all that prices and cuts hang on. A large fleet has few kinds: what is looked up is looked up once for each. */
export type Kind = {
  readonly index: number;
  readonly machine: Pick<
    FleetInstance,
    | 'region'
    | 'cluster'
    | 'nodePool'
    | 'capacityType'
    | 'instanceType'
    | 'zone'
    | 'os'
    | 'tenancy'
    | 'publicIpv4Count'
    | 'volumes'
  >;
};

export function newKinds(): (instance: FleetInstance) => Kind {
  const known = keyed<Kind>();
  let made = 0;
  return (instance) => {
    const { region, cluster, role, nodePool, capacityType, instanceType, zone, os, tenancy } = instance;
    const { publicIpv4Count, volumes } = instance;
    // What nearly all have in common comes first: it takes few maps.
    const path: (string | number | null)[] = [volumes.length];
    for (const { type, gib, iops, throughputMiBps } of volumes) path.push(type, gib, iops, throughputMiBps);
    path.push(region, os, tenancy, role, publicIpv4Count, cluster, nodePool, capacityType, zone, instanceType);
    return known.get(path, () => {
      made += 1;
      return { index: made - 1, machine: instance };
    });
  };
}

/** What is found out about a kind, once for each. */
export function perKind<T extends object>(find: (machine: Kind['machine']) => T): (kind: Kind) => T {
  const found: { kind: Kind; value: T }[] = [];
  return (kind) => {
    const known = found[kind.index];
    // Kinds of another fleet have the same numbers.
    if (known?.kind === kind) return known.value;
    const value = find(kind.machine);
    found[kind.index] = { kind, value };
    return value;
  };
}

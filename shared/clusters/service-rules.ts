import { type CapacityTypeName, capacityTypesOf } from '../nodepools/capacity-types.ts';
import { type Fault, shown } from './fault.ts';
import { nearest } from './nearest.ts';
import { type Catalogue, type NamedPool, poolsOfFile } from './pool-rules.ts';
import { sound, valueAt } from './read-part.ts';
import { serviceSchema } from './schema-nodes.ts';

type Service = { readonly path: string; readonly value: unknown };

/** What is wrong with `services` beyond their shape: pools that are not there, and what a pool cannot give. */
export function serviceFaults(file: unknown, catalogue: Catalogue): Fault[] {
  const list = valueAt(file, 'spec', 'services');
  if (!Array.isArray(list)) return [];
  const services = list.map((value: unknown, index): Service => ({ path: `spec.services[${index}]`, value }));
  const pools = poolsOfFile(file, catalogue);
  const known = new Map<string, CapacityTypeName[] | undefined>();
  const capacityTypes = ({ name, pool }: NamedPool) => {
    // A pool that is faulty itself is told of elsewhere.
    const isSound = pool !== undefined && (known.has(name) || catalogue.validateManifest(pool).length === 0);
    if (!known.has(name)) known.set(name, isSound ? capacityTypesOf(pool) : undefined);
    return known.get(name);
  };
  return [
    ...duplicateNames(services),
    ...services.flatMap(({ path, value }) => {
      const name = sound(serviceSchema.shape.pool, valueAt(value, 'pool'));
      if (name === undefined) return [];
      const found = pools.find((candidate) => candidate.name === name);
      if (!found) return [unknownPool(path, name, pools)];
      return unfit(path, value, name, capacityTypes(found));
    }),
  ];
}

function duplicateNames(services: readonly Service[]): Fault[] {
  const first = new Map<unknown, string>();
  return services.flatMap(({ path, value }) => {
    const name = valueAt(value, 'name');
    const before = first.get(name);
    if (typeof name !== 'string') return [];
    if (before === undefined) first.set(name, path);
    return before === undefined ? [] : [{ path: `${path}.name`, message: `${shown(name)} is already at ${before}` }];
  });
}

function unknownPool(path: string, name: string, pools: readonly { readonly name: string }[]): Fault {
  const names = pools.map((pool) => pool.name);
  const meant = nearest(name, names);
  const hint = meant ? `did you mean ${meant}?` : `the pools of this file are ${names.join(', ')}`;
  return { path: `${path}.pool`, message: `there is no NodePool ${shown(name)}; ${hint}` };
}

/** What the service asks for and the pool does not have. */
function unfit(path: string, value: unknown, pool: string, capacityTypes: CapacityTypeName[] | undefined): Fault[] {
  if (capacityTypes === undefined) return [];
  const critical = sound(serviceSchema.shape.critical, valueAt(value, 'critical')) ?? false;
  const spot = sound(serviceSchema.shape.spot, valueAt(value, 'spot'));
  const has = capacityTypes.join(' and ');
  const faults: Fault[] = [];
  if (critical && spot === 'required') {
    faults.push({
      path: `${path}.spot`,
      message: 'is required, but the service is critical: spot can be gone for hours',
    });
  }
  const isSpotOnly = capacityTypes.every((type) => type === 'spot');
  if (critical && isSpotOnly) {
    const message = `is true, but NodePool ${pool} has ${has} only: put the service on a pool with on-demand, or add it to the pool`;
    faults.push({ path: `${path}.critical`, message });
  }
  if (spot === 'never' && isSpotOnly) {
    faults.push({ path: `${path}.spot`, message: `is never, but NodePool ${pool} has ${has} only` });
  }
  if ((spot === 'required' || spot === 'preferred') && !capacityTypes.includes('spot')) {
    faults.push({ path: `${path}.spot`, message: `is ${spot}, but NodePool ${pool} has ${has} only` });
  }
  return faults;
}

import { type Fault, under } from '../clusters/fault.ts';
import { explain, faultsOf } from '../clusters/messages.ts';
import { nearest } from '../clusters/nearest.ts';
import { nodePoolListFaults } from '../clusters/parse.ts';
import { sound, stringsOf, valueAt } from '../clusters/read-part.ts';
import { instanceType as instanceTypeName } from '../clusters/schema-values.ts';
import { instanceType, instanceTypes, knownRegions, zonesIn } from '../instance-types/catalogue.ts';
import { type PodsFile, podsFileSchema } from './schema.ts';

/** More would take minutes, and tell nothing that fewer do not. */
const MOST_PODS = 10_000;

const listAt = (value: unknown, ...keys: readonly string[]): unknown[] => {
  const list = valueAt(value, ...keys);
  return Array.isArray(list) ? list : [];
};

function duplicates(file: unknown, ...keys: readonly string[]): Fault[] {
  const names = listAt(file, ...keys).map((entry) => valueAt(entry, 'name'));
  return names.flatMap((name, index) => {
    const first = names.indexOf(name);
    if (typeof name !== 'string' || first === index) return [];
    const path = keys.join('.');
    return [{ path: `${path}[${index}].name`, message: `${name} is already at ${path}[${first}]` }];
  });
}

function countFaults(file: unknown): Fault[] {
  const counts = listAt(file, 'pods').map((pod) => valueAt(pod, 'count') ?? 1);
  const total = counts.reduce<number>((sum, count) => sum + (typeof count === 'number' ? count : 0), 0);
  if (total <= MOST_PODS) return [];
  return [{ path: 'pods', message: `are ${total} together; at most ${MOST_PODS} are compared` }];
}

function zoneFaults(file: unknown): Fault[] {
  const region = valueAt(file, 'region');
  const zones = valueAt(file, 'zones');
  if (typeof region !== 'string') return [];
  if (zones === undefined) {
    if (knownRegions().includes(region)) return [];
    const message = `must be given: which zones ${region} has is not known here (of ${knownRegions().join(', ')} it is)`;
    return [{ path: 'zones', message }];
  }
  return stringsOf(zones).flatMap(({ index, text }) =>
    text.slice(0, -1) === region ? [] : [{ path: `zones[${index}]`, message: `${text} is not in ${region}` }],
  );
}

/** Cluster Autoscaler plans with one type of a group for all: their sizes must agree. */
function groupFaults(file: unknown): Fault[] {
  const region = valueAt(file, 'region');
  return listAt(file, 'fixed', 'nodeGroups').flatMap((group, at) => {
    const path = `fixed.nodeGroups[${at}]`;
    const [least, most] = [valueAt(group, 'minSize') ?? 0, valueAt(group, 'maxSize')];
    const isUpsideDown = typeof least === 'number' && typeof most === 'number' && most < least;
    const faults: Fault[] = isUpsideDown
      ? [{ path: `${path}.maxSize`, message: `is ${most}, below minSize ${least}` }]
      : [];
    const names = stringsOf(valueAt(group, 'instanceTypes'));
    const first = instanceType(names[0]?.text ?? '');
    for (const { index, text } of names) {
      const type = instanceType(text);
      const fault = (message: string) => faults.push({ path: `${path}.instanceTypes[${index}]`, message });
      if (!type && sound(instanceTypeName, text) !== undefined) {
        const known = instanceTypes().map(({ name }) => name);
        const meant = nearest(text, known);
        fault(`there is no instance type ${text}${meant ? `; did you mean ${meant}?` : ''}`);
      } else if (
        type &&
        first &&
        (type.vcpu !== first.vcpu || type.memoryMiB !== first.memoryMiB || type.arch !== first.arch)
      ) {
        fault(`${text} is of another size or architecture than ${first.name}; a group needs one size`);
      } else if (type && typeof region === 'string' && zonesIn(type, region)?.length === 0) {
        fault(`${text} is not offered in ${region}`);
      }
    }
    return faults;
  });
}

/** A pods file as the value of its YAML or JSON, with its defaults, or everything that is wrong in it. */
export function readPodsFile(
  value: unknown,
): { readonly ok: true; readonly value: PodsFile } | { readonly ok: false; readonly faults: readonly Fault[] } {
  const parsed = podsFileSchema.safeParse(value, { error: explain });
  const pools = valueAt(value, 'karpenter', 'nodePools');
  const faults = [
    ...(parsed.error?.issues ?? []).flatMap((issue) => faultsOf(issue, podsFileSchema, {})),
    ...['pods', 'daemonSets'].flatMap((key) => duplicates(value, key)),
    ...duplicates(value, 'fixed', 'nodeGroups'),
    ...countFaults(value),
    ...zoneFaults(value),
    ...groupFaults(value),
    ...under('karpenter.nodePools', nodePoolListFaults(pools)),
  ];
  return parsed.success && faults.length === 0 ? { ok: true, value: parsed.data } : { ok: false, faults };
}

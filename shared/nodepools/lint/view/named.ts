import type { InstanceType } from '../../../instance-types/instance-type.ts';
import type { PoolView } from './pool-view.ts';

/** Whether the pool's author listed values of one of the keys: what is listed by name is meant. */
export function lists({ requirements }: PoolView, keys: readonly string[]): boolean {
  return requirements.some(({ key, operator }) => operator === 'In' && keys.includes(key));
}

/** A few names, and how many more there are. */
export function someOf(names: readonly string[], most = 3): string {
  const rest = names.length - most;
  return rest > 0 ? `${names.slice(0, most).join(', ')} and ${rest} more` : names.join(', ');
}

/** The types that could be launched and are of a kind, with the largest first; none when all are: then they are the pool's point. */
export function strangersIn(pool: PoolView, isStrange: (type: InstanceType) => boolean): readonly InstanceType[] {
  const launchable = pool.types()?.launchable ?? [];
  const strange = launchable.filter(isStrange);
  if (strange.length === launchable.length) return [];
  return strange.toSorted((a, b) => b.memoryMiB - a.memoryMiB || b.vcpu - a.vcpu);
}

/** YAML of one requirement, in one line. */
export function requirementYaml(key: string, operator: string, values: readonly string[]): string {
  const quoted = values.map((value) =>
    /^[\d.]+$|^(true|false|null)$/.test(value) || value === '' ? `"${value}"` : value,
  );
  return `- { key: ${key}, operator: ${operator}, values: [${quoted.join(', ')}] }`;
}

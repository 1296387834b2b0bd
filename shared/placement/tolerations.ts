import { pathText } from '../clusters/fault.ts';
import type { Taint } from '../nodepools/profiles/profile.ts';
import { isMap, type PlainMap, type Plan } from './addition.ts';
import type { PlacementPool } from './pool.ts';
import type { Workload } from './workload.ts';

/** Tolerations of the pool's taints that the pods do not have yet. */
export function planTolerations({ podSpec, podSpecPath }: Workload, { taints }: PlacementPool): Plan {
  const path = [...podSpecPath, 'tolerations'];
  const present = podSpec['tolerations'] ?? [];
  if (!Array.isArray(present))
    return { additions: [], faults: [{ path: pathText(path), message: 'must be a list' }], warnings: [] };
  const items = taints
    .filter((taint) => !present.some((item) => isMap(item) && tolerates(item, taint)))
    .map(tolerationOf);
  return { additions: items.length > 0 ? [{ path, items }] : [], faults: [], warnings: [] };
}

/** As Kubernetes matches them: no effect means every effect, Exists without a key means everything. */
export function tolerates(toleration: PlainMap, taint: Taint): boolean {
  const { key, operator = 'Equal', value = '', effect } = toleration;
  if (effect !== undefined && effect !== '' && effect !== taint.effect) return false;
  if (key === undefined || key === '') return operator === 'Exists';
  if (key !== taint.key) return false;
  return operator === 'Exists' || (operator === 'Equal' && value === (taint.value ?? ''));
}

function tolerationOf({ key, value, effect }: Taint): object {
  return value === undefined || value === ''
    ? { key, operator: 'Exists', effect }
    : { key, operator: 'Equal', value, effect };
}

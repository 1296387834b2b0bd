import { isMap, type PlainMap } from './addition.ts';
import { valueAtPath, type Workload } from './workload.ts';

/** Lists that a strategic merge replaces as a whole: the patch has all of each. */
const PLACEMENT = [['tolerations'], ['affinity', 'nodeAffinity'], ['topologySpreadConstraints']] as const;

/** A strategic-merge patch for kustomize that gives the workload the placement that `placed` has; undefined where it has none. */
export function strategicMergePatch(workload: Workload, placed: unknown): PlainMap | undefined {
  const podSpec = valueAtPath(placed, workload.podSpecPath);
  const part = Object.assign(
    {},
    ...PLACEMENT.map((path) => {
      const value = valueAtPath(podSpec, path);
      return value === undefined ? {} : nested(path, value);
    }),
  ) as PlainMap;
  if (!isMap(podSpec) || Object.keys(part).length === 0) return undefined;
  const { apiVersion, kind, name, namespace } = workload;
  const metadata = namespace === undefined ? { name } : { name, namespace };
  return { apiVersion, kind, metadata, ...(nested(workload.podSpecPath, part) as PlainMap) };
}

function nested(path: readonly (string | number)[], value: unknown): PlainMap {
  return path.reduceRight<unknown>((made, key) => ({ [key]: made }), value) as PlainMap;
}

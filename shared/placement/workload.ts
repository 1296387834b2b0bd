import { isMap, type Path, type PlainMap } from './addition.ts';

type Kind = { readonly apiVersion: string; readonly podSpec: Path; readonly isEverywhere?: true };

const KINDS: Readonly<Record<string, Kind>> = {
  Pod: { apiVersion: 'v1', podSpec: ['spec'] },
  Deployment: { apiVersion: 'apps/v1', podSpec: ['spec', 'template', 'spec'] },
  StatefulSet: { apiVersion: 'apps/v1', podSpec: ['spec', 'template', 'spec'] },
  ReplicaSet: { apiVersion: 'apps/v1', podSpec: ['spec', 'template', 'spec'] },
  DaemonSet: { apiVersion: 'apps/v1', podSpec: ['spec', 'template', 'spec'], isEverywhere: true },
  Job: { apiVersion: 'batch/v1', podSpec: ['spec', 'template', 'spec'] },
  CronJob: { apiVersion: 'batch/v1', podSpec: ['spec', 'jobTemplate', 'spec', 'template', 'spec'] },
};

export const WORKLOAD_KINDS = Object.keys(KINDS);

/** Something that has pods, as far as placement needs it. */
export type Workload = {
  readonly kind: string;
  readonly apiVersion: string;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly podSpecPath: Path;
  readonly podSpec: PlainMap;
  readonly replicas: number;
  /** Its own label selector; undefined where it has none. */
  readonly selector: PlainMap | undefined;
  /** DaemonSets run on each node: they tolerate, and never choose. */
  readonly isEverywhere: boolean;
};

type Read =
  | { readonly workload: Workload }
  | { readonly fault: { readonly path: Path; readonly message: string } }
  /** Some other object, or nothing. */
  | undefined;

export function readWorkload(value: unknown): Read {
  if (!isMap(value) || typeof value['kind'] !== 'string') return undefined;
  const { kind, apiVersion, metadata } = value as { kind: string; apiVersion?: unknown; metadata?: unknown };
  const known = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (kind === 'List' || (kind.endsWith('List') && Object.hasOwn(KINDS, kind.slice(0, -4)))) {
    return {
      fault: { path: ['kind'], message: 'is a List; write its objects as documents of their own, parted by ---' },
    };
  }
  if (!known) return undefined;
  if (apiVersion !== known.apiVersion) {
    return { fault: { path: ['apiVersion'], message: `must be ${known.apiVersion} for a ${kind}` } };
  }
  const name = isMap(metadata) ? metadata['name'] : undefined;
  if (typeof name !== 'string') return { fault: { path: ['metadata', 'name'], message: 'is required' } };
  const podSpec = valueAtPath(value, known.podSpec);
  if (!isMap(podSpec))
    return { fault: { path: known.podSpec, message: 'must be a map: the pod that the workload runs' } };
  const namespace = (metadata as PlainMap)['namespace'];
  const replicas = valueAtPath(value, ['spec', 'replicas']);
  const selector = valueAtPath(value, ['spec', 'selector']);
  return {
    workload: {
      kind,
      apiVersion: known.apiVersion,
      name,
      namespace: typeof namespace === 'string' ? namespace : undefined,
      podSpecPath: known.podSpec,
      podSpec,
      replicas: typeof replicas === 'number' && known.apiVersion === 'apps/v1' ? replicas : 1,
      selector: known.apiVersion === 'apps/v1' && isMap(selector) ? selector : undefined,
      isEverywhere: known.isEverywhere === true,
    },
  };
}

export function valueAtPath(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((current, key) => {
    if (typeof key === 'number') return Array.isArray(current) ? (current as unknown[])[key] : undefined;
    return isMap(current) && Object.hasOwn(current, key) ? current[key] : undefined;
  }, value);
}

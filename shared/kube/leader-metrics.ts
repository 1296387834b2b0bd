import type { KubeApi } from './api.ts';

/** One sample of a metrics page. */
export type Sample = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
};

/** What the pod that leads says of itself. Counters begin at zero with each process: `process` tells two of them apart. */
export type LeaderMetrics = {
  readonly pod: string;
  /** The pod's uid and when its process started, in seconds since the epoch. */
  readonly process: string;
  readonly samples: readonly Sample[];
};

const LEASE = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', name: 'karpenter-leader-election' } as const;
const METRICS_PORT = 8080;
const STARTED = 'process_start_time_seconds';

/**
 * The samples that `wanted` names, of the controller pod that holds the lease: a standby shows zeros that are not so. Undefined
 * while no pod leads. Throws KubeError.
 */
export async function leaderMetrics(
  kube: Pick<KubeApi, 'read' | 'list' | 'podLines'>,
  namespace: string,
  wanted: (name: string) => boolean,
): Promise<LeaderMetrics | undefined> {
  const lease = await kube.read({ ...LEASE, namespace });
  const { holderIdentity = '' } = (lease?.['spec'] ?? {}) as { holderIdentity?: string };
  // The identity is the pod's name, an underscore, and a random part.
  const pod = holderIdentity.slice(0, Math.max(0, holderIdentity.lastIndexOf('_')));
  if (pod === '') return undefined;
  const object = await kube.read({ apiVersion: 'v1', kind: 'Pod', name: pod, namespace });
  if (!object) return undefined;
  const samples: Sample[] = [];
  await kube.podLines({ namespace, name: pod, port: METRICS_PORT }, '/metrics', (line) => {
    const sample = sampleOf(line, (name) => name === STARTED || wanted(name));
    if (sample) samples.push(sample);
  });
  const started = samples.find(({ name }) => name === STARTED)?.value ?? 0;
  return {
    pod,
    process: `${String(object.metadata['uid'] ?? '')}/${started}`,
    samples: samples.filter(({ name }) => wanted(name)),
  };
}

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?\s+(\S+)/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g;

/** A line of the text format; undefined for comments, for what is not wanted and for what is no number. */
function sampleOf(line: string, wanted: (name: string) => boolean): Sample | undefined {
  if (line.startsWith('#')) return undefined;
  const [, name, labels = '', text = ''] = SAMPLE.exec(line) ?? [];
  if (name === undefined || !wanted(name)) return undefined;
  const value = text === '+Inf' ? Infinity : text === '-Inf' ? -Infinity : Number(text);
  if (Number.isNaN(value)) return undefined;
  return {
    name,
    labels: Object.fromEntries([...labels.matchAll(LABEL)].map(([, key = '', raw = '']) => [key, unescaped(raw)])),
    value,
  };
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character));
}

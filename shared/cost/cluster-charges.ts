import type { FleetFile } from '../fleet-file/schema.ts';
import { type ChargeContext, NOWHERE } from './charge.ts';
import { eachDay, overlap, type Span } from './days.ts';

type FleetCluster = FleetFile['clusters'][number];

const END_OF_TIME = Number.POSITIVE_INFINITY;

export function lifeOfCluster({ createdAt, deletedAt }: FleetCluster): Span {
  return { fromMs: Date.parse(createdAt), toMs: deletedAt === null ? END_OF_TIME : Date.parse(deletedAt) };
}

type VersionWindow = Span & { readonly version: string; readonly standardUntilMs: number };

/** Each version from its start to the next one's. */
export function versionWindows(cluster: FleetCluster): VersionWindow[] {
  const versions = cluster.versions
    .map(({ version, from, endOfStandardSupport }) => ({
      version,
      fromMs: Date.parse(from),
      standardUntilMs: Date.parse(endOfStandardSupport),
    }))
    .sort((a, b) => a.fromMs - b.fromMs);
  const { toMs } = lifeOfCluster(cluster);
  return versions.map((version, index) => ({ ...version, toMs: Math.min(versions[index + 1]?.fromMs ?? toMs, toMs) }));
}

/** When a cluster paid for extended support. With standard support EKS upgrades it in place of that. */
export function extendedSpans(cluster: FleetCluster): Span[] {
  if (cluster.supportType !== 'EXTENDED') return [];
  return versionWindows(cluster).flatMap(
    ({ fromMs, toMs, standardUntilMs }) =>
      overlap({ fromMs, toMs }, { fromMs: standardUntilMs, toMs: END_OF_TIME }) ?? [],
  );
}

/** The control plane, with or without nodes, and what extended support costs on top. */
export function chargeCluster(cluster: FleetCluster, { book, window, sink }: ChargeContext): void {
  const charge = (component: 'control-plane' | 'extended-support', span: Span | undefined) => {
    if (!span) return;
    const dimensions = { ...NOWHERE, cluster: cluster.cluster };
    const rate = book.eksRate(cluster.region, component);
    if (rate === undefined) {
      const reason = `there is no price of EKS in ${cluster.region}`;
      const ms = span.toMs - span.fromMs;
      sink.unpriced({ ...dimensions, component, region: cluster.region, resourceId: cluster.cluster, ms, reason });
      return;
    }
    const add = sink.open(dimensions, component, { kind: 'cluster', cluster });
    eachDay(span, (day, fromMs, toMs) => {
      add({ day, fromMs, toMs, rate, units: toMs - fromMs, instanceMs: 0 });
    });
  };
  const life = overlap(lifeOfCluster(cluster), window);
  charge('control-plane', life);
  if (life) for (const span of extendedSpans(cluster)) charge('extended-support', overlap(span, life));
}

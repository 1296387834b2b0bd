import { METRICS } from '../../shared/metrics/names.ts';
import { countMetric } from '../../simulator/aws/services/cloudwatch/store.ts';
import type { Simulation } from '../../simulator/core/simulation.ts';

const MINUTE_MS = 60_000;
const MINUTES = 40;
const POOLS = ['general', 'batch'];
const PHASES = { decision: 1, launch: 4, register: 20, initialize: 8, bind: 2, 'decision+launch': 5, total: 35 };

type Point = { readonly name: string; readonly dimensions: Record<string, string>; readonly value: number };

/** What a collector, a router and a canary would have told CloudWatch of some clusters in the last forty minutes. */
export function seedMetrics(simulation: Simulation, clusters: readonly string[]): void {
  const nowMs = simulation.now();
  for (let minute = MINUTES; minute > 0; minute -= 1) {
    const atMs = nowMs - minute * MINUTE_MS;
    const vary = (key: string, low: number, high: number) => simulation.between(`${key} ${minute}`, low, high);
    const points = clusters.flatMap((Cluster) => pointsOf(Cluster, vary));
    points.push({ name: METRICS.collectorRuns, dimensions: {}, value: 1 });
    points.push({ name: METRICS.canaryRounds, dimensions: { Part: 'canary' }, value: 1 });
    const interruptions = Math.round(vary('e', 0, 3));
    const Kind = 'spot-interruption';
    points.push({ name: METRICS.interruptions, dimensions: { Kind }, value: interruptions });
    points.push({ name: METRICS.routedEvents, dimensions: { Kind, Action: 'forward' }, value: interruptions });
    for (const point of points) countMetric(simulation, { namespace: 'Joinery', ...point, atMs });
  }
}

function pointsOf(Cluster: string, vary: (key: string, low: number, high: number) => number): Point[] {
  const points: Point[] = [];
  const add = (name: string, dimensions: Record<string, string>, low: number, high: number) => {
    const value = vary(JSON.stringify([Cluster, name, dimensions]), low, high);
    points.push({ name, dimensions: { Cluster, ...dimensions }, value });
  };
  for (const [Phase, seconds] of Object.entries(PHASES))
    for (const [low, high] of [
      [0.8, 1],
      [1, 1.2],
      [1.2, 1.6],
    ] as const)
      add(METRICS.provisioning, { Phase }, seconds * low, seconds * high);
  for (const name of [METRICS.cpuUtilisation, METRICS.memoryUtilisation, METRICS.spotShare]) add(name, {}, 55, 88);
  for (const name of [METRICS.podsPerNode, METRICS.runRate]) add(name, {}, 6, 9);
  add(METRICS.podSchedulingSeconds, {}, 2, 60);
  add(METRICS.pendingPods, {}, 0, 4);
  add(METRICS.bootstrapNodes, {}, 2, 2);
  add(METRICS.budgetUsed, {}, 60, 70);
  add(METRICS.metricSeries, {}, 60, 66);
  for (const name of [METRICS.collectorRuns, METRICS.controllerLeader]) add(name, {}, 1, 1);
  for (const name of [METRICS.clustersUnreachable, METRICS.unconfirmedBatches, METRICS.canaryLost]) add(name, {}, 0, 0);
  for (const name of [METRICS.nodePoolsNotReady, METRICS.nodeClassesNotReady]) add(name, {}, 0, 0);
  add(METRICS.canarySeconds, {}, 8, 20);
  add(METRICS.leadTimeLeft, { Kind: 'spot' }, 115, 119);
  for (const NodePool of POOLS) {
    for (const name of [METRICS.cpuUtilisation, METRICS.memoryUtilisation, METRICS.spotShare, METRICS.limitUsed])
      add(name, { NodePool }, 40, 95);
    for (const name of [METRICS.podsPerNode, METRICS.runRate]) add(name, { NodePool }, 3, 5);
    add(METRICS.nodes, { NodePool, CapacityType: 'spot' }, 5, 8);
    add(METRICS.nodes, { NodePool, CapacityType: 'on-demand' }, 2, 3);
    add(METRICS.scalingEvents, { NodePool, Reason: 'launched' }, 0, 2);
  }
  return points;
}

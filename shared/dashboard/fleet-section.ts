import { METRICS } from '../metrics/names.ts';
import type { Row, Widget } from './body.ts';
import { COLORS, eachBy, graph, heading, numbers, oneLine, searchFor } from './widgets.ts';

const byCluster = (name: string, stat = 'Average') => searchFor(name, ['Cluster'], stat);
const byPhase = (stat: string, phase: string) =>
  searchFor(METRICS.provisioning, ['Cluster', 'Phase'], stat, { Phase: phase });
const nodesOf = (capacityType: string) =>
  `SUM(${searchFor(METRICS.nodes, ['Cluster', 'NodePool', 'CapacityType'], 'Average', { CapacityType: capacityType })})`;
const lead = (stat: string) => `MIN(${searchFor(METRICS.leadTimeLeft, ['Kind', 'Cluster'], stat)})`;
const each = (name: string, stat = 'Average'): Row => eachBy(byCluster(name, stat), 'clusters', ['Cluster']);

/** Why nodes come and go; the rest of Karpenter's reasons is rare enough for the graph of the cluster. */
const SCALING = [
  { reason: 'launched', color: COLORS.green },
  { reason: 'terminated', color: COLORS.grey },
  { reason: 'consolidated', color: COLORS.blue },
  { reason: 'interrupted', color: COLORS.orange },
  { reason: 'drifted', color: COLORS.purple },
  { reason: 'expired', color: COLORS.teal },
  { reason: 'unhealthy', color: COLORS.yellow },
  { reason: 'launch-failed', color: COLORS.red },
] as const;
const idOf = (reason: string) => reason.replaceAll('-', '');
const scalingBy = (reason: string) =>
  `SUM(${searchFor(METRICS.scalingEvents, ['Cluster', 'NodePool', 'Reason'], 'Sum', { Reason: reason })})`;

/** What a node may take from the decision to the launch, in seconds; drawn wherever it is measured. */
export const LAUNCH_LINE = { value: 30, label: '30 s: decision and launch', color: COLORS.red };
export const SPOT_LINE = { value: 80, label: 'the aim: 80 %', color: COLORS.green };
const LEAD_LINE = { value: 110, label: 'promised: 110 s', color: COLORS.red };

/** Every cluster at once: a line for each, or their sum. */
export function fleetSection(): Widget[] {
  return [
    heading(
      '## Fleet\nEvery cluster of this account and Region. Choose a cluster above for the second part; what each graph says is in docs/dashboard.md.',
    ),
    numbers('Now', [
      oneLine('clusters', `SUM(${byCluster(METRICS.collectorRuns, 'Maximum')})`, 'clusters seen', COLORS.blue),
      oneLine('unreachable', `SUM(${byCluster(METRICS.clustersUnreachable, 'Maximum')})`, 'unreachable', COLORS.red),
      oneLine(
        'nodes',
        `SUM(${searchFor(METRICS.nodes, ['Cluster', 'NodePool', 'CapacityType'], 'Average')})`,
        'nodes',
        COLORS.blue,
      ),
      oneLine('pending', `SUM(${byCluster(METRICS.pendingPods)})`, 'pods pending', COLORS.orange),
      oneLine('rate', `SUM(${byCluster(METRICS.runRate)})`, 'dollars an hour', COLORS.green),
      oneLine('spot', `MIN(${byCluster(METRICS.spotShare)})`, 'lowest spot share, %', COLORS.teal),
    ]),
    graph('From decision to launch, p90', [eachBy(byPhase('p90', 'decision+launch'), 'clusters', ['Cluster'])], {
      unit: 'seconds',
      lines: [LAUNCH_LINE],
    }),
    graph('From decision to a usable node, p90', [eachBy(byPhase('p90', 'total'), 'clusters', ['Cluster'])], {
      unit: 'seconds',
    }),
    graph('How long pods wait for a node, p90', [each(METRICS.podSchedulingSeconds, 'p90')], { unit: 'seconds' }),
    graph(
      'Nodes that came, and that did not',
      [
        oneLine('came', `SUM(${byPhase('SampleCount', 'total')})`, 'came', COLORS.green),
        oneLine(
          'failed',
          `SUM(${searchFor(METRICS.provisioningFailures, ['Cluster', 'NodePool', 'Reason'], 'Sum')})`,
          'failed',
          COLORS.red,
        ),
      ],
      { unit: 'nodes a minute' },
    ),
    graph('CPU that pods request', [each(METRICS.cpuUtilisation)], { unit: '% of allocatable', max: 100 }),
    graph('Memory that pods request', [each(METRICS.memoryUtilisation)], { unit: '% of allocatable', max: 100 }),
    graph(
      'Nodes by capacity type',
      [
        oneLine('spot', nodesOf('spot'), 'spot', COLORS.green),
        oneLine('ondemand', nodesOf('on-demand'), 'on demand', COLORS.blue),
        oneLine('reserved', nodesOf('reserved'), 'reserved', COLORS.purple),
      ],
      { unit: 'nodes', isStacked: true },
    ),
    graph('Spot share of vCPUs', [each(METRICS.spotShare)], { unit: '%', max: 100, lines: [SPOT_LINE] }),
    graph(
      'Run rate, and how much of the budget it is',
      [
        eachBy(byCluster(METRICS.runRate), 'rates', ['Cluster']),
        eachBy(byCluster(METRICS.budgetUsed), 'budgets', ['Cluster'], { prefix: 'budget used:', yAxis: 'right' }),
        eachBy(byCluster(METRICS.forecastBudgetUsed, 'Maximum'), 'forecasts', ['Cluster'], {
          prefix: 'month’s forecast:',
          yAxis: 'right',
        }),
      ],
      { unit: 'dollars an hour', rightUnit: '% of the budget' },
    ),
    graph(
      'Interruptions, and what was done with every event',
      [
        eachBy(searchFor(METRICS.interruptions, ['Kind'], 'Sum'), 'interruptions', ['Kind']),
        eachBy(searchFor(METRICS.routedEvents, ['Kind', 'Action'], 'Sum'), 'routed', ['Kind', 'Action'], {
          prefix: 'routed:',
          yAxis: 'right',
        }),
      ],
      { unit: 'interruptions a minute', rightUnit: 'events a minute, copies with them' },
    ),
    graph(
      'Lead time left of a notice’s 120 s',
      [
        oneLine('median', lead('p50'), 'median', COLORS.lightBlue),
        oneLine('slow', lead('p1'), '99 of 100 had at least (p1)', COLORS.blue),
        oneLine('least', lead('Minimum'), 'least', COLORS.darkBlue),
      ],
      { unit: 'seconds, of the worst cluster', max: 120, lines: [LEAD_LINE] },
    ),
    graph(
      'Scaling events',
      SCALING.map(({ reason, color }) => oneLine(idOf(reason), scalingBy(reason), reason, color)),
      { unit: 'nodes a minute', isStacked: true },
    ),
  ];
}

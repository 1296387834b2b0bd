import { QUEUE_PREFIX } from '../clusters/names.ts';
import { METRICS } from '../metrics/names.ts';
import type { Row, Widget } from './body.ts';
import { LAUNCH_LINE, SPOT_LINE } from './fleet-section.ts';
import { COLORS, eachBy, graph, heading, metric, PERCENTILES, searchFor } from './widgets.ts';

/** What stands for the chosen cluster. No cluster can have this name: names begin with a letter or a digit. */
const CLUSTER = '__CLUSTER__';

/** The drop-down: a pattern, because searches hold the cluster's name inside of a text. */
export const CLUSTER_VARIABLE = {
  type: 'pattern',
  pattern: CLUSTER,
  inputType: 'select',
  id: 'cluster',
  label: 'Cluster',
  search: `{Joinery,Cluster} MetricName="${METRICS.collectorRuns}"`,
  populateFrom: 'Cluster',
  defaultValue: '__FIRST',
  visible: true,
} as const;

const PHASES = [
  { phase: 'decision', color: COLORS.purple },
  { phase: 'launch', color: COLORS.orange },
  { phase: 'register', color: COLORS.blue },
  { phase: 'initialize', color: COLORS.teal },
  { phase: 'bind', color: COLORS.green },
] as const;
const TOTAL_LINE = { value: 90, label: '90 s: the alarm on p90', color: COLORS.orange };
const LIMIT_LINE = { value: 90, label: '90 %: the pool is near its limit', color: COLORS.red };

const percentiles = (name: string, more: Readonly<Record<string, string>> = {}): Row[] =>
  PERCENTILES.map(({ stat, label, color }) => metric(name, { Cluster: CLUSTER, ...more }, { stat, label, color }));
const byPool = (name: string, id = 'pools'): Row =>
  eachBy(searchFor(name, ['Cluster', 'NodePool'], 'Average', { Cluster: CLUSTER }), id, ['NodePool']);
const whole = (name: string, label: string, more: { color?: string; yAxis?: 'right' } = {}): Row =>
  metric(name, { Cluster: CLUSTER }, { stat: 'Average', label, ...more });
const queue = (name: string, drawn: Exclude<Row[number], string>): Row => [
  'AWS/SQS',
  name,
  'QueueName',
  `${QUEUE_PREFIX}${CLUSTER}`,
  { stat: 'Maximum', ...drawn },
];

/** One cluster, by its NodePools. */
export function clusterSection(): Widget[] {
  return [
    heading(`## Cluster ${CLUSTER}\nThe cluster that is chosen above, by its NodePools.`),
    graph('From decision to launch', percentiles(METRICS.provisioning, { Phase: 'decision+launch' }), {
      unit: 'seconds',
      lines: [LAUNCH_LINE],
    }),
    graph('From decision to a usable node', percentiles(METRICS.provisioning, { Phase: 'total' }), {
      unit: 'seconds',
      lines: [TOTAL_LINE],
    }),
    graph(
      'Where the time goes: p90 of each phase',
      PHASES.map(({ phase, color }) =>
        metric(METRICS.provisioning, { Cluster: CLUSTER, Phase: phase }, { stat: 'p90', label: phase, color }),
      ),
      { unit: 'seconds' },
    ),
    graph(
      'Nodes that came, and that did not',
      [
        metric(
          METRICS.provisioning,
          { Cluster: CLUSTER, Phase: 'total' },
          { stat: 'SampleCount', label: 'came', color: COLORS.green },
        ),
        eachBy(
          searchFor(METRICS.provisioningFailures, ['Cluster', 'NodePool', 'Reason'], 'Sum', { Cluster: CLUSTER }),
          'failed',
          ['NodePool', 'Reason'],
          { prefix: 'failed:' },
        ),
      ],
      { unit: 'nodes a minute' },
    ),
    graph('How long pods wait for a node', percentiles(METRICS.podSchedulingSeconds), { unit: 'seconds' }),
    graph('Pods that wait', [whole(METRICS.pendingPods, 'pending', { color: COLORS.orange })], { unit: 'pods' }),
    graph(
      'CPU that pods request',
      [whole(METRICS.cpuUtilisation, 'all', { color: COLORS.grey }), byPool(METRICS.cpuUtilisation)],
      {
        unit: '% of allocatable',
        max: 100,
      },
    ),
    graph(
      'Memory that pods request',
      [whole(METRICS.memoryUtilisation, 'all', { color: COLORS.grey }), byPool(METRICS.memoryUtilisation)],
      { unit: '% of allocatable', max: 100 },
    ),
    graph('Pods on a node', [whole(METRICS.podsPerNode, 'all', { color: COLORS.grey }), byPool(METRICS.podsPerNode)], {
      unit: 'pods',
    }),
    graph(
      'Nodes by pool and capacity type',
      [
        eachBy(
          searchFor(METRICS.nodes, ['Cluster', 'NodePool', 'CapacityType'], 'Average', { Cluster: CLUSTER }),
          'nodes',
          ['NodePool', 'CapacityType'],
        ),
        whole(METRICS.bootstrapNodes, 'bootstrap', { color: COLORS.grey }),
      ],
      { unit: 'nodes', isStacked: true },
    ),
    graph('Limits used: of each pool the nearest one', [byPool(METRICS.limitUsed)], {
      unit: '% of the limit',
      max: 100,
      lines: [LIMIT_LINE],
    }),
    graph('Spot share of vCPUs', [whole(METRICS.spotShare, 'all', { color: COLORS.grey }), byPool(METRICS.spotShare)], {
      unit: '%',
      max: 100,
      lines: [SPOT_LINE],
    }),
    graph(
      'Run rate, and how much of the budget it is',
      [byPool(METRICS.runRate), whole(METRICS.budgetUsed, 'budget used', { color: COLORS.red, yAxis: 'right' })],
      { unit: 'dollars an hour', rightUnit: '% of the budget' },
    ),
    graph(
      'Scaling events',
      [
        eachBy(
          searchFor(METRICS.scalingEvents, ['Cluster', 'NodePool', 'Reason'], 'Sum', { Cluster: CLUSTER }),
          'scaling',
          ['NodePool', 'Reason'],
        ),
      ],
      { unit: 'nodes a minute', isStacked: true },
    ),
    graph(
      'Its interruption queue',
      [
        queue('ApproximateAgeOfOldestMessage', { label: 'age of the oldest', color: COLORS.orange }),
        queue('ApproximateNumberOfMessagesVisible', { label: 'messages', color: COLORS.blue, yAxis: 'right' }),
      ],
      { unit: 'seconds', rightUnit: 'messages' },
    ),
  ];
}

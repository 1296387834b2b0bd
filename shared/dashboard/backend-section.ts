import { METRICS } from '../metrics/names.ts';
import { backendCost } from './backend-cost.ts';
import type { Row, Widget } from './body.ts';
import type { StackParts } from './stack-parts.ts';
import { COLORS, eachBy, graph, heading, metric, oneLine, searchFor } from './widgets.ts';

const EXECUTIONS = ['Started', 'Succeeded', 'Failed', 'TimedOut', 'Aborted'] as const;

/** Hidden rows, one for each resource, for an expression that takes them together by the beginning of their ids. */
const hidden = (
  names: readonly [namespace: string, metric: string, dimension: string],
  prefix: string,
  stat: string,
  of: readonly { readonly ref: string; readonly label: string }[],
): Row[] =>
  of.map(({ ref, label }, index) => [...names, ref, { id: `${prefix}${index}`, stat, label, visible: false }]);

const queueRows = (metricName: string, queues: StackParts['queues']): Row[] =>
  queues.map(({ ref, label }) => ['AWS/SQS', metricName, 'QueueName', ref, { stat: 'Maximum', label }]);

/** Joinery itself: what it ran, what waits, what failed, whether it sees the fleet, and what it costs. */
export function backendSection(parts: StackParts): Widget[] {
  const { functions, machines, queues } = parts;
  const deadLetters = queues.filter(({ isDeadLetters }) => isDeadLetters);
  const working = queues.filter(({ isDeadLetters }) => !isDeadLetters);
  const lambda = (name: string, prefix: string, stat: string) =>
    hidden(['AWS/Lambda', name, 'FunctionName'], prefix, stat, functions);
  const byCluster = (name: string) => searchFor(name, ['Cluster'], 'Maximum');
  return [
    heading('## Joinery itself\nIts runs, queues and functions, whether it still sees the fleet, and what it costs.'),
    graph(
      'Runs of the state machines',
      [
        ...EXECUTIONS.flatMap((name) =>
          hidden(['AWS/States', `Executions${name}`, 'StateMachineArn'], name.toLowerCase(), 'Sum', machines),
        ),
        oneLine('allstarted', 'SUM(METRICS("started"))', 'started', COLORS.blue),
        oneLine('allsucceeded', 'SUM(METRICS("succeeded"))', 'succeeded', COLORS.green),
        oneLine('allfailed', 'SUM(METRICS("failed"))', 'failed', COLORS.red),
        oneLine('alltimedout', 'SUM(METRICS("timedout"))', 'timed out', COLORS.orange),
        oneLine('allaborted', 'SUM(METRICS("aborted"))', 'aborted', COLORS.grey),
      ],
      { unit: 'runs a minute' },
    ),
    graph('Age of the oldest message', queueRows('ApproximateAgeOfOldestMessage', working), { unit: 'seconds' }),
    graph('Messages that wait', queueRows('ApproximateNumberOfMessagesVisible', working), { unit: 'messages' }),
    graph('Dead letters: none is normal', queueRows('ApproximateNumberOfMessagesVisible', deadLetters), {
      unit: 'messages',
    }),
    graph(
      'Errors and throttles of functions',
      [
        ...lambda('Errors', 'errors', 'Sum'),
        ...lambda('Throttles', 'throttles', 'Sum'),
        [{ id: 'worst', expression: 'SORT(METRICS("errors"), SUM, DESC, 5)' }],
        oneLine('throttled', 'SUM(METRICS("throttles"))', 'throttled, all', COLORS.purple),
      ],
      { unit: 'a minute' },
    ),
    graph(
      'The slowest functions, p99',
      [
        ...lambda('Duration', 'duration', 'p99'),
        [{ id: 'slowest', expression: 'SORT(METRICS("duration"), MAX, DESC, 5)' }],
      ],
      { unit: 'milliseconds' },
    ),
    graph(
      'Heartbeats',
      [
        metric(METRICS.collectorRuns, {}, { stat: 'Sum', label: 'collector', color: COLORS.blue }),
        metric(METRICS.canaryRounds, { Part: 'canary' }, { stat: 'Sum', label: 'canary', color: COLORS.yellow }),
        metric(METRICS.reportsMade, {}, { stat: 'Sum', label: 'cost reports', color: COLORS.green }),
      ],
      { unit: 'a minute' },
    ),
    graph(
      'What the collector had to do without',
      [
        eachBy(byCluster(METRICS.clustersUnreachable), 'unreachable', ['Cluster'], { prefix: 'unreachable:' }),
        eachBy(searchFor(METRICS.partialCollections, ['Cluster', 'Part'], 'Sum'), 'partial', ['Part', 'Cluster'], {
          prefix: 'not read:',
        }),
        eachBy(byCluster(METRICS.unconfirmedBatches), 'unconfirmed', ['Cluster'], { prefix: 'unconfirmed:' }),
      ],
      { unit: 'count' },
    ),
    graph(
      'Karpenter’s own health',
      [
        eachBy(byCluster(METRICS.controllerLeader), 'leaders', ['Cluster'], { prefix: 'leader:' }),
        eachBy(byCluster(METRICS.nodePoolsNotReady), 'pools', ['Cluster'], { prefix: 'pools not ready:' }),
        eachBy(byCluster(METRICS.nodeClassesNotReady), 'classes', ['Cluster'], { prefix: 'classes not ready:' }),
      ],
      { unit: 'count' },
    ),
    graph(
      'The canary’s way to each controller',
      [
        eachBy(searchFor(METRICS.canarySeconds, ['Cluster'], 'Maximum'), 'canary', ['Cluster']),
        eachBy(searchFor(METRICS.canaryLost, ['Cluster'], 'Sum'), 'lost', ['Cluster'], {
          prefix: 'lost:',
          yAxis: 'right',
        }),
      ],
      { unit: 'seconds', rightUnit: 'canaries lost' },
    ),
    graph('Metrics that the collector publishes', [eachBy(byCluster(METRICS.metricSeries), 'series', ['Cluster'])], {
      unit: 'series',
      isStacked: true,
    }),
    backendCost(parts),
  ];
}

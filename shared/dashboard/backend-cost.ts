import { METRICS } from '../metrics/names.ts';
import type { Row, Widget } from './body.ts';
import type { StackParts } from './stack-parts.ts';
import { COLORS, graph, oneLine, PERIOD, searchFor } from './widgets.ts';

/** List prices in dollars, of us-east-1; eu-west-1 has the same. Free tiers are not taken off. */
const PRICES = {
  gigabyteSecond: { arm64: 0.0000133334, x86_64: 0.0000166667 },
  invocation: 0.0000002,
  queueRequest: 0.0000004,
  seriesMonth: 0.3,
  alarmMonth: 0.1,
  dashboardMonth: 3,
} as const;
const HOURS_A_MONTH = 730;
const PER_HOUR = 3600 / PERIOD;
const QUEUE_METRICS = [
  'NumberOfMessagesSent',
  'NumberOfMessagesReceived',
  'NumberOfMessagesDeleted',
  'NumberOfEmptyReceives',
];

const figure = (value: number): string => value.toFixed(12).replace(/0+$/, '').replace(/\.$/, '');

/**
 * What Joinery costs in an hour, worked out from what CloudWatch counts: the functions' milliseconds by their memory, their calls, the messages of
 * the stack's queues, the series that the collector says it publishes, and the alarms and this dashboard. Not in it, because nothing
 * counts it by stack: writes to the table, transitions of runs, log lines, storage.
 */
export function backendCost({ functions, queues, alarms }: StackParts): Widget {
  const fixed = (alarms.length * PRICES.alarmMonth + PRICES.dashboardMonth) / HOURS_A_MONTH;
  const durations = functions.map(
    ({ ref, label }, index): Row => [
      'AWS/Lambda',
      'Duration',
      'FunctionName',
      ref,
      { id: `ms${index}`, stat: 'Sum', label, visible: false },
    ],
  );
  const calls = functions.map(
    ({ ref, label }, index): Row => [
      'AWS/Lambda',
      'Invocations',
      'FunctionName',
      ref,
      { id: `calls${index}`, stat: 'Sum', label, visible: false },
    ],
  );
  const messages = QUEUE_METRICS.flatMap((name) =>
    queues.map(
      ({ ref, label }, index): Row => [
        'AWS/SQS',
        name,
        'QueueName',
        ref,
        { id: `${name.charAt(0).toLowerCase()}${name.slice(1)}Q${index}`, stat: 'Sum', label, visible: false },
      ],
    ),
  );
  return graph(
    'What Joinery costs, estimated',
    [
      ...durations,
      ...calls,
      ...messages,
      ...computeRows(functions),
      oneLine('queues', `SUM(METRICS("Q")) * ${figure(PRICES.queueRequest * PER_HOUR)}`, 'queues', COLORS.orange),
      oneLine(
        'series',
        `SUM(${searchFor(METRICS.metricSeries, ['Cluster'], 'Maximum')}) * ${figure(PRICES.seriesMonth / HOURS_A_MONTH)}`,
        'the collector’s metrics',
        COLORS.purple,
      ),
      oneLine('alarms', `SUM(METRICS("calls")) * 0 + ${figure(fixed)}`, 'alarms and dashboard', COLORS.grey),
    ],
    { unit: 'dollars an hour', isStacked: true },
  );
}

/** One hidden sum for each kind of function, since an expression has 2,048 characters; and what they come to. */
function computeRows(functions: StackParts['functions']): Row[] {
  const prices = functions.map(
    ({ memoryMb, architecture }) => (PRICES.gigabyteSecond[architecture] * memoryMb) / 1024 / 1000,
  );
  const kinds = [...new Set(prices)];
  const sums = kinds.map((price, kind): Row => {
    const ids = prices.flatMap((one, index) => (one === price ? [`ms${index}`] : []));
    return [
      { id: `kind${kind}`, expression: `SUM([${ids.join(', ')}]) * ${figure(price * PER_HOUR)}`, visible: false },
    ];
  });
  const all = kinds.map((_, kind) => `kind${kind}`).join(', ');
  return [
    ...sums,
    oneLine(
      'compute',
      `SUM([${all}, SUM(METRICS("calls")) * ${figure(PRICES.invocation * PER_HOUR)}])`,
      'functions',
      COLORS.blue,
    ),
  ];
}

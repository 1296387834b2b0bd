import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { readStackParts } from '../../../../scripts/dashboard/read-stack-parts.ts';
import { dashboardBody } from '../../../../shared/dashboard/dashboard.ts';
import { METRICS } from '../../../../shared/metrics/names.ts';
import {
  type DashboardBody,
  readDashboardBody,
} from '../../../../simulator/aws/services/cloudwatch/dashboards/body.ts';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const AWS_METRICS: Readonly<Record<string, readonly string[]>> = {
  'AWS/Lambda': ['Duration', 'Errors', 'Invocations', 'Throttles'],
  'AWS/SQS': [
    'ApproximateAgeOfOldestMessage',
    'ApproximateNumberOfMessagesVisible',
    'NumberOfEmptyReceives',
    'NumberOfMessagesDeleted',
    'NumberOfMessagesReceived',
    'NumberOfMessagesSent',
  ],
  'AWS/States': ['Started', 'Succeeded', 'Failed', 'TimedOut', 'Aborted'].map((name) => `Executions${name}`),
};

const SOURCE = JSON.stringify(dashboardBody(readStackParts(ROOT)));

/** The body as it is after Fn::Sub: any name in place of a reference. */
function deployed(change: (text: string) => string = (text) => text): ReturnType<typeof readDashboardBody> {
  const text = SOURCE.replaceAll('${AWS::Region}', 'eu-west-1')
    .replaceAll('${D}', '$')
    .replaceAll(/\$\{(\w+)\.Arn\}/g, 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:$1')
    .replaceAll(/\$\{(\w+)(\.\w+)?\}/g, '$1');
  return readDashboardBody(change(text));
}

function body(): DashboardBody {
  const read = deployed();
  if ('faults' in read) throw new Error(JSON.stringify(read.faults));
  return read.body;
}

const rows = () => body().widgets.flatMap((widget) => (widget.type === 'metric' ? widget.properties.metrics : []));
const expressions = () =>
  rows().flatMap((row) => row.flatMap((part) => (typeof part === 'object' ? (part.expression ?? []) : [])));

describe('the dashboard', () => {
  it('has the structure that CloudWatch documents', () => {
    expect(deployed()).toHaveProperty('body');
  });

  it('shows no metric that nobody publishes', () => {
    const known = (namespace: string, name: string) =>
      (namespace === 'Joinery' ? Object.values<string>(METRICS) : (AWS_METRICS[namespace] ?? [])).includes(name);
    const named = rows().flatMap(([namespace, name]) =>
      typeof namespace === 'string' && typeof name === 'string' && !known(namespace, name)
        ? [`${namespace} ${name}`]
        : [],
    );
    const searches = expressions().flatMap((text) => [...text.matchAll(/\{(\w+)[^}]*\} MetricName="(\w+)"/g)]);
    const searched = searches.flatMap(([, namespace = '', name = '']) => (known(namespace, name) ? [] : [name]));

    expect(searches.length).toBeGreaterThan(20);
    expect([...named, ...searched]).toEqual([]);
  });

  it('shows what a person acts on', () => {
    const text = JSON.stringify(rows());
    const shown = [
      ...[METRICS.provisioning, METRICS.provisioningFailures, METRICS.podSchedulingSeconds, METRICS.pendingPods],
      ...[METRICS.cpuUtilisation, METRICS.memoryUtilisation, METRICS.podsPerNode, METRICS.limitUsed, METRICS.nodes],
      ...[METRICS.spotShare, METRICS.runRate, METRICS.budgetUsed, METRICS.forecastBudgetUsed, METRICS.scalingEvents],
      ...[
        METRICS.interruptions,
        METRICS.routedEvents,
        METRICS.leadTimeLeft,
        METRICS.canarySeconds,
        METRICS.canaryLost,
        METRICS.bootstrapNodes,
      ],
      ...[METRICS.collectorRuns, METRICS.clustersUnreachable, METRICS.partialCollections, METRICS.unconfirmedBatches],
      ...[METRICS.metricSeries, METRICS.controllerLeader, METRICS.nodePoolsNotReady, METRICS.nodeClassesNotReady],
      ...[METRICS.reportsMade, METRICS.canaryRounds],
    ];

    expect(shown.filter((name) => !text.includes(`"${name}"`) && !text.includes(`\\"${name}\\"`))).toEqual([]);
  });

  it('keeps expressions and searches within CloudWatch’s lengths', () => {
    const longest = Math.max(...expressions().map((text) => text.length));
    const search = Math.max(...expressions().map((text) => /SEARCH\('([^']*)'/.exec(text)?.[1]?.length ?? 0));

    expect(longest).toBeLessThanOrEqual(2048);
    expect(search).toBeLessThanOrEqual(1024);
  });

  it('puts no widget over another', () => {
    const taken = new Set<string>();
    const twice: string[] = [];
    for (const { x = 0, y = 0, width = 6, height = 6, properties } of body().widgets)
      for (let column = x; column < x + width; column += 1)
        for (let row = y; row < y + height; row += 1) {
          const cell = `${column},${row}`;
          if (taken.has(cell)) twice.push(JSON.stringify(properties).slice(0, 60));
          taken.add(cell);
        }

    expect(twice).toEqual([]);
  });

  it('names the chosen cluster wherever the second part asks for one, and nowhere in the first', () => {
    const { widgets, variables } = body();
    const titles = widgets.map(({ type, properties }) => (type === 'text' ? properties.markdown.split('\n')[0] : ''));
    const from = titles.indexOf('## Cluster __CLUSTER__');
    const to = titles.indexOf('## Joinery itself');
    const isAboutOne = (widget: unknown) => JSON.stringify(widget).includes('__CLUSTER__');

    expect(variables).toMatchObject([{ type: 'pattern', pattern: '__CLUSTER__', populateFrom: 'Cluster' }]);
    expect(widgets.slice(from, to).every(isAboutOne)).toBe(true);
    expect([...widgets.slice(0, from), ...widgets.slice(to)].some(isAboutOne)).toBe(false);
  });

  it.each([
    ['a member that no widget has', '"stacked":false', '"staked":false'],
    ['a view that there is not', '"singleValue"', '"single"'],
    ['a metric without a name', '["Joinery","CollectorRuns",', '["Joinery",'],
    ['a colour that is none', '"#2a78b8"', '"blue"'],
    ['a variable without its pattern', '"pattern":"__CLUSTER__",', ''],
    ['a widget that is too wide', '"width":24', '"width":25'],
    ['an alarm that is no ARN', 'arn:aws:cloudwatch:', 'cloudwatch:'],
  ])('is refused with %s', (_, from, to) => {
    const read = deployed((text) => {
      expect(text).toContain(from);
      return text.replace(from, to);
    });

    expect(read).toHaveProperty('faults');
  });
});

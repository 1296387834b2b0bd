// Writes docs/alarms.md from the packaged template and that of the clusters' stacks: `npx --no-install -c 'node scripts/make-alarms-doc.ts'`.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { ensurePackaged } from './package-stack.ts';

const ROOT = new URL('../', import.meta.url);

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonMap = { [key: string]: Json };
type Template = {
  readonly Parameters?: Readonly<Record<string, { readonly Default?: string | number }>>;
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties?: JsonMap }>>;
};

const isRecord = (value: Json | undefined): value is JsonMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whom the alarms of a file are about. Each alarm is in one of them. */
const SECTIONS: Readonly<Record<string, string>> = {
  'alarms-paging.yml': 'What pages',
  'alarms-provisioning.yml': 'Pods that wait for nodes',
  'alarms-clusters.yml': 'Clusters, and Karpenter in them',
  'cluster-stack.yml': "In each cluster's own stack",
  'alarms-interruptions.yml': 'The way of interruption notices',
  'alarms-events.yml': 'Whether events come at all',
  'alarms-runs.yml': 'Runs',
  'alarms-backend.yml': "Joinery's own parts",
  'alarms-costs.yml': 'Money',
  'alarms-reports.yml': 'The cost report',
};

const HEAD = `# Alarms

Made from the templates; \`npx --no-install -c 'node scripts/make-alarms-doc.ts'\` writes it anew. Where alarms are told, and how to find the cluster or pool that one is about, is in
[the runbooks](runbooks/README.md).

"2 of 3 x 60 s" means: in two of the last three stretches of 60 s. "By Cluster" means that one alarm serves all: each cluster is judged by itself and named in a notice of its own.
A threshold with a name is a parameter of the deployment, here with its default.
`;

const COMPARISONS: Readonly<Record<string, string>> = {
  GreaterThanThreshold: '>',
  GreaterThanOrEqualToThreshold: '≥',
  LessThanThreshold: '<',
  LessThanOrEqualToThreshold: '≤',
};
const MISSING: Readonly<Record<string, string>> = {
  breaching: 'is the trouble itself',
  notBreaching: 'is no trouble',
  ignore: 'leaves it as it is',
  missing: 'leaves it without a state',
};

/** The document's text. Throws where an alarm is in no file of a section, or says something that cannot be told. */
export function alarmsDocument(deployment: Template, cluster: Template, root: URL = ROOT): string {
  const alarms = [deployment, cluster].flatMap((template) =>
    Object.entries(template.Resources).flatMap(([id, { Type, Properties = {} }]) =>
      Type === 'AWS::CloudWatch::Alarm' || Type === 'AWS::CloudWatch::CompositeAlarm'
        ? [{ id, properties: Properties, template }]
        : [],
    ),
  );
  const places = Object.keys(SECTIONS).map((file) => ({
    file,
    text: readFileSync(new URL(`resources/${file}`, root), 'utf8'),
  }));
  const fileOf = (id: string) => {
    const place = places.find(({ text }) => text.includes(`\n  ${id}:\n`));
    if (!place) throw new Error(`${id} is in no file that scripts/make-alarms-doc.ts has a section for`);
    return place.file;
  };
  const sections = Object.entries(SECTIONS).map(([file, title]) => {
    const rows = alarms.filter(({ id }) => fileOf(id) === file).map(rowOf);
    const header = [
      ['Alarm', 'What it means', 'Fires when', 'No data', 'Runbook'],
      ['---', '---', '---', '---', '---'],
    ];
    const table = [...header, ...rows].map(
      (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`,
    );
    return `## ${title}\n\n${table.join('\n')}\n`;
  });
  return [HEAD, ...sections].join('\n');
}

type Named = { readonly id: string; readonly properties: JsonMap; readonly template: Template };

function rowOf(alarm: Named): string[] {
  const { id, properties, template } = alarm;
  const [meaning = '', runbook = ''] = textOf(properties['AlarmDescription'], template).split(' Runbook: docs/');
  const name = runbook.slice('runbooks/'.length, -'.md'.length);
  const isComposite = properties['AlarmRule'] !== undefined;
  const missing = String(properties['TreatMissingData'] ?? '');
  return [
    `\`${id}\``,
    meaning,
    isComposite ? compositeRule(alarm) : metricRule(alarm),
    isComposite ? '' : (MISSING[missing] ?? missing),
    `[${name}](${runbook})`,
  ];
}

function compositeRule({ properties, template }: Named): string {
  const rule = String(isRecord(properties['AlarmRule']) ? properties['AlarmRule']['Fn::Sub'] : properties['AlarmRule']);
  const told = rule
    .replaceAll(/ALARM\("\$\{(\w+)\}"\)/g, '`$1`')
    .replaceAll(' AND ', ' and ')
    .replaceAll(' OR ', ' or ');
  const suppressor = properties['ActionsSuppressor'];
  return suppressor ? `${told}; held back by ${textOf(suppressor, template)}` : told;
}

function metricRule({ properties, template }: Named): string {
  const comparison = COMPARISONS[String(properties['ComparisonOperator'])] ?? '?';
  const { EvaluationPeriods: periods, DatapointsToAlarm: points } = properties;
  const { what, period } = watched(properties, template);
  const threshold = textOf(properties['Threshold'], template);
  return `${what} ${comparison} ${threshold}, ${String(points)} of ${String(periods)} x ${period} s`;
}

function watched(properties: JsonMap, template: Template): { what: string; period: string } {
  const metrics = (properties['Metrics'] ?? []) as JsonMap[];
  const query = metrics.find(
    ({ ReturnData, Expression }) => Expression !== undefined && String(ReturnData) !== 'false',
  );
  if (query) {
    const stat = metrics.find(({ MetricStat }) => MetricStat)?.['MetricStat'];
    const period = query['Period'] ?? (isRecord(stat) ? stat['Period'] : undefined);
    const expression = textOf(query['Expression'], template);
    const [, function_, groups] = /^SELECT (\w+\(\w+\)) .*?(?:GROUP BY (.*?) ORDER)/.exec(expression) ?? [];
    return {
      what: function_ ? `${function_} by ${groups}` : String(query['Label'] ?? expression),
      period: String(period),
    };
  }
  const { Statistic, ExtendedStatistic, MetricName, Dimensions, Period } = properties;
  const of = ((Dimensions ?? []) as JsonMap[])
    .map(({ Value }) => textOf(Value, template))
    .filter((text) => text !== '');
  const series = of.length > 0 ? ` of ${of.join(', ')}` : '';
  return {
    what: `${String(Statistic ?? ExtendedStatistic)} of ${String(MetricName)}${series}`,
    period: String(Period),
  };
}

/** A text with what it refers to by name: a parameter with its default, a resource with its logical id. */
function textOf(value: Json | undefined, template: Template): string {
  if (!isRecord(value)) return String(value ?? '');
  const { Ref: ref, 'Fn::GetAtt': attribute, 'Fn::Sub': text } = value;
  const named = (name: string) => {
    const fallback = template.Parameters?.[name]?.Default;
    return fallback === undefined || fallback === '' ? `\`${name}\`` : String(fallback);
  };
  if (typeof ref === 'string') return template.Parameters?.[ref] ? `${named(ref)} (\`${ref}\`)` : named(ref);
  if (Array.isArray(attribute)) return named(String(attribute[0]));
  if (typeof text === 'string') return text.replaceAll(/\$\{(\w+)(?:\.\w+)?[^}]*\}/g, (_, name: string) => named(name));
  throw new Error(`scripts/make-alarms-doc.ts cannot tell ${JSON.stringify(value)}`);
}

/** The short forms that an alarm uses, in their long form. */
const SHORT_FORMS = [
  { tag: '!Ref', resolve: (text: string) => ({ Ref: text }) },
  { tag: '!Sub', resolve: (text: string) => ({ 'Fn::Sub': text }) },
  { tag: '!GetAtt', resolve: (text: string) => ({ 'Fn::GetAtt': text.split('.') }) },
];

if (import.meta.main) {
  await ensurePackaged(fileURLToPath(ROOT), (line) => process.stderr.write(`${line}\n`));
  const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');
  const deployment = JSON.parse(read('.serverless/cloudformation-template-update-stack.json')) as Template;
  const cluster = parse(read('resources/cluster-stack.yml'), {
    customTags: SHORT_FORMS,
    logLevel: 'silent',
  }) as Template;
  writeFileSync(new URL('docs/alarms.md', ROOT), alarmsDocument(deployment, cluster));
}

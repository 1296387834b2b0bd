import { z } from 'zod';
import { annotations, metricWidget } from './metric-widget.ts';

const MAX_WIDGETS = 500;
const MAX_VARIABLES = 25;
const MAX_ALARMS = 100;
const COLUMNS = 24;

const place = {
  x: z.int().min(0).max(23).optional(),
  y: z.int().min(0).optional(),
  width: z.int().min(1).max(COLUMNS).optional(),
  height: z.int().min(1).max(1000).optional(),
};

const textWidget = z.strictObject({
  type: z.literal('text'),
  ...place,
  properties: z.strictObject({ markdown: z.string(), background: z.enum(['transparent', 'solid']).optional() }),
});

const alarmWidget = z.strictObject({
  type: z.literal('alarm'),
  ...place,
  properties: z.strictObject({
    alarms: z
      .array(z.string().regex(/^arn:aws[a-z-]*:cloudwatch:[a-z0-9-]+:\d{12}:alarm:.+$/, 'is not the ARN of an alarm'))
      .min(1)
      .max(MAX_ALARMS),
    sortBy: z.enum(['default', 'stateUpdatedTimestamp', 'timestamp']).optional(),
    states: z.array(z.enum(['ALARM', 'INSUFFICIENT_DATA', 'OK'])).optional(),
    title: z.string().optional(),
  }),
});

const variable = z
  .strictObject({
    type: z.enum(['property', 'pattern']),
    property: z.string().min(1).optional(),
    pattern: z.string().min(1).optional(),
    inputType: z.enum(['input', 'radio', 'select']),
    id: z.string().regex(/^[A-Za-z0-9_-]{1,32}$/),
    label: z.string().optional(),
    search: z.string().optional(),
    populateFrom: z.string().optional(),
    values: z.array(z.strictObject({ value: z.string(), label: z.string().optional() })).optional(),
    defaultValue: z.string().optional(),
    visible: z.boolean().optional(),
  })
  .superRefine((given, context) => {
    const fault = variableFault(given);
    if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
  });

type Variable = {
  readonly type: 'property' | 'pattern';
  readonly property?: string | undefined;
  readonly pattern?: string | undefined;
  readonly inputType: 'input' | 'radio' | 'select';
  readonly search?: string | undefined;
  readonly populateFrom?: string | undefined;
  readonly values?: readonly object[] | undefined;
};

function variableFault({
  type,
  property,
  pattern,
  inputType,
  search,
  populateFrom,
  values,
}: Variable): string | undefined {
  const other = type === 'property' ? pattern : property;
  if ((type === 'property' ? property : pattern) === undefined) return `a variable of type ${type} needs a ${type}`;
  if (other !== undefined) return `a variable of type ${type} has no other`;
  if ((search === undefined) !== (populateFrom === undefined)) return 'search and populateFrom belong together';
  if (search !== undefined && values !== undefined) return 'a variable has a search or values';
  if (inputType !== 'input' && search === undefined && values === undefined)
    return `a variable with a ${inputType} needs a search or values`;
  return undefined;
}

const body = z.strictObject({
  start: z.string().optional(),
  end: z.string().optional(),
  periodOverride: z.enum(['auto', 'inherit']).optional(),
  variables: z.array(variable).max(MAX_VARIABLES).optional(),
  widgets: z
    .array(z.discriminatedUnion('type', [textWidget, metricWidget(place, annotations), alarmWidget]))
    .max(MAX_WIDGETS),
});

/** The body of a dashboard in the structure that CloudWatch documents, as far as it is simulated. */
export type DashboardBody = z.infer<typeof body>;
export type DashboardVariable = NonNullable<DashboardBody['variables']>[number];
export type DashboardWidget = DashboardBody['widgets'][number];
export type MetricWidget = Extract<DashboardWidget, { type: 'metric' }>;

export type BodyFault = { readonly path: string; readonly message: string };

/** Reads the text of a dashboard; every fault with where it is. Unknown members are faults too. */
export function readDashboardBody(text: string): { body: DashboardBody } | { faults: readonly BodyFault[] } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { faults: [{ path: '/', message: 'the body is not JSON' }] };
  }
  const read = body.safeParse(value);
  const path = (keys: readonly PropertyKey[]) => `/${keys.map(String).join('/')}`;
  if (!read.success)
    return { faults: read.error.issues.map((issue) => ({ path: path(issue.path), message: issue.message })) };
  const wide = read.data.widgets.findIndex(({ x = 0, width = 6 }) => x + width > COLUMNS);
  if (wide !== -1)
    return { faults: [{ path: path(['widgets', wide]), message: `reaches over the ${COLUMNS} columns` }] };
  return { body: read.data };
}

import { z } from 'zod';

const MAX_METRICS = 500;
const color = z.string().regex(/^#[0-9a-fA-F]{6}$/, 'is not a colour such as #1f77b4');
const side = z.enum(['left', 'right']);
const ID = /^[a-z][A-Za-z0-9_]{0,254}$/;

const horizontal = z.strictObject({
  value: z.number(),
  label: z.string().optional(),
  color: color.optional(),
  fill: z.enum(['above', 'below', 'none']).optional(),
  visible: z.boolean().optional(),
  yAxis: side.optional(),
});

/** Lines over a graph. Bands and vertical lines are not simulated. */
export const annotations = z.strictObject({ horizontal: z.array(horizontal) });

const rendering = z.strictObject({
  color: color.optional(),
  expression: z.string().min(1).max(2048).optional(),
  id: z.string().regex(ID, 'must begin with a small letter').optional(),
  label: z.string().optional(),
  period: z.int().optional(),
  region: z.string().optional(),
  stat: z.string().optional(),
  visible: z.boolean().optional(),
  yAxis: side.optional(),
});

/** One line of `metrics`: namespace, name, and dimensions in pairs, with how it is drawn at the end; or an expression alone. */
const row = z.array(z.union([z.string(), rendering])).superRefine((given, context) => {
  const fault = rowFault(given);
  if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
});

function rowFault(given: readonly (string | { expression?: string | undefined })[]): string | undefined {
  const last = given.at(-1);
  const drawn = typeof last === 'object' ? last : undefined;
  const names = drawn ? given.slice(0, -1) : given;
  if (names.some((name) => typeof name !== 'string')) return 'only the last element is an object';
  if (drawn?.expression !== undefined)
    return names.length === 0 ? undefined : 'an expression stands alone in its element';
  if (names.length < 2) return 'a metric needs a namespace and a name';
  if (names.length % 2 === 1) return 'a dimension has no value';
  const shorthand = names.find((name) => name === '.' || name === '...');
  return shorthand === undefined ? undefined : `the shorthand ${String(shorthand)} is not simulated`;
}

const axis = z.strictObject({
  label: z.string().optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  showUnits: z.boolean().optional(),
});

const rows = z
  .array(row)
  .min(1)
  .max(MAX_METRICS)
  .superRefine((given, context) => {
    const ids = given.flatMap((line) => line.flatMap((part) => (typeof part === 'object' ? (part.id ?? []) : [])));
    const twice = ids.find((id, index) => ids.indexOf(id) !== index);
    if (twice !== undefined) context.addIssue({ code: 'custom', message: `the id ${twice} comes twice` });
  });

/** A widget that draws metrics: a graph, a stacked graph or numbers. The other views are not simulated. */
export function metricWidget<P extends z.core.$ZodLooseShape, A extends z.ZodType>(place: P, lines: A) {
  return z.strictObject({
    type: z.literal('metric'),
    ...place,
    properties: z.strictObject({
      metrics: rows,
      region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'is no Region'),
      title: z.string().optional(),
      view: z.enum(['timeSeries', 'singleValue']).optional(),
      stacked: z.boolean().optional(),
      sparkline: z.boolean().optional(),
      period: z.int().min(1).optional(),
      stat: z.string().optional(),
      liveData: z.boolean().optional(),
      setPeriodToTimeRange: z.boolean().optional(),
      legend: z.strictObject({ position: z.enum(['right', 'bottom', 'hidden']) }).optional(),
      yAxis: z.strictObject({ left: axis.optional(), right: axis.optional() }).optional(),
      annotations: lines.optional(),
    }),
  });
}

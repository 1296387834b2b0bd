import * as z from 'zod';
import { COMPONENTS } from '../prices-file/schema.ts';
import type { CostReport } from './cost-report.ts';
import { CUTS } from './cuts.ts';

const money = z
  .string()
  .regex(/^-?\d+\.\d{6}$/)
  .describe('A decimal with six decimals.');
const hours = z
  .string()
  .regex(/^\d+\.\d{6}$/)
  .describe('Hours, with six decimals.');
const time = z.iso.datetime();
const day = z.iso.date();
const percent = z.number().nullable();
const name = z.string().nullable();
const reading = z.enum(['integral', 'hour-start']);

const dimensions = {
  cluster: name,
  nodePool: name,
  capacityType: z.enum(['spot', 'on-demand', 'reserved']).nullable(),
  instanceType: name,
  zone: name,
};
const unpriced = z.array(
  z.strictObject({
    ...dimensions,
    component: z.enum(COMPONENTS),
    region: z.string(),
    resourceId: z.string(),
    hours,
    reason: z.string(),
  }),
);
const cut = z.array(
  z.strictObject({
    key: name.describe('null: what has no such dimension.'),
    cost: money,
    onDemandEquivalent: money,
    savings: money,
    hours,
    unpricedHours: hours,
  }),
);
const freeHour = z.strictObject({
  instanceId: z.string(),
  cluster: z.string(),
  nodePool: name,
  hours: z.number(),
  amount: money,
});
const poolRate = z.strictObject({ cluster: z.string(), nodePool: name, perHour: money, perMonth: money });

const fixedCapacity = z.strictObject({
  cost: money,
  actual: money,
  savings: money,
  pools: z.array(
    z.strictObject({
      cluster: z.string(),
      nodePool: z.string(),
      peak: z.strictObject({ vcpu: z.number(), memoryMiB: z.number(), nodes: z.int() }),
      group: z.strictObject({ instanceType: z.string(), nodes: z.int() }).nullable(),
      cost: money.nullable(),
      actual: money,
      savings: money.nullable(),
    }),
  ),
});

const idle = z.strictObject({
  total: money,
  pools: z.array(
    z.strictObject({
      cluster: z.string(),
      nodePool: name,
      idle: money,
      measured: money,
      percent,
      uncoveredHours: hours,
    }),
  ),
});

const change = z.strictObject({
  previousTotal: money,
  change: money,
  percent,
  price: money,
  hours: money.describe('Money, for more or fewer instance-hours.'),
  mix: money,
  other: money,
});

const action = z.strictObject({
  kind: z.enum([
    'use-spot',
    'use-graviton',
    'cut-idle',
    'upgrade-cluster',
    'free-reservation',
    'drop-ipv4',
    'unpin-pool',
    'lower-limit',
  ]),
  cluster: name,
  nodePool: name,
  saves: money,
  what: z.string(),
  reason: z.string(),
  risk: z.string(),
});

/** What `joinery cost-report` answers, and writes to report.json: fields may be added, never renamed. */
export const reportSchema = z.strictObject({
  from: time,
  to: time,
  currency: z.string(),
  complete: z.boolean().describe('Whether everything that ran has a price of its own.'),
  missingClusters: z
    .array(z.strictObject({ cluster: z.string(), reason: z.string() }))
    .exactOptional()
    .describe('Clusters whose part could not be made; only in reports of the scheduled machine.'),
  notes: z.array(z.string()).exactOptional().describe('What was odd while it was made, such as old prices.'),
  unpriced: unpriced.describe('Not in the total.'),
  estimated: unpriced.describe('Charged at another price than its own.'),
  withoutOnDemand: unpriced.describe('Charged, and counted as if it saved nothing.'),
  total: money,
  onDemandEquivalent: money,
  savings: money,
  savingsPercent: percent,
  hours,
  by: z
    .strictObject(Object.fromEntries(CUTS.map((key) => [key, cut])) as Record<(typeof CUTS)[number], typeof cut>)
    .describe('The rows of each cut sum to the total exactly.'),
  spotReadings: z.strictObject({ integral: money, hourStart: money, difference: money }),
  freeHours: z.array(freeHour),
  possibleCredits: z.array(freeHour),
  fixedCapacity,
  interruptions: z.strictObject({ count: z.int(), draining: money, starting: money, cost: money, freeHours: money }),
  idle,
  bootstrap: z.strictObject({
    cost: money,
    hours,
    example: z.array(z.strictObject({ nodes: z.int(), instanceType: z.string(), region: z.string(), perMonth: money })),
  }),
  support: z.array(
    z.strictObject({
      cluster: z.string(),
      version: z.string(),
      supportType: z.enum(['STANDARD', 'EXTENDED']),
      endOfStandardSupport: time,
      daysLeft: z.int().describe('Negative when it is past.'),
      perMonth: money.nullable(),
    }),
  ),
  runRate: z.strictObject({ perHour: money, perMonth: money, complete: z.boolean(), pools: z.array(poolRate) }),
  forecast: z.strictObject({
    month: z.string().regex(/^\d{4}-\d{2}$/),
    soFar: money,
    total: money,
    complete: z.boolean(),
    errorPercent: percent,
    daysChecked: z.int(),
  }),
  change: change.nullable().describe('Against the period of the same length before; its causes sum to it exactly.'),
  changeUnknown: name,
  anomalies: z.array(z.strictObject({ day, cost: money, median: money, score: z.number() })),
  actions: z.array(action).describe('What to do next, what saves most first.'),
  knownTo: time.nullable().describe('Until when the ledger was read, where that is before the end.'),
  prices: z.strictObject({ asOf: z.string(), source: z.string(), discounted: z.boolean() }),
  spotReading: reading,
}) satisfies z.ZodType<CostReport>;

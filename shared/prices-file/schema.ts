import * as z from 'zod';
import { REGION } from '../events/patterns.ts';

const time = z.iso.datetime({ offset: true });
// Below 9000, with 12 decimals, it is an exact number of its smallest unit also in floating point.
const price = z.string().regex(/^[0-8]?\d{1,3}(\.\d{1,12})?$/, {
  error: 'is not a price: a decimal number in a string, not negative, below 9000, with at most 12 decimals',
});
const region = z.string().regex(REGION, { error: 'is not the name of a Region' });
const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));
const currency = z
  .string()
  .regex(/^[A-Z]{3}$/, { error: 'is not a currency code of three capital letters', abort: true })
  .refine((code) => CURRENCIES.has(code), { error: 'is not a currency that is known' });

export const COMPONENTS = [
  'compute',
  'storage',
  'ipv4',
  'control-plane',
  'extended-support',
  'reservation-unused',
  'joinery',
] as const;

const discount = z
  .strictObject({
    component: z.enum(COMPONENTS).optional(),
    capacityType: z.enum(['spot', 'on-demand', 'reserved']).optional(),
    percent: z.string().regex(/^(100(\.0{1,2})?|\d{1,2}(\.\d{1,2})?)$/, {
      error: 'is not a percentage from 0 to 100 with two decimals',
    }),
  })
  .describe('A flat discount. Of those that fit a charge the one that says most holds, the first of equals.');

/** A prices file: list prices of one currency, each with its Region, and the discounts that hold on them. */
export const pricesFileSchema = z.looseObject({
  currency,
  asOf: time,
  source: z.string(),
  onDemand: z
    .record(region, z.record(z.string(), z.record(z.string(), z.record(z.string(), price))))
    .describe('By Region, operating system, tenancy and instance type, for an hour.'),
  spot: z
    .array(
      z.looseObject({
        region,
        os: z.string(),
        instanceType: z.string(),
        zone: z.string(),
        at: time,
        pricePerHour: price,
      }),
    )
    .describe('Every change of price, and the one in force when the window begins.'),
  gp3: z.record(region, z.looseObject({ perGibMonth: price, perIopsMonth: price, perMiBpsMonth: price })).optional(),
  publicIpv4PerHour: z.record(region, price).optional(),
  eks: z.record(region, z.looseObject({ perHour: price, extendedSupportPerHour: price })).optional(),
  discounts: z.array(discount).optional(),
});

export type PricesFile = z.infer<typeof pricesFileSchema>;
export type Component = (typeof COMPONENTS)[number];

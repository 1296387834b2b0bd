import * as z from 'zod';
import { dnsLabel } from './schema-values.ts';

function dollars(example: string) {
  return z
    .string({
      error: ({ input }) =>
        typeof input === 'number'
          ? `must be in quotes, such as "${example}"; unquoted it is the number ${input}`
          : undefined,
    })
    .regex(/^(?=.*[1-9])\d{1,9}(\.\d{1,6})?$/, {
      error: ({ input }) => `must be an amount of US dollars above 0 such as "${example}", is ${JSON.stringify(input)}`,
    });
}

/** What a cluster may cost before somebody is told. Nothing is stopped: limits of NodePools do that. */
export const budgetSchema = z.strictObject({
  dollarsPerHour: dollars('12.50').exactOptional().describe('What all nodes together may cost in an hour.'),
  dollarsPerMonth: dollars('9000')
    .exactOptional()
    .describe('What the cluster may cost in a calendar month, by forecast.'),
  nodePools: z
    .record(dnsLabel, z.strictObject({ dollarsPerHour: dollars('4') }))
    .default({})
    .describe('What the nodes of one NodePool may cost in an hour, by its name.'),
});

import * as z from 'zod';
import { RULE_IDS } from '../nodepools/lint/rule-ids.ts';
import { shown } from './fault.ts';
import { nearest } from './nearest.ts';
import { matching } from './schema-values.ts';

function unknownRule(input: unknown): string {
  const meant = typeof input === 'string' ? nearest(input, RULE_IDS) : undefined;
  return `there is no rule ${shown(input)}; ${meant ? `did you mean ${meant}?` : 'docs/lint-rules.md has them'}`;
}

const switchSchema = z.strictObject({
  rule: z
    .enum(RULE_IDS, { error: ({ input }) => (input === undefined ? 'is required' : unknownRule(input)) })
    .describe('An id of docs/lint-rules.md.'),
  resource: matching(/^(NodePool|EC2NodeClass)\/.+$/, 'a resource such as NodePool/banking-general')
    .exactOptional()
    .describe('One resource; all of them otherwise.'),
  reason: z
    .string()
    .refine((text) => text.trim().length >= 10, { error: 'must say why, in ten characters or more' })
    .describe('Why it is meant.'),
});

export const lintSchema = z.strictObject({
  off: z.array(switchSchema).max(200).default([]).describe('Rules of the linter that are switched off.'),
  mostDollarsPerHour: z
    .string({
      error: ({ input }) =>
        typeof input === 'number' ? `must be in quotes, such as "50"; unquoted it is the number ${input}` : undefined,
    })
    .regex(/^\d{1,9}(\.\d{1,6})?$/, {
      error: ({ input }) => `must be an amount in US dollars such as "50" or "12.50", is ${JSON.stringify(input)}`,
    })
    .exactOptional()
    .describe('A pool that can cost more at its limits is warned of.'),
});

import { invalid } from './failures.ts';

const MAX_LISTED = 100;

/** One page of a sorted list; the token is the key of the last item of the page before. */
export function pageOf<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  input: { readonly Limit?: number | undefined; readonly NextToken?: string | undefined },
): { readonly items: T[]; readonly nextToken: { NextToken?: string } } {
  const limit = input.Limit ?? MAX_LISTED;
  if (limit < 1 || limit > MAX_LISTED) throw invalid(`Limit must be between 1 and ${MAX_LISTED}, not ${limit}.`);
  const after = input.NextToken === undefined ? '' : Buffer.from(input.NextToken, 'base64url').toString();
  const rest = items.filter((item) => keyOf(item) > after);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  const hasMore = last !== undefined && page.length < rest.length;
  return { items: page, nextToken: hasMore ? { NextToken: Buffer.from(keyOf(last)).toString('base64url') } : {} };
}

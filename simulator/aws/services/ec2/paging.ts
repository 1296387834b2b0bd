import { SimulatedAwsError } from '../../errors.ts';

type PageRequest = { MaxResults?: number | undefined; NextToken?: string | undefined };

/** The bounds of MaxResults, and how many items a page has when the request does not say. */
export type PageLimits = { readonly min: number; readonly max: number; readonly unasked: number };

export const USUAL_PAGES: PageLimits = { min: 5, max: 1000, unasked: 1000 };

/**
 * One page in the order of the keys. The token names the last item of the page before, so that what comes and goes in
 * between neither repeats nor hides anything.
 */
export function pageOf<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  request: PageRequest,
  limits: PageLimits = USUAL_PAGES,
): { items: T[]; nextToken: { NextToken?: string } } {
  const size = request.MaxResults ?? limits.unasked;
  if (request.MaxResults !== undefined && (size < limits.min || size > limits.max)) {
    const bound = size < limits.min ? `greater than ${limits.min}` : `less than ${limits.max}`;
    throw new SimulatedAwsError(
      'InvalidParameterValue',
      `Value ( ${size} ) for parameter maxResults is invalid. Expecting a value ${bound}.`,
    );
  }
  const after = request.NextToken === undefined ? '' : keyIn(request.NextToken);
  const rest = items
    .map((item) => ({ item, key: keyOf(item) }))
    .filter(({ key }) => key > after)
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const page = rest.slice(0, size);
  const last = page.at(-1);
  return {
    items: page.map(({ item }) => item),
    nextToken: last && rest.length > size ? { NextToken: tokenFor(last.key) } : {},
  };
}

const TOKEN_MARK = 'after ';

function tokenFor(key: string): string {
  return Buffer.from(`${TOKEN_MARK}${key}`).toString('base64');
}

function keyIn(token: string): string {
  const text = Buffer.from(token, 'base64').toString('utf8');
  if (!text.startsWith(TOKEN_MARK)) {
    throw new SimulatedAwsError('InvalidNextToken', `The token '${token}' is not valid`);
  }
  return text.slice(TOKEN_MARK.length);
}

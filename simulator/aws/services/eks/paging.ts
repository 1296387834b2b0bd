import { invalidParameter } from './faults.ts';

/** One page of a list: EKS gives at most 100 and says where the next begins. */
export function pageOf<T>(
  items: readonly T[],
  request: { maxResults?: number | undefined; nextToken?: string | undefined },
): { items: T[]; nextToken?: string } {
  const size = request.maxResults ?? 100;
  if (!Number.isInteger(size) || size < 1 || size > 100) {
    throw invalidParameter('maxResults needs to be a number between 1 and 100');
  }
  const start = request.nextToken === undefined ? 0 : Number(Buffer.from(request.nextToken, 'base64url').toString());
  if (!Number.isInteger(start) || start < 0) throw invalidParameter('Invalid nextToken');
  const end = start + size;
  const items_ = items.slice(start, end);
  return end < items.length
    ? { items: items_, nextToken: Buffer.from(String(end)).toString('base64url') }
    : { items: items_ };
}

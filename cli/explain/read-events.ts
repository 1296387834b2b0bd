import type { Fault } from '../../shared/clusters/fault.ts';
import { elementsAt } from '../../shared/events/json-spans.ts';
import { isObject } from '../../shared/events/shape.ts';

/** One message; `index` is its place where the file holds several, counted from 0. */
export type Body = { readonly index: number | undefined; readonly body: string };

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isBatch(value: unknown): value is { Records: unknown[] } {
  return isObject(value) && Array.isArray(value['Records']) && value['detail-type'] === undefined;
}

/**
 * The messages in a file: one event, a JSON array of events, or the batch that Lambda gets from SQS. What is none of these is one
 * message, whatever it is: to say why it is refused is what the command is for. Bodies are as they stand in the file.
 */
export function readEvents(text: string): { bodies: readonly Body[] } | { faults: readonly Fault[] } {
  const value = json(text);
  if (Array.isArray(value)) {
    if (value.length === 0) return { faults: [{ path: '', message: 'holds no events' }] };
    return { bodies: elementsAt(text, 0).map(({ from, to }, index) => ({ index, body: text.slice(from, to) })) };
  }
  if (!isBatch(value)) return { bodies: [{ index: undefined, body: text }] };
  if (value.Records.length === 0) return { faults: [{ path: 'Records', message: 'holds no records' }] };
  const bodies: Body[] = [];
  const faults: Fault[] = [];
  value.Records.forEach((record, index) => {
    const body = isObject(record) ? record['body'] : undefined;
    if (typeof body === 'string') bodies.push({ index, body });
    else faults.push({ path: `Records[${index}].body`, message: 'is not a string: this is no batch of SQS messages' });
  });
  return faults.length > 0 ? { faults } : { bodies };
}

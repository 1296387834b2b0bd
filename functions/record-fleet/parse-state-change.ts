import * as z from 'zod/mini';
import { isoOf } from '../../shared/fleet/described-instance.ts';

export type StateChange = {
  readonly instanceId: string;
  readonly state: 'pending' | 'running' | 'stopping' | 'stopped' | 'shutting-down' | 'terminated';
  readonly at: string;
};

export type Poison = { readonly reason: 'not-json' | 'not-an-event' | 'time' | 'region'; readonly detail: string };

const schema = z.object({
  source: z.literal('aws.ec2'),
  'detail-type': z.literal('EC2 Instance State-change Notification'),
  time: z.iso.datetime({ offset: true }),
  region: z.string(),
  detail: z.object({
    'instance-id': z.string().check(z.regex(/^i-[0-9a-f]{8,17}$/)),
    state: z.enum(['pending', 'running', 'stopping', 'stopped', 'shutting-down', 'terminated']),
  }),
});

/** No instance is older, and the zero time of some senders is. */
const EARLIEST_MS = Date.parse('2006-08-25T00:00:00Z');
const CLOCKS_DIFFER_MS = 300_000;

/** What a message of the fleet queue says, or why it says nothing that could be recorded. */
export function parseStateChange(
  body: string,
  { region, nowMs }: { readonly region: string; readonly nowMs: number },
): { readonly change: StateChange } | { readonly poison: Poison } {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return { poison: { reason: 'not-json', detail: 'the body is not JSON' } };
  }
  const { success, data, error } = schema.safeParse(json);
  if (!success) {
    const where = error.issues.map(({ path }) => path.join('.') || 'the body').join(', ');
    return { poison: { reason: 'not-an-event', detail: `not as EC2 writes a state change: ${where}` } };
  }
  const atMs = Date.parse(data.time);
  if (atMs < EARLIEST_MS || atMs > nowMs + CLOCKS_DIFFER_MS)
    return { poison: { reason: 'time', detail: 'its time is none at which it can have happened' } };
  if (data.region !== region)
    return {
      poison: { reason: 'region', detail: `it is of another Region than ${region}, which has a ledger of its own` },
    };
  return { change: { instanceId: data.detail['instance-id'], state: data.detail.state, at: isoOf(atMs) } };
}

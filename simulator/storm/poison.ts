import { spotInterruption } from '../aws/services/eventbridge/events/ec2.ts';
import { type Envelope, envelopeOf } from '../aws/services/eventbridge/events/envelope.ts';
import { healthEvents } from '../aws/services/eventbridge/events/health.ts';

type Place = { readonly accountId: string; readonly region: string };

/** What poison is made of: a healthy notice of an instance that has an owner, and the number that makes each one's id its own. */
type Ingredients = Place & {
  readonly id: string;
  readonly instanceId: string;
  readonly zone: string;
  readonly atMs: number;
};

/** What an ingress queue may hold that no healthy producer sends, and what may become of it. */
export type Poison = {
  readonly name: string;
  readonly body: (from: Ingredients) => string;
  readonly fate: 'quarantined' | 'dropped' | 'delivered';
  readonly reasons: readonly string[];
};

const spotIn = ({ id, instanceId, zone, atMs, accountId, region }: Ingredients): Envelope =>
  envelopeOf(spotInterruption(zone, instanceId, 'terminate'), { id, account: accountId, region, nowMs: atMs });

const changed = (more: (from: Ingredients) => object) => (from: Ingredients) =>
  JSON.stringify({ ...spotIn(from), ...more(from) });

const detail = (value: unknown) => changed(() => ({ detail: value }));

const quarantined = (name: string, reason: string, body: Poison['body']): Poison => ({
  name,
  body,
  fate: 'quarantined',
  reasons: [reason],
});

/** Of each way to break a notice one. */
export const POISON: readonly Poison[] = [
  quarantined('text', 'not-json', ({ id }) => `${id}: not JSON`),
  quarantined('half an event', 'not-json', (from) => JSON.stringify(spotIn(from)).slice(0, -20)),
  quarantined('a list', 'not-an-event', (from) => JSON.stringify([spotIn(from)])),
  quarantined('wrapped by SNS', 'not-an-event', (from) =>
    JSON.stringify({
      Type: 'Notification',
      MessageId: from.id,
      TopicArn: 'arn',
      Message: JSON.stringify(spotIn(from)),
    }),
  ),
  quarantined('no id', 'not-an-event', ({ id, ...from }) =>
    JSON.stringify({ note: id, ...spotIn({ ...from, id: '' }) }),
  ),
  quarantined(
    'a version that is a number',
    'version',
    changed(() => ({ version: 0 })),
  ),
  quarantined(
    'a time without a zone',
    'time',
    changed(() => ({ time: '2026-11-21T09:00:00' })),
  ),
  quarantined('no detail', 'detail', detail(null)),
  quarantined('no instance', 'instance-id', detail({ 'instance-action': 'terminate' })),
  quarantined('a hostile instance id', 'instance-id', detail({ 'instance-id': 'i-0123456789abcdef0; rm -rf /' })),
  quarantined(
    'a megabyte',
    'too-large',
    changed(() => ({ padding: 'x'.repeat(1_000_000) })),
  ),
  quarantined('a thousand and one entities', 'too-many-entities', (from) => {
    const entities = Array.from({ length: 1001 }, (_, index) => `i-0${index.toString(16).padStart(16, '0')}`);
    const origin = { ...from, nowMs: from.atMs, number: 1 };
    const [event] = healthEvents({ entities, startMs: from.atMs + 86_400_000 }, origin);
    if (!event) throw new Error('Health made no event');
    return JSON.stringify(
      envelopeOf(event, { id: from.id, account: from.accountId, region: from.region, nowMs: from.atMs }),
    );
  }),
  {
    name: 'an unknown account',
    body: changed(() => ({ account: '444455556666' })),
    fate: 'dropped',
    reasons: ['account'],
  },
  {
    name: 'a foreign Region',
    body: changed(() => ({ region: 'us-gov-west-1' })),
    fate: 'dropped',
    reasons: ['region'],
  },
  {
    name: 'keys of the prototype',
    body: (from) => JSON.stringify(spotIn(from)).replace('{', '{"__proto__":{"isAdmin":true},'),
    fate: 'delivered',
    reasons: [],
  },
];

import { list, object, parseJson, text, time } from './decode.ts';
import type { Message, MessageKind } from './messages.ts';

const envelope = {
  account: text,
  'detail-type': text,
  id: text,
  region: text,
  resources: list(text),
  source: text,
  time,
  version: text,
};

const metadataOf = object(envelope);

type Parser = (value: unknown) => Omit<Message, 'time'> | undefined;

/** Kinds whose detail names one instance and that are accepted as they are. */
function ofInstance(kind: MessageKind): Parser {
  const decode = object({ ...envelope, detail: object({ 'instance-id': text, 'instance-action': text }) });
  return (value) => ({ kind, instanceIds: [decode(value, '')?.detail?.['instance-id'] ?? ''] });
}

const STOPPING = ['stopping', 'stopped'];
const ENDING = ['shutting-down', 'terminated'];

const stateChange = object({ ...envelope, detail: object({ 'instance-id': text, state: text }) });

/** The state is accepted in any case of letters, and counts as a stop only in small ones. */
const parseStateChange: Parser = (value) => {
  const { 'instance-id': id = '', state = '' } = stateChange(value, '')?.detail ?? {};
  if (![...STOPPING, ...ENDING].includes(state.toLowerCase())) return undefined;
  return { kind: STOPPING.includes(state) ? 'instance_stopped' : 'instance_terminated', instanceIds: [id] };
};

const healthEvent = object({
  ...envelope,
  detail: object({
    eventArn: text,
    eventTypeCode: text,
    service: text,
    eventDescription: list(object({ latestDescription: text, language: text })),
    startTime: text,
    endTime: text,
    eventTypeCategory: text,
    affectedEntities: list(object({ entityValue: text })),
  }),
});

const parseHealthEvent: Parser = (value) => {
  const { service, eventTypeCategory, affectedEntities = [] } = healthEvent(value, '')?.detail ?? {};
  if (service !== 'EC2' || eventTypeCategory !== 'scheduledChange') return undefined;
  return { kind: 'scheduled_change', instanceIds: affectedEntities.map((entity) => entity?.entityValue ?? '') };
};

const key = (version: string, source: string, detailType: string) => JSON.stringify([version, source, detailType]);

const PARSERS: ReadonlyMap<string, Parser> = new Map([
  [key('0', 'aws.ec2', 'EC2 Spot Instance Interruption Warning'), ofInstance('spot_interrupted')],
  [key('0', 'aws.ec2', 'EC2 Instance Rebalance Recommendation'), ofInstance('rebalance_recommendation')],
  [
    key('0', 'aws.ec2', 'EC2 Capacity Reservation Instance Interruption Warning'),
    ofInstance('capacity_reservation_interrupted'),
  ],
  [key('0', 'aws.ec2', 'EC2 Instance State-change Notification'), parseStateChange],
  [key('0', 'aws.health', 'AWS Health Event'), parseHealthEvent],
]);

const NOTHING: Message = { kind: 'no_op', instanceIds: [], time: undefined };

/**
 * What a message of the interruption queue says. A parser is found by the exact triple of version, source and detail-type; what
 * none knows, or the one that knows it refuses, is a no_op. Throws UnparseableMessageError.
 */
export function parseMessage(body: string): Message {
  if (body === '') return NOTHING;
  const value = parseJson(body);
  const { version = '', source = '', 'detail-type': detailType = '', time: at } = metadataOf(value, '') ?? {};
  const parser = PARSERS.get(key(version, source, detailType));
  if (!parser) return { ...NOTHING, time: at };
  const parsed = parser(value);
  return parsed ? { ...parsed, time: at } : NOTHING;
}

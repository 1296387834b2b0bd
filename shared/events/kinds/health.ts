import { ACCOUNT_ID, INSTANCE_ID, REGION } from '../patterns.ts';
import { isObject, type JsonObject, shapeOf, typeOf } from '../shape.ts';
import { drop, type Kind, quarantine, type Refusal } from './kind.ts';

const MOST_ENTITIES = 1_000;
/** With a zone and no account, or with a Region and an account. */
const INSTANCE_ARN = /^arn:aws[a-z-]*:ec2:[a-z0-9-]+:(?:(?:\d{12})?:)?instance\/(i-[0-9a-f]{8}(?:[0-9a-f]{9})?)$/;

/** The id in the ARN of an instance. */
export function idInArn(value: string): string | undefined {
  return INSTANCE_ARN.exec(value)?.[1];
}

/** Karpenter reads none of statusCode, backupEvent and eventRegion: what these refuse, it would drain nodes for. */
function refusalOf(detail: JsonObject): Refusal | undefined {
  for (const field of ['service', 'eventTypeCategory', 'statusCode']) {
    const value = detail[field];
    if (typeof value !== 'string') return quarantine('detail', `detail.${field} is ${typeOf(value)}, not a string`);
  }
  const { service, eventTypeCategory, statusCode, backupEvent } = detail;
  if (service !== 'EC2') return drop('service', 'it is about a service other than EC2');
  if (eventTypeCategory !== 'scheduledChange') return drop('category', 'it is no scheduled change');
  if (statusCode === 'closed') return drop('closed', 'the change is over or called off');
  if (statusCode !== 'open' && statusCode !== 'upcoming') {
    return quarantine('detail', 'detail.statusCode is none of open, upcoming and closed');
  }
  if (backupEvent === 'true' || backupEvent === true) {
    return drop('backup', 'it is the copy that AWS Health sends to a second Region');
  }
  return undefined;
}

type Entities = { readonly ids: readonly string[] } | Refusal;

function instancesIn(entities: unknown): Entities {
  if (entities === undefined || entities === null) return { ids: [] };
  if (!Array.isArray(entities)) {
    return quarantine('detail', `detail.affectedEntities is ${typeOf(entities)}, not an array`);
  }
  if (entities.length > MOST_ENTITIES) {
    return quarantine('too-many-entities', `it names ${entities.length} entities; at most ${MOST_ENTITIES} are taken`);
  }
  const ids = new Set<string>();
  for (let index = 0; index < entities.length; index += 1) {
    const entity: unknown = entities[index];
    const value = isObject(entity) ? entity['entityValue'] : undefined;
    if (typeof value !== 'string') continue;
    const id = idInArn(value) ?? value;
    if (INSTANCE_ID.test(id)) ids.add(id);
    // Volumes, hosts and the like are affected too. They are no nodes, and Karpenter finds none for them.
    else if (value.startsWith('i-') || value.includes('instance/')) {
      return quarantine('instance-id', `detail.affectedEntities[${index}].entityValue is not the id of an instance`);
    }
  }
  return { ids: [...ids] };
}

export const health: Kind = {
  kind: 'health',
  version: '0',
  source: 'aws.health',
  detailTypes: ['AWS Health Event'],
  shape: shapeOf({
    eventArn: 'text',
    eventTypeCode: 'text',
    service: 'text',
    eventDescription: { objects: shapeOf({ latestDescription: 'text', language: 'text' }) },
    startTime: 'text',
    endTime: 'text',
    eventTypeCategory: 'text',
    affectedEntities: { objects: shapeOf({ entityValue: 'text' }) },
  }),
  read(detail) {
    const refusal = refusalOf(detail);
    if (refusal) return refusal;
    const { affectedAccount, eventRegion } = detail;
    if (affectedAccount !== undefined && !(typeof affectedAccount === 'string' && ACCOUNT_ID.test(affectedAccount))) {
      return quarantine('detail', 'detail.affectedAccount is not an account id of twelve digits');
    }
    if (eventRegion !== undefined && !(typeof eventRegion === 'string' && REGION.test(eventRegion))) {
      return quarantine('detail', 'detail.eventRegion is not the name of a Region');
    }
    const found = instancesIn(detail['affectedEntities']);
    if ('action' in found) return found;
    if (found.ids.length === 0) return drop('no-entities', 'it names no instance');
    return { instanceIds: found.ids, accountId: affectedAccount, region: eventRegion };
  },
};

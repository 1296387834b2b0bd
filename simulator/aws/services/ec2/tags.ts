import type { Tag, TagSpecification } from '@aws-sdk/client-ec2';
import { SimulatedAwsError } from '../../errors.ts';
import type { AccessRequest, CallContext } from '../../types.ts';
import { ec2Access, ec2Arn, requestTagKeys } from './operations.ts';
import type { Tags } from './world.ts';

const MAX_TAGS = 50;

/** Tags as a call gives them; refuses what EC2 refuses. */
export function tagsFrom(list: readonly Tag[] | undefined): Tags {
  const tags: Tags = {};
  for (const { Key: key, Value: value = '' } of list ?? []) {
    if (key === undefined || key === '') throw invalid('Tag key cannot be empty.');
    if (key.length > 127) throw invalid(`Tag key exceeds the maximum length of 127 characters: ${key}`);
    if (value.length > 256) throw invalid(`Tag value exceeds the maximum length of 256 characters: ${value}`);
    if (/^aws:/i.test(key)) throw invalid('Tag keys starting with aws: are reserved for internal use');
    if (Object.hasOwn(tags, key)) throw invalid(`Duplicate tag key '${key}' specified.`);
    tags[key] = value;
  }
  checkTagCount(tags);
  return tags;
}

export function checkTagCount(tags: Tags): void {
  const own = Object.keys(tags).filter((key) => !key.startsWith('aws:'));
  if (own.length > MAX_TAGS) {
    throw new SimulatedAwsError('TagLimitExceeded', `More than ${MAX_TAGS} tags on one resource`);
  }
}

/** The tags that a creating call sets, by resource type. A type outside `allowed` is refused. */
export function specifiedTags<R extends string>(
  specifications: readonly TagSpecification[] | undefined,
  allowed: readonly R[],
): Partial<Record<R, Tags>> {
  const found: Partial<Record<R, Tags>> = {};
  for (const { ResourceType: type, Tags: list } of specifications ?? []) {
    const resourceType = allowed.find((name) => name === type);
    if (resourceType === undefined) {
      throw invalid(`'${type ?? 'null'}' is not a valid taggable resource type for this operation.`);
    }
    if (found[resourceType]) throw invalid(`Duplicate tag specification for '${resourceType}'`);
    if (!list || list.length === 0) throw invalid('Tag specification must have at least one tag');
    found[resourceType] = tagsFrom(list);
  }
  return found;
}

/** The permission to set tags while creating, asked only where the call sets any. */
export function creationTagAccess(
  context: CallContext,
  type: string,
  tags: Tags,
  createAction: string,
): AccessRequest[] {
  if (Object.keys(tags).length === 0) return [];
  const keys = { ...requestTagKeys(tags), 'ec2:CreateAction': createAction };
  return [ec2Access(context, 'ec2:CreateTags', ec2Arn(context, type, '*'), keys)];
}

export function tagList(tags: Tags): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

function invalid(message: string): SimulatedAwsError {
  return new SimulatedAwsError('InvalidParameterValue', message);
}

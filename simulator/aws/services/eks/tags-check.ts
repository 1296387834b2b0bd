import { invalidParameter } from './faults.ts';
import type { Tags } from './state.ts';

/** Tag limits of EKS: 50 tags, keys to 128 and values to 256 characters, no key of AWS's own. */
export function checkTags(tags: Tags | undefined): Tags {
  const entries = Object.entries(tags ?? {});
  if (entries.length > 50) throw invalidParameter('The number of tags must be less than or equal to 50');
  for (const [key, value] of entries) {
    if (key.length < 1 || key.length > 128) throw invalidParameter(`Tag key ${key} must have 1 to 128 characters`);
    if (value.length > 256) throw invalidParameter(`The value of tag ${key} must have at most 256 characters`);
    if (/^aws:/i.test(key)) throw invalidParameter('Tag keys that start with aws: are reserved for AWS use');
    if (!/^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(key + value)) {
      throw invalidParameter(`Tag ${key} holds a character that tags may not have`);
    }
  }
  return { ...tags };
}

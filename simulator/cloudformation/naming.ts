import { createHash } from 'node:crypto';

const SUFFIX = 12;

/** The name that CloudFormation makes up for a resource, cut to what the service takes; the same each time for the same resource. */
export function generatedName(
  of: { readonly stackName: string; readonly stackId: string; readonly logicalId: string; readonly generation: number },
  maxLength: number,
): string {
  const digest = createHash('sha256').update(`${of.stackId}/${of.logicalId}/${of.generation}`).digest('hex');
  const room = maxLength - SUFFIX - 2;
  const full = of.stackName.length + of.logicalId.length <= room;
  const half = Math.floor(room / 2);
  const logicalId = full ? of.logicalId : of.logicalId.slice(0, Math.max(half, room - of.stackName.length));
  const stackName = full ? of.stackName : of.stackName.slice(0, room - logicalId.length);
  return `${stackName}-${logicalId}-${digest.slice(0, SUFFIX)}`;
}

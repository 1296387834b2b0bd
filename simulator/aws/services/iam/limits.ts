import { SimulatedAwsError } from '../../errors.ts';
import { PolicyError, type PolicyKind, parsePolicy } from '../../iam/policy-document.ts';

const MAX_NAME = { role: 64, policy: 128, instanceProfile: 128 } as const;
const MAX_TAGS = 50;
const TRUST_CHARACTERS = 2048;
const MANAGED_CHARACTERS = 6144;
const INLINE_CHARACTERS = 10_240;
export const ATTACHED_PER_ROLE = 10;
export const VERSIONS_PER_POLICY = 5;

export type Tags = readonly { readonly Key: string; readonly Value: string }[];

export function invalid(what: string, member: string, value: string): SimulatedAwsError {
  const constraint = `Value '${value}' at '${member}' failed to satisfy constraint: ${what}`;
  return new SimulatedAwsError('ValidationError', `1 validation error detected: ${constraint}`);
}

export function noSuchEntity(what: string): SimulatedAwsError {
  return new SimulatedAwsError('NoSuchEntityException', `${what} cannot be found.`, 404);
}

export function limitExceeded(message: string): SimulatedAwsError {
  return new SimulatedAwsError('LimitExceededException', message, 409);
}

export function deleteConflict(message: string): SimulatedAwsError {
  return new SimulatedAwsError('DeleteConflictException', message, 409);
}

export function checkName(kind: keyof typeof MAX_NAME, name: string): void {
  const member = `${kind}Name`;
  const limit = MAX_NAME[kind];
  if (name.length < 1 || name.length > limit) {
    throw invalid(`Member must have length less than or equal to ${limit}`, member, name);
  }
  if (!/^[\w+=,.@-]+$/.test(name))
    throw invalid('Member must satisfy regular expression pattern: [\\w+=,.@-]+', member, name);
}

export function checkPath(path: string): void {
  if (path.length > 512) throw invalid('Member must have length less than or equal to 512', 'path', path);
  if (!/^\/([!-~]+\/)?$/.test(path))
    throw invalid('Member must satisfy regular expression pattern: (/)|(/[!-~]+/)', 'path', path);
}

/** The tags as a record, after the same checks as IAM's. */
export function checkedTags(
  tags: Tags | undefined,
  present: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const record: Record<string, string> = { ...present };
  const seen = new Set<string>();
  for (const { Key, Value } of tags ?? []) {
    if (seen.has(Key.toLowerCase())) {
      throw new SimulatedAwsError(
        'InvalidInputException',
        'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
      );
    }
    seen.add(Key.toLowerCase());
    if (Key.length > 128 || !/^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$/u.test(Key) || /^aws:/i.test(Key)) {
      throw invalid(
        'Member must satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+',
        'tags.member.key',
        Key,
      );
    }
    if (Value.length > 256 || !/^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(Value)) {
      throw invalid(
        'Member must satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*',
        'tags.member.value',
        Value,
      );
    }
    record[Key] = Value;
  }
  if (Object.keys(record).length > MAX_TAGS)
    throw limitExceeded(`The number of tags has reached the maximum limit: ${MAX_TAGS}.`);
  return record;
}

/** Size of a policy as IAM counts it: white space outside of strings is free. */
export function policySize(document: string): number {
  return JSON.stringify(JSON.parse(document)).length;
}

/** Throws what IAM answers to a document that it does not take. */
export function checkPolicy(document: string, kind: PolicyKind): void {
  try {
    parsePolicy(document, kind);
  } catch (error) {
    if (error instanceof PolicyError) throw new SimulatedAwsError('MalformedPolicyDocumentException', error.message);
    throw error;
  }
}

export function checkTrustPolicy(document: string): void {
  checkPolicy(document, 'trust');
  if (policySize(document) > TRUST_CHARACTERS)
    throw limitExceeded(`Cannot exceed quota for ACLSizePerRole: ${TRUST_CHARACTERS}`);
}

export function checkManagedPolicy(document: string): void {
  checkPolicy(document, 'identity');
  if (policySize(document) > MANAGED_CHARACTERS)
    throw limitExceeded(`Cannot exceed quota for PolicySize: ${MANAGED_CHARACTERS}`);
}

/** All inline policies of one role share one limit. */
export function checkInlinePolicies(roleName: string, documents: readonly string[]): void {
  const total = documents.reduce((sum, document) => sum + policySize(document), 0);
  if (total > INLINE_CHARACTERS) {
    throw limitExceeded(`Maximum policy size of ${INLINE_CHARACTERS} bytes exceeded for role ${roleName}`);
  }
}

/** One page of a list, as IAM's Marker and MaxItems cut it. */
export function page<T>(items: readonly T[], input: { Marker?: string; MaxItems?: number }) {
  const start = input.Marker === undefined ? 0 : Number.parseInt(Buffer.from(input.Marker, 'base64').toString(), 10);
  if (!Number.isInteger(start)) throw invalid('Invalid Marker', 'marker', input.Marker ?? '');
  const end = start + (input.MaxItems ?? 100);
  const isTruncated = end < items.length;
  return {
    items: items.slice(start, end),
    rest: { IsTruncated: isTruncated, ...(isTruncated ? { Marker: Buffer.from(String(end)).toString('base64') } : {}) },
  };
}

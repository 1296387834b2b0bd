import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** What a cluster token holds: a GET of sts:GetCallerIdentity, signed ahead for one cluster. */
type PresignedIdentityCall = {
  readonly host: string;
  readonly accessKeyId: string;
  readonly credentialDate: string;
  readonly region: string;
  readonly signedAtMs: number;
  readonly expiresSeconds: number;
  readonly signedHeaders: string;
  readonly signature: string;
  readonly query: readonly (readonly [string, string])[];
};

const PREFIX = 'k8s-aws-v1.';

// A token comes with every request of its function, so what was found out of the latest ones is kept.
const MOST_KNOWN = 256;
const calls = new Map<string, PresignedIdentityCall>();

/** Takes a token apart; undefined when it is not one. */
export function parseToken(token: string): PresignedIdentityCall | undefined {
  const call = calls.get(token) ?? readToken(token);
  if (calls.size >= MOST_KNOWN) calls.clear();
  if (call) calls.set(token, call);
  return call;
}

function readToken(token: string): PresignedIdentityCall | undefined {
  if (!token.startsWith(PREFIX)) return undefined;
  const text = Buffer.from(token.slice(PREFIX.length), 'base64url').toString();
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const one = (name: string) => url.searchParams.get(name) ?? '';
  const [accessKeyId = '', credentialDate = '', region = '', service, terminator] = one('X-Amz-Credential').split('/');
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(one('X-Amz-Date')) ?? [];
  const isIdentityCall =
    url.protocol === 'https:' &&
    url.pathname === '/' &&
    url.port === '' &&
    one('Action') === 'GetCallerIdentity' &&
    one('Version') === '2011-06-15' &&
    one('X-Amz-Algorithm') === 'AWS4-HMAC-SHA256';
  const names = [...url.searchParams.keys()];
  const isPlain = new Set(names).size === names.length && service === 'sts' && terminator === 'aws4_request';
  if (!isIdentityCall || !isPlain || year === undefined) return undefined;
  return {
    host: url.hostname,
    accessKeyId,
    credentialDate,
    region,
    signedAtMs: Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`),
    expiresSeconds: Number(one('X-Amz-Expires') || Number.NaN),
    signedHeaders: one('X-Amz-SignedHeaders'),
    signature: one('X-Amz-Signature'),
    query: [...url.searchParams],
  };
}

const signed = new WeakMap<PresignedIdentityCall, Map<string, boolean>>();

/** Whether the call was signed with this secret and with the cluster's name in the header x-k8s-aws-id. */
export function isSignedFor(call: PresignedIdentityCall, clusterName: string, secretAccessKey: string): boolean {
  const known = signed.get(call) ?? new Map<string, boolean>();
  signed.set(call, known);
  const by = `${clusterName} ${secretAccessKey}`;
  const isSigned = known.get(by) ?? verify(call, clusterName, secretAccessKey);
  known.set(by, isSigned);
  return isSigned;
}

function verify(call: PresignedIdentityCall, clusterName: string, secretAccessKey: string): boolean {
  const timestamp = call.query.find(([name]) => name === 'X-Amz-Date')?.[1] ?? '';
  const scope = `${call.credentialDate}/${call.region}/sts/aws4_request`;
  const canonical = [
    'GET',
    '/',
    canonicalQuery(call.query),
    `host:${call.host}`,
    `x-k8s-aws-id:${clusterName}`,
    '',
    call.signedHeaders,
    sha256(''),
  ].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', timestamp, scope, sha256(canonical)].join('\n');
  const key = [call.credentialDate, call.region, 'sts', 'aws4_request'].reduce<Buffer>(
    (secret, part) => hmac(secret, part),
    Buffer.from(`AWS4${secretAccessKey}`),
  );
  const expected = hmac(key, toSign);
  const given = Buffer.from(call.signature, 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function canonicalQuery(query: PresignedIdentityCall['query']): string {
  return query
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

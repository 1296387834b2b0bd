import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';

export type Credentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
};

const TOKEN_PREFIX = 'k8s-aws-v1.';
const EXPIRES_SECONDS = 60;
const CLUSTER_HEADER = 'x-k8s-aws-id';

/**
 * A bearer token for a cluster's API server: a presigned sts:GetCallerIdentity of the Region, with the cluster's name in a
 * signed header. EKS asks STS who signed it and looks that role up in the access entries. Short-lived: make one for each use.
 */
export async function clusterToken(options: {
  readonly cluster: string;
  readonly region: string;
  readonly credentials: Credentials;
  readonly now: Date;
}): Promise<string> {
  const { cluster, region, credentials, now } = options;
  const hostname = `sts.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
  const signer = new SignatureV4({ service: 'sts', region, credentials, sha256: Sha256 });
  const request = {
    method: 'GET',
    protocol: 'https:',
    hostname,
    path: '/',
    query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
    headers: { host: hostname, [CLUSTER_HEADER]: cluster },
  };
  const signed = await signer.presign(request, {
    expiresIn: EXPIRES_SECONDS,
    signingDate: now,
  });
  const query = Object.entries(signed.query ?? {})
    .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(String(value))}`)
    .join('&');
  return TOKEN_PREFIX + Buffer.from(`https://${hostname}/?${query}`).toString('base64url');
}

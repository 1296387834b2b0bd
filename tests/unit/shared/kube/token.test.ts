import { describe, expect, it } from '@jest/globals';
import { clusterToken } from '../../../../shared/kube/token.ts';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'session/+=' };
const now = new Date('2026-11-02T08:00:00Z');

function urlOf(token: string): URL {
  expect(token).toMatch(/^k8s-aws-v1\.[A-Za-z0-9_-]+$/);
  return new URL(Buffer.from(token.slice('k8s-aws-v1.'.length), 'base64url').toString());
}

const aToken = (cluster: string, region = 'eu-west-1') => clusterToken({ cluster, region, credentials, now });

describe('the token of a cluster', () => {
  it('is a presigned question to STS of the Region, good for a minute', async () => {
    const url = urlOf(await aToken('banking'));

    expect(url.origin + url.pathname).toBe('https://sts.eu-west-1.amazonaws.com/');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      Action: 'GetCallerIdentity',
      Version: '2011-06-15',
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': 'AKIDEXAMPLE/20261102/eu-west-1/sts/aws4_request',
      'X-Amz-Date': '20261102T080000Z',
      'X-Amz-Expires': '60',
      'X-Amz-Security-Token': 'session/+=',
      'X-Amz-Signature': expect.stringMatching(/^[0-9a-f]{64}$/),
      'X-Amz-SignedHeaders': 'host;x-k8s-aws-id',
    });
  });

  it('signs the name of the cluster as a header: it is not in the address, and another name is another signature', async () => {
    const [banking, other] = [urlOf(await aToken('banking')), urlOf(await aToken('other'))];

    expect(banking.href).not.toMatch(/banking|x-k8s-aws-id=/i);
    expect(banking.searchParams.get('X-Amz-Signature')).not.toBe(other.searchParams.get('X-Amz-Signature'));
  });

  it('asks the STS of the partition', async () => {
    expect(urlOf(await aToken('banking', 'cn-north-1')).host).toBe('sts.cn-north-1.amazonaws.com.cn');
  });
});

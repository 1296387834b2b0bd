import { DescribeClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { clusterConnector } from '../../../../shared/kube/connect.ts';

const clients = { eks: new EKSClient({}), sts: new STSClient({}) };
const [eks, sts] = [mockClient(clients.eks), mockClient(clients.sts)];
const ROLE = 'arn:aws:iam::111122223333:role/operator';
const session = { AccessKeyId: 'AKID', SecretAccessKey: 'secret', SessionToken: 'session', Expiration: new Date(0) };
const connect = clusterConnector({
  ...clients,
  region: 'eu-west-1',
  kubernetesRoleArn: ROLE,
  clock: { now: () => Date.parse('2026-11-02T08:00:00Z') },
});
beforeEach(() => {
  eks.reset();
  sts.reset();
});

describe('connecting to a cluster', () => {
  it('asks for the endpoint each time, and signs the token as the role that the cluster knows', async () => {
    eks
      .on(DescribeClusterCommand, { name: 'banking' })
      .resolves({ cluster: { endpoint: 'https://cluster.example', certificateAuthority: { data: 'Q0E=' } } });
    sts.on(AssumeRoleCommand).resolves({ Credentials: session });

    const endpoint = await connect('banking');
    await connect('banking');

    expect(endpoint).toEqual({
      url: 'https://cluster.example',
      caData: 'Q0E=',
      token: expect.stringMatching(/^k8s-aws-v1\./),
    });
    const token = Buffer.from(endpoint.token.slice('k8s-aws-v1.'.length), 'base64url').toString();
    expect(token).toContain('X-Amz-Credential=AKID%2F20261102');
    expect(eks.commandCalls(DescribeClusterCommand)).toHaveLength(2);
    expect(sts.commandCalls(AssumeRoleCommand)[0]?.args[0].input).toEqual({
      RoleArn: ROLE,
      RoleSessionName: 'joinery-banking',
      DurationSeconds: 900,
    });
  });

  it('keeps the name of the session within what STS takes', async () => {
    const name = 'b'.repeat(100);
    eks
      .on(DescribeClusterCommand)
      .resolves({ cluster: { endpoint: 'https://cluster.example', certificateAuthority: { data: 'Q0E=' } } });
    sts.on(AssumeRoleCommand).resolves({ Credentials: session });

    await connect(name);

    expect(sts.commandCalls(AssumeRoleCommand)[0]?.args[0].input.RoleSessionName).toHaveLength(64);
  });

  it('says that a cluster has no endpoint yet, before it asks for credentials', async () => {
    eks.on(DescribeClusterCommand).resolves({ cluster: { status: 'CREATING' } });

    await expect(connect('banking')).rejects.toMatchObject({
      name: 'ClusterNotReady',
      message: expect.stringContaining('its status is CREATING'),
    });
    expect(sts.calls()).toHaveLength(0);
  });

  it('does not go on without credentials', async () => {
    eks
      .on(DescribeClusterCommand)
      .resolves({ cluster: { endpoint: 'https://cluster.example', certificateAuthority: { data: 'Q0E=' } } });
    sts.on(AssumeRoleCommand).resolves({});

    await expect(connect('banking')).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

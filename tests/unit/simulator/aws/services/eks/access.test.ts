import { createHash } from 'node:crypto';
import { Sha256 } from '@aws-crypto/sha256-js';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import { authenticateToken } from '../../../../../../simulator/aws/services/eks/access/authenticate.ts';
import { aCluster, type EksWorld, eksWorld } from './eks-world.ts';
import { DEPLOYER, KARPENTER_ROLE, NODE_ROLE } from './fake-aws.ts';

const ADMIN = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy';
const SECRET = createHash('sha256').update('secret').digest('base64');

async function tokenFor(cluster: string, options: { region?: string; secret?: string; header?: string } = {}) {
  const region = options.region ?? 'eu-west-1';
  const host = `sts.${region}.amazonaws.com`;
  const header = options.header ?? 'x-k8s-aws-id';
  const signer = new SignatureV4({
    service: 'sts',
    region,
    credentials: { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: options.secret ?? SECRET, sessionToken: 'a+b/c=' },
    sha256: Sha256,
  });
  const request = new HttpRequest({
    method: 'GET',
    protocol: 'https:',
    hostname: host,
    path: '/',
    query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
    headers: { host, [header]: cluster },
  });
  const signed = await signer.presign(request, {
    expiresIn: 60,
    unhoistableHeaders: new Set([header]),
    unsignableHeaders: new Set(),
  });
  const query = Object.entries(signed.query ?? {}).map(
    ([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(String(value))}`,
  );
  return `k8s-aws-v1.${Buffer.from(`https://${host}/?${query.join('&')}`).toString('base64url')}`;
}

describe('access to a simulated EKS cluster', () => {
  let world: EksWorld;
  beforeEach(async () => {
    world = eksWorld();
    await world.withCluster();
  });
  afterEach(() => world.simulation.close());

  const entry = (overrides: object = {}) =>
    world.call('CreateAccessEntry', { clusterName: 'banking-prod', principalArn: DEPLOYER, ...overrides });
  const associate = (overrides: object = {}) =>
    world.call('AssociateAccessPolicy', {
      clusterName: 'banking-prod',
      principalArn: DEPLOYER,
      policyArn: ADMIN,
      accessScope: { type: 'cluster' },
      ...overrides,
    });
  const authenticate = (token: string, cluster = 'banking-prod') =>
    authenticateToken(
      world.simulation,
      {
        credentialOf: (_simulation, id) =>
          id === 'ASIAEXAMPLE'
            ? { caller: { roleArn: DEPLOYER, sessionName: 'run-1' }, secretAccessKey: SECRET }
            : undefined,
      },
      token,
      cluster,
    );

  it('lets a role in within a minute of its entry, and makes it admin within seconds of its policy', async () => {
    const token = await tokenFor('banking-prod');
    await entry({ kubernetesGroups: ['joinery:operators'] });
    const atOnce = authenticate(token);
    await world.simulation.runFor(60);
    const later = authenticate(token);
    await associate();
    const beforePolicy = authenticate(token);
    await world.simulation.runFor(15);
    const asAdmin = authenticate(token);

    expect(atOnce).toBeUndefined();
    expect(later).toEqual({
      username: 'arn:aws:sts::111122223333:assumed-role/deployer/run-1',
      groups: ['joinery:operators', 'system:authenticated'],
    });
    expect(beforePolicy?.isClusterAdmin).toBeUndefined();
    expect(asAdmin?.isClusterAdmin).toBe(true);
  });

  it('takes the policy and the entry away a moment after they are gone from the API', async () => {
    await entry();
    await associate();
    await world.simulation.runFor(60);
    const token = await tokenFor('banking-prod');
    await world.call('DisassociateAccessPolicy', {
      clusterName: 'banking-prod',
      principalArn: DEPLOYER,
      policyArn: ADMIN,
    });
    const lingering = authenticate(token);
    await world.simulation.runFor(15);
    const plain = authenticate(token);
    await world.call('DeleteAccessEntry', { clusterName: 'banking-prod', principalArn: DEPLOYER });
    const stillIn = authenticate(token);
    await world.simulation.runFor(60);

    expect(lingering?.isClusterAdmin).toBe(true);
    expect(plain?.isClusterAdmin).toBeUndefined();
    expect(stillIn).toBeDefined();
    expect(authenticate(token)).toBeUndefined();
  });

  it('accepts a token of this Region, for this cluster, with its right signature, for fifteen minutes', async () => {
    await entry();
    await world.simulation.runFor(60);
    const good = await tokenFor('banking-prod');
    const bad = {
      otherCluster: await tokenFor('other'),
      otherRegion: await tokenFor('banking-prod', { region: 'us-east-1' }),
      otherSecret: await tokenFor('banking-prod', { secret: 'wrong' }),
      otherHeader: await tokenFor('banking-prod', { header: 'x-other-id' }),
      noPrefix: good.slice('k8s-aws-v1.'.length),
      noise: 'k8s-aws-v1.aGVsbG8',
    };

    expect(authenticate(good)).toBeDefined();
    for (const [what, token] of Object.entries(bad)) expect([what, authenticate(token)]).toEqual([what, undefined]);
    await world.simulation.runFor(899);
    expect(authenticate(good)).toBeDefined();
    await world.simulation.runFor(2);
    expect(authenticate(good)).toBeUndefined();
  });

  it.each([
    ['a principal that does not exist', { principalArn: 'arn:aws:iam::111122223333:role/nobody' }, 'invalid principal'],
    ['a role without its path', { principalArn: 'arn:aws:iam::111122223333:role/deployer' }, 'invalid principal'],
    ['a group of the system', { kubernetesGroups: ['system:masters'] }, 'system:masters is invalid'],
    ['groups for nodes', { type: 'EC2_LINUX', kubernetesGroups: ['nodes'] }, "can't be set"],
    ['an unknown type', { type: 'LAPTOP' }, 'LAPTOP is invalid'],
    ['a reserved username', { username: 'system:admin' }, 'reserved prefix'],
  ])('refuses an entry for %s', async (_what, overrides, message) => {
    await expect(entry(overrides)).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining(message),
    });
  });

  it('has one entry for each principal, and policies only where there is one', async () => {
    await expect(associate()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await entry({ principalArn: NODE_ROLE, type: 'EC2_LINUX' });
    await expect(associate({ principalArn: NODE_ROLE })).rejects.toMatchObject({ name: 'InvalidRequestException' });
    await entry();

    await expect(entry()).rejects.toMatchObject({ name: 'ResourceInUseException' });
    await expect(associate({ policyArn: `${ADMIN}x` })).rejects.toMatchObject({ name: 'InvalidParameterException' });
    expect(await world.call('ListAccessEntries', { clusterName: 'banking-prod' })).toEqual({
      accessEntries: [NODE_ROLE, DEPLOYER],
    });
  });

  it('asks for the permission on the cluster with the principal and groups as keys, and on the entry afterwards', async () => {
    world.asked.length = 0;
    await entry({ kubernetesGroups: ['joinery:readers'], tags: { team: 'platform' } });
    await associate();

    expect(world.asked).toEqual([
      {
        action: 'eks:CreateAccessEntry',
        resource: 'arn:aws:eks:eu-west-1:111122223333:cluster/banking-prod',
        context: {
          'aws:RequestTag/team': 'platform',
          'aws:TagKeys': ['team'],
          'eks:principalArn': DEPLOYER,
          'eks:accessEntryType': 'STANDARD',
          'eks:kubernetesGroups': ['joinery:readers'],
        },
      },
      {
        action: 'eks:TagResource',
        resource: 'arn:aws:eks:eu-west-1:111122223333:access-entry/banking-prod/role/111122223333/deployer/*',
        context: { 'aws:RequestTag/team': 'platform', 'aws:TagKeys': ['team'] },
      },
      {
        action: 'eks:AssociateAccessPolicy',
        resource: expect.stringMatching(/:access-entry\/banking-prod\/role\/111122223333\/deployer\/[0-9a-f-]{36}$/),
        context: expect.objectContaining({
          'eks:policyArn': ADMIN,
          'eks:accessScope': 'cluster',
          'eks:principalArn': DEPLOYER,
          'aws:ResourceTag/team': 'platform',
        }),
      },
    ]);
  });

  it('has no entries where the cluster is authenticated by ConfigMap', async () => {
    await world.call('CreateCluster', aCluster({ name: 'old', accessConfig: { authenticationMode: 'CONFIG_MAP' } }));
    await world.simulation.runFor(600);

    await expect(entry({ clusterName: 'old', principalArn: KARPENTER_ROLE })).rejects.toMatchObject({
      name: 'InvalidRequestException',
    });
  });

  it('makes the creator an admin when it was not told otherwise', async () => {
    await world.call('CreateCluster', aCluster({ name: 'mine', accessConfig: { authenticationMode: 'API' } }));
    await world.simulation.runFor(600);

    expect(authenticate(await tokenFor('mine'), 'mine')?.isClusterAdmin).toBe(true);
  });
});

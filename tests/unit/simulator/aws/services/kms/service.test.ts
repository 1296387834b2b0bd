import * as kmsSdk from '@aws-sdk/client-kms';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Cloud } from '../../../../../../simulator/aws/cloud.ts';
import { keyPolicyOf, seedCustomerKey } from '../../../../../../simulator/aws/services/kms/keys.ts';
import { kmsService } from '../../../../../../simulator/aws/services/kms/service.ts';
import type { AccessRequest } from '../../../../../../simulator/aws/types.ts';
import { Simulation } from '../../../../../../simulator/core/simulation.ts';

const PLACE = { accountId: '111122223333', region: 'eu-west-1' };

describe('KMS', () => {
  let simulation: Simulation;
  let cloud: Cloud;
  const asked: AccessRequest[] = [];
  beforeEach(() => {
    asked.length = 0;
    simulation = new Simulation({ seed: 1, startAt: '2026-11-02T08:00:00Z' });
    cloud = new Cloud({
      simulation,
      ...PLACE,
      services: [{ service: kmsService, sdk: kmsSdk }],
      authorize: (request) => asked.push(request),
    });
  });
  afterEach(() => simulation.close());

  const call = <O>(name: string, input: object) =>
    simulation.runUntil(cloud.call('KMS', name, input, { roleArn: 'r', sessionName: 's' })) as Promise<O>;

  it('describes the key behind AWS’s alias for volumes, and asks for the key', async () => {
    const { KeyMetadata } = await call<kmsSdk.DescribeKeyResponse>('DescribeKey', { KeyId: 'alias/aws/ebs' });

    expect(KeyMetadata).toMatchObject({ KeyManager: 'AWS', Enabled: true });
    expect(asked).toEqual([
      {
        action: 'kms:DescribeKey',
        resource: KeyMetadata?.Arn,
        context: { 'kms:CallerAccount': '111122223333', 'kms:RequestAlias': 'alias/aws/ebs' },
      },
    ]);
  });

  it('gives the policy of a customer’s key, which lets EC2 use it or does not', async () => {
    const open = seedCustomerKey(simulation, PLACE, { usableThroughEc2: true });
    const closed = seedCustomerKey(simulation, PLACE, { usableThroughEc2: false, alias: 'alias/volumes' });
    const policy = async (KeyId: string) =>
      (await call<kmsSdk.GetKeyPolicyResponse>('GetKeyPolicy', { KeyId })).Policy ?? '';

    expect(await policy(open.arn)).toContain('"kms:ViaService":"ec2.eu-west-1.amazonaws.com"');
    expect(await policy(closed.id)).not.toContain('kms:ViaService');
    expect(keyPolicyOf(simulation, closed.arn)).toBe(await policy(closed.id));
    await expect(policy('alias/volumes')).rejects.toMatchObject({ name: 'NotFoundException' });
  });

  it('knows no other key', async () => {
    await expect(call('DescribeKey', { KeyId: 'alias/none' })).rejects.toMatchObject({ name: 'NotFoundException' });
  });
});

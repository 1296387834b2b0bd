import * as quotasSdk from '@aws-sdk/client-service-quotas';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Cloud } from '../../../../../../simulator/aws/cloud.ts';
import { setQuota } from '../../../../../../simulator/aws/services/service-quotas/quotas.ts';
import { serviceQuotasService } from '../../../../../../simulator/aws/services/service-quotas/service.ts';
import type { AccessRequest } from '../../../../../../simulator/aws/types.ts';
import { Simulation } from '../../../../../../simulator/core/simulation.ts';

const STANDARD_VCPUS = { ServiceCode: 'ec2', QuotaCode: 'L-1216C47A' };

describe('Service Quotas', () => {
  let simulation: Simulation;
  let cloud: Cloud;
  const asked: AccessRequest[] = [];
  beforeEach(() => {
    asked.length = 0;
    simulation = new Simulation({ seed: 1, startAt: '2026-11-02T08:00:00Z' });
    cloud = new Cloud({
      simulation,
      accountId: '111122223333',
      region: 'eu-west-1',
      services: [{ service: serviceQuotasService, sdk: quotasSdk }],
      authorize: (request) => asked.push(request),
    });
  });
  afterEach(() => simulation.close());

  const call = <O>(name: string, input: object) =>
    simulation.runUntil(cloud.call('Service Quotas', name, input, { roleArn: 'r', sessionName: 's' })) as Promise<O>;

  it('answers with the value in force, and apart from it with the default', async () => {
    setQuota(simulation, 'ec2', 'L-1216C47A', 32);

    const applied = await call<quotasSdk.GetServiceQuotaResponse>('GetServiceQuota', STANDARD_VCPUS);
    const usual = await call<quotasSdk.GetServiceQuotaResponse>('GetAWSDefaultServiceQuota', STANDARD_VCPUS);

    expect([applied.Quota?.Value, usual.Quota?.Value]).toEqual([32, 5]);
    expect(asked[0]?.resource).toBe('arn:aws:servicequotas:eu-west-1:111122223333:ec2/L-1216C47A');
  });

  it('lists the quotas of a service in pages', async () => {
    const first = await call<quotasSdk.ListServiceQuotasResponse>('ListServiceQuotas', {
      ServiceCode: 'ec2',
      MaxResults: 2,
    });
    const second = await call<quotasSdk.ListServiceQuotasResponse>('ListServiceQuotas', {
      ServiceCode: 'ec2',
      MaxResults: 2,
      NextToken: first.NextToken,
    });

    expect([first, second].flatMap(({ Quotas }) => Quotas?.map(({ QuotaCode }) => QuotaCode))).toEqual([
      'L-1216C47A',
      'L-34B43A08',
      'L-DB2E81BA',
      'L-3819A6DF',
    ]);
    expect(second.NextToken).toBeUndefined();
  });

  it('knows no other quota', async () => {
    await expect(call('GetServiceQuota', { ServiceCode: 'ec2', QuotaCode: 'L-00000000' })).rejects.toMatchObject({
      name: 'NoSuchResourceException',
    });
  });
});

import type {
  GetAWSDefaultServiceQuotaRequest,
  GetServiceQuotaRequest,
  GetServiceQuotaResponse,
  ListServiceQuotasRequest,
  ListServiceQuotasResponse,
  ServiceQuota,
} from '@aws-sdk/client-service-quotas';
import { SimulatedAwsError } from '../../errors.ts';
import { type CallContext, operation, type SimulatedService } from '../../types.ts';
import { QUOTAS, type Quota, quotaValue } from './quotas.ts';

type QuotaRef = { ServiceCode?: string | undefined; QuotaCode?: string | undefined };

function existingQuota(input: QuotaRef): Quota {
  const quota = QUOTAS.find(({ serviceCode, code }) => serviceCode === input.ServiceCode && code === input.QuotaCode);
  if (quota) return quota;
  throw new SimulatedAwsError(
    'NoSuchResourceException',
    'The request failed because the specified service quota does not exist.',
  );
}

function quotaArn(context: CallContext, input: QuotaRef): string {
  const { region, accountId } = context;
  return `arn:aws:servicequotas:${region}:${accountId}:${input.ServiceCode}/${input.QuotaCode}`;
}

function viewOf(quota: Quota, value: number, context: CallContext): ServiceQuota {
  return {
    ServiceCode: quota.serviceCode,
    ServiceName: quota.serviceName,
    QuotaArn: quotaArn(context, { ServiceCode: quota.serviceCode, QuotaCode: quota.code }),
    QuotaCode: quota.code,
    QuotaName: quota.name,
    Value: value,
    Unit: 'None',
    Adjustable: quota.isAdjustable,
    GlobalQuota: false,
  };
}

export const serviceQuotasService: SimulatedService = {
  serviceId: 'Service Quotas',
  operations: {
    GetServiceQuota: operation<GetServiceQuotaRequest, GetServiceQuotaResponse>({
      authorize: (input, context) => [
        {
          action: 'servicequotas:GetServiceQuota',
          resource: quotaArn(context, input),
          context: { 'servicequotas:service': input.ServiceCode ?? '' },
        },
      ],
      run(input, context) {
        const quota = existingQuota(input);
        const value = quotaValue(context.simulation, quota.serviceCode, quota.code);
        return { Quota: viewOf(quota, value, context) };
      },
    }),
    GetAWSDefaultServiceQuota: operation<GetAWSDefaultServiceQuotaRequest, GetServiceQuotaResponse>({
      authorize: () => [{ action: 'servicequotas:GetAWSDefaultServiceQuota', resource: '*' }],
      run(input, context) {
        const quota = existingQuota(input);
        return { Quota: viewOf(quota, quota.defaultValue, context) };
      },
    }),
    ListServiceQuotas: operation<ListServiceQuotasRequest, ListServiceQuotasResponse>({
      authorize: () => [{ action: 'servicequotas:ListServiceQuotas', resource: '*' }],
      run(input, context) {
        const quotas = QUOTAS.filter(({ serviceCode }) => serviceCode === input.ServiceCode);
        if (quotas.length === 0) {
          throw new SimulatedAwsError(
            'NoSuchResourceException',
            'The request failed because the specified service does not exist.',
          );
        }
        const start = input.NextToken === undefined ? 0 : startIn(input.NextToken);
        const end = start + (input.MaxResults ?? 100);
        return {
          Quotas: quotas
            .slice(start, end)
            .map((quota) => viewOf(quota, quotaValue(context.simulation, quota.serviceCode, quota.code), context)),
          ...(end < quotas.length ? { NextToken: Buffer.from(`from ${end}`).toString('base64') } : {}),
        };
      },
    }),
  },
};

function startIn(token: string): number {
  const match = /^from (\d+)$/.exec(Buffer.from(token, 'base64').toString('utf8'));
  if (!match) throw new SimulatedAwsError('InvalidPaginationTokenException', 'Invalid input was provided.');
  return Number(match[1]);
}

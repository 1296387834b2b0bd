import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  type ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';

export type QuotaReader = {
  /** The value in force: what the account was given, else AWS's default. */
  value(serviceCode: string, quotaCode: string): Promise<number>;
};

export function quotaReader(client: Pick<ServiceQuotasClient, 'send'>): QuotaReader {
  return {
    value: async (ServiceCode, QuotaCode) => {
      const answer = await client.send(new GetServiceQuotaCommand({ ServiceCode, QuotaCode })).catch((error: Error) => {
        // An account to which a quota was never applied has the default.
        if (error.name !== 'NoSuchResourceException') throw error;
        return client.send(new GetAWSDefaultServiceQuotaCommand({ ServiceCode, QuotaCode }));
      });
      if (answer.Quota?.Value === undefined) throw new Error(`the quota ${ServiceCode} ${QuotaCode} has no value`);
      return answer.Quota.Value;
    },
  };
}

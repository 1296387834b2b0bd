import { type _InstanceType, DescribeSpotPriceHistoryCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { toOpsError } from './errors.ts';
import { everyPage } from './pages.ts';

/** What a filter takes, and what one list of types may have. */
const TYPES_A_CALL = 100;

/** Present prices of Linux in US dollars an hour, by `type zone`, for pools that have one. A call for each hundred types. */
export async function spotPrices(
  ec2: Pick<EC2Client, 'send'>,
  pools: readonly { readonly instanceType: string; readonly zone: string }[],
  nowMs: number,
): Promise<Map<string, string>> {
  const types = [...new Set(pools.map(({ instanceType }) => instanceType))];
  const zones = [...new Set(pools.map(({ zone }) => zone))];
  const prices = new Map<string, string>();
  for (let start = 0; start < types.length; start += TYPES_A_CALL) {
    const pages = await everyPage(
      (NextToken) =>
        ec2.send(
          new DescribeSpotPriceHistoryCommand({
            InstanceTypes: types.slice(start, start + TYPES_A_CALL) as _InstanceType[],
            Filters: [{ Name: 'availability-zone', Values: zones }],
            ProductDescriptions: ['Linux/UNIX'],
            // The price in force at a moment is the one that began before it: EC2 adds it.
            StartTime: new Date(nowMs),
            EndTime: new Date(nowMs),
            ...(NextToken ? { NextToken } : {}),
          }),
        ),
      (page) => page.NextToken,
    ).catch((error: unknown) => {
      throw toOpsError(error, 'reading spot prices');
    });
    for (const { InstanceType, AvailabilityZone, SpotPrice } of pages.flatMap((page) => page.SpotPriceHistory ?? []))
      if (SpotPrice) prices.set(`${InstanceType} ${AvailabilityZone}`, SpotPrice);
  }
  return prices;
}

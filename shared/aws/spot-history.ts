import { type _InstanceType, DescribeSpotPriceHistoryCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { poolKey, type SpotPoint, type SpotPool } from '../prices-file/price-cache.ts';
import { toOpsError } from './errors.ts';

/** What one list of types, and one filter, may have. */
const TYPES_A_CALL = 100;
const POINTS_A_PAGE = 1000;
/** One product has two names: the second is of accounts that still know EC2-Classic. */
const LINUX = ['Linux/UNIX', 'Linux/UNIX (Amazon VPC)'];

/**
 * Every change of the pools' prices in a time, and the price in force when it begins, by pool; only Linux has any. A pool that EC2
 * says nothing of is not in the answer.
 */
export async function spotHistory(
  ec2: Pick<EC2Client, 'send'>,
  pools: readonly SpotPool[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Promise<Map<string, SpotPoint[]>> {
  const wanted = new Set(pools.filter(({ os }) => os === 'linux').map(poolKey));
  const found = new Map<string, SpotPoint[]>();
  const types = [...new Set(pools.map(({ instanceType }) => instanceType))].sort();
  const zones = [...new Set(pools.map(({ zone }) => zone))].sort();
  for (let start = 0; start < types.length && wanted.size > 0; start += TYPES_A_CALL) {
    let NextToken: string | undefined;
    do {
      const command: DescribeSpotPriceHistoryCommand = new DescribeSpotPriceHistoryCommand({
        InstanceTypes: types.slice(start, start + TYPES_A_CALL) as _InstanceType[],
        Filters: [{ Name: 'availability-zone', Values: zones }],
        ProductDescriptions: LINUX,
        StartTime: new Date(fromMs),
        EndTime: new Date(toMs),
        MaxResults: POINTS_A_PAGE,
        ...(NextToken ? { NextToken } : {}),
      });
      const page = await ec2.send(command).catch((error: unknown) => {
        throw toOpsError(error, 'reading the history of spot prices');
      });
      for (const { InstanceType = '', AvailabilityZone = '', SpotPrice, Timestamp } of page.SpotPriceHistory ?? []) {
        const key = poolKey({ os: 'linux', instanceType: InstanceType, zone: AvailabilityZone });
        if (!wanted.has(key) || SpotPrice === undefined || Timestamp === undefined) continue;
        const points = found.get(key) ?? [];
        points.push([Timestamp.toISOString(), SpotPrice]);
        found.set(key, points);
      }
      NextToken = page.NextToken;
    } while (NextToken);
  }
  return found;
}

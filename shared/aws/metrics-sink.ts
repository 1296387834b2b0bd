import { type CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { METRIC_NAMESPACE } from '../metrics/emf.ts';
import type { MetricSink } from '../metrics/sink.ts';
import { toOpsError } from './errors.ts';

/**
 * CloudWatch, in Joinery's namespace. It has no idempotency key: the client must be one that tries once, or what was taken and not
 * answered would count twice. The client compresses what it sends.
 */
export function cloudWatchSink(cloudWatch: Pick<CloudWatchClient, 'send'>): MetricSink {
  return {
    async send(batch, atMs) {
      const command = new PutMetricDataCommand({
        Namespace: METRIC_NAMESPACE,
        MetricData: batch.map(({ name, unit, dimensions, values, counts }) => ({
          MetricName: name,
          Unit: unit,
          Timestamp: new Date(atMs),
          Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
          Values: [...values],
          Counts: [...counts],
        })),
      });
      await cloudWatch.send(command).catch((error: unknown) => {
        throw toOpsError(error, `publishing ${batch.length} metrics`);
      });
    },
  };
}

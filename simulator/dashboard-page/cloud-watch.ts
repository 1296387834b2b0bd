import type {
  DescribeAlarmsOutput,
  GetDashboardOutput,
  GetMetricDataInput,
  GetMetricDataOutput,
} from '@aws-sdk/client-cloudwatch';
import type { Account } from '../boot/account.ts';

/** What the page asks of CloudWatch: all that it shows comes from these three. */
export type CloudWatch = {
  now(): number;
  getDashboard(name: string): Promise<GetDashboardOutput>;
  getMetricData(input: GetMetricDataInput): Promise<GetMetricDataOutput>;
  describeAlarms(): Promise<DescribeAlarmsOutput>;
};

/** CloudWatch of a simulated account, as the person who deployed it sees it. The world must be run meanwhile. */
export function cloudWatchOf({ cloud, simulation, deployer }: Account): CloudWatch {
  const call = <O>(operation: string, input: object) =>
    cloud.call('CloudWatch', operation, input, deployer) as Promise<O>;
  return {
    now: () => simulation.now(),
    getDashboard: (DashboardName) => call('GetDashboard', { DashboardName }),
    getMetricData: (input) => call('GetMetricData', input),
    describeAlarms: () => call('DescribeAlarms', { AlarmTypes: ['MetricAlarm', 'CompositeAlarm'], MaxRecords: 100 }),
  };
}

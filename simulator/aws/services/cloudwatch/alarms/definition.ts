import type { PutCompositeAlarmInput, PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch';

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

type Standing = {
  readonly name: string;
  readonly arn: string;
  readonly configuredMs: number;
  state: AlarmState;
  reason: string;
  stateMs: number;
};

/** A metric alarm: what PutMetricAlarm said, and how it stands. */
export type Alarm = Standing & { readonly kind: 'metric'; readonly input: PutMetricAlarmInput };

export type CompositeAlarm = Standing & { readonly kind: 'composite'; readonly input: PutCompositeAlarmInput };

export type AlarmHistoryItem = { readonly at: string; readonly alarm: string; readonly summary: string };

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

/** One of the series of an alarm on Metrics Insights, while it is in ALARM. */
export type Contributor = {
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly reason: string;
  readonly sinceMs: number;
};

/** A metric alarm: what PutMetricAlarm said, and how it stands. */
export type Alarm = Standing & {
  readonly kind: 'metric';
  readonly input: PutMetricAlarmInput;
  /** By their id. */
  contributors: Record<string, Contributor>;
  /** Whether the last evaluation could not look at everything. */
  isPartial: boolean;
};

export type CompositeAlarm = Standing & {
  readonly kind: 'composite';
  readonly input: PutCompositeAlarmInput;
  /** The state that people were told last; another than the state while its actions are suppressed. */
  told: AlarmState;
  suppression: Suppression | null;
  /** Since its suppressor left ALARM; 0 where it never was. */
  extensionUntilMs: number;
};

/** Why actions are held back, and until when, where that is known. */
export type Suppression = { readonly by: 'WaitPeriod' | 'ExtensionPeriod' | 'Alarm'; readonly untilMs: number };

export type AlarmHistoryItem = { readonly at: string; readonly alarm: string; readonly summary: string };

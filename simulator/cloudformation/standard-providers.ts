import { providerTable } from './provider.ts';
import { alarmProvider, compositeAlarmProvider } from './providers/cloudwatch-alarm.ts';
import { dashboardProvider } from './providers/cloudwatch-dashboard.ts';
import { launchTemplateProvider } from './providers/ec2-launch-template.ts';
import { eventsRuleProvider } from './providers/events-rule.ts';
import { instanceProfileProvider } from './providers/iam-instance-profile.ts';
import { managedPolicyProvider } from './providers/iam-managed-policy.ts';
import { roleProvider } from './providers/iam-role.ts';
import { queueProvider } from './providers/sqs-queue.ts';
import { queuePolicyProvider } from './providers/sqs-queue-policy.ts';

/** What a cluster's stack is made of. */
export const standardProviders = providerTable(
  roleProvider,
  managedPolicyProvider,
  instanceProfileProvider,
  queueProvider,
  queuePolicyProvider,
  launchTemplateProvider,
  eventsRuleProvider,
  alarmProvider,
  compositeAlarmProvider,
  dashboardProvider,
);

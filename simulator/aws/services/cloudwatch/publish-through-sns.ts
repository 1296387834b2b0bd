import { publishAsService } from '../sns/publish.ts';
import type { AlarmPublisher } from './alarms/state-change.ts';

/** Publishes through the simulated SNS, in the name of the service that owns alarms. */
export const publishThroughSns: AlarmPublisher = ({ alarmArn, topicArn, subject, message }, context) =>
  publishAsService(
    context,
    { principal: 'cloudwatch.amazonaws.com', sourceArn: alarmArn },
    { topicArn, subject, message },
  );

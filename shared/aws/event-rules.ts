import {
  DescribeRuleCommand,
  type EventBridgeClient,
  ListTargetsByRuleCommand,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import { isNotFound, toOpsError } from './errors.ts';

/** Rules of the default bus, as they are in force. */
export function eventRules(events: Pick<EventBridgeClient, 'send'>) {
  const failure = (error: unknown, doing: string, name: string) =>
    toOpsError(error, `${doing} ${name}`, { rule: name });
  return {
    /** Undefined when there is no rule of that name. */
    describe: async (name: string) => {
      try {
        const { EventPattern, State } = await events.send(new DescribeRuleCommand({ Name: name }));
        const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule: name }));
        return {
          pattern: EventPattern,
          isEnabled: State === 'ENABLED',
          targets: Targets.map(({ Arn = '', DeadLetterConfig }) => ({
            arn: Arn,
            deadLetterArn: DeadLetterConfig?.Arn,
          })),
        };
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw failure(error, 'reading the rule', name);
      }
    },
    /** Whether EventBridge finds that a pattern matches an event. */
    matches: async (pattern: string, event: object): Promise<boolean> => {
      const request = new TestEventPatternCommand({ EventPattern: pattern, Event: JSON.stringify(event) });
      const { Result } = await events.send(request).catch((error: unknown) => {
        throw failure(error, 'testing the pattern', pattern);
      });
      return Result === true;
    },
  };
}

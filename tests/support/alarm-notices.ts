import { snsState } from '../../simulator/aws/services/sns/state.ts';
import type { Account } from '../../simulator/boot/account.ts';

/** What alarms told a topic, as "STATE alarm" by their logical ids; of a series, with its labels. */
export function alarmNotices({ simulation, stack }: Account, topic: 'AlarmTopic' | 'PagingTopic'): string[] {
  const published = snsState(simulation).topics[stack.resources[topic]?.physicalId ?? '']?.published ?? [];
  return published.map(({ message }) => {
    const { AlarmName, NewStateValue, alarmContributor } = JSON.parse(message) as {
      AlarmName: string;
      NewStateValue: string;
      alarmContributor?: { attributes: Record<string, string> };
    };
    const alarm = /(\w+Alarm)-/.exec(AlarmName)?.[1] ?? AlarmName;
    return [NewStateValue, alarm, ...Object.values(alarmContributor?.attributes ?? {})].join(' ');
  });
}

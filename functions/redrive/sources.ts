import type { Replay } from './fate.ts';
import type { DeadLetters } from './redrive.ts';

export const QUEUE_VARIABLES = [
  'INGRESS_DEAD_LETTERS_URL',
  'RULE_DEAD_LETTERS_URL',
  'NOTICE_DEAD_LETTERS_URL',
  'FLEET_DEAD_LETTERS_URL',
  'FAILED_RELEASES_URL',
  'RUN_ENDED_DEAD_LETTERS_URL',
] as const;

/** Every dead-letter queue of the deployment, urgent things first. */
export function deadLetterQueues(
  env: Readonly<Record<(typeof QUEUE_VARIABLES)[number], string>>,
  replay: Readonly<Record<'events' | 'notices' | 'fleet' | 'releases', Replay>>,
): DeadLetters[] {
  return [
    { queue: 'ingress', name: 'IngressDeadLetters', url: env.INGRESS_DEAD_LETTERS_URL, replay: replay.events },
    { queue: 'rules', name: 'RuleDeadLetters', url: env.RULE_DEAD_LETTERS_URL, replay: replay.events },
    { queue: 'releases', name: 'FailedReleases', url: env.FAILED_RELEASES_URL, replay: replay.releases },
    { queue: 'releases', name: 'RunEndedDeadLetters', url: env.RUN_ENDED_DEAD_LETTERS_URL, replay: replay.releases },
    { queue: 'notices', name: 'NoticeDeadLetters', url: env.NOTICE_DEAD_LETTERS_URL, replay: replay.notices },
    { queue: 'fleet', name: 'FleetDeadLetters', url: env.FLEET_DEAD_LETTERS_URL, replay: replay.fleet },
  ];
}

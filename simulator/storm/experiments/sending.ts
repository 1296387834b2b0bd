import { atLeast, atMost, type Experiment, exactly, LARGE, SMALL, zero } from './experiment.ts';

/** R2-R4 and R21: what happens between the router and the queues of clusters. */
export const SENDING: readonly Experiment[] = [
  {
    id: 'R2',
    title: 'sends throttled, entries failed',
    faults: 'send-throttling',
    pass: ['duplicates at most 0.1 %', 'p99 from event to queue at most 5 s'],
    short: SMALL,
    long: LARGE,
    check: ({ report, injected }) => [
      ...atMost('duplicates', report.conservation.duplicates, report.conservation.deliveries * 0.001),
      ...atMost('p99 from event to queue', report.arrivalSeconds?.p99, 5),
      ...atLeast('sends throttled', injected['sends throttled'], 1),
      ...atLeast('entries failed', injected['entries failed'], 1),
    ],
  },
  {
    id: 'R3',
    title: 'sends that are done without an answer',
    faults: 'ambiguous-sends',
    pass: ['duplicates at most the messages without an answer and 0.1 %'],
    short: { ...SMALL, events: 200, spreadSeconds: 8 },
    long: LARGE,
    check: ({ report: { conservation }, injected }) => {
      const ambiguous = injected['messages sent without an answer'] ?? 0;
      return [
        ...atLeast('messages sent without an answer', ambiguous, 1),
        ...atMost('duplicates', conservation.duplicates, ambiguous + conservation.deliveries * 0.001),
      ];
    },
  },
  {
    id: 'R4',
    title: 'crash after the sends, before the answer',
    faults: 'crashes',
    pass: ['at most 10 duplicates for each crash', 'what comes again comes within 35 s'],
    short: { ...SMALL, events: 200, spreadSeconds: 8 },
    long: LARGE,
    check: async ({ report, routerErrors }) => {
      const crashes = await routerErrors();
      return [
        ...atLeast('crashes', crashes, 1),
        ...atMost('duplicates', report.conservation.duplicates, 10 * crashes),
        ...atMost('seconds until a message came again', report.longestDuplicateGapSeconds, 35),
      ];
    },
  },
  ...[10, 30, 60].map(
    (seconds): Experiment => ({
      id: `R21-${seconds}s`,
      title: `no send to a cluster's queue succeeds for ${seconds} s`,
      faults: seconds === 30 ? 'send-outage' : `send-outage-${seconds}s`,
      pass: ['every notice delivered before its deadline', 'nothing dead-lettered'],
      short: SMALL,
      long: LARGE,
      check: ({ report }) => [
        ...zero('events dead-lettered', report.conservation.deadLettered),
        ...atLeast('least lead time left', report.leadTimeLeftSeconds?.least, 1),
        ...exactly('sends failed in the outage', Math.sign(report.allSentSeconds - seconds), 1),
      ],
    }),
  ),
];

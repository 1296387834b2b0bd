import { METRICS } from '../../../shared/metrics/names.ts';
import type { StormInstance } from '../fleet.ts';
import { EVERYTHING, type GeneratorOptions, stormEvents } from '../generate.ts';
import { atLeast, atMost, type Experiment, exactly, LARGE, SMALL, zero } from './experiment.ts';

/** The reference gives no figure for a storm without look-ups; the objective for the lead time is the one of every day. */
const LEAD_TIME_OBJECTIVE_SECONDS = 110;
/** Sizes of storms that are broadcast: each event is a message in every cluster. */
const BROADCAST_LARGE = { ...LARGE, events: 5000, instances: 2000 };

const BROADCAST_PASS = [
  'every event delivered, by broadcast where nobody can be asked',
  'p99 of the lead time left at least 110 s',
];

const outage = (id: string, title: string, faults: string, isLedgerWarm: boolean): Experiment => ({
  id,
  title,
  faults,
  pass: BROADCAST_PASS,
  // Every retry of every bulk event for ten minutes.
  short: { ...SMALL, events: 40, spreadSeconds: 2 },
  long: BROADCAST_LARGE,
  ground: () => ({ isLedgerWarm }),
  check: ({ report }) => [
    ...zero('events dead-lettered', report.conservation.deadLettered),
    ...atLeast('p99 of the lead time left', report.leadTimeLeftSeconds?.p99, LEAD_TIME_OBJECTIVE_SECONDS),
  ],
});

/** R7, R9, R10 and R14: what the router can and cannot find out. */
export const LOOKUPS: readonly Experiment[] = [
  {
    id: 'R7',
    title: 'poison between good events',
    faults: 'none',
    pass: [
      'good events at their first receive',
      'poison in the dead-letter queue at its first receive, with the reason',
      'no invocation fails',
    ],
    short: SMALL,
    long: LARGE,
    // The reference has one in a hundred; a small storm needs more to have one of each.
    storm: ({ events }) => ({ mix: { ...EVERYTHING, poison: events > 5000 ? 0.01 : 0.15 } }),
    check: async ({ report, routerErrors }) => {
      const buried = [...report.deadLetterSeconds.values()].flat();
      return [
        ...atLeast('events dead-lettered', report.conservation.deadLettered, 1),
        // A second receive comes after the visibility timeout of 30 s.
        ...atMost('slowest good event', report.arrivalSeconds?.max, 25),
        ...atMost('slowest poison', Math.max(...buried), 25),
        ...zero('invocations that failed', await routerErrors()),
      ];
    },
  },
  outage('R9-ec2', 'EC2 throttles every look-up, the ledger is cold', 'ec2-outage', false),
  outage('R9-dynamodb', 'DynamoDB is out', 'dynamodb-outage', true),
  outage('R9-both', 'DynamoDB is out and EC2 throttles every look-up', 'lookup-outage', false),
  {
    id: 'R9-unknown',
    title: 'instances that EC2 does not know among others',
    faults: 'none',
    pass: ['no known instance suffers from an unknown one in its batch'],
    short: SMALL,
    long: BROADCAST_LARGE,
    storm: () => ({ source: withStrangers }),
    check: ({ report }) => [
      ...atLeast('events of unknown instances', report.conservation.broadcast, 1),
      ...zero('events dead-lettered', report.conservation.deadLettered),
      ...atLeast('p99 of the lead time left', report.leadTimeLeftSeconds?.p99, LEAD_TIME_OBJECTIVE_SECONDS),
    ],
  },
  ...(['queue-gone', 'queue-refuses'] as const).map(
    (faults): Experiment => ({
      id: faults === 'queue-gone' ? 'R10-gone' : 'R10-refuses',
      title: faults === 'queue-gone' ? "one cluster's queue is gone" : "one cluster's queue refuses the router",
      faults,
      pass: [
        "the others' p99 at most 10 % above that of the same storm without the fault",
        'its events in the dead-letter queue as queue-gone, and so in the metric of the alarm',
      ],
      short: { ...SMALL, events: 200, spreadSeconds: 8 },
      long: { ...LARGE, clusters: 200, instances: 4000 },
      storm: () => ({ unreachableClusters: 1 }),
      controlGround: () => ({}),
      check: async ({ size, report, control, metricSum }) => {
        const buried = report.deadLetterSeconds.get('queue-gone')?.length ?? 0;
        // The three slowest of some hundred events are p99, and chance.
        const which = size.events < 5000 ? 'p50' : 'p99';
        return [
          ...atLeast('events dead-lettered as queue-gone', buried, 1),
          ...exactly('events dead-lettered', report.conservation.deadLettered, buried),
          ...exactly('events in the metric', await metricSum(METRICS.quarantined, { Reason: 'queue-gone' }), buried),
          ...atMost(
            `${which} of the others' events`,
            report.othersArrivalSeconds?.[which],
            1.1 * (control?.othersArrivalSeconds?.[which] ?? 0),
          ),
        ];
      },
    }),
  ),
];

/** Every tenth event is about an instance that EC2 has never heard of. */
function* withStrangers(options: GeneratorOptions) {
  const strangers = Array.from(
    { length: Math.ceil(options.instances.length / 9) },
    (_, number): StormInstance => ({
      id: `i-0fade${number.toString(16).padStart(12, '0')}`,
      cluster: null,
      zone: `${options.region}a`,
      launchedMs: options.startMs,
    }),
  );
  const instances = strangers.flatMap((stranger, index) => [
    stranger,
    ...options.instances.slice(index * 9, index * 9 + 9),
  ]);
  yield* stormEvents({ ...options, instances });
}

import { METRICS } from '../../../shared/metrics/names.ts';
import { RECLAIM } from '../generate.ts';
import { atLeast, atMost, type Experiment, exactly, LARGE, SMALL, zero } from './experiment.ts';

/** How much of the notice must be left at hand-over, of 99 events in 100. */
const LEAD_TIME_OBJECTIVE_SECONDS = 110;

/** R1, R5, R6, R11-R13: what comes in, and how fast Lambda takes it. */
export const WEATHER: readonly Experiment[] = [
  {
    id: 'R1',
    title: 'baseline',
    faults: 'none',
    pass: ['no duplicates', 'p99 from event to queue at most 1.0 s', 'p99 of the lead time left at least 110 s'],
    short: { ...SMALL, events: 200, spreadSeconds: 8 },
    // A quarter of an hour of two busy cores. A million is `--events 1000000`.
    long: { events: 200_000, clusters: 200, instances: 20_000, spreadSeconds: 720 },
    check: ({ report }) => [
      ...zero('duplicates', report.conservation.duplicates),
      ...atMost('p99 from event to queue', report.arrivalSeconds?.p99, 1),
      ...atLeast('p99 of the lead time left', report.leadTimeLeftSeconds?.p99, LEAD_TIME_OBJECTIVE_SECONDS),
    ],
  },
  {
    id: 'R5-60s',
    title: 'the router is throttled for 60 s',
    faults: 'router-throttled',
    pass: ['every notice delivered at most 95 s after its event'],
    short: SMALL,
    long: LARGE,
    check: ({ report }) => [
      ...zero('events dead-lettered', report.conservation.deadLettered),
      ...atMost('slowest notice', report.urgentArrivalSeconds?.max, 95),
    ],
  },
  {
    id: 'R5-10min',
    title: 'the router is throttled for 10 min',
    faults: 'router-throttled-10m',
    pass: ['what is older than its kind may be is counted as stale', 'nothing dead-lettered'],
    short: SMALL,
    long: LARGE,
    check: async ({ report, metricSum }) => [
      ...zero('events dead-lettered', report.conservation.deadLettered),
      ...exactly(
        'stale events counted',
        await metricSum(METRICS.dropped, { Reason: 'stale' }),
        report.conservation.dropped['stale'] ?? 0,
      ),
    ],
  },
  {
    id: 'R6',
    title: '10 % duplicates from the bus, out of order by up to 60 s',
    faults: 'duplicates',
    pass: ['the metric of interruptions counts each event of each kind once'],
    short: SMALL,
    long: LARGE,
    check: async ({ report: { conservation, notices }, readNotices, metricSum }) => {
      await readNotices();
      const faults = [...atLeast('duplicates', conservation.duplicates, 1)];
      for (const [Kind, events] of notices)
        faults.push(...exactly(`${Kind} counted`, await metricSum(METRICS.interruptions, { Kind }), events));
      const all = [...notices.values()].reduce((sum, events) => sum + events, 0);
      return [...faults, ...exactly('interruptions counted', await metricSum(METRICS.interruptions), all)];
    },
  },
  {
    id: 'R11-warm',
    title: 'spot warnings in 1 s, known to the ledger',
    faults: 'none',
    pass: ['all sent within 10 s', 'no call of EC2'],
    short: { ...SMALL, spreadSeconds: 1 },
    long: { events: 5000, clusters: 20, instances: 5000, spreadSeconds: 1 },
    storm: () => ({ mix: RECLAIM }),
    check: ({ report, calls }) => [
      ...atMost('seconds until all were sent', report.allSentSeconds, 10),
      ...zero('calls of EC2', calls['EC2 DescribeInstances'] ?? 0),
    ],
  },
  {
    id: 'R11-cold',
    title: 'spot warnings in 1 s, new to the ledger',
    faults: 'none',
    pass: ['at most 100 calls of EC2, then broadcast', 'all sent within 15 s'],
    // So many that some are broadcast whatever the seed.
    short: { ...SMALL, events: 200, instances: 200, spreadSeconds: 1 },
    long: { events: 5000, clusters: 20, instances: 5000, spreadSeconds: 1 },
    ground: () => ({ isLedgerWarm: false }),
    storm: () => ({ mix: RECLAIM }),
    check: ({ report, calls }) => [
      ...atMost('calls of EC2', calls['EC2 DescribeInstances'] ?? 0, 100),
      ...atLeast('events broadcast', report.conservation.broadcast, 1),
      ...atMost('seconds until all were sent', report.allSentSeconds, 15),
    ],
  },
  {
    id: 'R12',
    title: 'one cluster has 95 % of all events',
    faults: 'none',
    pass: ["the quiet clusters' p99 at most twice that of the same storm spread evenly"],
    short: { ...SMALL, events: 120, spreadSeconds: 6 },
    long: { events: 100_000, clusters: 20, instances: 4000, spreadSeconds: 600 },
    ground: () => ({ firstClusterShare: 0.95 }),
    controlGround: () => ({}),
    check: ({ report, control }) =>
      atMost(
        "p99 of the quiet clusters' events",
        report.othersArrivalSeconds?.p99,
        2 * (control?.othersArrivalSeconds?.p99 ?? 0),
      ),
  },
  {
    id: 'R13',
    title: 'every message as Karpenter parses it, all kinds and all poison',
    faults: 'none',
    pass: ['every message accepted, with the kind and the instances of its event'],
    short: SMALL,
    long: { ...LARGE, events: 50_000, spreadSeconds: 300 },
    storm: () => ({
      mix: {
        spot: 1,
        rebalance: 1,
        state: 1,
        health: 1,
        reservation: 1,
        'interruptible-reservation': 1,
        'health-closed': 1,
        poison: 1,
      },
    }),
    check: ({ report }) => atLeast('messages parsed', report.consumed, report.conservation.deliveries),
  },
];

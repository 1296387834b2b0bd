import { EVERYTHING } from '../storm/generate.ts';
import { runStorm } from '../storm/storm.ts';
import type { Scenario } from './scenario.ts';

const EVENTS = 1000;
const CLUSTERS = 20;
/** A thousand events in ten seconds, as when a zone is taken back. */
const EVENTS_A_SECOND = 100;
const LEAST_SECONDS = 10;

/** Events of every kind for the instances of many clusters, poison and other people's instances among them, every one accounted for. */
export const interruptionStorm: Scenario = {
  name: 'interruption-storm',
  summary: `--events (${EVENTS}) events for ${CLUSTERS} clusters, every one accounted for`,
  isStorm: true,
  run: async ({ account, root, events = EVENTS, stormFaults, listenToLogs, say }) => {
    say(`${events} events for ${CLUSTERS} clusters. ${stormFaults?.summary ?? 'No faults'}.`);
    const report = await runStorm(account, root, {
      clusters: CLUSTERS,
      events,
      spreadSeconds: Math.max(LEAST_SECONDS, events / EVENTS_A_SECOND),
      mix: { ...EVERYTHING, poison: 0.01 },
      foreignShare: 0.1,
      order: 'drawn',
      ...(stormFaults ? { arrange: (stage) => stormFaults.arrange(stage) } : {}),
      listenToLogs,
    });
    const { conservation, leadTimeLeftSeconds, claimDeletedSeconds, claimsLeft, unparseable, misread, lostOnTheBus } =
      report;
    const wrong = [
      conservation.lost > 0 ? `${conservation.lost} events were lost` : '',
      conservation.misrouted > 0 ? `${conservation.misrouted} messages were misrouted` : '',
      unparseable > 0 ? `Karpenter could not parse ${unparseable} messages` : '',
      misread > 0 ? `Karpenter took ${misread} messages for something else than they are` : '',
      // Under faults a notice may be too old to act on when it arrives.
      claimsLeft > 0 && !stormFaults ? `${claimsLeft} NodeClaims were never taken down` : '',
      lostOnTheBus > 0 ? `the bus lost ${lostOnTheBus} deliveries` : '',
      ...report.findings.slice(0, 5).map(({ key, why }) => `${key}: ${why}`),
    ].filter((text) => text !== '');
    return {
      ok: wrong.length === 0,
      executions: [],
      ...(wrong.length > 0 ? { failure: wrong.join('; ') } : {}),
      findings: { conservation, leadTimeLeftSeconds, claimDeletedSeconds, claimsLeft },
    };
  },
};

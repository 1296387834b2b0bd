import { CLUSTER_TAG } from '../../clusters/ownership.ts';
import type { ClusterFacts, ControllerFacts } from '../facts.ts';
import type { AdoptionCheck, AdoptionFinding } from '../finding.ts';
import { NOTICES } from '../upstream.ts';
import { isAtLeast } from '../versions.ts';

const QUEUE_NAME = /^[A-Za-z0-9_-]{1,80}$/;

export function foreignControllers({
  inside,
}: ClusterFacts): readonly (ControllerFacts & { readonly index: number })[] {
  const all = (inside?.controllers ?? []).map((controller, index) => ({ ...controller, index }));
  return all.filter(({ isOurs }) => !isOurs);
}

/** D1: a wrong key in the Helm values leaves the controller without its queue, and nobody hears of it. */
const queueNotGiven: AdoptionCheck = (facts) =>
  foreignControllers(facts)
    .filter(({ interruptionQueue }) => !interruptionQueue)
    .map(({ namespace, name, index }): AdoptionFinding => {
      const misspelt = facts.inside?.releases.find(({ settings }) => settings.includes('interruptionQueueName'));
      const why = misspelt
        ? `release ${misspelt.name} sets settings.interruptionQueueName, a key that the chart does not read since 0.32`
        : 'settings.interruptionQueue is not set';
      return {
        id: 'interruption-queue-not-given',
        defect: 'D1',
        severity: 'error',
        breaks: `${namespace}/${name} does not listen to interruption notices: ${why}. Spot nodes end without being drained`,
        fix: 'set settings.interruptionQueue to the name of the queue and upgrade the release; or attach the cluster, and Joinery prints the one value to change',
        evidence: `inside.controllers[${index}].interruptionQueue`,
      };
    });

/** D2: a rule whose detail-type is misspelt matches nothing. */
const misspeltRule: AdoptionCheck = ({ karpenterAccount }) => {
  const known = new Set(NOTICES.map(({ detailType }) => detailType));
  return (karpenterAccount?.rules ?? []).flatMap(({ name, detailTypes }, index) =>
    detailTypes
      .filter((text) => !known.has(text) && nearlyKnown(text))
      .map(
        (text): AdoptionFinding => ({
          id: 'rule-detail-type-misspelt',
          defect: 'D2',
          severity: 'error',
          breaks: `the rule ${name} waits for ${JSON.stringify(text)}, which AWS never sends: those events do not reach the queue`,
          fix: `put ${JSON.stringify(nearlyKnown(text))} into its pattern, or let Joinery's rules deliver`,
          evidence: `karpenterAccount.rules[${index}].detailTypes`,
        }),
      ),
  );
};

function nearlyKnown(text: string): string | undefined {
  const bare = (value: string) => value.toLowerCase().replaceAll(/[^a-z]/g, '');
  return NOTICES.map(({ detailType }) => detailType).find(
    (known) => bare(known).includes(bare(text)) || bare(text).includes(bare(known)),
  );
}

/** D13: only some of the notices are listened to. */
const missingPatterns: AdoptionCheck = (facts) => {
  const account = facts.karpenterAccount;
  // Joinery's router delivers to the queues that carry its tag.
  if (!account?.queue?.exists || account.queue.tags[CLUSTER_TAG] !== undefined) return [];
  const version = foreignControllers(facts)[0]?.version ?? null;
  const heard = account.rules.filter(({ isEnabled }) => isEnabled).flatMap(({ detailTypes }) => detailTypes);
  const missing = NOTICES.filter(({ since, detailType }) => isAtLeast(version, since) && !heard.includes(detailType));
  if (missing.length === 0) return [];
  return [
    {
      id: 'notices-not-delivered',
      defect: 'D13',
      severity: 'error',
      breaks: `no enabled rule delivers ${missing.map(({ detailType }) => JSON.stringify(detailType)).join(', ')} to ${account.queue.name}: those nodes end without being drained`,
      fix: "add the patterns to the rules, or attach the cluster: Joinery's rules deliver all five",
      evidence: 'karpenterAccount.rules',
    },
  ];
};

/** D16: the controller was given a queue that nobody made. D18: it was given an ARN or a URL for a name. */
const unusableQueue: AdoptionCheck = (facts) =>
  foreignControllers(facts).flatMap(({ interruptionQueue, namespace, name, index }): AdoptionFinding[] => {
    if (!interruptionQueue) return [];
    const evidence = `inside.controllers[${index}].interruptionQueue`;
    if (!QUEUE_NAME.test(interruptionQueue)) {
      return [
        {
          id: 'interruption-queue-is-no-name',
          defect: 'D18',
          severity: 'error',
          breaks: `${namespace}/${name} was given ${interruptionQueue} as the queue: it takes a name, and fails to start`,
          fix: `set settings.interruptionQueue to ${interruptionQueue.split(/[:/]/).at(-1)}`,
          evidence,
        },
      ];
    }
    const queue = facts.karpenterAccount?.queue;
    if (queue?.name !== interruptionQueue || queue.exists) return [];
    return [
      {
        id: 'interruption-queue-missing',
        defect: 'D16',
        severity: 'error',
        breaks: `${namespace}/${name} was given the queue ${interruptionQueue}, and there is none: the controller fails to start`,
        fix: 'make the queue and its rules, or take settings.interruptionQueue out of the values',
        evidence,
      },
    ];
  });

/** D12: a queue that is open, and permissions on everything. */
const openQueue: AdoptionCheck = ({ karpenterAccount }) => {
  const queue = karpenterAccount?.queue;
  if (!queue?.exists) return [];
  const lacks = [
    ...(queue.isEncrypted ? [] : ['is not encrypted']),
    ...(queue.deniesPlainTransport ? [] : ['takes messages without TLS']),
  ];
  if (lacks.length === 0) return [];
  return [
    {
      id: 'interruption-queue-unprotected',
      defect: 'D12',
      severity: 'warning',
      breaks: `the queue ${queue.name} ${lacks.join(' and ')}`,
      fix: 'turn SqsManagedSseEnabled on, and deny requests without aws:SecureTransport in its policy',
      evidence: 'karpenterAccount.queue',
    },
  ];
};

/** D11: rules with names that a second cluster of the Region would have too. */
const generalRuleNames: AdoptionCheck = ({ cluster, karpenterAccount }) => {
  const general = (karpenterAccount?.rules ?? []).filter(
    ({ name }) => !name.includes(cluster) && !/([0-9]{14,}|[A-Z0-9]{12,}|[0-9a-f]{8,})$/.test(name),
  );
  if (general.length === 0) return [];
  return [
    {
      id: 'rule-names-collide',
      defect: 'D11',
      severity: 'warning',
      breaks: `the rules ${general.map(({ name }) => name).join(', ')} carry no cluster's name: the next cluster of the Region takes them over, and this one hears nothing any more`,
      fix: "give each cluster rules of its own, or let Joinery's rules deliver to both",
      evidence: 'karpenterAccount.rules',
    },
  ];
};

export const INTERRUPTION_CHECKS: readonly AdoptionCheck[] = [
  queueNotGiven,
  misspeltRule,
  missingPatterns,
  unusableQueue,
  openQueue,
  generalRuleNames,
];

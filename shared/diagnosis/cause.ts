/** What stands in the way of nodes or pods, in the order in which one would mend it: the controller, its nodes, then single pods. */
export type Cause = {
  readonly id: CauseId;
  readonly about: 'controller' | 'nodes' | 'pods';
  /** `error`: nothing happens until it is mended. `warning`: it slows down or concerns a part. `info`: it mends itself. */
  readonly severity: 'error' | 'warning' | 'info';
  /** Such as EC2NodeClass/default or Pod/shop/web-1. */
  readonly resource: string;
  readonly why: string;
  /** What was seen, in the words of those who wrote it. */
  readonly evidence: readonly string[];
  readonly fix: string;
  readonly runbook?: string;
};

/** Every cause that a diagnosis can name. */
export const CAUSES = [
  'controller-missing',
  'controller-not-running',
  'controller-without-leader',
  'controller-without-credentials',
  'controller-not-authorized',
  'interruption-queue-missing',
  'no-node-pools',
  'node-class-missing',
  'node-class-not-ready',
  'node-pool-not-ready',
  'limits-reached',
  'insufficient-capacity',
  'launch-failed',
  'node-not-registered',
  'node-not-initialized',
  'pod-gated',
  'pod-taint-not-tolerated',
  'pod-selects-no-pool',
  'pod-too-large',
  'pod-fits-no-pool',
  'pod-volume-not-bound',
  'pod-waits-for-nodes',
  'pod-unschedulable',
] as const;
export type CauseId = (typeof CAUSES)[number];

const MOST_EVIDENCE = 5;
const LONGEST_EVIDENCE = 400;

/** A cause with its evidence shortened to what a person reads at three in the morning: no line twice, the first few lines. */
export function cause(given: Cause): Cause {
  const lines = [...new Set(given.evidence.filter((line) => line !== ''))];
  const shown = lines.slice(0, MOST_EVIDENCE).map((line) => line.slice(0, LONGEST_EVIDENCE));
  const more = lines.length - shown.length;
  return { ...given, evidence: more > 0 ? [...shown, `and ${more} more`] : shown };
}

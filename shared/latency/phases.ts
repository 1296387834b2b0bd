/** The way of a node, in order. They sum to `total`. */
export const PHASES = ['decision', 'launch', 'register', 'initialize', 'bind'] as const;
export type Phase = (typeof PHASES)[number];

/**
 * When each phase of a NodeClaim ended, in milliseconds since the epoch:
 * - `decisionSeconds`: from a pod's first sight to its scheduling decision, as the leader's histogram
 *   `karpenter_pods_scheduling_decision_duration_seconds` has it on average for the minute in which the claim was made. Karpenter
 *   keeps the moments of single pods in memory only. Null where the leader could not be asked;
 * - `createdMs`: the claim's creationTimestamp, by the API server's clock;
 * - `launchedMs`, `registeredMs`, `initializedMs`: lastTransitionTime of the conditions Launched, Registered and Initialized, by the
 *   clock of Karpenter's pod. Registration includes the machine's boot;
 * - `podEventMs`: status.lastPodEventTime, when a pod last came to the node or went; null where none did.
 */
export type Milestones = {
  readonly decisionSeconds: number | null;
  readonly createdMs: number;
  readonly launchedMs: number;
  readonly registeredMs: number;
  readonly initializedMs: number;
  readonly podEventMs: number | null;
};

export type Latency = {
  /** Seconds. */
  readonly phases: Readonly<Record<Phase, number>>;
  readonly totalSeconds: number;
  readonly isDecisionKnown: boolean;
};

/** Two clocks, and stamps of whole seconds: so much backwards is no fault of anybody. */
const SKEW_MS = 5000;
/** A pod that came later than this after the node was ready is not the one that it was made for. */
const LATEST_BIND_MS = 120_000;

/**
 * The phases of a claim that became ready. A step that seems to end a little before it began took no time; undefined where the
 * stamps contradict each other by more than clocks do.
 */
export function latencyOf(milestones: Milestones): Latency | undefined {
  const { createdMs, launchedMs, registeredMs, initializedMs, podEventMs, decisionSeconds } = milestones;
  const isBindSeen = podEventMs !== null && podEventMs <= initializedMs + LATEST_BIND_MS;
  const stamps = [createdMs, launchedMs, registeredMs, initializedMs];
  const isBackwards = stamps.some((stamp, index) => stamp < (stamps[index - 1] ?? stamp) - SKEW_MS);
  if (isBackwards || stamps.some((stamp) => !Number.isFinite(stamp))) return undefined;
  const ends: number[] = [];
  // A pod may be bound before the node is initialized: then binding took no time of its own.
  for (const stamp of [...stamps, isBindSeen ? podEventMs : initializedMs])
    ends.push(Math.max(stamp, ends.at(-1) ?? stamp));
  const [created = 0, launched = 0, registered = 0, initialized = 0, bound = 0] = ends;
  const decision = Math.max(0, decisionSeconds ?? 0);
  const phases = {
    decision,
    launch: (launched - created) / 1000,
    register: (registered - launched) / 1000,
    initialize: (initialized - registered) / 1000,
    bind: (bound - initialized) / 1000,
  };
  return { phases, totalSeconds: decision + (bound - created) / 1000, isDecisionKnown: decisionSeconds !== null };
}

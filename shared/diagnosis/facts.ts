import type { Manifest } from '../kube/api.ts';

/** What a diagnosis is made from: one look at a cluster. */
export type Facts = {
  readonly nowMs: number;
  readonly karpenterNamespace: string;
  /** The controller's Deployment; undefined where there is none. */
  readonly deployment: Manifest | undefined;
  readonly controllerPods: readonly Manifest[];
  /** The pod that holds the controller's lease. */
  readonly leader: string | undefined;
  /** The last lines that the leader printed, oldest first. */
  readonly log: readonly string[];
  readonly nodePools: readonly Manifest[];
  readonly nodeClasses: readonly Manifest[];
  readonly nodeClaims: readonly Manifest[];
  readonly nodes: readonly Manifest[];
  readonly pendingPods: readonly Manifest[];
  readonly events: readonly Manifest[];
  /** What could not be read, and why. A diagnosis draws no conclusion from what it has not seen. */
  readonly unread: readonly { readonly what: Look; readonly why: string }[];
};

/** The parts of a look. */
export const LOOKS = [
  'deployment',
  'controllerPods',
  'leader',
  'log',
  'nodePools',
  'nodeClasses',
  'nodeClaims',
  'nodes',
  'pendingPods',
  'events',
] as const;
export type Look = (typeof LOOKS)[number];

export function wasRead(facts: Facts, ...looks: readonly Look[]): boolean {
  return facts.unread.every(({ what }) => !looks.includes(what));
}

/** A member of an object's spec or status, by its path. */
export function at(object: unknown, ...path: readonly string[]): unknown {
  let current = object;
  for (const member of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = (current as Record<string, unknown>)[member];
  }
  return current;
}

export function listAt<T>(object: unknown, ...path: readonly string[]): readonly T[] {
  const value = at(object, ...path);
  return Array.isArray(value) ? (value as T[]) : [];
}

/** Seconds since a timestamp of the API; Infinity where there is none. */
export function ageSeconds(facts: Facts, timestamp: unknown): number {
  const atMs = typeof timestamp === 'string' ? Date.parse(timestamp) : Number.NaN;
  return Number.isNaN(atMs) ? Number.POSITIVE_INFINITY : (facts.nowMs - atMs) / 1000;
}

/** An event's last occurrence is no older than that, in seconds. */
const RECENT_SECONDS = 30 * 60;

/** What was told of an object lately, under one of these reasons. */
export function recentEvents(
  facts: Facts,
  of: { readonly kind: string; readonly name?: string; readonly namespace?: string | undefined },
  reasons: readonly string[],
): readonly Manifest[] {
  return facts.events.filter((event) => {
    const about = at(event, 'involvedObject') as { kind?: string; name?: string; namespace?: string } | undefined;
    const when = event['lastTimestamp'] ?? event['eventTime'] ?? event.metadata.creationTimestamp;
    return (
      about?.kind === of.kind &&
      (of.name === undefined || about.name === of.name) &&
      (of.namespace === undefined || about.namespace === of.namespace) &&
      reasons.includes(String(event['reason'])) &&
      ageSeconds(facts, when) <= RECENT_SECONDS
    );
  });
}

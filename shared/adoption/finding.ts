import type { ClusterFacts } from './facts.ts';

/**
 * `refuses`: Joinery does not go on; `error`: something does not work; `warning`: something will not work some day, or is unsafe;
 * `info`: worth knowing.
 */
export type AdoptionSeverity = 'refuses' | 'error' | 'warning' | 'info';

/** One thing that was found in a cluster of somebody else's. */
export type AdoptionFinding = {
  readonly id: string;
  /** Its number in docs/inspect.md, where it is one of the defects that other tools leave behind. */
  readonly defect?: string;
  readonly severity: AdoptionSeverity;
  /** What it breaks. */
  readonly breaks: string;
  readonly fix: string;
  /** Where it stands in the facts. */
  readonly evidence: string;
};

/** A check looks at the facts alone, and says nothing where they do not say enough. */
export type AdoptionCheck = (facts: ClusterFacts) => readonly AdoptionFinding[];

/** error: it does not work, or it is dangerous. warning: it will hurt one day. info: worth knowing. */
export const SEVERITIES = ['error', 'warning', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** One thing that the linter found; docs/lint-rules.md has every rule. */
export type Finding = {
  readonly rule: string;
  readonly severity: Severity;
  /** `NodePool/default`. */
  readonly resource: string;
  /** Within the resource. */
  readonly path: string;
  /** What is so, and what breaks by it. */
  readonly reason: string;
  /** What to do, with YAML that can be pasted. */
  readonly fix: string;
};

import { emfLines } from '../../shared/metrics/emf.ts';
import { METRICS } from '../../shared/metrics/names.ts';
import type { Expectation } from './samples.ts';

/** A rule as it is in force. */
export type RuleInForce = {
  readonly pattern: string | undefined;
  readonly isEnabled: boolean;
  readonly targets: readonly { readonly arn: string; readonly deadLetterArn: string | undefined }[];
};

/** A rule as the template has it: its name, and the queue that it must feed. */
export type DeployedRule = { readonly name: string; readonly queueArn: string };

export type PatternReport = {
  readonly ok: boolean;
  readonly checked: readonly { readonly rule: string; readonly name: string; readonly samples: number }[];
  /** Each says which rule, what is wrong and what it means. */
  readonly faults: readonly string[];
};

type Deps = {
  readonly clock: { now(): number };
  readonly rules: Readonly<Record<string, DeployedRule>>;
  /** Undefined when there is no rule of that name. */
  readonly describeRule: (name: string) => Promise<RuleInForce | undefined>;
  readonly matches: (pattern: string, event: object) => Promise<boolean>;
  readonly writeLine: (line: string) => void;
};

/**
 * Looks whether the rules of the interruption path are as deployed, and has EventBridge itself say of sample events whether the
 * patterns in force match them. To be run after a deployment; it runs each day as well, because rules are changed by hand.
 */
export async function checkEventPatterns(expected: readonly Expectation[], deps: Deps): Promise<PatternReport> {
  const faults: string[] = [];
  const checked: PatternReport['checked'][number][] = [];
  for (const expectation of expected) {
    const { rule } = expectation;
    const deployed = deps.rules[rule];
    if (!deployed) {
      faults.push(`${rule}: the function's environment does not name it; deploy the stack again`);
      continue;
    }
    const found = await deps.describeRule(deployed.name);
    faults.push(
      ...(found
        ? await faultsOf(expectation, deployed, found, deps)
        : [`${rule}: there is no rule ${deployed.name}; deploy the stack again`]),
    );
    checked.push({ rule, name: deployed.name, samples: expectation.matches.length + expectation.ignores.length });
  }
  const metrics = [{ name: METRICS.ruleFaults, unit: 'Count', values: faults.length } as const];
  const lines = emfLines({
    timestampMs: deps.clock.now(),
    dimensions: { Part: 'rules' },
    metrics,
    properties: { faults },
  });
  for (const line of lines) deps.writeLine(line);
  return { ok: faults.length === 0, checked, faults };
}

async function faultsOf(
  { rule, matches, ignores }: Expectation,
  { name, queueArn }: DeployedRule,
  { pattern, isEnabled, targets }: RuleInForce,
  deps: Deps,
): Promise<string[]> {
  const faults: string[] = [];
  if (!isEnabled) faults.push(`${rule}: ${name} is disabled, so nothing of its kind is delivered; enable it`);
  const target = targets.find(({ arn }) => arn === queueArn);
  if (!target) faults.push(`${rule}: ${name} does not feed ${queueArn}; deploy the stack again`);
  else if (target.deadLetterArn === undefined)
    faults.push(`${rule}: the target of ${name} has no dead-letter queue, so what it cannot deliver is lost`);
  if (pattern === undefined) return [...faults, `${rule}: ${name} has no event pattern`];
  for (const { name: sample, event } of matches)
    if (!(await deps.matches(pattern, event))) faults.push(`${rule}: the pattern of ${name} misses a ${sample} event`);
  for (const { name: sample, event } of ignores)
    if (await deps.matches(pattern, event))
      faults.push(
        `${rule}: the pattern of ${name} takes a ${sample} event, which another rule delivers or nobody wants`,
      );
  return faults;
}

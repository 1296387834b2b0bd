import type { LintContext } from '../../../../../shared/nodepools/lint/context.ts';
import type { Severity } from '../../../../../shared/nodepools/lint/finding.ts';
import type { RuleId } from '../../../../../shared/nodepools/lint/rule-ids.ts';

type Input = { readonly when: string; readonly objects: readonly unknown[]; readonly context?: LintContext };

/** What fires a rule, and what nearly does. */
export type RuleCase = {
  readonly rule: RuleId;
  readonly fires: Input & { readonly finds: readonly (readonly [Severity, resource: string, path: string])[] };
  readonly near: Input;
};

import type { LintContext } from './context.ts';
import type { Severity } from './finding.ts';
import type { RuleId } from './rule-ids.ts';
import type { ClassView } from './view/class-view.ts';
import type { PoolView } from './view/pool-view.ts';

/** What docs/lint-rules.md says of a rule. */
export type RuleText = {
  /** The severity of what it finds, and of what it finds in other cases. */
  readonly severity: Severity;
  readonly otherwise?: string;
  readonly finds: string;
  readonly breaks: string;
  /** An example of a fix, as YAML. */
  readonly mend: string;
};

export type Scope = {
  readonly pools: readonly PoolView[];
  readonly classes: readonly ClassView[];
  readonly context: LintContext;
};

/** What a rule found; of the rule's severity unless it has its own. */
export type Hit = {
  readonly path: string;
  readonly reason: string;
  readonly fix: string;
  readonly severity?: Severity;
};

export type Rule = RuleText & {
  readonly id: RuleId;
  readonly check: (scope: Scope) => readonly (Hit & { readonly resource: string })[];
};

type Check<Subject> = (subject: Subject, scope: Scope) => readonly Hit[];
type Parts<Subject> = RuleText & { readonly id: RuleId; readonly check: Check<Subject> };

const forEach =
  <Subject extends { readonly resource: string }>(subjects: (scope: Scope) => readonly Subject[]) =>
  ({ check, ...text }: Parts<Subject>): Rule => ({
    ...text,
    check: (scope) =>
      subjects(scope).flatMap((subject) =>
        check(subject, scope).map((hit) => ({ ...hit, resource: subject.resource })),
      ),
  });

/** A rule on each NodePool. */
export const poolRule = forEach(({ pools }) => pools);
/** A rule on each EC2NodeClass. */
export const classRule = forEach(({ classes }) => classes);
/** A rule on both kinds. */
export const objectRule = forEach(({ pools, classes }): readonly (PoolView | ClassView)[] => [...pools, ...classes]);

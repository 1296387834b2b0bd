import { isJsonObject, type JsonObject } from '../../kube/schema/values.ts';
import type { LintContext } from './context.ts';
import { type Finding, SEVERITIES } from './finding.ts';
import { RULES } from './registry.ts';
import type { Scope } from './rule.ts';
import { applySwitches, type SwitchedOff } from './switches.ts';
import { classViewOf } from './view/class-view.ts';
import { poolViewOf } from './view/pool-view.ts';

export type LintReport = {
  /** The worst first. */
  readonly findings: readonly Finding[];
  /** What was found and is meant. */
  readonly off: readonly SwitchedOff[];
};

/** What is wrong, risky or worth knowing about NodePools and EC2NodeClasses in v1; objects of other kinds are passed over. */
export function lintReport(objects: readonly unknown[], context: LintContext = {}): LintReport {
  const ofKind = (kind: string) =>
    objects.filter((object): object is JsonObject => isJsonObject(object) && object['kind'] === kind);
  const classes = ofKind('EC2NodeClass').map(classViewOf);
  const pools = ofKind('NodePool').map((object) => poolViewOf(object, classes, context));
  const scope: Scope = { pools, classes, context };
  const found = RULES.flatMap(({ id, severity, check }) =>
    check(scope).map(
      ({ resource, path, reason, fix, severity: own }): Finding => ({
        rule: id,
        severity: own ?? severity,
        resource,
        path,
        reason,
        fix,
      }),
    ),
  );
  const { findings, off } = applySwitches(found, context.switches ?? [], [...pools, ...classes]);
  const place = new Map([...pools, ...classes].map(({ resource }, index) => [resource, index]));
  const rank = ({ severity, resource }: Finding) => [SEVERITIES.indexOf(severity), place.get(resource) ?? -1] as const;
  const isBefore = (left: Finding, right: Finding) => {
    const [[a, b], [c, d]] = [rank(left), rank(right)];
    return a - c || b - d;
  };
  return { findings: findings.toSorted(isBefore), off };
}

/** As `lintReport`, without what is switched off. */
export function lint(objects: readonly unknown[], context: LintContext = {}): readonly Finding[] {
  return lintReport(objects, context).findings;
}

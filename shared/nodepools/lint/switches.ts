import type { JsonObject } from '../../kube/schema/values.ts';
import { objectAt } from '../read-object.ts';
import type { Switch } from './context.ts';
import type { Finding } from './finding.ts';
import type { RuleText } from './rule.ts';
import { isRuleId } from './rule-ids.ts';

/** On a NodePool or EC2NodeClass: lines of `rule: reason`. */
export const LINT_OFF = 'joinery.dev/lint-off';
const FILE = 'Cluster';

/** What is found of the switches themselves; it cannot be switched off. */
export const UNUSED_SWITCH: RuleText & { readonly id: string } = {
  id: 'unused-switch',
  severity: 'info',
  otherwise: 'warning where the annotation cannot be read: an unknown rule, or no reason.',
  finds: 'A rule that is switched off and finds nothing.',
  breaks: 'The reason no longer holds, and the next finding would be hidden by it.',
  mend: `metadata: { annotations: { ${LINT_OFF}: "short-expiry: nodes of this pool must not live longer than 30 minutes" } }`,
};

export type SwitchedOff = Finding & {
  /** Why its rule is switched off. */
  readonly because: string;
};

type Placed = Switch & { readonly path: string; readonly from: string };

/** Takes out what is switched off, by the cluster file or by annotations, and says which switches do nothing. */
export function applySwitches(
  findings: readonly Finding[],
  switches: readonly Switch[],
  objects: readonly { readonly resource: string; readonly object: JsonObject }[],
): { readonly findings: readonly Finding[]; readonly off: readonly SwitchedOff[] } {
  const read = objects.map(({ resource, object }) => annotated(resource, object));
  const placed: Placed[] = [
    ...switches.map((one, index) => ({ ...one, from: FILE, path: `spec.lint.off[${index}]` })),
    ...read.flatMap((one) => one.switches),
  ];
  const used = new Set<Placed>();
  const off: SwitchedOff[] = [];
  const left = findings.filter((finding) => {
    const found = placed.filter(
      ({ rule, resource }) => rule === finding.rule && (resource === undefined || resource === finding.resource),
    );
    const [first] = found;
    for (const one of found) used.add(one);
    if (first) off.push({ ...finding, because: first.reason });
    return !first;
  });
  const unused = placed.filter((one) => !used.has(one)).map(unusedFinding);
  return { findings: [...left, ...read.flatMap(({ faults }) => faults), ...unused], off };
}

function unusedFinding({ rule, resource, path, from }: Placed): Finding {
  return {
    rule: UNUSED_SWITCH.id,
    severity: 'info',
    resource: from,
    path,
    reason: `${rule} is switched off${resource === undefined || resource === from ? '' : ` for ${resource}`} and finds nothing there: the next finding would be hidden`,
    fix: 'take the switch out',
  };
}

function annotated(resource: string, object: JsonObject): { switches: Placed[]; faults: Finding[] } {
  const text = objectAt(object, 'metadata', 'annotations')[LINT_OFF];
  const path = `metadata.annotations["${LINT_OFF}"]`;
  const switches: Placed[] = [];
  const faults: Finding[] = [];
  const lines = typeof text === 'string' ? text.split('\n').map((line) => line.trim()) : [];
  for (const line of lines.filter(Boolean)) {
    const [, rule = line, reason = ''] = /^([^:\s]+)\s*:\s*(.*)$/.exec(line) ?? [];
    if (isRuleId(rule) && reason !== '') {
      switches.push({ rule, resource, reason, path, from: resource });
      continue;
    }
    faults.push({
      rule: UNUSED_SWITCH.id,
      severity: 'warning',
      resource,
      path,
      reason: isRuleId(rule)
        ? `${rule} is given no reason, so it is not switched off`
        : `"${line.slice(0, 60)}" switches nothing off: there is no such rule`,
      fix: `write lines of rule and reason, such as ${LINT_OFF}: "short-expiry: nodes of this pool must not live long"`,
    });
  }
  return { switches, faults };
}

import { isMap, isSeq, type Node, type YAMLMap } from 'yaml';
import { nearest } from '../../clusters/nearest.ts';
import { instanceTypes } from '../../instance-types/catalogue.ts';
import { normalKey } from '../../instance-types/requirement.ts';
import { itemsAt, jsonOf, keepingComments, nodeAt, nodeOf, pairAt, put, textOf } from './nodes.ts';
import type { Reporter } from './report.ts';
import { expandWildcards, type Requirement } from './wildcards.ts';

/** Labels that no requirement can name any more, with what to do. */
const GONE: Readonly<Record<string, string>> = {
  'karpenter.sh/provisioner-name':
    'it became karpenter.sh/nodepool, which Karpenter sets itself; a pool cannot require it: leave the requirement out',
  'karpenter.k8s.aws/instance-pods':
    'the label is gone since v1beta1; bound the pods of a node by kubelet.maxPods, or the types by instance-cpu',
  'karpenter.k8s.aws/instance-ami-id':
    'the label is no requirement; choose the image in the amiSelectorTerms of the class',
};

function plainRequirement(item: YAMLMap): Requirement | undefined {
  const [key, operator, minValues] = [
    textOf(nodeAt(item, 'key')),
    textOf(nodeAt(item, 'operator')),
    jsonOf(nodeAt(item, 'minValues')),
  ];
  const values = jsonOf(nodeAt(item, 'values'));
  if (key === undefined || operator === undefined || !Array.isArray(values)) return undefined;
  if (!values.every((value) => typeof value === 'string')) return undefined;
  return { key: normalKey(key), operator, values, ...(typeof minValues === 'number' ? { minValues } : {}) };
}

function renameLabel(item: YAMLMap, report: Reporter): void {
  const pair = pairAt(item, 'key');
  const key = textOf(pair);
  if (!pair || key === undefined) return;
  const gone = GONE[key];
  if (gone !== undefined) report.error(pair, `${key}: ${gone}`);
  const name = normalKey(key);
  if (name === key) return;
  report.note('label-renamed', pair, key, name);
  put(item, 'key', name);
}

function hintFor(value: string): string {
  const family = value.toLowerCase().split('.')[0] ?? '';
  const meant = nearest(family, [...new Set(instanceTypes().map((type) => type.family))]);
  return meant === undefined || meant === family ? '' : `; did you mean ${meant}.*?`;
}

const LONGEST_LINE = 100;

/** A requirement as people write it: short lists of values on one line. */
export function requirementNode(requirement: Requirement): YAMLMap {
  const node = nodeOf(requirement) as YAMLMap;
  const values = nodeAt(node, 'values');
  if (isSeq(values) && (requirement.values ?? []).join(', ').length <= LONGEST_LINE) values.flow = true;
  return node;
}

/** The items that take the place of one; the first keeps its comments. */
function itemsFor(item: YAMLMap, requirements: readonly Requirement[]): YAMLMap[] {
  const oldValues = nodeAt(item, 'values');
  return requirements.map((requirement, index) => {
    const made = requirementNode(requirement);
    const values = nodeAt(made, 'values');
    if (isSeq(oldValues) && oldValues.flow && isSeq(values)) values.flow = true;
    if (index > 0) return made;
    for (const key of ['key', 'operator', 'values']) {
      const [from, to] = [nodeAt(item, key), pairAt(made, key)];
      if (to) to.value = keepingComments(from, to.value as Node);
    }
    if (item.flow) made.flow = true;
    if (item.spaceBefore) made.spaceBefore = true;
    return keepingComments(item, made) as YAMLMap;
  });
}

/** Renames labels and expands wildcards in the requirements of a spec. */
export function convertRequirements(spec: YAMLMap | undefined, report: Reporter): void {
  const list = nodeAt(spec, 'requirements');
  if (!isSeq(list)) return;
  list.items = itemsAt(spec, 'requirements').flatMap((item, index) => {
    if (!isMap(item)) return [item];
    renameLabel(item, report);
    if (pairAt(item, 'values') && !pairAt(item, 'operator')) {
      const path = `spec.template.spec.requirements[${index}].operator`;
      report.error(path, 'is missing: write In for one of the values, NotIn for none of them');
    }
    const requirement = plainRequirement(item);
    const expanded = requirement && expandWildcards(requirement);
    if (!requirement || !expanded) return [item];
    if (expanded.ok) {
      report.note('instance-wildcard', pairAt(item, 'values') ?? item, requirement, expanded.requirements);
      return itemsFor(item, expanded.requirements);
    }
    const values = nodeAt(item, 'values');
    for (const { value, message } of expanded.faults) {
      const at = isSeq(values) ? (values.items.find((node) => jsonOf(node) === value) as Node | undefined) : undefined;
      report.error(at ?? item, `${message}${message.includes('matches') ? hintFor(value) : ''}`);
    }
    return [item];
  });
}

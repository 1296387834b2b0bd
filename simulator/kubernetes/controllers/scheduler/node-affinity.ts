import type { Expression, Labels, Node, NodeSelectorTerm, Pod } from '../objects.ts';

function holds(expression: Expression, value: string | undefined): boolean {
  const values = expression.values ?? [];
  switch (expression.operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
    case 'Lt':
      return compares(expression.operator, value, values[0]);
    default:
      throw new Error(`node selector operator ${expression.operator} is unknown`);
  }
}

function compares(operator: 'Gt' | 'Lt', value: string | undefined, limit: string | undefined): boolean {
  if (!/^-?\d+$/.test(value ?? '') || !/^-?\d+$/.test(limit ?? '')) return false;
  return operator === 'Gt' ? Number(value) > Number(limit) : Number(value) < Number(limit);
}

/** Whether a node satisfies one term; an empty term selects nothing. */
export function matchesTerm(term: NodeSelectorTerm, node: Node): boolean {
  const { matchExpressions = [], matchFields = [] } = term;
  if (matchExpressions.length === 0 && matchFields.length === 0) return false;
  const labels: Labels = node.metadata.labels ?? {};
  return (
    matchExpressions.every((expression) => holds(expression, labels[expression.key])) &&
    matchFields.every((field) => {
      if (field.key !== 'metadata.name') throw new Error(`node field selector ${field.key} is unknown`);
      return holds(field, node.metadata.name);
    })
  );
}

/** nodeSelector and required node affinity. */
export function matchesNodeSelection(pod: Pod, node: Node): boolean {
  const labels: Labels = node.metadata.labels ?? {};
  const selected = Object.entries(pod.spec.nodeSelector ?? {}).every(([key, value]) => labels[key] === value);
  const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return selected && (!required || required.nodeSelectorTerms.some((term) => matchesTerm(term, node)));
}

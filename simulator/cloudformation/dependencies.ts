import { chosenBranch, getAttParts, subNames } from './resolve.ts';
import { isRecord, type Json, type Template, TemplateError } from './template.ts';

type Conditions = Readonly<Record<string, boolean>>;

/** The resources that the conditions leave, each with those that must be there before it. */
export function dependencyGraph(template: Template, conditions: Conditions): Record<string, string[]> {
  const active = Object.entries(template.Resources).filter(([id, { Condition }]) => {
    if (Condition !== undefined && !Object.hasOwn(conditions, Condition)) {
      throw new TemplateError(`Resource ${id} names no condition: ${Condition}`);
    }
    return Condition === undefined || conditions[Condition] === true;
  });
  const ids = new Set(active.map(([id]) => id));
  const graph: Record<string, string[]> = {};
  for (const [id, resource] of active) {
    const declared = [resource.DependsOn ?? []].flat();
    const unknown = declared.filter((other) => !Object.hasOwn(template.Resources, other));
    if (unknown.length > 0) throw new TemplateError(`Unresolved resource dependencies [${unknown.join(', ')}]`);
    const named = [resource.Properties ?? {}, resource.UpdatePolicy ?? {}];
    const referred = references(named, conditions).filter((name) => !isParameter(template, name));
    const missing = referred.filter((name) => !ids.has(name));
    if (missing.length > 0) {
      throw new TemplateError(
        `Unresolved resource dependencies [${missing.join(', ')}] in the Resources block of the template`,
      );
    }
    graph[id] = [...new Set([...declared.filter((other) => ids.has(other)), ...referred])].sort();
  }
  inOrder(graph);
  return graph;
}

/** The nodes with each after those it needs, otherwise as they stand. Throws on a cycle. */
export function inOrder(graph: Readonly<Record<string, readonly string[]>>): string[] {
  const order: string[] = [];
  const visit = (id: string, path: readonly string[]): void => {
    if (order.includes(id)) return;
    if (path.includes(id)) {
      throw new TemplateError(`Circular dependency between resources: [${path.slice(path.indexOf(id)).join(', ')}]`);
    }
    for (const other of graph[id] ?? []) visit(other, [...path, id]);
    order.push(id);
  };
  for (const id of Object.keys(graph)) visit(id, []);
  return order;
}

function isParameter(template: Template, name: string): boolean {
  return name.startsWith('AWS::') || Object.hasOwn(template.Parameters ?? {}, name);
}

/** Every name that a value refers to; of an Fn::If, only in the branch that counts. */
function references(value: Json, conditions: Conditions): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => references(item, conditions));
  if (!isRecord(value)) return [];
  return Object.entries(value as Record<string, Json>).flatMap(([key, argument]) => {
    switch (key) {
      case 'Ref':
        return typeof argument === 'string' ? [argument] : [];
      case 'Fn::GetAtt':
        return [getAttParts(argument)[0]];
      case 'Fn::If':
        return references(chosenBranch(argument, conditions), conditions);
      case 'Fn::Sub':
        return subReferences(argument, conditions);
      default:
        return references(argument, conditions);
    }
  });
}

function subReferences(argument: Json, conditions: Conditions): string[] {
  const [source, variables] = Array.isArray(argument) ? argument : [argument, {}];
  const own = Object.keys(isRecord(variables) ? variables : {});
  const names = typeof source === 'string' ? subNames(source) : [];
  const free = names.filter((name) => !own.includes(name)).map((name) => name.split('.', 1)[0] ?? name);
  return [...free, ...references(variables ?? {}, conditions)];
}

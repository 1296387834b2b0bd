import { pseudoParameters } from '../../../cloudformation/boot-stack.ts';
import { evaluateConditions } from '../../../cloudformation/conditions.ts';
import { dependencyGraph } from '../../../cloudformation/dependencies.ts';
import { parameterValues } from '../../../cloudformation/parameters.ts';
import type { Scope } from '../../../cloudformation/resolve.ts';
import { parseTemplate } from '../../../cloudformation/template.ts';
import type { Simulation } from '../../../core/simulation.ts';
import type { Definition, OperationKind, ResourceRecord, StackOperation, StackRecord, Step } from './state.ts';

export type Place = { readonly simulation: Simulation; readonly accountId: string; readonly region: string };

/** Everything that a definition says, as far as it is known: the stack's resources are those that exist now. */
export function scopeOf(
  place: Place,
  stack: Pick<StackRecord, 'id' | 'name' | 'resources'>,
  definition: Definition,
): Scope {
  const template = parseTemplate(definition.body);
  const pseudo = pseudoParameters(place, stack.name, stack.id.slice(stack.id.lastIndexOf('/') + 1));
  const parameters = parameterValues(template, definition.parameters);
  const conditions = evaluateConditions({ template, parameters, pseudo });
  const existing = Object.values(stack.resources).flatMap(({ logicalId, physicalId, attributes }) =>
    physicalId === null ? [] : [[logicalId, { physicalId, attributes }] as const],
  );
  return { template, pseudo, parameters, conditions, resources: Object.fromEntries(existing) };
}

/** The resources of a definition, each with those that come before it. Throws when the definition does not hold together. */
export function graphOf(place: Place, stack: Pick<StackRecord, 'id' | 'name' | 'resources'>, definition: Definition) {
  const scope = scopeOf(place, stack, definition);
  return dependencyGraph(scope.template, scope.conditions);
}

/** Makes every resource what the definition says, each after those that it depends on. */
export function applyPlan(place: Place, stack: StackRecord, kind: OperationKind, target: Definition): StackOperation {
  const graph = graphOf(place, stack, target);
  const steps = Object.fromEntries(
    Object.entries(graph).map(([logicalId, after]): [string, Step] => [
      logicalId,
      { logicalId, action: 'apply', generation: null, after, state: 'waiting', attempts: 0 },
    ]),
  );
  return { id: place.simulation.nextId(), kind, target, steps, failure: null };
}

/** Deletes resources, each after those that depend on it. */
export function deletePlan(
  place: Place,
  stack: StackRecord,
  kind: OperationKind,
  resources: readonly ResourceRecord[],
): StackOperation {
  const key = ({ logicalId, generation }: ResourceRecord) => `${logicalId}#${generation}`;
  const steps = Object.fromEntries(
    resources.map((resource): [string, Step] => {
      const dependants = resources.filter(({ dependsOn }) => dependsOn.includes(resource.logicalId));
      const { logicalId, generation } = resource;
      const after = dependants.map(key);
      return [key(resource), { logicalId, action: 'delete', generation, after, state: 'waiting', attempts: 0 }];
    }),
  );
  return { id: place.simulation.nextId(), kind, target: stack.current, steps, failure: null };
}

/** The physical resource that a deletion step is about. */
export function resourceToDelete(stack: StackRecord, step: Step): ResourceRecord | undefined {
  return [...Object.values(stack.resources), ...stack.retired].find(
    ({ logicalId, generation }) => logicalId === step.logicalId && generation === step.generation,
  );
}

/** Forgets a physical resource that is gone. */
export function forget(stack: StackRecord, resource: ResourceRecord): void {
  stack.retired = stack.retired.filter((other) => other !== resource);
  if (stack.resources[resource.logicalId] === resource) delete stack.resources[resource.logicalId];
}

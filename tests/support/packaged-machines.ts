import type { Json, JsonMap, Template } from '../../simulator/cloudformation/template.ts';
import { allStates, type MachineDefinition, type StateDefinition } from '../../simulator/stepfunctions/definition.ts';
import { compiledTemplate, referenceOf, resourcesOf } from './packaged.ts';

export type PackagedMachine = {
  readonly id: string;
  readonly roleId: string | undefined;
  readonly definition: MachineDefinition;
  /** Token to the logical id that it stands for. */
  readonly substitutions: Readonly<Record<string, string | undefined>>;
};

/** The state machines of the compiled template, before substitution. */
export function packagedMachines(template: Template = compiledTemplate()): PackagedMachine[] {
  return resourcesOf(template, 'AWS::StepFunctions::StateMachine').map(({ id, properties }) => ({
    id,
    roleId: referenceOf(properties['RoleArn']),
    definition: properties['Definition'] as unknown as MachineDefinition,
    substitutions: Object.fromEntries(
      Object.entries(properties['DefinitionSubstitutions'] as JsonMap).map(([token, value]) => [
        token,
        referenceOf(value),
      ]),
    ),
  }));
}

export type StateOfMachine = { readonly name: string; readonly state: StateDefinition; readonly isShielded: boolean };

/** Every state; `isShielded` when it lies in a Parallel or Map that catches, at any depth. */
export function statesOf(definition: MachineDefinition, isShielded = false): StateOfMachine[] {
  return Object.entries(definition.States).flatMap(([name, state]) => {
    const inner = [...(state.Branches ?? []), ...(state.ItemProcessor ? [state.ItemProcessor] : [])];
    const shield = isShielded || state['Catch'] !== undefined;
    return [{ name, state, isShielded }, ...inner.flatMap((machine) => statesOf(machine, shield))];
  });
}

/** Throws when a name is used twice. */
export const namesOfStates = (definition: MachineDefinition): string[] => [...allStates(definition).keys()];

/** Every value of a definition with the key under which it stands, comments left out. */
export function membersOf(value: Json | object, key = ''): { key: string; value: unknown }[] {
  if (key === 'Comment') return [];
  if (Array.isArray(value)) return value.flatMap((item) => membersOf(item as Json, key));
  if (typeof value !== 'object' || value === null) return [{ key, value }];
  return Object.entries(value).flatMap(([name, item]) => [
    { key: name, value: item as unknown },
    ...(typeof item === 'object' && item !== null ? membersOf(item as Json, name) : []),
  ]);
}

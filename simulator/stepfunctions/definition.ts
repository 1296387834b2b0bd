/** The parts of an Amazon States Language definition that the simulator looks at. */
export type StateDefinition = {
  readonly Type: string;
  readonly Resource?: string;
  readonly Branches?: readonly MachineDefinition[];
  readonly ItemProcessor?: MachineDefinition;
  readonly TimeoutSeconds?: number;
  readonly [field: string]: unknown;
};

export type MachineDefinition = {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, StateDefinition>>;
  readonly TimeoutSeconds?: number;
  readonly Comment?: string;
};

/** Replaces each "${token}" by its substitution, as DefinitionSubstitutions does; a token without one is an error. */
export function substitute(definition: unknown, substitutions: Readonly<Record<string, string>>): MachineDefinition {
  const text = JSON.stringify(definition).replace(/\$\{([^}]+)\}/g, (_, token: string) => {
    const value = substitutions[token];
    if (value === undefined) throw new Error(`the definition's token \${${token}} has no substitution`);
    return value;
  });
  return JSON.parse(text) as MachineDefinition;
}

/** Every state with its name, those inside Parallel and Map too. Throws when a name is used twice: names must be unique in a machine. */
export function allStates(definition: MachineDefinition): Map<string, StateDefinition> {
  const found = new Map<string, StateDefinition>();
  const visit = (machine: MachineDefinition): void => {
    for (const [name, state] of Object.entries(machine.States)) {
      if (found.has(name)) throw new Error(`the state name "${name}" is used twice in one machine`);
      found.set(name, state);
      for (const inner of [...(state.Branches ?? []), ...(state.ItemProcessor ? [state.ItemProcessor] : [])])
        visit(inner);
    }
  };
  visit(definition);
  return found;
}

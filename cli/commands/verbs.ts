import type { Command } from './command.ts';

type Verb = { readonly summary: string; readonly load: () => Promise<Command> };

/** Every verb: one line here, one file beside this one, loaded only when it is asked for. */
export const VERBS: Readonly<Record<string, Verb>> = {
  simulate: {
    summary: 'boot the deployment in the simulator and play a scenario',
    load: async () => (await import('./simulate.ts')).simulate,
  },
  validate: {
    summary: 'check a cluster file: every fault, each with its path',
    load: async () => (await import('./validate.ts')).validate,
  },
};

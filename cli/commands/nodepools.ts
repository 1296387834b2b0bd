import type { CommandGroup } from './command.ts';

/** `joinery nodepools VERB`: one line here for each verb, one file in the folder. */
export const nodepools: CommandGroup = {
  verbs: {
    compile: {
      summary: 'what Karpenter v1 accepts, with a note for each thing that was changed',
      load: async () => (await import('./nodepools/compile.ts')).compile,
    },
    lint: {
      summary: 'findings: rule, severity, path, reason, fix',
      load: async () => (await import('./nodepools/lint.ts')).lint,
    },
  },
};

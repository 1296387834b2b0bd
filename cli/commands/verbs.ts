import type { Verb } from './command.ts';

/** Every verb: one line here, one file beside this one, loaded only when it is asked for. */
export const VERBS: Readonly<Record<string, Verb>> = {
  place: {
    summary: 'a Deployment with what brings it to a NodePool, comments kept',
    load: async () => (await import('./place.ts')).place,
  },
  nodepools: {
    summary: 'compile node pools to what Karpenter v1 accepts, and lint them',
    load: async () => (await import('./nodepools.ts')).nodepools,
  },
  simulate: {
    summary: 'boot the deployment in the simulator and play a scenario',
    load: async () => (await import('./simulate.ts')).simulate,
  },
  inspect: {
    summary: 'what other tools have left wrong with a cluster, and the fix',
    load: async () => (await import('./inspect.ts')).inspect,
  },
  validate: {
    summary: 'check a cluster file: every fault, each with its path',
    load: async () => (await import('./validate.ts')).validate,
  },
  'explain-event': {
    summary: 'what the router would do with an interruption event, and why',
    load: async () => (await import('./explain-event.ts')).explainEvent,
  },
  diagnose: {
    summary: 'why nodes do not come and pods do not get onto them, and what to do',
    load: async () => (await import('./diagnose.ts')).diagnose,
  },
  'cost-report': {
    summary: 'what a fleet cost, what it saved, what sat idle: HTML, JSON, CSV',
    load: async () => (await import('./cost-report.ts')).costReportCommand,
  },
  pack: {
    summary: 'the same pods under fixed node groups and under Karpenter: nodes and money',
    load: async () => (await import('./pack.ts')).pack,
  },
};

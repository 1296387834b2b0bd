import type { Summary } from '../../simulator/summary.ts';
import { duration } from './steps.ts';

const PHASES = ['decision', 'launch', 'register', 'initialize', 'bind', 'total'] as const;

/** The summary for a person: what was made, how long it took, and how fast nodes arrived. */
export function summaryText(summary: Summary): string {
  const made = summary.steps.filter((step) => step.change === 'created').map((step) => step.name);
  const changed = summary.steps.filter((step) => step.change === 'updated' || step.change === 'adopted');
  return [
    '',
    `${summary.ok ? 'Succeeded' : 'FAILED'}: ${summary.scenario}, seed ${summary.seed}; ${duration(summary.simulatedSeconds * 1000)} simulated in ${summary.wallSeconds} s`,
    ...(summary.failure ? [`  ${summary.failure}`] : []),
    '',
    `  created   ${made.length > 0 ? made.join(', ') : 'nothing'}`,
    ...(changed.length > 0 ? [`  changed   ${changed.map((step) => `${step.name} (${step.change})`).join(', ')}`] : []),
    ...summary.executions.map(
      ({ machine, status, seconds }) => `  ${machine.padEnd(18)}${status.padEnd(10)}${duration(seconds * 1000)}`,
    ),
    ...smokeTestLines(summary),
    ...faultLines(summary),
    '',
  ].join('\n');
}

function smokeTestLines({ smokeTest }: Summary): string[] {
  if (!smokeTest) return [];
  const { pods, nodes, seconds } = smokeTest;
  return [
    '',
    `  smoke test: ${pods} pods on ${nodes} new node${nodes === 1 ? '' : 's'}, the slowest pod by phase (seconds)`,
    `    ${PHASES.map((phase) => phase.padStart(11)).join('')}`,
    `    ${PHASES.map((phase) => String(seconds[phase]).padStart(11)).join('')}`,
  ];
}

function faultLines({ faults }: Summary): string[] {
  const injected = Object.entries(faults);
  return injected.length > 0
    ? ['', `  faults injected: ${injected.map(([kind, count]) => `${count} ${kind}`).join(', ')}`]
    : [];
}

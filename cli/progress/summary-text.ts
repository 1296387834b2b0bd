import type { CostFindings } from '../../simulator/scenarios/cost.ts';
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
    ...stormLines(summary),
    ...costLines(summary),
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

type Storm = {
  readonly nodes: number;
  readonly pods: number;
  readonly drainedAfterSeconds: number | null;
  readonly replacedAfterSeconds: number | null;
};

/** What became of the interruption notices: every event is in exactly one of the accounts. */
function stormLines(summary: Summary): string[] {
  const { conservation, leadTimeLeftSeconds: left } = summary;
  if (!conservation) return [];
  const storm = summary['storm'] as Storm | undefined;
  const { accepted, delivered, broadcast, deadLettered, inFlight, lost, misrouted, duplicates } = conservation;
  const dropped = Object.entries(conservation.dropped);
  const counts = [
    `${delivered} delivered`,
    `${broadcast} broadcast`,
    `${deadLettered} dead-lettered`,
    ...(dropped.length > 0 ? [`dropped: ${dropped.map(([reason, count]) => `${count} ${reason}`).join(', ')}`] : []),
    ...(inFlight > 0 ? [`${inFlight} in flight`] : []),
  ];
  return [
    '',
    ...(storm
      ? [
          `  storm: ${storm.nodes} spot nodes taken back; drained after ${seconds(storm.drainedAfterSeconds)}, ${storm.pods} pods on new nodes after ${seconds(storm.replacedAfterSeconds)}`,
        ]
      : []),
    `  events: ${accepted} accepted = ${counts.join(' + ')}`,
    `          ${lost} lost, ${misrouted} misrouted, ${duplicates} duplicates`,
    ...(left
      ? [
          `  of a notice's 120 s left in the cluster's queue: ${left.p50} s (half), ${left.p99} s (99 %), ${left.p999} s (99.9 %)`,
        ]
      : []),
  ];
}

function seconds(value: number | null): string {
  return value === null ? 'an unknown time' : `${value} s`;
}

function costLines(summary: Summary): string[] {
  const cost = summary['cost'] as CostFindings | undefined;
  return cost ? ['', ...cost.lines.map((line) => `  ${line}`)] : [];
}

function faultLines({ faults }: Summary): string[] {
  const injected = Object.entries(faults);
  return injected.length > 0
    ? ['', `  faults injected: ${injected.map(([kind, count]) => `${count} ${kind}`).join(', ')}`]
    : [];
}

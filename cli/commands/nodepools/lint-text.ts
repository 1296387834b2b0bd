import { type Finding, SEVERITIES } from '../../../shared/nodepools/lint/finding.ts';
import type { LintReport } from '../../../shared/nodepools/lint/lint.ts';

const WIDTH = 80;
const INDENT = '    ';

/** Lines of at most 80 columns; a word that is longer stands alone. */
function wrapped(text: string, first: string): string[] {
  const lines: string[] = [];
  let line = first;
  for (const word of text.split(' ')) {
    const isStart = line === first || line === INDENT;
    if (!isStart && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = `${INDENT}${word}`;
    } else line = isStart ? `${line}${word}` : `${line} ${word}`;
  }
  return [...lines, line];
}

function linesOf({ severity, rule, path, reason, fix }: Finding): string[] {
  return [`  ${severity}: ${rule} at ${path}`, ...wrapped(reason, INDENT), ...wrapped(fix, `${INDENT}Fix: `)];
}

/** Resources in the order of their worst finding; the findings are sorted already. */
function groupsOf(findings: readonly Finding[]): (readonly [string, readonly Finding[]])[] {
  const resources = [...new Set(findings.map(({ resource }) => resource))];
  return resources.map((resource) => [resource, findings.filter((finding) => finding.resource === resource)] as const);
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

/** The report for people, grouped by resource, the worst first. */
export function lintText(file: string, { findings, off }: LintReport): string {
  const counts = SEVERITIES.map((severity) => ({
    severity,
    count: findings.filter((finding) => finding.severity === severity).length,
  })).filter(({ count }) => count > 0);
  const found = counts.map(({ severity, count }) => counted(count, severity)).join(', ');
  const lines = [
    ...groupsOf(findings).flatMap(([resource, list]) => [resource, ...list.flatMap(linesOf), '']),
    ...off.flatMap(({ rule, resource, because }) => wrapped(`${rule} for ${resource}: ${because}`, 'off: ')),
    `${file}: ${found === '' ? 'nothing found' : found}${off.length > 0 ? `, ${off.length} switched off` : ''}`,
  ];
  return `${lines.join('\n')}\n`;
}

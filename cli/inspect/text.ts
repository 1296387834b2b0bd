import type { ClusterFacts } from '../../shared/adoption/facts.ts';
import type { AdoptionFinding } from '../../shared/adoption/finding.ts';

const WIDTH = 80;
const INDENT = '    ';

/** Lines of at most 80 columns; a word that is longer stands alone. */
function wrapped(text: string): string[] {
  const lines: string[] = [];
  let line = INDENT;
  for (const word of text.split(' ')) {
    if (line !== INDENT && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = INDENT;
    }
    line += line === INDENT ? word : ` ${word}`;
  }
  return [...lines, line];
}

function linesOf({ severity, id, defect, breaks, fix, evidence }: AdoptionFinding): string[] {
  const head = `  ${severity}: ${id}${defect ? ` (${defect})` : ''}`;
  return [head, ...wrapped(`${breaks}.`), ...wrapped(`Fix: ${fix}.`), `${INDENT}Seen in: ${evidence}`, ''];
}

/** The answer for people, the worst first. */
export function inspectionText(facts: ClusterFacts, findings: readonly AdoptionFinding[]): string {
  const { cluster, kubernetesVersion, authenticationMode, accountId, region, inside } = facts;
  const unseen = inside ? [] : [`  The inside was not seen: ${facts.insideReason ?? 'nobody asked'}`];
  const lines = [
    `${cluster} in ${accountId}, ${region}: Kubernetes ${kubernetesVersion}, authentication mode ${authenticationMode}`,
    ...unseen,
    '',
    ...findings.flatMap(linesOf),
    `${cluster}: ${findings.length === 0 ? 'nothing found' : `${findings.length} found`}`,
  ];
  return `${lines.join('\n')}\n`;
}

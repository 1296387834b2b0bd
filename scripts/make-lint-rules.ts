// Writes docs/lint-rules.md from the rules' own texts: `npx --no-install -c 'node scripts/make-lint-rules.ts'`.
import { readFileSync, writeFileSync } from 'node:fs';
import { RULES } from '../shared/nodepools/lint/registry.ts';
import type { RuleText } from '../shared/nodepools/lint/rule.ts';
import { UNUSED_SWITCH } from '../shared/nodepools/lint/switches.ts';

const ROOT = new URL('../', import.meta.url);

/** The document's text. */
export function lintRulesDocument(): string {
  const rules: readonly (RuleText & { readonly id: string })[] = [...RULES, UNUSED_SWITCH];
  const sorted = rules.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return [
    readFileSync(new URL('scripts/lint-rules-head.md', ROOT), 'utf8').trimEnd(),
    [
      '| rule | severity | finds |',
      '|---|---|---|',
      ...sorted.map(({ id, severity, otherwise, finds }) => {
        const cells = [`[\`${id}\`](#${id})`, otherwise ? `${severity} or other` : severity, finds];
        return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
      }),
    ].join('\n'),
    ...sorted.flatMap(({ id, severity, otherwise, finds, breaks, mend }) => [
      `## ${id}`,
      `**${severity}**${otherwise ? `; ${otherwise}` : ''}`,
      finds,
      breaks,
      ['```yaml', mend, '```'].join('\n'),
    ]),
  ]
    .join('\n\n')
    .concat('\n');
}

if (import.meta.main) writeFileSync(new URL('docs/lint-rules.md', ROOT), lintRulesDocument());

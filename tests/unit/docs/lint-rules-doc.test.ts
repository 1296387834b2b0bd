import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { lintRulesDocument } from '../../../scripts/make-lint-rules.ts';
import { RULE_IDS } from '../../../shared/nodepools/lint/rule-ids.ts';

const text = readFileSync(new URL('../../../docs/lint-rules.md', import.meta.url), 'utf8');

describe('docs/lint-rules.md', () => {
  it("is what the rules say; otherwise run `npx --no-install -c 'node scripts/make-lint-rules.ts'`", () => {
    expect(text === lintRulesDocument() ? 'current' : 'stale').toBe('current');
  });

  it('has a heading for every rule, with YAML that can be pasted', () => {
    const sections = new Map(
      text
        .split(/^## /m)
        .slice(1)
        .map((section) => [section.split('\n')[0], section]),
    );

    expect(RULE_IDS.filter((id) => !sections.has(id))).toEqual([]);
    for (const section of sections.values()) {
      const [, yaml = ''] = /```yaml\n([^`]*)```/.exec(section) ?? [];
      expect(typeof parse(yaml)).toBe('object');
    }
  });
});

import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { RULES } from '../../../shared/nodepools/compile/rules.ts';

it('docs/nodepools-compile.md names every rule, and no other', () => {
  const text = readFileSync(new URL('../../../docs/nodepools-compile.md', import.meta.url), 'utf8');
  const rows = text.split('\n').filter((line) => line.startsWith('| ') && line.split('|').length === 5);

  const named = rows
    .slice(1)
    .flatMap((row) => [...(row.split('|')[3] ?? '').matchAll(/`([a-z0-9-]+)`/g)].map(([, rule]) => rule));

  expect([...new Set(named)].toSorted()).toEqual(Object.keys(RULES).toSorted());
});

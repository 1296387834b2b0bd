import { describe, expect, it } from '@jest/globals';
import { lint } from '../../../../../shared/nodepools/lint/lint.ts';
import { RULE_IDS } from '../../../../../shared/nodepools/lint/rule-ids.ts';
import { CLASS_CASES } from './class-cases.ts';
import { POOL_CASES } from './pool-cases.ts';
import { RUNNING_CASES } from './running-cases.ts';
import { aClass, aPool, found } from './sample.ts';

const CASES = [...POOL_CASES, ...CLASS_CASES, ...RUNNING_CASES];

describe('the rules of the linter', () => {
  it('find nothing above info in a sound pool with its class', () => {
    const findings = lint([aPool(), aClass()], { region: 'eu-west-1' });

    expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
  });

  it('each have a case that fires and a near miss', () => {
    const tried = new Set<string>(CASES.map(({ rule }) => rule));

    expect(RULE_IDS.filter((id) => !tried.has(id))).toEqual([]);
  });

  it.each(CASES)('$rule fires: $fires.when', ({ rule, fires }) => {
    const findings = found(rule, fires.objects, fires.context);

    expect(findings.map(({ severity, path, resource }) => [severity, resource, path])).toEqual(fires.finds);
    for (const { reason, fix } of findings) {
      expect(reason.length).toBeGreaterThan(20);
      expect(fix.length).toBeGreaterThan(10);
      expect(`${reason} ${fix}`).not.toMatch(/undefined|\[object|NaN/);
    }
  });

  it.each(CASES)('$rule does not: $near.when', ({ rule, near }) => {
    expect(found(rule, near.objects, near.context)).toEqual([]);
  });
});

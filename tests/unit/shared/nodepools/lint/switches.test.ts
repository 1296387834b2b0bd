import { describe, expect, it } from '@jest/globals';
import type { Switch } from '../../../../../shared/nodepools/lint/context.ts';
import { lintReport } from '../../../../../shared/nodepools/lint/lint.ts';
import { aClass, aPool } from './sample.ts';

const reason = 'nodes must not live long';
const short = { template: { expireAfter: '10m' } };
const report = (pool: unknown, switches: readonly Switch[] = []) =>
  lintReport([pool, aClass()], { region: 'eu-west-1', switches });
const rulesOf = ({ findings }: ReturnType<typeof report>) =>
  findings
    .filter(({ rule }) => ['short-expiry', 'unused-switch'].includes(rule))
    .map(({ rule, severity }) => `${severity} ${rule}`);
const annotated = (text: string, changes = {}) =>
  aPool({ ...changes, metadata: { annotations: { 'joinery.dev/lint-off': text } } });

describe('a rule that is switched off', () => {
  it('by the cluster file finds nothing, and the report says why', () => {
    const found = report(aPool(short), [{ rule: 'short-expiry', reason }]);

    expect(rulesOf(found)).toEqual([]);
    expect(found.off).toEqual([
      expect.objectContaining({ rule: 'short-expiry', resource: 'NodePool/general', because: reason }),
    ]);
  });

  it('for one resource still finds in another', () => {
    const found = report(aPool(short), [{ rule: 'short-expiry', resource: 'NodePool/other', reason }]);

    expect(rulesOf(found)).toEqual(['warning short-expiry', 'info unused-switch']);
  });

  it('by the annotation finds nothing on that object, line by line', () => {
    const found = report(annotated(`short-expiry: ${reason}\nworst-case-cost: known`, short));

    expect(found.findings).toEqual([]);
    expect(found.off.map(({ rule, because }) => `${rule}: ${because}`)).toEqual([
      `short-expiry: ${reason}`,
      'worst-case-cost: known',
    ]);
  });

  it('by an annotation without a reason, or of no rule, is not off, and is warned of', () => {
    expect(rulesOf(report(annotated('short-expiry', short)))).toEqual([
      'warning short-expiry',
      'warning unused-switch',
    ]);
    expect(rulesOf(report(annotated('short-expire: why not', short)))).toEqual([
      'warning short-expiry',
      'warning unused-switch',
    ]);
  });

  it('and finds nothing is told of, at its place', () => {
    const { findings } = report(aPool(), [
      { rule: 'worst-case-cost', reason },
      { rule: 'no-limits', reason },
    ]);

    expect(findings).toEqual([
      expect.objectContaining({
        rule: 'unused-switch',
        severity: 'info',
        resource: 'Cluster',
        path: 'spec.lint.off[1]',
      }),
    ]);
  });
});

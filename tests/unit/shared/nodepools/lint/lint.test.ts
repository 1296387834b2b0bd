import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lint } from '../../../../../shared/nodepools/lint/lint.ts';
import { readPodBudget } from '../../../../../shared/nodepools/lint/workload.ts';
import { aClass, aPool, aWorkload, found, isIn, SUBNET, TYPE } from './sample.ts';

describe('the linter', () => {
  it('tells the worst first, and keeps the order of the objects', () => {
    const findings = lint([
      aPool({ name: 'b', template: { expireAfter: '5m' } }),
      aPool({ name: 'a', spec: { limits: {} }, template: { expireAfter: '5m' } }),
      aClass(),
    ]).filter(({ rule }) => ['no-limits', 'short-expiry'].includes(rule));

    expect(findings.map(({ severity, resource }) => `${severity} ${resource}`)).toEqual([
      'error NodePool/a',
      'warning NodePool/b',
      'warning NodePool/a',
    ]);
  });

  it('passes over objects of other kinds and other versions of nothing', () => {
    expect(lint([{ kind: 'ConfigMap' }, null, 'text', 7, []])).toEqual([]);
  });

  it('keeps to the zones of the subnets that the class selects', () => {
    const objects = [aPool({ requirements: [isIn('topology.kubernetes.io/zone', 'eu-west-1b')] }), aClass()];

    expect(found('selects-no-type', objects)).toEqual([]);
    expect(found('selects-no-type', objects, { subnets: [SUBNET] })).toHaveLength(1);
  });

  it('says of a wildcard pool what can be said of it all the same', () => {
    const rules = lint([aPool({ requirements: [isIn(TYPE, 't3.*')], spec: { limits: {} } }), aClass()]).map(
      ({ rule }) => rule,
    );

    expect(rules).toEqual(['no-limits', 'uncompiled-wildcard']);
  });

  it('takes any shape of an object without throwing', () => {
    const junk = fc.anything({ maxDepth: 4 });
    const objects = fc.record({
      kind: fc.constantFrom('NodePool', 'EC2NodeClass'),
      metadata: fc.oneof(junk, fc.record({ name: junk, annotations: junk })),
      spec: fc.oneof(
        junk,
        fc.record({
          limits: junk,
          disruption: fc.oneof(junk, fc.record({ budgets: junk, consolidationPolicy: junk, consolidateAfter: junk })),
          template: fc.record({
            metadata: junk,
            spec: fc.record({ requirements: junk, taints: junk, expireAfter: junk }),
          }),
          amiSelectorTerms: junk,
          subnetSelectorTerms: junk,
          blockDeviceMappings: junk,
        }),
      ),
    });
    fc.assert(
      fc.property(fc.array(objects, { maxLength: 3 }), (list) => {
        const findings = lint(list, { subnets: [SUBNET], workloads: [aWorkload()] });
        return findings.every(({ severity }) => ['error', 'warning', 'info'].includes(severity));
      }),
      { numRuns: 200 },
    );
  });
});

describe('a PodDisruptionBudget', () => {
  const blocks = (spec: Record<string, unknown>) =>
    readPodBudget({ kind: 'PodDisruptionBudget', metadata: { name: 'a' }, spec })?.blocksAll;

  it('blocks every eviction at 0 unavailable or all available', () => {
    expect([{ maxUnavailable: 0 }, { maxUnavailable: '0%' }, { minAvailable: '100%' }].map(blocks)).toEqual([
      true,
      true,
      true,
    ]);
    expect([{ maxUnavailable: 1 }, { minAvailable: 0 }, {}].map(blocks)).toEqual([false, false, false]);
  });
});

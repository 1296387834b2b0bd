import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import { strategicMergePatch } from '../../../../shared/placement/patch.ts';
import { deployment, placed, placedText } from './deployment.ts';

/** Ways in which people write the same Deployment: pieces of text that may stand in it. */
const pieces = fc.record({
  replicas: fc.constantFrom(1, 2, 7),
  head: fc.constantFrom('', '# a comment\n', '---\n', '\n\n'),
  podSpec: fc
    .subarray(
      [
        '      # about nothing\n',
        '      nodeSelector: {} # any\n',
        '      tolerations: []\n',
        '      affinity: { }\n',
        '      affinity:\n        # soon\n        podAntiAffinity: {}   # later\n',
        '      tolerations:\n      - key: other\n        operator: Exists   # why\n\n      # tail\n',
        '      tolerations: [{ key: other, operator: Exists }, ] # why\n',
        '      topologySpreadConstraints:\n        -\n            topologyKey: "rack"\n            maxSkew: 1\n',
        '      command:\n        - |\n          echo a\n\n          echo b\n',
        '      dnsPolicy:   "Default"\n',
        "      hostname: 'a''b'\n",
      ],
      { minLength: 0 },
    )
    .map((parts) => {
      const keys = parts.map((part) => /^ {6}(\w+):/.exec(part)?.[1]);
      return parts.filter((_, index) => keys[index] === undefined || keys.indexOf(keys[index]) === index).join('');
    }),
  isCrLf: fc.boolean(),
  isCut: fc.boolean(),
  more: fc.constantFrom('', `---\n${deployment('', { kind: 'DaemonSet' })}`, '---\n# nothing\n'),
});

const text = pieces.map(({ replicas, head, podSpec, isCrLf, isCut, more }) => {
  const whole = `${head}${deployment(podSpec, { replicas })}${more}`;
  const cut = isCut ? whole.replace(/\n+$/, '') : whole;
  return isCrLf ? cut.replaceAll('\n', '\r\n') : cut;
});
const choice = fc.constantFrom(
  ['banking-general', {}],
  ['banking-general', { spot: 'never' }],
  ['balanced', { spot: 'required' }],
  ['batch-jobs', {}],
  ['default', {}],
) as fc.Arbitrary<[string, object]>;

/** Whether every character of one text comes in the other, in order. */
function isWithin(part: string, whole: string): boolean {
  let at = 0;
  for (const character of part) {
    at = whole.indexOf(character, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

describe('a placed text', () => {
  it('is the text as it was with lines added, and placing it again changes nothing', () => {
    fc.assert(
      fc.property(text, choice, (before, [pool, wish]) => {
        const after = placedText(before, pool, wish);

        expect(placed(before, pool, wish).flatMap(({ faults }) => faults)).toEqual([]);
        expect(after).not.toBe(before);
        expect(isWithin(before, after)).toBe(true);
        expect(placedText(after, pool, wish)).toBe(after);
        const lines = new Set(after.split(/\r?\n/));
        const kept = before.split(/\r?\n/).filter((line) => !/[[{]/.test(line));
        expect(kept.filter((line) => !lines.has(line))).toEqual([]);
        expect(after.endsWith('\n')).toBe(before.endsWith('\n'));
        expect(/[^\r]\n/.test(after)).toBe(/[^\r]\n/.test(before));
      }),
      { seed: 20261102, numRuns: 100 },
    );
  });

  it('follows the indentation of the text', () => {
    const flush = deployment('').replace('        - name: main\n          image', '      - name: main\n        image');

    expect(placedText(flush)).toContain(
      '      tolerations:\n      - key: banking.com/general\n        operator: Equal\n',
    );
    expect(placedText(deployment())).toContain('      tolerations:\n        - key: banking.com/general\n');
  });

  it('adds to lists where they end, before what comes next and after the comments that are theirs', () => {
    const before = deployment(
      '      tolerations:\n        - key: other\n          operator: Exists\n        # of others\n      # the policy\n      dnsPolicy: Default\n',
    );

    expect(placedText(before)).toContain(
      '        # of others\n        - key: banking.com/general\n          operator: Equal\n          value: "true"\n          effect: NoSchedule\n      # the policy\n      dnsPolicy: Default\n      affinity:\n',
    );
  });
});

describe('a patch', () => {
  it('has each list as a whole, and names what it is for', () => {
    const before = deployment('      tolerations: [{ key: other, operator: Exists }]\n').replace(
      'name: auth\n',
      'name: auth\n  namespace: bank\n',
    );
    const [only] = placed(before);
    const object = only?.object;
    if (!object) throw new Error('nothing was placed');

    const patch = strategicMergePatch(object.workload, object.value) as Record<string, unknown>;

    const after = parse(only.text) as { spec: { template: { spec: Record<string, unknown> } } };
    const { tolerations, affinity } = after.spec.template.spec;
    expect(patch).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'auth', namespace: 'bank' },
      spec: { template: { spec: { tolerations, affinity } } },
    });
    expect(tolerations).toHaveLength(2);
  });
});

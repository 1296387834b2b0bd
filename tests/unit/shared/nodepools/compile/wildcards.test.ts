import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { instanceTypes } from '../../../../../shared/instance-types/catalogue.ts';
import { LABEL } from '../../../../../shared/instance-types/labels.ts';
import { selectTypes } from '../../../../../shared/instance-types/select.ts';
import { expandWildcards, type Requirement } from '../../../../../shared/nodepools/compile/wildcards.ts';

const launchable = selectTypes([]).types;
const names = launchable.map(({ name }) => name);

function anyOf(...values: string[]): Requirement {
  return { key: LABEL.instanceType, operator: 'In', values };
}

function noneOf(...values: string[]): Requirement {
  return { key: LABEL.instanceType, operator: 'NotIn', values };
}

/** What a pattern says of a name, told apart from the code that is tested: by walking both. */
function means(pattern: string, name: string): boolean {
  if (pattern === '') return name === '';
  if (pattern.startsWith('*')) return means(pattern.slice(1), name) || (name !== '' && means(pattern, name.slice(1)));
  return pattern[0] === name[0] && means(pattern.slice(1), name.slice(1));
}

describe('wildcards', () => {
  it.each<[string, Requirement, Requirement[]]>([
    ['whole families', anyOf('t3.*', 'c5a.*'), [{ key: LABEL.family, operator: 'In', values: ['t3', 'c5a'] }]],
    ['a family that EC2 no longer describes', anyOf('p3.*'), [{ key: LABEL.family, operator: 'In', values: ['p3'] }]],
    ['a size of all families', anyOf('*.large'), [{ key: LABEL.size, operator: 'In', values: ['large'] }]],
    [
      'some sizes of a family',
      anyOf('t3.*xlarge'),
      [
        { key: LABEL.family, operator: 'In', values: ['t3'] },
        { key: LABEL.size, operator: 'In', values: ['2xlarge', 'xlarge'] },
      ],
    ],
    [
      'the same size of several families',
      anyOf('c5.large', 'm5.l*e'),
      [
        { key: LABEL.family, operator: 'In', values: ['c5', 'm5'] },
        { key: LABEL.size, operator: 'In', values: ['large'] },
      ],
    ],
    [
      'a type that its family holds',
      anyOf('t3.medium', 't3.*'),
      [{ key: LABEL.family, operator: 'In', values: ['t3'] }],
    ],
    [
      'a family beside a type of another',
      anyOf('a1.*', 'm5.large'),
      [anyOf('a1.2xlarge', 'a1.4xlarge', 'a1.large', 'a1.medium', 'a1.metal', 'a1.xlarge', 'm5.large')],
    ],
    ['anything', anyOf('*', 'm5.large'), [{ key: LABEL.instanceType, operator: 'Exists' }]],
    [
      'exclusions, each by itself',
      noneOf('t3.*', '*.metal', 'm5.large', 'a1.*xlarge'),
      [
        { key: LABEL.family, operator: 'NotIn', values: ['t3'] },
        { key: LABEL.size, operator: 'NotIn', values: ['metal'] },
        noneOf('m5.large', 'a1.2xlarge', 'a1.4xlarge', 'a1.xlarge'),
      ],
    ],
    [
      'a number of types to choose from',
      { ...anyOf('t3.*'), minValues: 3 },
      [
        { key: LABEL.family, operator: 'In', values: ['t3'] },
        { key: LABEL.instanceType, operator: 'Exists', minValues: 3 },
      ],
    ],
    [
      'families by pattern',
      { key: LABEL.family, operator: 'In', values: ['t3*', 'm5'] },
      [{ key: LABEL.family, operator: 'In', values: ['t3', 't3a', 'm5'] }],
    ],
  ])('say %s', (_, written, expected) => {
    expect(expandWildcards(written)).toEqual({ ok: true, requirements: expected });
  });

  it.each<[string, Requirement, string]>([
    ['matches nothing', anyOf('t3.*', 'x9z.*'), '"x9z.*" matches no instance type'],
    ['is in capitals', anyOf('T3.*'), '"T3.*" matches no instance type'],
    ['has two dots', anyOf('m5.*.large'), '"m5.*.large" matches no instance type'],
    ['excludes everything', noneOf('*.*'), 'NotIn "*.*" excludes every instance type'],
  ])('are refused when one %s', (_, written, message) => {
    expect(expandWildcards(written)).toMatchObject({ ok: false, faults: [{ message }] });
  });

  it('leave requirements alone that have none, and labels whose values are not known here', () => {
    const zone = { key: LABEL.zone, operator: 'In', values: ['eu-west-1*'] };

    expect(expandWildcards(anyOf('m5.large'))).toBeUndefined();
    expect(expandWildcards(zone)).toBeUndefined();
    expect(expandWildcards({ key: LABEL.instanceType, operator: 'Exists' })).toBeUndefined();
  });

  it('select exactly the types that they mean, whatever else the pool requires', () => {
    const families = [...new Set(instanceTypes().map(({ family }) => family))];
    const sizes = [...new Set(instanceTypes().map(({ size }) => size))];
    const cut = (values: string[]) =>
      fc.tuple(fc.constantFrom(...values), fc.nat(4), fc.nat(4)).map(([value, from, to]) => {
        return `${value.slice(0, Math.min(from, value.length))}*${value.slice(value.length - Math.min(to, value.length))}`;
      });
    const half = (values: string[]) => fc.oneof(fc.constantFrom(...values), fc.constant('*'), cut(values));
    const pattern = fc.oneof(
      { weight: 4, arbitrary: fc.tuple(half(families), half(sizes)).map((halves) => halves.join('.')) },
      { weight: 1, arbitrary: cut(names) },
      { weight: 2, arbitrary: fc.constantFrom(...names) },
    );
    const others = fc.constantFrom<Requirement[]>(
      [],
      [{ key: LABEL.arch, operator: 'In', values: ['arm64'] }],
      [{ key: LABEL.family, operator: 'NotIn', values: ['m5', 't3'] }],
      [{ key: LABEL.size, operator: 'In', values: ['large', 'xlarge', 'metal'] }],
    );
    const operators = fc.constantFrom('In', 'NotIn');

    fc.assert(
      fc.property(fc.array(pattern, { minLength: 1, maxLength: 5 }), operators, others, (values, operator, beside) => {
        const written = { key: LABEL.instanceType, operator, values };
        const isMeant = (name: string) => values.some((value) => means(value, name)) === (operator === 'In');
        const expanded = expandWildcards(written);

        if (expanded && !expanded.ok) {
          expect(
            expanded.faults.every(({ value }) => operator === 'NotIn' || !names.some((name) => means(value, name))),
          ).toBe(true);
          return;
        }
        const compiled = expanded?.requirements ?? [written];

        expect(
          compiled.flatMap((requirement) => requirement.values ?? []).filter((value) => value.includes('*')),
        ).toEqual([]);
        expect(selectTypes([...beside, ...compiled]).types.map(({ name }) => name)).toEqual(
          selectTypes(beside)
            .types.map(({ name }) => name)
            .filter(isMeant),
        );
      }),
      { numRuns: 100 },
    );
  });
});

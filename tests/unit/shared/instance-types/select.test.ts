import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { instanceTypes } from '../../../../shared/instance-types/catalogue.ts';
import { contradictionsIn, explainEmpty } from '../../../../shared/instance-types/explain.ts';
import { LABEL, labelsOf } from '../../../../shared/instance-types/labels.ts';
import {
  allows,
  allowsAbsence,
  type RequirementExpression,
  requirementsByKey,
} from '../../../../shared/instance-types/requirement.ts';
import {
  candidatesOf,
  offeringsOf,
  type SelectionOptions,
  selectTypes,
} from '../../../../shared/instance-types/select.ts';

const CONTEXT = { region: 'eu-west-1', zones: ['eu-west-1a', 'eu-west-1b'] };
const sample = instanceTypes().filter((_, index) => index % 9 === 0);
const labelled = sample.map((type) => ({ type, labels: labelsOf(type, CONTEXT) }));
const keys = [LABEL.family, LABEL.cpu, LABEL.gpuCount, LABEL.localNvme, LABEL.networkBandwidth, LABEL.zone, LABEL.arch];
const valuesOf = (key: string) => [
  ...new Set(labelled.flatMap(({ labels }) => labels.values.get(key) ?? [])),
  'none-has-it',
];
const expression = fc.constantFrom(...keys, LABEL.capacityType, 'team').chain((key) =>
  fc.oneof(
    fc.record({
      key: fc.constant(key),
      operator: fc.constantFrom('In', 'NotIn'),
      values: fc.subarray(valuesOf(key), { minLength: 1 }),
    }),
    fc.record({ key: fc.constant(key), operator: fc.constantFrom('Exists', 'DoesNotExist') }),
    fc.record({
      key: fc.constant(key),
      operator: fc.constantFrom('Gt', 'Gte', 'Lt', 'Lte'),
      values: fc.constantFrom('0', '2', '8', '96', '50000').map((value) => [value]),
    }),
  ),
);

const names = (requirements: readonly RequirementExpression[], options: SelectionOptions = {}) =>
  selectTypes(requirements, options).types.map(({ name }) => name);
const only = (...families: string[]): RequirementExpression => ({
  key: LABEL.family,
  operator: 'In',
  values: families,
});

describe('the types that requirements select', () => {
  it('are those, one by one, whose labels meet what is asked of each key', () => {
    fc.assert(
      fc.property(fc.array(expression, { maxLength: 5 }), (requirements) => {
        const asked = [...requirementsByKey(requirements)].filter(([key]) => key !== 'team');
        const verdicts = labelled
          .filter(({ type, labels }) => type.arch !== undefined && labels.values.get(LABEL.zone)?.length !== 0)
          .map(({ type, labels }) => {
            const met = asked.map(([key, { set }]) => {
              const values = labels.values.get(key);
              if (key === LABEL.capacityType && !values?.some((value) => allows(set, value))) {
                return allows(set, 'reserved') ? 'unknown' : 'no';
              }
              if (labels.unknown.has(key)) return 'unknown';
              return (values?.some((value) => allows(set, value)) ?? allowsAbsence(set)) ? 'yes' : 'no';
            });
            return { name: type.name, met };
          });

        const { types, undecided } = selectTypes(requirements, { ...CONTEXT, types: sample });

        const certain = verdicts.filter(({ met }) => met.every((verdict) => verdict === 'yes'));
        const possible = verdicts.filter(({ met }) => !met.includes('no') && met.includes('unknown'));
        expect(types.map(({ name }) => name)).toEqual(certain.map(({ name }) => name));
        expect(undecided.map(({ type }) => type.name)).toEqual(possible.map(({ name }) => name));
      }),
    );
  });

  it('are every type but those that Karpenter never launches when nothing is asked', () => {
    const selected = names([]);

    expect(
      instanceTypes()
        .filter(({ name }) => !selected.includes(name))
        .map(({ family }) => family.slice(0, 3)),
    ).toEqual(Array.from({ length: 8 }, () => 'mac'));
  });

  it('are offered in the Region and in a zone of the node class', () => {
    expect(names([only('dl1')], { region: 'us-east-1' })).toEqual(['dl1.24xlarge']);
    expect(names([only('dl1')], { region: 'us-east-1', zones: ['us-east-1b'] })).toEqual([]);
    expect(names([only('dl1')], { region: 'eu-west-1' })).toEqual([]);
    expect(names([only('dl1')], { region: 'eu-north-1' })).toEqual(['dl1.24xlarge']);
  });

  it('do not depend on labels that no instance type has', () => {
    expect(names([only('t3'), { key: 'example.com/team', operator: 'In', values: ['payments'] }])).toEqual(
      names([only('t3')]),
    );
  });

  it('are left open where the snapshot does not know the label', () => {
    const asked = [only('m6i'), { key: LABEL.networkBandwidth, operator: 'Gte', values: ['25000'] }];

    const { types, undecided } = selectTypes(asked);

    expect(types.map(({ size }) => size)).toEqual(['16xlarge', '24xlarge', '32xlarge', 'metal']);
    expect(undecided.map(({ type }) => type.size)).toContain('large');
    expect(new Set(undecided.flatMap((entry) => entry.keys))).toEqual(new Set([LABEL.networkBandwidth]));
  });

  it('are all left open for reserved capacity, which only the account knows', () => {
    const reserved = { key: LABEL.capacityType, operator: 'In', values: ['reserved'] };

    const selection = selectTypes([only('t3'), reserved]);

    expect([selection.types.length, candidatesOf(selection).length]).toEqual([0, 7]);
    expect(selection.notChecked).toMatchObject([{ key: LABEL.capacityType }]);
  });

  it('are not narrowed by a zone while no Region is given, and the selection says so', () => {
    const zone = { key: LABEL.zone, operator: 'In', values: ['eu-west-1a'] };

    expect(names([only('t3'), zone])).toEqual(names([only('t3')]));
    expect(selectTypes([only('t3'), zone]).notChecked).toEqual([{ key: LABEL.zone, reason: 'no Region is given' }]);
  });

  it('are offered as type, zone and capacity type', () => {
    const asked = [
      { key: LABEL.instanceType, operator: 'In', values: ['t3.large'] },
      { key: LABEL.zone, operator: 'NotIn', values: ['eu-west-1b'] },
      { key: LABEL.capacityType, operator: 'In', values: ['spot'] },
    ];

    const offerings = offeringsOf(selectTypes(asked, { region: 'eu-west-1' }));

    expect(offerings.map(({ type, zone, capacityType }) => [type.name, zone, capacityType])).toEqual([
      ['t3.large', 'eu-west-1a', 'spot'],
      ['t3.large', 'eu-west-1c', 'spot'],
    ]);
  });

  it('must have as many values as minValues asks', () => {
    const asked = (minValues: number) => [
      { key: LABEL.family, operator: 'In', values: ['t3', 't3a', 'x0'], minValues },
    ];

    expect(selectTypes(asked(2)).unmetMinValues).toEqual([]);
    expect(selectTypes(asked(3)).unmetMinValues).toEqual([{ key: LABEL.family, minValues: 3, found: 2 }]);
  });
});

describe('why nothing is selected', () => {
  const arm = { key: LABEL.arch, operator: 'In', values: ['arm64'] };
  const ours = { key: 'example.com/team', operator: 'Exists' };

  it('is the one requirement that no type meets', () => {
    const glob = { key: LABEL.instanceType, operator: 'In', values: ['t3.*'] };

    expect(explainEmpty([arm, glob, ours])).toEqual({
      conflict: [glob],
      message: 'no instance type has node.kubernetes.io/instance-type In [t3.*]',
    });
  });

  it('is the requirements that only together select nothing, without the others', () => {
    expect(explainEmpty([ours, only('t3', 'm5'), arm])?.conflict).toEqual([only('t3', 'm5'), arm]);
  });

  it('is minValues that cannot be reached', () => {
    const few = { ...only('t3'), minValues: 2 };

    expect(explainEmpty([arm, few])?.message).toContain('at least 2 values');
  });

  it('is nothing while a type may still be selected', () => {
    expect(explainEmpty([only('t3')])).toBeUndefined();
    expect(explainEmpty([{ key: LABEL.encryptsInTransit, operator: 'In', values: ['true'] }])).toBeUndefined();
  });

  it('never holds a requirement that it could do without', () => {
    fc.assert(
      fc.property(fc.array(expression, { maxLength: 5 }), (requirements) => {
        const options = { ...CONTEXT, types: sample };
        const reason = explainEmpty(requirements, options);
        const conflict = reason?.conflict ?? [];

        expect(reason === undefined).toBe(candidatesOf(selectTypes(requirements, options)).length > 0);
        if (reason) expect(candidatesOf(selectTypes(conflict, options))).toEqual([]);
        for (const one of conflict) {
          expect(
            explainEmpty(
              conflict.filter((other) => other !== one),
              options,
            ),
          ).toBeUndefined();
        }
      }),
    );
  });

  it('can hide where Karpenter takes a contradiction for a missing label', () => {
    const t4 = { key: LABEL.gpuName, operator: 'In', values: ['t4'] };
    const l4 = { key: LABEL.gpuName, operator: 'In', values: ['l4'] };

    expect(names([t4, l4])).toContain('m5.large');
    expect(contradictionsIn([arm, t4, l4])).toEqual([{ key: LABEL.gpuName, expressions: [t4, l4] }]);
    expect(contradictionsIn([t4, { key: LABEL.gpuName, operator: 'NotIn', values: ['l4'] }])).toEqual([]);
  });

  it('is the whole key when no two of its requirements contradict', () => {
    const cpu = (operator: string, ...values: string[]) => ({ key: LABEL.cpu, operator, values });
    const three = [cpu('In', '2', '4'), cpu('In', '4', '8'), cpu('In', '2', '8')];

    expect(contradictionsIn(three)).toEqual([{ key: LABEL.cpu, expressions: three }]);
  });
});

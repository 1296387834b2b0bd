import { describe, expect, it } from '@jest/globals';
import { parseClusterFile } from '../../../../shared/clusters/parse.ts';
import { aFile } from './sample.ts';

const POOLS = [{ profile: 'default' }, { profile: 'banking-general' }];

function faultsOf(budget: unknown): string[] {
  const parsed = parseClusterFile(aFile({ budget, nodePools: POOLS }));
  return parsed.ok ? [] : parsed.faults.map(({ path, message }) => `${path}: ${message}`);
}

describe('the budget of a cluster file', () => {
  it('is kept as it is written: money is text', () => {
    const budget = {
      dollarsPerHour: '12.50',
      dollarsPerMonth: '9000',
      nodePools: { 'banking-general': { dollarsPerHour: '4' } },
    };
    const parsed = parseClusterFile(aFile({ budget, nodePools: POOLS }));

    expect(parsed.ok && parsed.cluster.spec.budget).toEqual(budget);
    expect(faultsOf({ dollarsPerMonth: '0.000001' })).toEqual([]);
  });

  it('is nothing where the file says nothing of it, and its default is found in a file without nodePools', () => {
    const without = parseClusterFile(aFile());
    const ofDefault = parseClusterFile(aFile({ budget: { nodePools: { default: { dollarsPerHour: '1' } } } }));

    expect(without.ok && 'budget' in without.cluster.spec).toBe(false);
    expect(ofDefault.ok).toBe(true);
  });

  it.each([
    [{}, ['spec.budget: says nothing: give dollarsPerHour, dollarsPerMonth or nodePools, or leave it out']],
    [
      { dollarsPerHour: 12.5 },
      ['spec.budget.dollarsPerHour: must be in quotes, such as "12.50"; unquoted it is the number 12.5'],
    ],
    [
      { dollarsPerHour: '-1' },
      ['spec.budget.dollarsPerHour: must be an amount of US dollars above 0 such as "12.50", is "-1"'],
    ],
    [
      { dollarsPerMonth: '0.00' },
      ['spec.budget.dollarsPerMonth: must be an amount of US dollars above 0 such as "9000", is "0.00"'],
    ],
    [
      { dolarsPerHour: '1', dollarsPerMonth: '1' },
      ['spec.budget.dolarsPerHour: unknown key; did you mean dollarsPerHour?'],
    ],
    [
      { nodePools: { 'banking-genral': { dollarsPerHour: '1' } } },
      ['spec.budget.nodePools.banking-genral: there is no NodePool "banking-genral"; did you mean banking-general?'],
    ],
    [
      { dollarsPerHour: '3', nodePools: { 'banking-general': { dollarsPerHour: '4' } } },
      ['spec.budget.nodePools.banking-general.dollarsPerHour: is 4, above the 3 of the whole cluster'],
    ],
    [{ nodePools: { default: {} } }, ['spec.budget.nodePools.default.dollarsPerHour: is required']],
    ['12.50', ['spec.budget: must be a map, is "12.50"']],
  ])('%j is refused with its path', (budget, faults) => {
    expect(faultsOf(budget)).toEqual(faults);
  });
});

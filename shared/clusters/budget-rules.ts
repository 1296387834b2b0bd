import { type Fault, pathText, shown } from './fault.ts';
import { nearest } from './nearest.ts';
import { type Catalogue, poolsOfFile } from './pool-rules.ts';
import { sound, valueAt } from './read-part.ts';
import { budgetSchema } from './schema-budget.ts';

const amount = budgetSchema.shape.dollarsPerHour;

/** What is wrong with `budget` beyond its shape: a budget of nothing, pools that are not there, a pool that may cost more than all. */
export function budgetFaults(file: unknown, catalogue: Catalogue): Fault[] {
  const budget = valueAt(file, 'spec', 'budget');
  if (typeof budget !== 'object' || budget === null || Array.isArray(budget)) return [];
  const pools = valueAt(budget, 'nodePools') ?? {};
  const names = typeof pools === 'object' && pools !== null ? Object.keys(pools) : [];
  const amounts = [valueAt(budget, 'dollarsPerHour'), valueAt(budget, 'dollarsPerMonth')];
  if (names.length === 0 && amounts.every((value) => value === undefined)) {
    return [
      {
        path: 'spec.budget',
        message: 'says nothing: give dollarsPerHour, dollarsPerMonth or nodePools, or leave it out',
      },
    ];
  }
  const known = poolsOfFile(file, catalogue).map(({ name }) => name);
  const all = sound(amount, amounts[0]);
  return names.flatMap((name) => {
    const path = pathText(['spec', 'budget', 'nodePools', name]);
    if (!known.includes(name)) {
      const meant = nearest(name, known);
      const hint = meant ? `did you mean ${meant}?` : `the pools of this file are ${known.join(', ')}`;
      return [{ path, message: `there is no NodePool ${shown(name)}; ${hint}` }];
    }
    const own = sound(amount, valueAt(pools, name, 'dollarsPerHour'));
    if (all === undefined || own === undefined || Number(own) <= Number(all)) return [];
    return [{ path: `${path}.dollarsPerHour`, message: `is ${own}, above the ${all} of the whole cluster` }];
  });
}

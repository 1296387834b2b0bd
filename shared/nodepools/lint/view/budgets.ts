import type { JsonObject } from '../../../kube/schema/values.ts';
import { objectAt, objectsAt, textsAt } from '../../read-object.ts';
import { textOf } from './text.ts';

/** Why Karpenter disrupts nodes of its own accord. */
export const DISRUPTIONS = ['Underutilized', 'Empty', 'Drifted'] as const;
type Disruption = (typeof DISRUPTIONS)[number];

const DEFAULT_BUDGETS = [{ nodes: '10%' }];

/** What the budgets without a schedule let happen for a reason; the lowest wins. */
export function allowedAlways(
  spec: JsonObject,
  reason: Disruption,
): { readonly isNone: boolean; readonly isAll: boolean } {
  const disruption = objectAt(spec, 'disruption');
  // An empty list is none, not the default.
  const budgets = disruption['budgets'] === undefined ? DEFAULT_BUDGETS : objectsAt(disruption, 'budgets');
  const nodes = budgets
    .filter((budget) => objectAt(budget)['schedule'] === undefined)
    .filter((budget) => objectAt(budget)['reasons'] === undefined || textsAt(budget, 'reasons').includes(reason))
    .map((budget) => textOf(objectAt(budget)['nodes']) || '10%');
  return {
    isNone: nodes.some((text) => /^0+%?$/.test(text)),
    isAll: nodes.every((text) => text === '100%'),
  };
}

import type { Strategy } from '../resources/resource.ts';
import { invalidValue } from '../validation.ts';

export const DISRUPTION_BUDGET: Strategy = {
  prepare: (budget, old) => {
    const none = { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 };
    if (!old) budget.status = none;
  },
  validate: (budget) => {
    const { minAvailable, maxUnavailable } = budget.spec ?? {};
    if (minAvailable === undefined || maxUnavailable === undefined) return [];
    return [invalidValue('spec', budget.spec, 'minAvailable and maxUnavailable cannot be both set')];
  },
};

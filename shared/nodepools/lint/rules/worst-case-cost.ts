import { worstCaseDollarsPerHour } from '../../../instance-types/worst-case.ts';
import { poolRule } from '../rule.ts';
import { priceRegion } from '../view/prices.ts';

const HOURS_PER_MONTH = 730;

const FORMAT = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });

export const worstCaseCost = poolRule({
  id: 'worst-case-cost',
  severity: 'info',
  otherwise: 'warning above `spec.lint.mostDollarsPerHour` of the cluster file.',
  finds: 'What the pool can cost an hour at its limits: the dearest mix of its types, at on-demand list prices.',
  breaks:
    'Nothing by itself: it is what a runaway costs until someone wakes up. Spot costs less; volumes and traffic come on top.',
  mend: 'spec: { limits: { cpu: "100" } }',
  check: (pool, { context: { region, mostDollarsPerHour } }) => {
    const types = pool.types();
    if (!types || types.launchable.length === 0 || Object.keys(pool.limits).length === 0 || pool.isStatic) return [];
    const prices = priceRegion(region);
    const { region: _, ...options } = types.options;
    const worst = worstCaseDollarsPerHour(pool.allRequirements, pool.limits, region ?? prices, {
      ...options,
      pricesOf: prices,
    });
    if (worst.dollarsPerHour === null) return [];
    const dollars = Number(worst.dollarsPerHour);
    const isAbove = mostDollarsPerHour !== undefined && dollars > Number(mostDollarsPerHour);
    const figure = `${FORMAT.format(dollars)} an hour (${FORMAT.format(dollars * HOURS_PER_MONTH)} a month)`;
    const where = prices === region ? '' : ` in ${prices}, for want of those of ${region ?? 'a Region'}`;
    return [
      {
        path: 'spec.limits',
        severity: isAbove ? 'warning' : 'info',
        reason: `at its limits the pool costs at most ${figure}${isAbove ? `, more than the ${FORMAT.format(Number(mostDollarsPerHour))} that the file allows` : ''}: on-demand prices${where}; the limit on ${worst.decidedBy} decides, ${worst.dearest} is dearest for it`,
        fix: isAbove
          ? 'lower spec.limits, or exclude the dearest families'
          : `if that is too much, lower spec.limits; a cluster file can set a ceiling: lint: { mostDollarsPerHour: "${Math.ceil(dollars)}" }`,
      },
    ];
  },
});

export const STATISTICS = ['AVG', 'COUNT', 'MAX', 'MIN', 'SUM'] as const;
export type InsightsStatistic = (typeof STATISTICS)[number];

/** A Metrics Insights query, as far as it is simulated. */
export type InsightsQuery = {
  readonly statistic: InsightsStatistic;
  readonly metricName: string;
  readonly namespace: string;
  /** The whole set of dimensions that a series must have; undefined where any will do. */
  readonly schema: readonly string[] | undefined;
  readonly where: readonly { readonly label: string; readonly value: string; readonly isEqual: boolean }[];
  readonly groupBy: readonly string[];
  readonly orderBy: { readonly statistic: InsightsStatistic; readonly isDescending: boolean } | undefined;
  readonly limit: number | undefined;
};

/** Whether the expression of a metric data query is one for Metrics Insights. */
export const isInsights = (expression: string | undefined): expression is string =>
  /^\s*SELECT\s/i.test(expression ?? '');

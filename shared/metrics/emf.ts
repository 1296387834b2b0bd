/** One metric of one document: a single value, or the values of many occurrences (CloudWatch keeps percentiles). */
export type Metric = {
  readonly name: string;
  readonly unit: 'Count' | 'Seconds' | 'Milliseconds' | 'Bytes' | 'Percent' | 'None';
  readonly values: number | readonly number[];
};

export const METRIC_NAMESPACE = 'Joinery';

/** The format takes no more in one document. */
const MAX_METRICS = 100;
const MAX_VALUES = 100;

/**
 * Documents of CloudWatch's embedded metric format, one log line each, all with the same dimensions: more than one where a
 * metric has more than a hundred values. `properties` are searchable in the log and no part of a series. What is not a finite
 * number is left out: CloudWatch would refuse the document.
 */
export function emfLines(options: {
  readonly timestampMs: number;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly metrics: readonly Metric[];
  readonly properties?: Readonly<Record<string, unknown>>;
}): string[] {
  const { timestampMs, dimensions, metrics, properties = {} } = options;
  const finite: { name: string; unit: Metric['unit']; values: readonly number[] }[] = [];
  let longest = 0;
  for (const { name, unit, values } of metrics) {
    const kept = (typeof values === 'number' ? [values] : values).filter(Number.isFinite);
    if (kept.length > 0) finite.push({ name, unit, values: kept });
    longest = Math.max(longest, kept.length);
  }
  if (finite.length > MAX_METRICS)
    throw new RangeError(`${finite.length} metrics in one document: the format takes ${MAX_METRICS}`);
  const rounds = Math.ceil(longest / MAX_VALUES);
  return Array.from({ length: rounds }, (_, round) => {
    const slices =
      rounds === 1
        ? finite
        : finite
            .map((metric) => ({ ...metric, values: metric.values.slice(round * MAX_VALUES, (round + 1) * MAX_VALUES) }))
            .filter(({ values }) => values.length > 0);
    const directive = {
      Namespace: METRIC_NAMESPACE,
      Dimensions: [Object.keys(dimensions)],
      Metrics: slices.map(({ name, unit }) => ({ Name: name, Unit: unit })),
    };
    const document: Record<string, unknown> = { ...(round === 0 ? properties : {}), ...dimensions };
    for (const { name, values } of slices) document[name] = values.length === 1 ? values[0] : values;
    document['_aws'] = { Timestamp: timestampMs, CloudWatchMetrics: [directive] };
    return JSON.stringify(document);
  });
}

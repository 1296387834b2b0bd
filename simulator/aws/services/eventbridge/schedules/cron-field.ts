/** What one field of a cron expression takes. */
export type FieldRange = { readonly low: number; readonly high: number; readonly names?: readonly string[] };

/** The values that a field of lists, ranges and steps stands for; undefined when it is not written as AWS takes it. */
export function fieldValues(field: string, range: FieldRange): ReadonlySet<number> | undefined {
  const values = new Set<number>();
  for (const item of field.split(',')) {
    const listed = itemValues(item, range);
    if (!listed) return undefined;
    for (const value of listed) values.add(value);
  }
  return values;
}

function itemValues(item: string, range: FieldRange): number[] | undefined {
  const [span = '', step, ...more] = item.split('/');
  const stepBy = step === undefined ? 1 : wholeNumber(step);
  if (more.length > 0 || stepBy === undefined || stepBy < 1) return undefined;
  const [from, to] = spanOf(span, range, step !== undefined) ?? [];
  if (from === undefined || to === undefined) return undefined;
  const values: number[] = [];
  for (let value = from; value <= to; value += stepBy) values.push(value);
  return values;
}

function spanOf(span: string, range: FieldRange, hasStep: boolean): [number, number] | undefined {
  if (span === '*') return [range.low, range.high];
  const [first = '', last, ...more] = span.split('-');
  const from = valueIn(first, range);
  const to = last === undefined ? (hasStep ? range.high : from) : valueIn(last, range);
  if (more.length > 0 || from === undefined || to === undefined || from > to) return undefined;
  return [from, to];
}

export function valueIn(text: string, { low, high, names = [] }: FieldRange): number | undefined {
  const named = names.indexOf(text.toUpperCase());
  const value = named >= 0 ? named + 1 : wholeNumber(text);
  return value !== undefined && value >= low && value <= high ? value : undefined;
}

function wholeNumber(text: string): number | undefined {
  return /^\d{1,4}$/.test(text) ? Number(text) : undefined;
}

/** `unknown`: it is inside the cluster, which only the later steps ask. */
export type PlannedAction = 'create' | 'update' | 'none' | 'adopt' | 'unknown';

type Values = Readonly<Record<string, unknown>>;

/** One thing that a step of the run would make or change. */
export type PlannedResource = {
  /** The step's name, as in the run's report. */
  readonly step: string;
  readonly resource: string;
  readonly name: string;
  readonly action: PlannedAction;
  readonly reason?: string;
  /** What it takes of spec.consent: the thing is not Joinery's. */
  readonly consent?: string;
  readonly before?: Values;
  readonly after?: Values;
  /** The least and the most that AWS takes for it. */
  readonly expectedSeconds: readonly [least: number, most: number];
  /** Exact decimal; null where it depends on use or on a price that is not known here. */
  readonly monthlyUsd: string | null;
};

type Thing = {
  readonly step: string;
  readonly resource: string;
  readonly name: string;
  readonly seconds: readonly [least: number, most: number];
  /** What it costs in a month once it is there; nothing unless given. */
  readonly monthlyUsd?: string | null;
};

type Decision = Pick<PlannedResource, 'action' | 'reason' | 'consent' | 'before' | 'after'>;

const AT_ONCE = [0, 0] as const;
export const FREE = '0.00';

export function planned({ seconds, monthlyUsd = FREE, ...thing }: Thing, decision: Decision): PlannedResource {
  const expectedSeconds = ['none', 'adopt'].includes(decision.action) ? AT_ONCE : seconds;
  return { ...thing, ...decision, expectedSeconds, monthlyUsd };
}

/** Update where one of the wanted values differs from what is there, none otherwise. */
export function compared(before: Values, after: Values): Decision {
  const differing = Object.keys(after).filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
  if (differing.length === 0) return { action: 'none' };
  const part = (values: Values) => Object.fromEntries(differing.map((key) => [key, values[key] ?? null]));
  return { action: 'update', reason: `${differing.join(', ')} differ`, before: part(before), after: part(after) };
}

/** What is as it should be and was made by somebody else is adopted: used, and never changed. */
export function asAdopted(decision: Decision, isOurs: boolean): Decision {
  if (isOurs || decision.action !== 'none') return decision;
  return { action: 'adopt', reason: 'Joinery did not make it: it is used as it is' };
}

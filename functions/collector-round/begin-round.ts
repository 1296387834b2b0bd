import * as z from 'zod/mini';
import { type CollectorMessage, writeMessage } from '../../shared/clusters/collector-message.ts';
import { emfLines } from '../../shared/metrics/emf.ts';
import { METRICS } from '../../shared/metrics/names.ts';

const eventSchema = z.object({ time: z.iso.datetime() });

/** A registered cluster, as far as a round looks at it. */
type Target = Omit<CollectorMessage, 'roundMs' | 'hasBootstrapNodes'> & {
  readonly mode?: string;
  readonly bootstrapNodes?: boolean | undefined;
};

type Deps = {
  readonly clock: { now(): number };
  /** Every cluster that is looked after. */
  readonly listTargets: () => Promise<readonly Target[]>;
  /** At most ten messages; gives the positions of those that were not taken. */
  readonly send: (bodies: readonly string[]) => Promise<readonly number[]>;
  readonly writeLine: (line: string) => void;
};

export type Round = { readonly at: string; readonly clusters: number; readonly unsent: readonly string[] };

const MESSAGES_A_CALL = 10;

/**
 * Asks for a collection of every cluster: a message each, so that a slow one delays no other. What is not sent is not tried again
 * for long: the next round is a minute away.
 */
export async function beginRound(input: unknown, deps: Deps): Promise<Round> {
  const { time } = eventSchema.parse(input);
  const targets = await deps.listTargets();
  const chunks = Array.from({ length: Math.ceil(targets.length / MESSAGES_A_CALL) }, (_, index) =>
    targets.slice(index * MESSAGES_A_CALL, (index + 1) * MESSAGES_A_CALL),
  );
  const unsent: string[] = [];
  for (const chunk of chunks) {
    const bodies = chunk.map((target) => {
      const hasBootstrapNodes = target.mode !== 'attach' && target.bootstrapNodes !== false;
      return writeMessage({ ...target, hasBootstrapNodes, roundMs: Date.parse(time) });
    });
    let left = await deps.send(bodies);
    if (left.length > 0) {
      const again = await deps.send(left.map((index) => bodies[index] ?? ''));
      left = again.flatMap((index) => left[index] ?? []);
    }
    unsent.push(...left.flatMap((index) => chunk[index]?.cluster ?? []));
  }
  const beat = (dimensions: Readonly<Record<string, string>>, values: number, properties: object) => {
    const metrics = [{ name: METRICS.collectorRuns, unit: 'Count', values } as const];
    const lines = emfLines({ timestampMs: deps.clock.now(), dimensions, metrics, properties: { ...properties } });
    for (const line of lines) deps.writeLine(line);
  };
  // An alarm on many clusters sees no series that ends: the zero is what a collection that does not end leaves behind.
  for (const { cluster } of targets) beat({ Cluster: cluster }, 0, {});
  beat({}, 1, { clusters: targets.length, unsent });
  return { at: time, clusters: targets.length, unsent };
}

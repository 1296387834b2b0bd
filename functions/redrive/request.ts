import { OpsError } from '../../shared/errors/ops-error.ts';

/** What can be redriven. */
export const QUEUES = ['ingress', 'rules', 'notices', 'fleet', 'releases'] as const;
export type QueueName = (typeof QUEUES)[number];

export type RedriveRequest = {
  readonly queues: readonly QueueName[];
  /** Only says what would be done. */
  readonly dryRun: boolean;
  /** The most messages that are looked at, over all queues. */
  readonly limit: number;
};

const MEMBERS: readonly string[] = ['queue', 'dryRun', 'limit'];

/** Throws InvalidRequest, which names everything that is wrong with the input. */
export function parseRequest(input: unknown): RedriveRequest {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) throw invalid(['it is no JSON object']);
  const { queue, dryRun = false, limit = Number.POSITIVE_INFINITY } = input as Record<string, unknown>;
  const faults = Object.keys(input)
    .filter((name) => !MEMBERS.includes(name))
    .map((name) => `${JSON.stringify(name)} is not known`);
  const queues = queue === 'all' ? QUEUES : QUEUES.filter((name) => name === queue);
  if (queues.length === 0) faults.push(`queue is one of ${[...QUEUES, 'all'].join(', ')}`);
  if (typeof dryRun !== 'boolean') faults.push('dryRun is true or false');
  const isCount = typeof limit === 'number' && limit >= 1 && (Number.isInteger(limit) || limit === Infinity);
  if (!isCount) faults.push('limit is a whole number of at least 1');
  if (faults.length > 0) throw invalid(faults);
  return { queues, dryRun: dryRun === true, limit: limit as number };
}

function invalid(faults: readonly string[]): OpsError {
  const example = '{"queue": "ingress", "dryRun": true}';
  return new OpsError(
    'InvalidRequest',
    `The input is not as it must be: ${faults.join('; ')}. For example: ${example}`,
  );
}

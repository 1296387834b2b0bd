import { type Bucket, findBucket, keysOf, objectOf } from '../aws/services/s3/buckets.ts';
import type { Account } from '../boot/account.ts';
import type { Stage } from './scenario.ts';

/** What the cost report at the end of a scenario says; becomes part of the summary. */
export type CostFindings = {
  /** Where its files are in the documents bucket. */
  readonly folder: string;
  readonly total: string;
  readonly complete: boolean;
  /** The most important lines of the notice that people get. */
  readonly lines: readonly string[];
};

const MOST_LINES = 5;

type Outcome = { readonly cost?: CostFindings; readonly failure?: string };

/** Has the deployed state machine make the cost report on everything since a moment, and reads what it wrote. */
export async function reportCostSince({ account, say }: Stage, fromMs: number): Promise<Outcome> {
  const { simulation } = account;
  const iso = (ms: number) => new Date(Math.floor(ms / 1000) * 1000).toISOString();
  const input = { from: iso(fromMs), to: iso(simulation.now()) };
  const { status, output, error, cause } = await account.ended(await account.startExecution('cost-report', input));
  if (status !== 'SUCCEEDED') return { failure: `the cost report is ${status}: ${error ?? ''}: ${cause ?? ''}` };
  const { report, total, complete } = JSON.parse(output ?? '{}') as {
    report: string;
    total: string;
    complete: boolean;
  };
  const folder = `reports/${report}/fleet/`;
  const notice = costFiles(account, folder).get('notice.txt') ?? '';
  say(`The cost report of ${input.from} to ${input.to} is in s3://${bucketName(account)}/${folder}`);
  return { cost: { folder, total, complete, lines: notice.trim().split('\n').slice(0, MOST_LINES) } };
}

/** The files of a folder in the deployment's bucket, by name. */
export function costFiles(account: Account, folder: string): Map<string, string> {
  const bucket: Bucket = findBucket(account.simulation, bucketName(account));
  const names = keysOf(bucket).filter((key) => key.startsWith(folder));
  return new Map(
    names.map((key) => {
      const object = objectOf(bucket, key);
      return [key.slice(folder.length), Buffer.from(object?.body ?? '', object?.encoding).toString('utf8')];
    }),
  );
}

function bucketName({ stack }: Account): string {
  return stack.resources['DocumentsBucket']?.physicalId ?? '';
}

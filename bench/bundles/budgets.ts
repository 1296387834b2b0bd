import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundle } from './unpack.ts';

/** Longest load of a handler, which is most of a cold start that is ours. */
export const LOAD_BUDGET_MS = 250;

/** The EC2 client is the largest; these ask EC2, and nobody else does. */
const EC2_USERS: readonly string[] = ['preflight', 'discoveryTags', 'smokeTest'];
/** Its name for itself when it signs and when it finds its endpoint. */
const EC2_CLIENT = 'class EC2Client extends';

const KB = 1000;
/** Zip sizes beyond which an import came in unseen. */
const ZIP_BUDGET_KB = 400;
/** Functions with more in them: the EC2 client, the cluster file's parser, or the Kubernetes client, which is 650 KB. */
const LARGER_BUDGETS_KB: Readonly<Record<string, number>> = {
  beginRun: 600,
  discoveryTags: 600,
  preflight: 800,
  releaseLease: 1100,
  rollout: 1100,
  manifests: 1200,
  nodeReadiness: 1200,
  smokeTest: 1400,
};

export function carriesEc2({ folder, entry }: Bundle): boolean {
  return readFileSync(join(folder, entry), 'utf8').includes(EC2_CLIENT);
}

/** What is wrong with a bundle's content, in words. */
export function sizeFaults(bundle: Bundle): string[] {
  const { name, zipBytes } = bundle;
  const budget = (LARGER_BUDGETS_KB[name] ?? ZIP_BUDGET_KB) * KB;
  return [
    ...(zipBytes > budget ? [`${name}: ${zipBytes} bytes zipped, and may have ${budget}`] : []),
    ...(carriesEc2(bundle) && !EC2_USERS.includes(name) ? [`${name} carries the EC2 client and does not need it`] : []),
  ];
}

import { eksState } from '../../simulator/aws/services/eks/state.ts';
import { findBucket, objectOf } from '../../simulator/aws/services/s3/buckets.ts';
import type { Account } from '../../simulator/boot/account.ts';
import { aClusterFile, runToEnd } from './simulated-run.ts';

export const EVERY_CONSENT = [
  'tag-shared-resources',
  'change-authentication-mode',
  'install-addons',
  'add-bootstrap-nodes',
] as const;

/** A cluster file that adopts a simulated cluster, of the version that it has, with pools that are soon Ready. */
export function anAdoption(
  name: string,
  consent: readonly string[] = EVERY_CONSENT,
  spec: Record<string, unknown> = {},
) {
  return aClusterFile({
    name,
    spec: {
      mode: 'adopt',
      consent,
      services: [],
      nodePools: [{ profile: 'default' }],
      budget: undefined,
      smokeTest: { enabled: false },
      ...spec,
    },
  });
}

/** Runs bootstrap-cluster on it, and gives its end and the plan, where there is one. */
export async function adopt(account: Account, file: object) {
  const ended = await runToEnd(account, 'bootstrap-cluster', file);
  return { ended, plan: planOf(account, ended.executionArn) };
}

export type StoredPlan = {
  readonly faults: readonly { readonly check: string; readonly path?: string; readonly message: string }[];
  readonly warnings: readonly { readonly check: string; readonly message: string }[];
  readonly resources: readonly {
    readonly resource: string;
    readonly name: string;
    readonly action: string;
    readonly consent?: string;
  }[];
};

function planOf({ simulation, stack }: Account, executionArn: string): StoredPlan | undefined {
  const bucket = findBucket(simulation, String(stack.resources['DocumentsBucket']?.physicalId));
  const id = executionArn.slice(executionArn.lastIndexOf(':') + 1);
  const clusters = Object.keys(eksState(simulation).clusters);
  const found = clusters.map((name) => objectOf(bucket, `clusters/${name}/runs/${id}/plan.json`)).find(Boolean);
  return found && (JSON.parse(found.body) as StoredPlan);
}

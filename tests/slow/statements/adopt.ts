import { findCluster } from '../../../simulator/aws/services/eks/state.ts';
import type { Account } from '../../../simulator/boot/account.ts';
import { eksctlCluster, eksctlPlainCluster, terraformCluster } from '../../../simulator/others/clusters.ts';
import { seedOthers } from '../../../simulator/others/seed.ts';
import { anAdoption } from '../../support/adopting.ts';
import { SUBNETS } from '../../support/simulated-run.ts';

const MARK = 'joinery.dev:cluster';

/** One cluster is adopted; one is given back, since another Karpenter is found inside; one is refused by what AWS shows of it. */
export async function adoptionFault(account: Account): Promise<string | undefined> {
  const { simulation, cloud } = account;
  await seedOthers(account, [eksctlPlainCluster(), eksctlCluster(), terraformCluster()], SUBNETS);
  const run = async (name: string) =>
    account.ended(await account.startExecution('bootstrap-cluster', anAdoption(name)));

  const adopted = await run('eksctl-plain');
  if (adopted.status !== 'SUCCEEDED') return `adopting ended with ${adopted.error}: ${adopted.cause}`;
  const found = await run('eksctl-prod');
  if (found.error !== 'AdoptionRefused') return `the Karpenter inside: ${found.status} ${found.error}: ${found.cause}`;
  const left = findCluster(simulation, 'eksctl-prod');
  const entries = Object.keys(left?.accessEntries ?? {}).filter((arn) => arn.includes('joinery'));
  if (left?.tags[MARK] || entries.length > 0) return `left in the cluster that was given back: ${[MARK, ...entries]}`;
  const seen = await run('terraform-prod');
  if (!seen.cause?.includes('use mode: attach')) return `the Karpenter at sight: ${seen.status} ${seen.cause}`;

  const refused = cloud.trace.entries.find(({ outcome }) => /AccessDenied|Unauthorized/.test(outcome));
  return refused && `${refused.caller} was refused ${refused.service} ${refused.operation}`;
}

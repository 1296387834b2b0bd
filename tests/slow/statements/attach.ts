import { interruptSpotInstance } from '../../../simulator/aws/services/ec2/spot-interruptions.ts';
import { onMessageSent } from '../../../simulator/aws/services/sqs/observe.ts';
import type { Account } from '../../../simulator/boot/account.ts';
import type { KubeApi } from '../../../simulator/kubernetes/types.ts';
import { makeWorkingCluster, spotInstances } from '../../../simulator/scenarios/attach-ground.ts';
import {
  ATTACHED,
  aClusterOfOthers,
  anAttachFile,
  OUR_QUEUE,
  setInterruptionQueue,
  THEIR_QUEUE,
  WITH_CONSENT,
} from '../../support/attach-world.ts';
import { differences, wholeState } from '../../support/whole-state.ts';

/** A cluster of others: attached with its own queue and with ours, a notice each time, and detached. Inside virtual time. */
export async function attachFault(account: Account): Promise<string | undefined> {
  const { simulation } = account;
  const api = await makeWorkingCluster(account, aClusterOfOthers());
  const routed: [string, string][] = [];
  onMessageSent(simulation, (queue, { body, attributes }) => {
    if (Object.keys(attributes).length > 0) routed.push([queue, body]);
  });
  await simulation.sleep(420);
  const before = wholeState(account, ATTACHED);
  const run = async (machine: string, file: object) => {
    const { status, error, cause } = await account.ended(await account.startExecution(machine, file));
    return status === 'SUCCEEDED' ? undefined : `${machine} ended with ${error}: ${cause}`;
  };
  const isNoticed = async (queue: string) => {
    const [instanceId = ''] = spotInstances(api);
    interruptSpotInstance(simulation, instanceId);
    await simulation.sleep(60);
    const isSent = routed.some(([sentTo, body]) => sentTo === queue && body.includes(instanceId));
    return isSent && !spotInstances(api).includes(instanceId);
  };

  const theirs = (await run('attach-cluster', WITH_CONSENT)) ?? (await run('detach-cluster', WITH_CONSENT));
  if (theirs) return theirs;
  const left = Object.keys(differences(before, wholeState(account, ATTACHED)));
  if (left.length > 0) return `detach left ${left.join(', ')}`;
  const again = await run('attach-cluster', WITH_CONSENT);
  if (again) return again;
  if (!(await isNoticed(THEIR_QUEUE))) return 'no notice came to the queue of the others';
  const ours = (await run('detach-cluster', WITH_CONSENT)) ?? (await run('attach-cluster', anAttachFile()));
  if (ours) return ours;
  return withOurs(account, api, run, isNoticed);
}

async function withOurs(
  { simulation }: Account,
  api: KubeApi,
  run: (machine: string, file: object) => Promise<string | undefined>,
  isNoticed: (queue: string) => Promise<boolean>,
): Promise<string | undefined> {
  setInterruptionQueue(api, OUR_QUEUE);
  await simulation.sleep(300);
  if (!(await isNoticed(OUR_QUEUE))) return 'no notice came by way of our queue';
  setInterruptionQueue(api, THEIR_QUEUE);
  await simulation.sleep(60);
  return run('detach-cluster', anAttachFile());
}

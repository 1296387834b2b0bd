import type { DescribeInstancesResult } from '@aws-sdk/client-ec2';
import { conditionOf } from '../../kubernetes/controllers/objects.ts';
import { isTrue } from '../conditions.ts';
import { type Controller, listClaims, type Outcome } from '../controller.ts';
import { LABELS } from '../names.ts';
import { claimRef, instanceIdOf, isGoing } from '../objects.ts';
import { countDisrupted } from '../reporting/claim-counters.ts';
import { nodesOf } from './registration.ts';

const PERIOD_SECONDS = 120;
/** A new instance has so long to be written into its claim. */
const FRESH_SECONDS = 30;

type Running = { readonly id: string; readonly launchedMs: number };

async function ownInstances({ aws, settings }: Controller): Promise<Running[]> {
  const found: Running[] = [];
  let token: string | undefined;
  do {
    const page: DescribeInstancesResult = await aws('EC2', 'DescribeInstances', {
      Filters: [
        { Name: 'tag-key', Values: [LABELS.nodePool] },
        { Name: 'tag-key', Values: [LABELS.nodeClass] },
        { Name: 'tag:eks:eks-cluster-name', Values: [settings.clusterName] },
        { Name: 'instance-state-name', Values: ['pending', 'running', 'shutting-down', 'stopping', 'stopped'] },
      ],
      ...(token === undefined ? {} : { NextToken: token }),
    });
    for (const { Instances = [] } of page.Reservations ?? []) {
      for (const { InstanceId: id = '', LaunchTime } of Instances)
        found.push({ id, launchedMs: LaunchTime?.getTime() ?? 0 });
    }
    token = page.NextToken;
  } while (token !== undefined);
  return found;
}

/** Every two minutes: claims whose instance is gone, and instances that no claim knows. */
export async function collectGarbage(controller: Controller): Promise<Outcome> {
  const before = listClaims(controller).filter((claim) => !isGoing(claim) && isTrue(claim, 'Registered'));
  const nowMs = controller.simulation.now();
  const instances = await ownInstances(controller);
  const running = new Set(instances.map(({ id }) => id));
  for (const claim of before) {
    const [node] = nodesOf(controller, claim);
    const isReady = node && conditionOf(node, 'Ready')?.status === 'True';
    if (isReady || running.has(instanceIdOf(claim.status?.providerID) ?? '')) continue;
    if (!controller.api.get(claimRef(claim.metadata.name))) continue;
    controller.api.delete(claimRef(claim.metadata.name));
    countDisrupted(controller, claim, 'garbage_collected');
    controller.log('INFO', 'garbage collecting nodeclaim with no cloudprovider representation', {
      nodeClaim: claim.metadata.name,
    });
  }
  const known = new Set(listClaims(controller).map((claim) => instanceIdOf(claim.status?.providerID)));
  const lost = instances.filter(({ id, launchedMs }) => !known.has(id) && launchedMs + FRESH_SECONDS * 1000 < nowMs);
  for (const { id } of lost) {
    await controller.aws('EC2', 'TerminateInstances', { InstanceIds: [id] });
    controller.log('INFO', 'garbage collected cloudprovider instance', { instance: id });
  }
  return { againAfterSeconds: PERIOD_SECONDS };
}

import type { DescribeInstanceStatusResult, InstanceStatus } from '@aws-sdk/client-ec2';
import { type Controller, isAwsError, listClaims, type Outcome } from '../controller.ts';
import { instanceIdOf } from '../objects.ts';
import { act, type Cause } from './act.ts';

const PERIOD_SECONDS = 60;
/** Status checks count when they have failed for so long; scheduled events count at once. */
const IMPAIRED_MS = 120_000;

const EVENT_CODES = ['instance-reboot', 'system-reboot', 'system-maintenance', 'instance-retirement', 'instance-stop'];

const QUERIES: readonly { cause: Cause; Name: string; Values: string[] }[] = [
  { cause: 'instance_status', Name: 'instance-status.status', Values: ['impaired'] },
  { cause: 'system_status', Name: 'system-status.status', Values: ['impaired'] },
  { cause: 'event_status', Name: 'event.code', Values: EVENT_CODES },
];

/** Asks EC2 each minute which instances are unwell; with no claims there is nobody to ask for. */
export async function pollStatus(controller: Controller): Promise<Outcome> {
  if (listClaims(controller).length === 0) return { againAfterSeconds: PERIOD_SECONDS };
  for (const { cause, Name, Values } of QUERIES) {
    const statuses = await unwell(controller, { Name, Values });
    if (!statuses) return undefined;
    const ids = new Set(
      statuses.filter((one) => isLongEnough(controller, cause, one)).map(({ InstanceId }) => InstanceId),
    );
    for (const claim of listClaims(controller)) {
      if (ids.has(instanceIdOf(claim.status?.providerID))) act(controller, claim, cause);
    }
  }
  return { againAfterSeconds: PERIOD_SECONDS };
}

/** Undefined when the role may not ask: the controller then stays idle until it restarts. */
async function unwell(
  controller: Controller,
  filter: { Name: string; Values: string[] },
): Promise<InstanceStatus[] | undefined> {
  const found: InstanceStatus[] = [];
  let token: string | undefined;
  try {
    do {
      const page: DescribeInstanceStatusResult = await controller.aws('EC2', 'DescribeInstanceStatus', {
        Filters: [filter],
        ...(token === undefined ? {} : { NextToken: token }),
      });
      found.push(...(page.InstanceStatuses ?? []));
      token = page.NextToken;
    } while (token !== undefined);
    return found;
  } catch (error) {
    if (!isAwsError(error) || error.name !== 'UnauthorizedOperation') throw error;
    controller.log('ERROR', 'instance status is not watched: not authorized', { error: error.message });
    return undefined;
  }
}

function isLongEnough({ simulation }: Controller, cause: Cause, status: InstanceStatus): boolean {
  if (cause === 'event_status') return true;
  const details = (cause === 'instance_status' ? status.InstanceStatus : status.SystemStatus)?.Details ?? [];
  return details.some(
    ({ ImpairedSince }) => ImpairedSince && simulation.now() - ImpairedSince.getTime() >= IMPAIRED_MS,
  );
}

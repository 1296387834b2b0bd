import type { AdoptionFinding } from '../../../shared/adoption/finding.ts';
import { inspectCluster } from '../../../shared/adoption/inspect.ts';
import { consentFaults } from '../../../shared/adoption/refused.ts';
import { type Finding, fault, warning } from '../finding.ts';
import type { World } from '../world.ts';

const NAME = 'metadata.name';

/** A cluster that is to be adopted: why not, what the file does not consent to, and what others have left wrong with it. */
export function checkAdoption({ adoption }: World): Finding[] {
  if (!adoption) return [];
  const { facts, plan, canReachEndpoint } = adoption;
  return [
    ...plan.refusals.map(({ message, fix }) => fault('adoption', { path: NAME, message, fix })),
    ...consentFaults(plan).map(({ consent, message }) =>
      fault('consent', { path: 'spec.consent', message, fix: `put ${consent} into spec.consent, or do it yourself` }),
    ),
    ...(canReachEndpoint ? [] : [unreachable(facts.endpoint.public)]),
    ...inspectCluster(facts)
      .filter(({ severity }) => severity !== 'refuses')
      .map(known),
    ...(facts.inside ? [] : [unseen(facts.insideReason ?? 'nobody asked')]),
  ];
}

function known({ id, defect, breaks, fix }: AdoptionFinding): Finding {
  return warning('inspection', { message: `${id}${defect ? ` (${defect})` : ''}: ${breaks}`, fix });
}

function unreachable(isPublic: boolean): Finding {
  const how = isPublic ? 'is open to certain addresses only' : 'is private';
  return fault('endpoint', {
    path: NAME,
    message: `the cluster's endpoint ${how}, and Joinery's functions run outside any VPC: they could not reach it`,
    fix: 'deploy the stack with its vpc parameters',
  });
}

function unseen(reason: string): Finding {
  return warning('adoption', {
    path: NAME,
    message: `what is inside the cluster was not seen (${reason}): a run looks at it first, and stops there if it finds another Karpenter`,
    fix: "give Joinery's reader role an access entry with AmazonEKSAdminViewPolicy to have it in the plan, or just run",
  });
}

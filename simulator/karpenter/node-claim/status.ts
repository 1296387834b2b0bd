import { jsonEqual } from '../../../shared/kube/schema/values.ts';
import { ConditionSet, type Verdict } from '../conditions.ts';
import { type Controller, listClaims } from '../controller.ts';
import { claimRef, type NodeClaim } from '../objects.ts';

/** In the order of a claim's life; the three of them make up Ready. */
const CONDITIONS = ['Launched', 'Registered', 'Initialized'];

type Status = NonNullable<NodeClaim['status']>;

/** Writes conditions, and other members of its status, of a claim where they differ. Gives the claim as it is then. */
export function writeClaimStatus(
  { api, simulation }: Controller,
  claim: NodeClaim,
  verdicts: Readonly<Record<string, Verdict | undefined>> = {},
  more: Partial<Status> = {},
): NodeClaim {
  const conditions = new ConditionSet(claim, CONDITIONS, simulation.timestamp());
  for (const [type, verdict] of Object.entries(verdicts)) {
    if (verdict) conditions.set(type, verdict);
    else conditions.clear(type);
  }
  const status: Status = { ...claim.status, ...more, conditions: conditions.list() };
  if (jsonEqual(status, claim.status)) return claim;
  return api.mergePatch(claimRef(claim.metadata.name), { status }, 'status') as NodeClaim;
}

/** The claim as it is now; undefined when it is gone or another one has its name. */
export function latest({ api }: Controller, claim: NodeClaim): NodeClaim | undefined {
  const present = api.get(claimRef(claim.metadata.name)) as NodeClaim | undefined;
  return present?.metadata.uid === claim.metadata.uid ? present : undefined;
}

export function claimOfProvider(controller: Controller, providerId: string | undefined): NodeClaim | undefined {
  if (!providerId) return undefined;
  return listClaims(controller).find(({ status }) => status?.providerID === providerId);
}

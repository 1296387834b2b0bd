import * as z from 'zod/mini';
import type { Manifest } from '../kube/api.ts';

const moment = z.string().check(z.refine((text) => Number.isFinite(Date.parse(text)), 'is no time'));

const schema = z.object({
  metadata: z.object({
    uid: z.string().check(z.minLength(1)),
    name: z.string().check(z.minLength(1)),
    creationTimestamp: moment,
    deletionTimestamp: z.optional(moment),
    labels: z._default(z.record(z.string(), z.string()), {}),
  }),
  status: z._default(
    z.object({
      providerID: z.optional(z.string()),
      nodeName: z.optional(z.string()),
      lastPodEventTime: z.optional(z.nullable(moment)),
      conditions: z._default(
        z.array(
          z.object({
            type: z.string(),
            status: z.enum(['True', 'False', 'Unknown']),
            reason: z.optional(z.string()),
            lastTransitionTime: z.optional(z.nullable(moment)),
          }),
        ),
        [],
      ),
    }),
    { conditions: [] },
  ),
});

/** A condition: when it became True, and else why it is not. */
type Step = { readonly doneMs: number | null; readonly reason: string | null };

/** A NodeClaim, as far as its way to a ready node goes. */
export type Claim = {
  readonly uid: string;
  readonly name: string;
  /** `none` where it belongs to no NodePool. */
  readonly nodePool: string;
  /** `unknown` until it is launched. */
  readonly capacityType: string;
  readonly instanceId: string | null;
  readonly nodeName: string | null;
  readonly createdMs: number;
  readonly isBeingDeleted: boolean;
  readonly launched: Step;
  readonly registered: Step;
  readonly initialized: Step;
  readonly podEventMs: number | null;
};

/** Reads a NodeClaim; undefined where it is not as Karpenter writes them. Conditions are found by type: their order varies. */
export function parseClaim(object: Manifest): Claim | undefined {
  const { success, data } = schema.safeParse(object);
  if (!success) return undefined;
  const { metadata, status } = data;
  const step = (type: string): Step => {
    const {
      status: state,
      reason = null,
      lastTransitionTime,
    } = status.conditions.find((condition) => condition.type === type) ?? {};
    return { doneMs: state === 'True' && lastTransitionTime ? Date.parse(lastTransitionTime) : null, reason };
  };
  return {
    uid: metadata.uid,
    name: metadata.name,
    nodePool: metadata.labels['karpenter.sh/nodepool'] ?? 'none',
    capacityType: metadata.labels['karpenter.sh/capacity-type'] ?? 'unknown',
    instanceId: /\/(i-[0-9a-f]+)$/.exec(status.providerID ?? '')?.[1] ?? null,
    nodeName: status.nodeName ?? null,
    createdMs: Date.parse(metadata.creationTimestamp),
    isBeingDeleted: metadata.deletionTimestamp !== undefined,
    launched: step('Launched'),
    registered: step('Registered'),
    initialized: step('Initialized'),
    podEventMs: status.lastPodEventTime ? Date.parse(status.lastPodEventTime) : null,
  };
}

export type ReadyClaim = Claim & {
  readonly launchedMs: number;
  readonly registeredMs: number;
  readonly readyMs: number;
};

/**
 * The claim with the moments of its way, if its node came up. It counts from Initialized on, the last of the three: Ready goes back
 * and forth with the node's health later.
 */
export function readyClaim(claim: Claim): ReadyClaim | undefined {
  const { launched, registered, initialized } = claim;
  if (launched.doneMs === null || registered.doneMs === null || initialized.doneMs === null) return undefined;
  return { ...claim, launchedMs: launched.doneMs, registeredMs: registered.doneMs, readyMs: initialized.doneMs };
}

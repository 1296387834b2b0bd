import { isTrue } from '../conditions.ts';
import type { Controller, Outcome } from '../controller.ts';
import { FINALIZERS, LABELS } from '../names.ts';
import { setRegistrationHealth } from '../node-pool/reconcile.ts';
import { claimRef, isGoing, type NodeClaim } from '../objects.ts';
import { countDisrupted } from '../reporting/claim-counters.ts';
import { durationSeconds } from '../settings.ts';
import { finalizeClaim } from './finalize.ts';
import { initialize } from './initialization.ts';
import { launch } from './launch.ts';
import { register } from './registration.ts';
import { writeClaimStatus } from './status.ts';

const LAUNCH_SECONDS = 300;
const REGISTRATION_SECONDS = 900;

/** Brings a claim one step on: launched, registered, initialized; or to its end. */
export async function reconcileClaim(controller: Controller, name: string): Promise<Outcome> {
  const found = controller.api.get(claimRef(name)) as NodeClaim | undefined;
  if (!found) return undefined;
  if (isGoing(found)) return finalizeClaim(controller, found);
  let claim = writeClaimStatus(controller, withFinalizer(controller, found));
  if (hasTimedOut(controller, claim)) return { againAfterSeconds: 0 };
  if (!isTrue(claim, 'Launched')) {
    const result = await launch(controller, claim);
    if ('outcome' in result) return result.outcome;
    claim = result.claim;
  }
  if (isGoing(claim)) return { againAfterSeconds: 0 };
  if (!isTrue(claim, 'Registered')) claim = register(controller, claim);
  if (isTrue(claim, 'Registered') && !isTrue(claim, 'Initialized')) claim = initialize(controller, claim);
  return nextDeadline(controller, claim);
}

function withFinalizer({ api }: Controller, claim: NodeClaim): NodeClaim {
  const { finalizers = [] } = claim.metadata;
  if (finalizers.includes(FINALIZERS.core)) return claim;
  const metadata = { finalizers: [...finalizers, FINALIZERS.core] };
  return api.mergePatch(claimRef(claim.metadata.name), { metadata }) as NodeClaim;
}

function ageSeconds({ simulation }: Controller, claim: NodeClaim): number {
  return (simulation.now() - Date.parse(claim.metadata.creationTimestamp ?? '')) / 1000;
}

/** Both times run from the creation. A claim that is too late is deleted, and its pods get another. */
function hasTimedOut(controller: Controller, claim: NodeClaim): boolean {
  const age = ageSeconds(controller, claim);
  const isLaunchLate = !isTrue(claim, 'Launched') && age >= LAUNCH_SECONDS;
  const isRegistrationLate = isTrue(claim, 'Launched') && !isTrue(claim, 'Registered') && age >= REGISTRATION_SECONDS;
  const isExpired = age >= (durationSeconds(claim.spec.expireAfter) ?? Number.POSITIVE_INFINITY);
  const reason = isLaunchLate
    ? 'launch_timeout'
    : isRegistrationLate
      ? 'registration_timeout'
      : isExpired
        ? 'expired'
        : undefined;
  if (reason === undefined) return false;
  if (isRegistrationLate) {
    const message = 'Failed to register node';
    const verdict = { status: 'False', reason: 'RegistrationFailed', message } as const;
    setRegistrationHealth(controller, claim.metadata.labels?.[LABELS.nodePool] ?? '', verdict);
  }
  controller.log('INFO', 'deleting nodeclaim', { nodeClaim: claim.metadata.name, reason });
  controller.api.delete(claimRef(claim.metadata.name));
  countDisrupted(controller, claim, reason);
  return true;
}

function nextDeadline(controller: Controller, claim: NodeClaim): Outcome {
  const limit = !isTrue(claim, 'Registered')
    ? REGISTRATION_SECONDS
    : (durationSeconds(claim.spec.expireAfter) ?? Number.POSITIVE_INFINITY);
  if (limit === Number.POSITIVE_INFINITY) return undefined;
  return { againAfterSeconds: Math.max(0, limit - ageSeconds(controller, claim)) };
}

import type { PodIdentityAssociation } from '@aws-sdk/client-eks';
import { askForChange } from '../../shared/aws/ask-for-change.ts';
import type { EksPodIdentity } from '../../shared/aws/eks.ts';
import { KARPENTER_SERVICE_ACCOUNT } from '../../shared/clusters/names.ts';
import { CLUSTER_TAG, isTaggedFor, ownerTags } from '../../shared/clusters/ownership.ts';
import { OpsError } from '../../shared/errors/ops-error.ts';
import { clientToken } from '../../shared/runs/client-token.ts';
import { ensureStep, type Observation } from '../../shared/runs/ensure-step.ts';
import type { StepResult } from '../../shared/runs/run.ts';
import type { StepContext } from '../../shared/runs/step-context.ts';
import type { StepInput } from '../../shared/runs/step-input.ts';

/** A pod that is admitted before the association is effective never gets credentials; EKS needs up to ten seconds. */
const EFFECTIVE_AFTER_SECONDS = 10;
const TIMING = { plannedSeconds: 11, timeoutSeconds: 120, pollSeconds: 2 };

type Deps = StepContext & { readonly podIdentity: EksPodIdentity };

/** Makes sure that the controller's service account has the controller role, and that pods admitted from now on get it. */
export function ensurePodIdentity(input: StepInput, deps: Deps): Promise<StepResult> {
  return ensureStep(input, TIMING, deps, async (): Promise<Observation> => {
    const { spec } = await deps.loadCluster(input.run);
    const { roles } = await deps.registered(input.run);
    const { namespace } = spec.karpenter;
    const found = await deps.podIdentity.find(input.run.cluster, namespace, KARPENTER_SERVICE_ACCOUNT);
    if (!found?.associationId) {
      await deps.recordIntent(input.run, input.step, {
        resource: 'pod identity association',
        name: `${namespace}/${KARPENTER_SERVICE_ACCOUNT}`,
      });
      const asked = {
        ready: false,
        detail: 'the association was made; waiting until it is effective',
        change: 'created',
      } as const;
      return askForChange({ input, clock: deps.clock }, asked, () =>
        deps.podIdentity.create({
          clusterName: input.run.cluster,
          namespace,
          serviceAccount: KARPENTER_SERVICE_ACCOUNT,
          roleArn: roles.controller,
          tags: ownerTags(input.run.cluster, input.run.rootExecution, spec.tags),
          clientRequestToken: clientToken(input.run.rootExecution, input.step),
        }),
      );
    }
    const isOurs = isTaggedFor(input.run.cluster, found.tags);
    if (found.roleArn !== roles.controller) {
      if (!isOurs) throw foreign(input, found, roles.controller);
      await deps.podIdentity.updateRole(input.run.cluster, found.associationId, roles.controller);
      return { ready: false, detail: 'the association was given the present role', change: 'updated' };
    }
    const sinceMs = deps.clock.now() - (found.modifiedAt ?? found.createdAt ?? new Date(0)).getTime();
    if (sinceMs < EFFECTIVE_AFTER_SECONDS * 1000)
      return { ready: false, detail: 'waiting until the association is effective', change: 'none' };
    const detail = `${namespace}/${KARPENTER_SERVICE_ACCOUNT} has ${roles.controller}`;
    return isOurs
      ? { ready: true, detail, change: 'none' }
      : { ready: true, detail: `${detail}, by an association that somebody else made`, change: 'adopted' };
  });
}

/** Whoever made it may have pods that work with its role. */
function foreign({ run }: StepInput, found: PodIdentityAssociation, controllerRoleArn: string): OpsError {
  const account = `${found.namespace}/${found.serviceAccount}`;
  return new OpsError(
    'ForeignPodIdentity',
    `In cluster ${run.cluster} the service account ${account} has the role ${found.roleArn}, by the association ${found.associationId}, ` +
      `which was not made by Joinery (it has no tag ${CLUSTER_TAG}=${run.cluster}). Karpenter needs the role ${controllerRoleArn}. Nothing was changed. ` +
      'Delete that association, or choose another spec.karpenter.namespace, and run again.',
    { details: { associationId: found.associationId, roleArn: found.roleArn, controllerRoleArn } },
  );
}

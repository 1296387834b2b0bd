import { askForChange } from '../../shared/aws/ask-for-change.ts';
import type { EksPodIdentity } from '../../shared/aws/eks.ts';
import { KARPENTER_SERVICE_ACCOUNT } from '../../shared/clusters/names.ts';
import { ownerTags } from '../../shared/clusters/ownership.ts';
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
    if (found.roleArn !== roles.controller) {
      await deps.podIdentity.updateRole(input.run.cluster, found.associationId, roles.controller);
      return { ready: false, detail: 'the association was given the present role', change: 'updated' };
    }
    const sinceMs = deps.clock.now() - (found.modifiedAt ?? found.createdAt ?? new Date(0)).getTime();
    if (sinceMs < EFFECTIVE_AFTER_SECONDS * 1000)
      return { ready: false, detail: 'waiting until the association is effective', change: 'none' };
    return { ready: true, detail: `${namespace}/${KARPENTER_SERVICE_ACCOUNT} has ${roles.controller}`, change: 'none' };
  });
}

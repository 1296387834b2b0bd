import type { KubeApi } from '../../shared/kube/api.ts';
import { KubeError } from '../../shared/kube/errors.ts';

/** Access entries take effect within a minute. */
export const ACCESS_TIMING = { plannedSeconds: 1, timeoutSeconds: 150, pollSeconds: 3 };

/** What is not yet so; undefined when the cluster knows the installer as its admin. */
export async function installerTrouble(kube: KubeApi): Promise<string | undefined> {
  try {
    const isAdmin = await kube.canI({ verb: '*', group: '*', resource: '*' });
    return isAdmin ? undefined : "the installer's access policy is not effective yet";
  } catch (error) {
    if (!(error instanceof KubeError) || !error.isAccessDenied) throw error;
    return "the installer's access entry is not effective yet";
  }
}

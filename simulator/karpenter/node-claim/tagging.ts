import type { Controller, Outcome } from '../controller.ts';
import { ANNOTATIONS } from '../names.ts';
import { claimRef, instanceIdOf, isGoing, type NodeClaim } from '../objects.ts';

/** Once the node is known, the instance is tagged with it and with its claim. */
export async function tagInstance(controller: Controller, claimName: string): Promise<Outcome> {
  const { api, settings } = controller;
  const claim = api.get(claimRef(claimName)) as NodeClaim | undefined;
  const instanceId = instanceIdOf(claim?.status?.providerID);
  if (!claim || !instanceId || isGoing(claim) || claim.metadata.annotations?.[ANNOTATIONS.tagged]) return undefined;
  const tags = {
    'eks:eks-cluster-name': settings.clusterName,
    'karpenter.sh/nodeclaim': claimName,
    Name: claim.status?.nodeName ?? '',
  };
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  await controller.aws('EC2', 'CreateTags', { Resources: [instanceId], Tags });
  if (!api.get(claimRef(claimName))) return undefined;
  const annotations = { [ANNOTATIONS.tagged]: 'true', [ANNOTATIONS.clusterNameTagged]: 'true' };
  api.mergePatch(claimRef(claimName), { metadata: { annotations } });
  return undefined;
}

import type { Controller } from '../controller.ts';
import { LABELS } from '../names.ts';
import type { NodeClass } from '../objects.ts';

type Tags = Record<string, string>;

/** The tags of everything that is launched for a pool: the class's own, and four that always win. */
export function launchTags({ settings }: Pick<Controller, 'settings'>, nodeClass: NodeClass, poolName: string): Tags {
  return {
    ...nodeClass.spec.tags,
    [`kubernetes.io/cluster/${settings.clusterName}`]: 'owned',
    [LABELS.nodePool]: poolName,
    'eks:eks-cluster-name': settings.clusterName,
    [LABELS.nodeClass]: nodeClass.metadata.name,
  };
}

/** The tags of an instance profile that Karpenter makes for a class. */
export function profileTags(controller: Pick<Controller, 'settings' | 'region'>, nodeClass: NodeClass): Tags {
  return {
    ...nodeClass.spec.tags,
    [`kubernetes.io/cluster/${controller.settings.clusterName}`]: 'owned',
    'eks:eks-cluster-name': controller.settings.clusterName,
    [LABELS.nodeClass]: nodeClass.metadata.name,
    [LABELS.region]: controller.region,
  };
}

export function tagPairs(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

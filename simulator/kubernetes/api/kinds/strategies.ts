import type { Strategy } from '../resources/resource.ts';
import { CUSTOM_RESOURCE_DEFINITION } from './custom-resource-definitions.ts';
import { DISRUPTION_BUDGET } from './disruption-budgets.ts';
import { NAMESPACE } from './namespaces.ts';
import { NODE } from './nodes.ts';
import { POD } from './pods.ts';
import { PRIORITY_CLASS, STORAGE_CLASS } from './priority-and-storage-classes.ts';
import { BINDING, ROLE } from './rbac.ts';
import { CONFIG_MAP, SECRET } from './secrets-and-config-maps.ts';
import { SERVICE } from './services.ts';
import { CRON_JOB, DAEMON_SET, DEPLOYMENT, JOB, REPLICA_SET, STATEFUL_SET } from './workloads.ts';

const STRATEGIES: Record<string, Strategy> = {
  '/Namespace': NAMESPACE,
  '/Pod': POD,
  '/Node': NODE,
  '/Service': SERVICE,
  '/Secret': SECRET,
  '/ConfigMap': CONFIG_MAP,
  'apps/Deployment': DEPLOYMENT,
  'apps/ReplicaSet': REPLICA_SET,
  'apps/DaemonSet': DAEMON_SET,
  'apps/StatefulSet': STATEFUL_SET,
  'batch/Job': JOB,
  'batch/CronJob': CRON_JOB,
  'policy/PodDisruptionBudget': DISRUPTION_BUDGET,
  'rbac.authorization.k8s.io/Role': ROLE,
  'rbac.authorization.k8s.io/ClusterRole': ROLE,
  'rbac.authorization.k8s.io/RoleBinding': BINDING,
  'rbac.authorization.k8s.io/ClusterRoleBinding': BINDING,
  'scheduling.k8s.io/PriorityClass': PRIORITY_CLASS,
  'storage.k8s.io/StorageClass': STORAGE_CLASS,
  'apiextensions.k8s.io/CustomResourceDefinition': CUSTOM_RESOURCE_DEFINITION,
};

/** What is particular to a built-in kind; nothing, for most. */
export function strategyOf(group: string, kind: string): Strategy {
  return STRATEGIES[`${group}/${kind}`] ?? {};
}

import type { ClusterFacts } from '../facts.ts';
import type { AdoptionCheck, AdoptionFinding } from '../finding.ts';
import { definitionsOf } from '../upstream.ts';
import { foreignControllers } from './interruption.ts';

const KARPENTER_GROUPS = /\.(karpenter\.sh|karpenter\.k8s\.aws)$/;

const count = (number: number, word: string) => `${number} ${word}${number === 1 ? '' : 's'}`;

function runs({ inside }: ClusterFacts): boolean {
  return (inside?.controllers ?? []).some(({ replicas }) => replicas > 0);
}

/** D3: launch templates that a clean-up by the one tag or the other does not find. */
const launchTemplates: AdoptionCheck = (facts) => {
  const hidden = facts.launchTemplates.filter(({ hasOldTag, hasNewTag }) => hasOldTag && !hasNewTag);
  if (hidden.length === 0) return [];
  return [
    {
      id: 'launch-templates-left',
      defect: 'D3',
      severity: 'info',
      breaks: `${count(hidden.length, 'launch template')} of a Karpenter before 1.1 carry only the tag karpenter.k8s.aws/cluster: no Karpenter of today deletes them, and they count against the quota`,
      fix: `delete them: ${hidden.map(({ id }) => id).join(', ')}`,
      evidence: 'launchTemplates',
    },
  ];
};

/** D4: objects whose finalizers wait for a controller that is gone. */
const withoutController: AdoptionCheck = (facts) => {
  const { inside } = facts;
  if (!inside || runs(facts)) return [];
  const left = [
    ...inside.nodeClaims.filter(({ isOurs }) => !isOurs).map(({ name }) => `NodeClaim/${name}`),
    ...inside.nodePools.filter(({ isOurs }) => !isOurs).map(({ name }) => `NodePool/${name}`),
    ...inside.nodeClasses.filter(({ isOurs }) => !isOurs).map(({ name }) => `EC2NodeClass/${name}`),
  ];
  if (left.length === 0) return [];
  return [
    {
      id: 'objects-without-controller',
      defect: 'D4',
      severity: 'refuses',
      breaks: `${left.join(', ')} are left of a Karpenter that runs no more: what is deleted of them hangs on its finalizer for ever, and a new Karpenter would take over all the rest`,
      fix: 'delete them (with a Karpenter that runs, or their finalizers taken off once no machine of theirs is left), and run again',
      evidence: 'inside.nodeClaims, inside.nodePools, inside.nodeClasses',
    },
  ];
};

/** D5: machines that no NodeClaim knows of: they run, and cost, after their cluster too. */
const orphans: AdoptionCheck = ({ instances, inside }) => {
  if (!inside) return [];
  const known = new Set(inside.nodeClaims.flatMap(({ instanceId }) => instanceId ?? []));
  const lost = instances.filter(({ id }) => !known.has(id));
  if (lost.length === 0) return [];
  return [
    {
      id: 'machines-without-claim',
      defect: 'D5',
      severity: 'error',
      breaks: `${count(lost.length, 'machine')} with Karpenter's tags for this cluster have no NodeClaim: nobody ends them (${lost.map(({ id }) => id).join(', ')})`,
      fix: 'end them, or find out which cluster of that name they belong to',
      evidence: 'instances',
    },
  ];
};

/** D9: Helm never upgrades what it finds under crds/. */
const staleDefinitions: AdoptionCheck = (facts) => {
  const { inside } = facts;
  const found = inside?.definitions.filter(({ name }) => KARPENTER_GROUPS.test(name)) ?? [];
  if (!inside || found.length === 0) return [];
  const old = found.filter(({ storedVersions }) =>
    storedVersions.some((version) => version !== 'v1' && version !== 'v1alpha1'),
  );
  const version = foreignControllers(facts)[0]?.version ?? null;
  const names = inside.definitions.map(({ name }) => name);
  const missing = runs(facts) ? definitionsOf(version).filter((name) => !names.includes(name)) : [];
  if (old.length === 0 && missing.length === 0) return [];
  const words = [
    ...(old.length > 0
      ? [`${old.map(({ name, storedVersions }) => `${name} still stores ${storedVersions.join(', ')}`).join('; ')}`]
      : []),
    ...(missing.length > 0 ? [`Karpenter ${version} needs ${missing.join(', ')}, which are not there`] : []),
  ];
  return [
    {
      id: 'definitions-stale',
      defect: 'D9',
      severity: 'error',
      breaks: `${words.join('; ')}: the API server refuses, or drops, what the controller writes`,
      fix: 'install the chart karpenter-crd of the same version, and take what is stored in old versions through the migration to v1 first',
      evidence: 'inside.definitions',
    },
  ];
};

/** D14: an uninstall that went on after its wait had failed, and took the IAM role along. */
const cutUninstall: AdoptionCheck = (facts) => {
  const role = facts.karpenterAccount?.controllerRole;
  const { inside } = facts;
  if (!inside || role?.exists !== false) return [];
  const deleting = [...inside.nodeClaims, ...inside.nodePools, ...inside.nodeClasses].filter(
    ({ isDeleting }) => isDeleting,
  );
  if (deleting.length === 0) return [];
  return [
    {
      id: 'uninstall-cut-short',
      defect: 'D14',
      severity: 'error',
      breaks: `${deleting.map(({ name }) => name).join(', ')} are being deleted, and the controller's role ${role.arn} is gone already: the deletion never ends`,
      fix: 'make the role again with its policies, wait until they are gone, and then take the role away',
      evidence: `karpenterAccount.controllerRole, inside`,
    },
  ];
};

/** D15: nobody said which version it is, or a helm that was killed holds the release. */
const floatingVersion: AdoptionCheck = (facts) => [
  ...foreignControllers(facts)
    .filter(({ version }) => version === null)
    .map(
      ({ namespace, name, image, index }): AdoptionFinding => ({
        id: 'version-not-pinned',
        defect: 'D15',
        severity: 'warning',
        breaks: `${namespace}/${name} runs ${image}: the image names no version, so a restart may bring another one than the CRDs and permissions are made for`,
        fix: 'pin the chart and the image to one version',
        evidence: `inside.controllers[${index}].image`,
      }),
    ),
  ...(facts.inside?.releases ?? [])
    .map((release, index) => ({ ...release, index }))
    .filter(({ status, isOurs }) => status.startsWith('pending-') && !isOurs)
    .map(
      ({ name, namespace, status, index }): AdoptionFinding => ({
        id: 'release-pending',
        defect: 'D15',
        severity: 'error',
        breaks: `the Helm release ${namespace}/${name} is ${status}: an earlier helm was killed, and every later one is refused`,
        fix: `helm rollback ${name} -n ${namespace}`,
        evidence: `inside.releases[${index}].status`,
      }),
    ),
];

/** D16, the page's other half: groups that were set to one size have nowhere to go back to. */
const fixedGroups: AdoptionCheck = ({ nodeGroups, inside }) => {
  const idle = inside?.autoscalers.filter(({ replicas }) => replicas === 0) ?? [];
  const fixed = nodeGroups.filter(({ minSize, maxSize, isOurs }) => !isOurs && minSize === maxSize && minSize > 0);
  if (idle.length === 0 || fixed.length === 0) return [];
  return [
    {
      id: 'node-groups-fixed',
      defect: 'D16',
      severity: 'info',
      breaks: `Cluster Autoscaler is scaled to 0 and ${fixed.map(({ name }) => name).join(', ')} have min = max: should Karpenter stop, nothing adds a node`,
      fix: 'leave the groups a larger maximum until Karpenter has carried the load for a while',
      evidence: 'nodeGroups, inside.autoscalers',
    },
  ];
};

/** D17: a stack of the CDK owns the objects, and deletes them after the controller. */
const ofCdk: AdoptionCheck = ({ inside }) => {
  const owned = [
    ...(inside?.nodePools ?? []).filter(({ isOfCdk }) => isOfCdk).map(({ name }) => `NodePool/${name}`),
    ...(inside?.nodeClasses ?? []).filter(({ isOfCdk }) => isOfCdk).map(({ name }) => `EC2NodeClass/${name}`),
  ];
  if (owned.length === 0) return [];
  return [
    {
      id: 'objects-of-cloudformation',
      defect: 'D17',
      severity: 'warning',
      breaks: `${owned.join(', ')} are custom resources of a CDK stack: when it goes it deletes them after the controller, and hangs for an hour`,
      fix: 'delete NodePools and EC2NodeClasses by hand before the stack, or take them out of it with RETAIN',
      evidence: 'inside.nodePools, inside.nodeClasses',
    },
  ];
};

export const LEFTOVER_CHECKS: readonly AdoptionCheck[] = [
  launchTemplates,
  withoutController,
  orphans,
  staleDefinitions,
  cutUninstall,
  floatingVersion,
  fixedGroups,
  ofCdk,
];

import { CLUSTER_TAG } from '../../clusters/ownership.ts';
import type { AdoptionCheck, AdoptionFinding } from '../finding.ts';
import { foreignControllers } from './interruption.ts';

/** Several groups on one node: load balancers do not know which one to open. */
const severalGroups: AdoptionCheck = ({ cluster, network }) => {
  const tagged = network.securityGroups.filter(({ discovery }) => discovery === cluster);
  const owned = network.securityGroups.filter(
    ({ discovery, isOwned }) => isOwned && (discovery === cluster || discovery === null),
  );
  const attached = owned.filter(({ id }) => tagged.some((group) => group.id === id));
  if (tagged.length < 2) return [];
  const sharp =
    attached.length > 1 ? ', and several of them are tagged as owned by the cluster: load balancers fail' : '';
  return [
    {
      id: 'several-discovery-groups',
      severity: 'warning',
      breaks: `${tagged.map(({ id }) => id).join(', ')} all carry karpenter.sh/discovery=${cluster}: nodes that are selected by the tag get every one of them${sharp}`,
      fix: "take the tag from all but one; Joinery's own EC2NodeClasses select by id",
      evidence: 'network.securityGroups',
    },
  ];
};

/** A value of another cluster: ours is not written over it. */
const otherDiscovery: AdoptionCheck = ({ cluster, network }) => {
  const other = network.subnets.filter(({ discovery }) => discovery !== null && discovery !== cluster);
  if (other.length === 0) return [];
  return [
    {
      id: 'subnets-of-another-cluster',
      severity: 'info',
      breaks: `${other.map(({ id, discovery }) => `${id} (${discovery})`).join(', ')} carry the discovery tag of another cluster, which keeps them: an EC2NodeClass that selects by tag does not find them for ${cluster}`,
      fix: "nothing; Joinery's own EC2NodeClasses select by id",
      evidence: 'network.subnets',
    },
  ];
};

const twoAutoscalers: AdoptionCheck = ({ inside }) => {
  const running = inside?.autoscalers.filter(({ replicas }) => replicas > 0) ?? [];
  if (running.length === 0) return [];
  return [
    {
      id: 'cluster-autoscaler-runs',
      severity: 'warning',
      breaks: `${running.map(({ namespace, name }) => `${namespace}/${name}`).join(', ')} runs: for a pending pod both it and Karpenter launch a machine, and one of the two is waste`,
      fix: 'once the NodePools are Ready scale it to 0, then shrink its groups',
      evidence: 'inside.autoscalers',
    },
  ];
};

/** NodePools that nobody can tell from ours would be deleted, or kept, with the wrong ones. */
const unowned: AdoptionCheck = (facts) => {
  const { inside } = facts;
  if (!inside || foreignControllers(facts).length > 0) return [];
  const hasOurs = inside.controllers.some(({ isOurs }) => isOurs);
  const left = [...inside.nodePools, ...inside.nodeClasses].filter(({ isOurs }) => !isOurs);
  if (!hasOurs || left.length === 0) return [];
  return [
    {
      id: 'objects-without-owner-tag',
      severity: 'info',
      breaks: `${left.map(({ name }) => name).join(', ')} were not made by Joinery: its Karpenter serves them, and no run of Joinery ever changes or removes them`,
      fix: `nothing; to hand one over put it into the cluster file and give its class the tag ${CLUSTER_TAG}`,
      evidence: 'inside.nodePools, inside.nodeClasses',
    },
  ];
};

const noCredentialsForPods: AdoptionCheck = ({ addons, inside, podIdentity, oidcIssuer }): AdoptionFinding[] => {
  const hasAgent = addons.some(({ name }) => name === 'eks-pod-identity-agent') || inside?.podIdentityAgent;
  if (hasAgent) return [];
  return [
    {
      id: 'pod-identity-agent-missing',
      severity: 'info',
      breaks: `the Pod Identity agent is not there${oidcIssuer ? ' (pods get their roles by IRSA)' : ''}${podIdentity.length > 0 ? `, though ${podIdentity.length} association(s) wait for it` : ''}: a Karpenter of Joinery's would have no credentials`,
      fix: 'the consent install-addons lets a run add eks-pod-identity-agent',
      evidence: 'addons, inside.podIdentityAgent',
    },
  ];
};

const agentNotReady: AdoptionCheck = ({ inside }) => {
  const agent = inside?.podIdentityAgent;
  if (!agent || agent.ready >= agent.desired) return [];
  return [
    {
      id: 'pod-identity-agent-not-ready',
      severity: 'warning',
      breaks: `${agent.ready} of ${agent.desired} pods of the Pod Identity agent are ready: a controller on the other nodes has no credentials`,
      fix: 'kubectl -n kube-system describe daemonset eks-pod-identity-agent',
      evidence: 'inside.podIdentityAgent',
    },
  ];
};

export const SURROUNDING_CHECKS: readonly AdoptionCheck[] = [
  severalGroups,
  otherDiscovery,
  twoAutoscalers,
  unowned,
  noCredentialsForPods,
  agentNotReady,
];

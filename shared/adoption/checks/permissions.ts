import type { ClusterFacts, RoleFacts } from '../facts.ts';
import type { AdoptionCheck, AdoptionFinding } from '../finding.ts';
import { actionsOf } from '../upstream.ts';
import { foreignControllers } from './interruption.ts';

const MANAGED_POLICY_LIMIT = 6144;
/** Upstream's documents together, in characters without white space, at a short cluster name. */
const UPSTREAM_SIZE = 6535;

const ROLE = 'karpenterAccount.controllerRole';

function roleIn({ karpenterAccount }: ClusterFacts): RoleFacts | undefined {
  const role = karpenterAccount?.controllerRole;
  return role?.exists ? role : undefined;
}

/** D6: what the controller calls and its role does not allow. Conditions and resources are not looked at. */
const missingActions: AdoptionCheck = (facts) => {
  const role = roleIn(facts);
  if (!role) return [];
  const version = foreignControllers(facts)[0]?.version ?? null;
  const allowed = role.policies.flatMap(({ allows }) => allows.flatMap(({ actions }) => actions));
  const patterns = allowed.map(actionPattern);
  const missing = actionsOf(version).filter((action) => !patterns.some((pattern) => pattern.test(action)));
  if (missing.length === 0) return [];
  return [
    {
      id: 'controller-permissions-missing',
      defect: 'D6',
      severity: 'error',
      breaks: `the role ${role.arn} lacks ${missing.join(', ')}, which Karpenter ${version ?? 'of any release'} calls: launches, clean-up or interruption handling stop there`,
      fix: "give the role upstream's policy of the installed version",
      evidence: `${ROLE}.policies`,
    },
  ];
};

function actionPattern(action: string): RegExp {
  const source = action
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'i');
}

/** D12, the role's half: it may hand any role to EC2. */
const passesAnyRole: AdoptionCheck = (facts) => {
  const role = roleIn(facts);
  const open = role?.policies.find(({ allows }) =>
    allows.some(
      ({ actions, resources }) =>
        resources.includes('*') && actions.some((one) => actionPattern(one).test('iam:PassRole')),
    ),
  );
  if (!role || !open) return [];
  return [
    {
      id: 'controller-passes-any-role',
      defect: 'D12',
      severity: 'warning',
      breaks: `the policy ${open.name} of ${role.arn} allows iam:PassRole on every role: whoever gets into the controller's pod can give an instance any role of the account`,
      fix: "limit iam:PassRole to the role of Karpenter's nodes",
      evidence: `${ROLE}.policies`,
    },
  ];
};

/** D10: one managed policy holds everything, and the next release's permissions do not fit. */
const fullPolicy: AdoptionCheck = (facts) => {
  const role = roleIn(facts);
  const own = role?.policies.filter(({ allows }) =>
    allows.some(({ actions }) => actions.some((action) => actionPattern(action).test('ec2:CreateFleet'))),
  );
  const [only] = own ?? [];
  if (!role || !only || role.policies.length !== 1 || only.kind !== 'managed') return [];
  return [
    {
      id: 'controller-policy-is-full',
      defect: 'D10',
      severity: 'warning',
      breaks: `all permissions of ${role.arn} are in the managed policy ${only.name} (${only.size} of ${MANAGED_POLICY_LIMIT} characters); upstream's have ${UPSTREAM_SIZE} and more, so they cannot be brought up to date in it`,
      fix: 'split it into several policies, or use inline policies of the role',
      evidence: `${ROLE}.policies`,
    },
  ];
};

function nodeRoles({ inside, accountId }: ClusterFacts): string[] {
  const names = (inside?.nodeClasses ?? []).flatMap(({ role }) => role ?? []);
  return [...new Set(names)].map((name) => (name.startsWith('arn:') ? name : `arn:aws:iam::${accountId}:role/${name}`));
}

const roleName = (arn: string) => arn.slice(arn.lastIndexOf('/') + 1);

/** D7: EKS takes the role's access away with the last node group that uses it. */
const sharedNodeRole: AdoptionCheck = (facts) =>
  nodeRoles(facts).flatMap((arn): AdoptionFinding[] => {
    const groups = facts.nodeGroups.filter(({ nodeRoleArn }) => roleName(nodeRoleArn) === roleName(arn));
    if (groups.length === 0) return [];
    return [
      {
        id: 'node-role-shared',
        defect: 'D7',
        severity: 'warning',
        breaks: `Karpenter's nodes use the role ${roleName(arn)} of the node group(s) ${groups.map(({ name }) => name).join(', ')}: when the last of these is deleted EKS takes the role's access away, and every node of Karpenter goes NotReady`,
        fix: "give Karpenter's nodes a role and an access entry of their own before a node group is deleted",
        evidence: 'nodeGroups, inside.nodeClasses[].role',
      },
    ];
  });

/** D8: nodes are let in by aws-auth alone, which mode API does not read. */
const mappedInVain: AdoptionCheck = (facts) => {
  if (facts.authenticationMode !== 'API') return [];
  const entries = (facts.accessEntries ?? []).map(roleName);
  const unknown = nodeRoles(facts).filter((arn) => !entries.includes(roleName(arn)));
  if (unknown.length === 0) return [];
  return [
    {
      id: 'nodes-not-let-in',
      defect: 'D8',
      severity: 'error',
      breaks: `the role(s) ${unknown.map(roleName).join(', ')} of Karpenter's nodes have no access entry, and the authentication mode API does not read aws-auth: machines are launched and never join`,
      fix: 'make an access entry of type EC2_LINUX for the role',
      evidence: 'authenticationMode, accessEntries, inside.nodeClasses[].role',
    },
  ];
};

/** D2, the other half: a group of that name lets no node in. */
const misspeltGroup: AdoptionCheck = ({ inside }) =>
  (inside?.awsAuth ?? []).flatMap(({ roleArn, groups }, index): AdoptionFinding[] => {
    if (!groups.includes('system:bootstrapper')) return [];
    return [
      {
        id: 'aws-auth-group-misspelt',
        defect: 'D2',
        severity: 'error',
        breaks: `aws-auth puts ${roleArn} into the group system:bootstrapper, which does not exist: its nodes cannot ask for a certificate`,
        fix: 'write system:bootstrappers',
        evidence: `inside.awsAuth[${index}].groups`,
      },
    ];
  });

export const PERMISSION_CHECKS: readonly AdoptionCheck[] = [
  missingActions,
  passesAnyRole,
  fullPolicy,
  sharedNodeRole,
  mappedInVain,
  misspeltGroup,
];

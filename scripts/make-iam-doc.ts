// Writes docs/iam.md from the templates: `npx --no-install -c 'node scripts/make-iam-doc.ts'`.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { functionDescriptions, type Holder, holdersIn } from './iam-doc/holders.ts';
import type { Statement } from './iam-doc/statements.ts';

const ROOT = new URL('../', import.meta.url);

/** For those that say nothing of themselves in their template. */
const PURPOSES: Readonly<Record<string, string>> = {
  CollectorQueuesPolicy: 'On the queue of collections and the one of those that were given up on.',
  BulkIngressPolicy: 'On the ingress queue of rebalance recommendations and state changes.',
  BootstrapClusterStateMachineRole: 'Runs the state machine `bootstrap-cluster`.',
  CostReportDeadLettersPolicy: 'On the queue of cost reports that the schedules could not start.',
  CostReportScheduleRole: 'Starts the state machine `cost-report` when its schedules fire.',
  CostReportStateMachineRole: 'Runs the state machine `cost-report`.',
  BootstrapNodeRole:
    "The bootstrap group's nodes. Never Karpenter's: its access entry is the one that EKS makes for the group.",
  ClusterRole: "The cluster's control plane.",
  DocumentsBucketPolicy: 'On the bucket of cluster files, plans and reports.',
  FailedReleasesPolicy: 'On the queue of run-ended events that the function failed on.',
  IngressDeadLettersPolicy: 'On the queue of events that the router set aside.',
  FleetDeadLettersPolicy: 'On the queue of state changes that were not delivered or could not be recorded.',
  FleetQueuePolicy: 'On the queue of state changes for the fleet ledger.',
  InstallKarpenterStateMachineRole: 'Runs the state machine `install-karpenter`.',
  AlarmTopicPolicy: 'On the topic that the alarms publish to.',
  PagingTopicPolicy: 'On the topic that pages are published to.',
  InterruptionQueuePolicy: "On the cluster's interruption queue.",
  NoticeDeadLettersPolicy: 'On the queue of events that people were not told of.',
  NoticeQueuePolicy: 'On the queue of events that people are told of.',
  NoticeTopicPolicy: 'On the topic that people subscribe to.',
  RouterDeploymentRole: 'Moves the alias of the router.',
  RuleDeadLettersPolicy: 'On the queue of events that the rules could not hand over.',
  RunEndedDeadLettersPolicy: 'On the queue of run-ended events that the rule could not hand over.',
  UrgentIngressPolicy: 'On the ingress queue of notices.',
  SmokeTestStateMachineRole: 'Runs the state machine `smoke-test`.',
  AttachClusterStateMachineRole: 'Runs the state machine `attach-cluster`.',
  DetachClusterStateMachineRole: 'Runs the state machine `detach-cluster`.',
};

type Section = { readonly title: string; readonly text: string; readonly holders: readonly Holder[] };

/** The document's text. Throws where a role says nothing of what it is for, or a statement for `*` gives no reason. */
export function iamDocument(root: URL = ROOT): string {
  const sections = sectionsOf(root);
  const described = functionDescriptions(root);
  const about = (holder: Holder) => {
    const text = described.get(holder.id) ?? PURPOSES[holder.id] ?? holder.about;
    if (text === '') throw new Error(`${holder.id} in ${holder.file} does not say what it is for`);
    return text;
  };
  return [
    readFileSync(new URL('scripts/iam-doc/head.md', root), 'utf8').trimEnd(),
    ...sections.flatMap(({ title, text, holders }) => [
      `## ${title}`,
      text,
      ...holders.flatMap((holder) => holderText(holder, about(holder))),
    ]),
  ]
    .join('\n\n')
    .concat('\n');
}

function sectionsOf(root: URL): Section[] {
  const inFile = (file: string) => holdersIn(root, file);
  const folders = readdirSync(new URL('functions/', root)).sort();
  const boundary = inFile('resources/iam-boundary.yml');
  const clusterStack = inFile('resources/cluster-stack.yml');
  const isRole = ({ type }: Holder) => type === 'AWS::IAM::Role';
  const deploymentPolicies = [
    'resources/ledger.yml',
    'resources/run-end.yml',
    'resources/interruptions.yml',
    'resources/fleet.yml',
    'resources/notices.yml',
    'resources/alarm-topic.yml',
    'resources/alarms-paging.yml',
    'resources/collector.yml',
    'resources/cost-report.yml',
  ].flatMap(inFile);
  return [
    {
      title: 'Functions',
      text: "One role for each function, assumed by `lambda.amazonaws.com`. When the stack is deployed with its vpc parameters each has AWSLambdaVPCAccessExecutionRole too, since Lambda makes network interfaces with the function's own role.",
      holders: folders.flatMap((folder) => inFile(`functions/${folder}/role.yml`)),
    },
    {
      title: 'State machines',
      text: 'One role for each machine. A machine calls functions and starts the machine that is nested in it; it does nothing else.',
      holders: ['resources/state-machines.yml', 'resources/cost-report.yml'].flatMap(inFile).filter(isRole),
    },
    {
      title: 'Deployment of the router',
      text: 'CodeDeploy moves the alias to a new version of the router, and back when it fails.',
      holders: inFile('resources/router-deployment.yml').filter(isRole),
    },
    {
      title: 'Roles that clusters know',
      text: 'They have no permission in AWS. A function assumes one to sign its token; what it may do there is said by the access entry and by Kubernetes RBAC.',
      holders: inFile('resources/kubernetes-roles.yml'),
    },
    {
      title: 'What makes the roles of clusters, and their boundary',
      text: 'The boundary grants nothing: a role may do what its own policies and the boundary both allow.',
      holders: boundary,
    },
    {
      title: "Roles in each cluster's stack",
      text: 'CloudFormation names them, under the path `/joinery/`. All have the boundary.',
      holders: clusterStack.filter(isRole),
    },
    {
      title: "Resources' own policies",
      text: 'Who may reach a queue or a bucket, whatever their own policies say.',
      holders: [...deploymentPolicies, ...clusterStack].filter(
        (holder) => holder.type.endsWith('Policy') && !isRole(holder),
      ),
    },
  ];
}

function holderText(holder: Holder, about: string): string[] {
  const facts = [
    ...(holder.trust.length > 0 ? [`- Assumed by: ${holder.trust.map(trustText).join('; ')}`] : []),
    ...(holder.path ? [`- Path: \`${holder.path}\``] : []),
    ...(holder.managedPolicies.length > 0 ? [`- AWS's own policies: ${holder.managedPolicies.join(', ')}`] : []),
    ...(holder.isBounded ? ['- Limited by: ClusterPermissionsBoundary'] : []),
    `- Written in: \`${holder.file}\``,
  ];
  return [
    `### ${holder.id}`,
    about,
    facts.join('\n'),
    ...(holder.statements.length > 0 ? [table(holder.statements)] : []),
  ];
}

function trustText({ principals, conditions }: Statement): string {
  const who = principals.map((principal) => `\`${principal}\``).join(', ');
  return conditions.length === 0
    ? who
    : `${who} when ${conditions.map((condition) => `\`${condition}\``).join(' and ')}`;
}

function table(statements: readonly Statement[]): string {
  const rows = statements.map(({ sid, effect, actions, resources, principals, conditions, reason }) => [
    effect === 'Deny' ? `${sid} (denies)` : sid,
    listed(actions),
    listed(resources),
    [...(principals.length > 0 ? [`caller: ${listed(principals)}`] : []), listed(conditions)]
      .filter(Boolean)
      .join('<br>'),
    reason,
  ]);
  return [['Statement', 'Actions', 'On', 'Only when', 'Note'], ['---', '---', '---', '---', '---'], ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}

function listed(words: readonly string[]): string {
  return words.map((word) => `\`${word}\``).join('<br>');
}

if (import.meta.main) writeFileSync(new URL('docs/iam.md', ROOT), iamDocument());

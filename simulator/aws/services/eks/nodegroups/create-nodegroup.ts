import type { CreateNodegroupRequest, CreateNodegroupResponse } from '@aws-sdk/client-eks';
import { type AccessRequest, type CallContext, operation } from '../../../types.ts';
import { addAccessEntry } from '../access/entries.ts';
import type { Checked } from '../checked.ts';
import { gitVersionOf, minorOf, offeredVersion } from '../clusters/cluster-versions.ts';
import { clusterReadyFor, eksError, invalidParameter } from '../faults.ts';
import { onAnything, onCluster, partArn, passRole, requestTags, resourceTags, tagOnCreate } from '../permissions.ts';
import type { EksPorts, LaunchTemplateFacts } from '../ports.ts';
import { checkNodeRole } from '../role-checks.ts';
import { ensureServiceLinkedRole, serviceLinkedRoleAccess, serviceLinkedRoleArn } from '../service-linked-roles.ts';
import { type ClusterRecord, eksState, freshUuid, type NodegroupRecord } from '../state.ts';
import { checkTags } from '../tags-check.ts';
import { drawSeconds } from '../timings.ts';
import {
  checkGroupSubnets,
  checkLabels,
  checkNodegroupName,
  checkScaling,
  checkUpdateConfig,
  kubernetesTaints,
  machineSettings,
} from './nodegroup-checks.ts';
import { scheduleTick } from './nodegroup-loop.ts';
import { nodegroupView } from './nodegroup-view.ts';

const NODEGROUP_SERVICE = 'eks-nodegroup.amazonaws.com';

export function createNodegroupOperation(ports: EksPorts) {
  return operation<Checked<CreateNodegroupRequest>, CreateNodegroupResponse>({
    authorize: (input, context) => createAccess(input, context, ports),
    run: (input, context) => {
      const { simulation } = context;
      const details = { clusterName: input.clusterName, nodegroupName: input.nodegroupName };
      const cluster = clusterReadyFor(simulation, input.clusterName, ['ACTIVE']);
      const existing = cluster.nodegroups[input.nodegroupName];
      if (existing?.requestToken !== undefined && existing.requestToken === input.clientRequestToken)
        return { nodegroup: nodegroupView(existing, cluster) };
      if (existing) {
        throw eksError(
          'ResourceInUseException',
          `NodeGroup already exists with name ${input.nodegroupName} and cluster name ${cluster.name}`,
          details,
        );
      }
      const { nodegroupsPerCluster: limit } = eksState(simulation).limits;
      if (Object.keys(cluster.nodegroups).length >= limit)
        throw eksError(
          'ResourceLimitExceededException',
          `Node group limit of ${limit} for a cluster exceeded`,
          details,
        );
      const nodegroup = newNodegroup(input, context, ports, cluster);
      cluster.nodegroups[nodegroup.name] = nodegroup;
      if (cluster.authenticationMode !== 'CONFIG_MAP' && !cluster.accessEntries[input.nodeRole])
        addAccessEntry(simulation, context, cluster, { principalArn: input.nodeRole, type: 'EC2_LINUX' });
      scheduleTick(simulation, cluster, nodegroup, 1);
      return { nodegroup: nodegroupView(nodegroup, cluster) };
    },
  });
}

/** Besides its own permission: EKS looks at roles and subnets, and tries the launch template, as the caller. */
function createAccess(input: Checked<CreateNodegroupRequest>, context: CallContext, ports: EksPorts): AccessRequest[] {
  const linkedRole = serviceLinkedRoleArn(context.accountId, NODEGROUP_SERVICE);
  const template = input.launchTemplate
    ? ports.ec2.launchTemplate(context.simulation, onlyGiven(input.launchTemplate))
    : undefined;
  return [
    onCluster(context, 'CreateNodegroup', input.clusterName, requestTags(input.tags)),
    ...tagOnCreate(partArn(context, 'nodegroup', input.clusterName, input.nodegroupName, '*'), input.tags),
    passRole(input.nodeRole, 'eks.amazonaws.com'),
    { action: 'iam:GetRole', resource: input.nodeRole },
    { action: 'iam:ListAttachedRolePolicies', resource: input.nodeRole },
    { action: 'iam:GetRole', resource: linkedRole },
    ...serviceLinkedRoleAccess(context, ports.iam, NODEGROUP_SERVICE),
    onAnything('ec2:DescribeSubnets'),
    ...(template ? launchAccess(input, context, template) : []),
  ];
}

function launchAccess(
  input: Checked<CreateNodegroupRequest>,
  context: CallContext,
  template: LaunchTemplateFacts,
): AccessRequest[] {
  const ec2Arn = (kind: string, id: string) => `arn:aws:ec2:${context.region}:${context.accountId}:${kind}/${id}`;
  const templateArn = ec2Arn('launch-template', template.id);
  const run = (resource: string, keys: Record<string, string | readonly string[]> = {}): AccessRequest => ({
    action: 'ec2:RunInstances',
    resource,
    context: { 'ec2:LaunchTemplate': templateArn, 'ec2:IsLaunchTemplateResource': 'true', ...keys },
  });
  const tagged = Object.entries(template.tags).filter(([, tags]) => Object.keys(tags).length > 0);
  return [
    run(templateArn, resourceTags(template.ownTags)),
    run(ec2Arn('instance', '*'), {
      'ec2:InstanceType': template.instanceType ?? input.instanceTypes?.[0] ?? 't3.medium',
      ...requestTags(template.tags['instance']),
    }),
    run(ec2Arn('network-interface', '*'), requestTags(template.tags['network-interface'])),
    run(ec2Arn('volume', '*'), requestTags(template.tags['volume'])),
    run(`arn:aws:ec2:${context.region}::image/${template.imageId ?? '*'}`),
    ...input.subnets.map((subnetId) => run(ec2Arn('subnet', subnetId))),
    ...(template.securityGroupIds ?? []).map((groupId) => run(ec2Arn('security-group', groupId))),
    ...tagged.map(([kind, tags]) => ({
      action: 'ec2:CreateTags',
      resource: ec2Arn(kind, '*'),
      context: { 'ec2:CreateAction': 'RunInstances', ...requestTags(tags) },
    })),
  ];
}

function onlyGiven(spec: NonNullable<CreateNodegroupRequest['launchTemplate']>) {
  return Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== undefined));
}

function newNodegroup(
  input: Checked<CreateNodegroupRequest>,
  context: CallContext,
  ports: EksPorts,
  cluster: ClusterRecord,
): NodegroupRecord {
  const { simulation } = context;
  const details = { clusterName: cluster.name, nodegroupName: input.nodegroupName };
  checkNodegroupName(input.nodegroupName);
  const sizes = checkScaling(simulation, input.scalingConfig);
  checkLabels(input.labels);
  const tags = checkTags(input.tags);
  const taints = kubernetesTaints(input.taints);
  const updateConfig = checkUpdateConfig(input.updateConfig);
  checkGroupSubnets(simulation, ports.ec2, cluster, input.subnets);
  const version = checkNodeVersion(input.version, cluster);
  const { template, instanceTypes, amiType, diskGiB } = machineSettings(simulation, ports.ec2, input);
  if (input.nodeRole === cluster.view.roleArn)
    throw invalidParameter(`The role ${input.nodeRole} of the cluster cannot be the role of its nodes`, details);
  checkNodeRole(simulation, ports.iam, input.nodeRole, details);
  ensureServiceLinkedRole(context, ports.iam, NODEGROUP_SERVICE);
  const uid = freshUuid(simulation);
  const nowMs = simulation.now();
  const key = `${cluster.name}:${input.nodegroupName}`;
  const { clusterName: _cluster, nodegroupName: _name, clientRequestToken, tags: _tags, ...spec } = input;
  const patch = offeredVersion(version, nowMs)?.patch ?? `${version}.0`;
  return {
    name: input.nodegroupName,
    arn: `${cluster.arn.replace(':cluster/', ':nodegroup/')}/${input.nodegroupName}/${uid}`,
    uid,
    status: 'CREATING',
    createdAtMs: nowMs,
    modifiedAtMs: nowMs,
    activeNotBeforeMs: nowMs + 1000 * drawSeconds(simulation, 'createNodegroup', key),
    failsAtMs: nowMs + 1000 * drawSeconds(simulation, 'nodegroupCreateTimeout', key),
    nextLaunchAtMs: nowMs + 1000 * drawSeconds(simulation, 'instanceLaunch', key),
    launches: 0,
    spec: {
      ...spec,
      ...(template ? { launchTemplate: { id: template.id, name: template.name, version: template.version } } : {}),
    },
    ...(clientRequestToken === undefined ? {} : { requestToken: clientRequestToken }),
    version,
    kubeletVersion: gitVersionOf(version),
    releaseVersion: amiType === 'CUSTOM' ? (template?.imageId ?? '') : (input.releaseVersion ?? `${patch}-20261023`),
    instanceTypes,
    amiType,
    capacityType: input.capacityType ?? 'ON_DEMAND',
    diskGiB,
    labels: { ...input.labels },
    taints,
    ...sizes,
    tags,
    asgName: `eks-${input.nodegroupName}-${uid}`,
    issues: [],
    nodes: [],
    dead: [],
    updateConfig,
  };
}

/** Nodes are never newer than the control plane, and at most three minor versions older. */
function checkNodeVersion(asked: string | undefined, cluster: ClusterRecord): string {
  const version = asked ?? cluster.version;
  const behind = minorOf(cluster.version) - minorOf(version);
  if (behind < 0 || behind > 3 || Number.isNaN(behind))
    throw invalidParameter(`Requested version ${version} is not supported on a cluster of version ${cluster.version}`);
  return version;
}

import type { CreateClusterRequest, CreateClusterResponse } from '@aws-sdk/client-eks';
import type { AccessRequest, CallContext } from '../../../types.ts';
import { operation } from '../../../types.ts';
import { addCreatorAdmin } from '../access/entries.ts';
import type { Checked } from '../checked.ts';
import { eksError, invalidParameter } from '../faults.ts';
import { clusterArn, onAnything, passRole, requestTags, tagOnCreate } from '../permissions.ts';
import type { EksPorts } from '../ports.ts';
import { checkClusterRole } from '../role-checks.ts';
import { ensureServiceLinkedRole, serviceLinkedRoleAccess } from '../service-linked-roles.ts';
import { type ClusterRecord, eksState, findCluster, freshUuid } from '../state.ts';
import { checkTags } from '../tags-check.ts';
import { drawSeconds } from '../timings.ts';
import {
  checkClusterName,
  checkEndpoints,
  checkKnownParts,
  checkSecurityGroups,
  checkSubnets,
  checkVersion,
} from './cluster-checks.ts';
import { latestVersion, offeredVersion } from './cluster-versions.ts';
import { clusterView } from './cluster-view.ts';

export function createClusterOperation(ports: EksPorts) {
  return operation<Checked<CreateClusterRequest>, CreateClusterResponse>({
    authorize: (input, context) => createAccess(input, context, ports),
    run: (input, context) => {
      const existing = findCluster(context.simulation, input.name);
      const requestJson = JSON.stringify({ ...input, clientRequestToken: undefined });
      if (existing) {
        const isRetry = existing.requestToken !== undefined && existing.requestToken === input.clientRequestToken;
        if (isRetry && existing.requestJson === requestJson)
          return { cluster: clusterView(existing, ports.kubernetes, context.region) };
        throw eksError('ResourceInUseException', `Cluster already exists with name: ${input.name}`, {
          clusterName: input.name,
        });
      }
      const cluster = newCluster(input, context, ports, requestJson);
      eksState(context.simulation).clusters[cluster.name] = cluster;
      if (
        cluster.authenticationMode !== 'CONFIG_MAP' &&
        (input.accessConfig?.bootstrapClusterCreatorAdminPermissions ?? true)
      )
        addCreatorAdmin(context.simulation, context, cluster, context.caller.roleArn);
      const seconds = drawSeconds(context.simulation, 'createCluster', cluster.name);
      context.simulation.schedule(seconds, 'eks:cluster-active', { cluster: cluster.name, uid: cluster.uid });
      return { cluster: clusterView(cluster, ports.kubernetes, context.region) };
    },
  });
}

function createAccess(input: Checked<CreateClusterRequest>, context: CallContext, ports: EksPorts): AccessRequest[] {
  const linked = serviceLinkedRoleAccess(context, ports.iam, 'eks.amazonaws.com');
  return [
    onAnything('eks:CreateCluster', { ...requestTags(input.tags), ...settingKeys(input) }),
    ...tagOnCreate(clusterArn(context, input.name), input.tags),
    passRole(input.roleArn, 'eks.amazonaws.com'),
    onAnything('ec2:DescribeSubnets'),
    // Before the service-linked role exists EKS looks at the network with the caller's permissions.
    ...(linked.length > 0 ? [onAnything('ec2:DescribeVpcs')] : []),
    ...linked,
  ];
}

/** The condition keys that a request sets by its settings; what it leaves out is no key. */
function settingKeys(input: Checked<CreateClusterRequest>): Record<string, string> {
  const settings: Record<string, boolean | string | undefined> = {
    'eks:authenticationMode': input.accessConfig?.authenticationMode,
    'eks:bootstrapClusterCreatorAdminPermissions': input.accessConfig?.bootstrapClusterCreatorAdminPermissions,
    'eks:bootstrapSelfManagedAddons': input.bootstrapSelfManagedAddons,
    'eks:computeConfigEnabled': input.computeConfig?.enabled,
    'eks:deletionProtection': input.deletionProtection,
    'eks:endpointPrivateAccess': input.resourcesVpcConfig.endpointPrivateAccess,
    'eks:endpointPublicAccess': input.resourcesVpcConfig.endpointPublicAccess,
    'eks:kubernetesVersion': input.version,
    'eks:supportType': input.upgradePolicy?.supportType,
    'eks:zonalShiftEnabled': input.zonalShiftConfig?.enabled,
  };
  for (const setup of input.logging?.clusterLogging ?? [])
    for (const type of setup.types ?? []) settings[`eks:loggingType/${type}`] = setup.enabled === true;
  return Object.fromEntries(
    Object.entries(settings).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]])),
  );
}

function newCluster(
  input: Checked<CreateClusterRequest>,
  context: CallContext,
  ports: EksPorts,
  requestJson: string,
): ClusterRecord {
  const { simulation } = context;
  const state = eksState(simulation);
  const version = input.version ?? latestVersion();
  const vpc = input.resourcesVpcConfig;
  const isPublic = vpc.endpointPublicAccess ?? true;
  const isPrivate = vpc.endpointPrivateAccess ?? false;
  const cidrs = vpc.publicAccessCidrs ?? ['0.0.0.0/0'];
  checkClusterName(input.name);
  checkKnownParts(input);
  checkVersion(simulation, version);
  const tags = checkTags(input.tags);
  checkEndpoints({ isPublic, isPrivate, cidrs });
  if (Object.keys(state.clusters).length >= state.limits.clusters) {
    throw eksError(
      'ResourceLimitExceededException',
      `You have reached the maximum number of clusters (${state.limits.clusters})`,
    );
  }
  const subnets = checkSubnets(simulation, ports.ec2, input.name, vpc);
  const vpcId = subnets[0]?.vpcId ?? '';
  checkSecurityGroups(simulation, ports.ec2, vpc.securityGroupIds ?? [], vpcId);
  checkClusterRole(simulation, ports.iam, input.roleArn);
  checkAutoMode(input);
  ensureServiceLinkedRole(context, ports.iam, 'eks.amazonaws.com');
  const uid = freshUuid(simulation);
  const securityGroupId = ports.ec2.createSecurityGroup(simulation, {
    name: `eks-cluster-sg-${input.name}-${uid.replaceAll('-', '').slice(0, 10)}`,
    description:
      'EKS created security group applied to ENI that is attached to EKS Control Plane master nodes, as well as any managed workloads.',
    vpcId,
    tags: {
      Name: `eks-cluster-sg-${input.name}-${uid.replaceAll('-', '').slice(0, 10)}`,
      'aws:eks:cluster-name': input.name,
      [`kubernetes.io/cluster/${input.name}`]: 'owned',
    },
  });
  const authenticationMode = input.accessConfig?.authenticationMode ?? 'CONFIG_MAP';
  return {
    name: input.name,
    arn: clusterArn(context, input.name),
    uid,
    status: 'CREATING',
    createdAtMs: simulation.now(),
    ...(input.clientRequestToken === undefined ? {} : { requestToken: input.clientRequestToken }),
    requestJson,
    view: {
      roleArn: input.roleArn,
      platformVersion: offeredVersion(version, simulation.now())?.platform ?? 'eks.1',
      resourcesVpcConfig: {
        subnetIds: subnets.map((subnet) => subnet.subnetId),
        securityGroupIds: vpc.securityGroupIds ?? [],
        clusterSecurityGroupId: securityGroupId,
        vpcId,
        endpointPublicAccess: isPublic,
        endpointPrivateAccess: isPrivate,
        publicAccessCidrs: isPublic ? cidrs : [],
      },
      kubernetesNetworkConfig: {
        serviceIpv4Cidr: input.kubernetesNetworkConfig?.serviceIpv4Cidr ?? '172.20.0.0/16',
        ipFamily: input.kubernetesNetworkConfig?.ipFamily ?? 'ipv4',
        elasticLoadBalancing: { enabled: input.kubernetesNetworkConfig?.elasticLoadBalancing?.enabled ?? false },
      },
      logging: loggingView(input),
      accessConfig: {
        authenticationMode,
        ...(input.accessConfig?.bootstrapClusterCreatorAdminPermissions === undefined
          ? { bootstrapClusterCreatorAdminPermissions: true }
          : {
              bootstrapClusterCreatorAdminPermissions: input.accessConfig.bootstrapClusterCreatorAdminPermissions,
            }),
      },
      upgradePolicy: { supportType: input.upgradePolicy?.supportType ?? 'EXTENDED' },
      ...(input.zonalShiftConfig ? { zonalShiftConfig: { enabled: input.zonalShiftConfig.enabled ?? false } } : {}),
      ...(input.computeConfig ? { computeConfig: { enabled: false, nodePools: [], ...input.computeConfig } } : {}),
      ...(input.storageConfig ? { storageConfig: input.storageConfig } : {}),
    },
    vpcId,
    securityGroupId,
    authenticationMode,
    version,
    tags,
    deletionProtection: input.deletionProtection ?? false,
    selfManagedAddons: input.bootstrapSelfManagedAddons ?? true,
    accessEntries: {},
    grants: [],
    nodegroups: {},
    addons: {},
    associations: {},
    associationSpans: [],
    updates: [],
  };
}

/** Auto Mode goes with block storage and load balancing or not at all. */
function checkAutoMode(input: Checked<CreateClusterRequest>): void {
  const flags = [
    input.computeConfig?.enabled ?? false,
    input.storageConfig?.blockStorage?.enabled ?? false,
    input.kubernetesNetworkConfig?.elasticLoadBalancing?.enabled ?? false,
  ];
  if (new Set(flags).size > 1) {
    throw invalidParameter(
      'For EKS Auto Mode, please ensure that all required configs, including computeConfig, kubernetesNetworkConfig, and blockStorage are all either fully enabled or fully disabled.',
    );
  }
}

const LOG_TYPES = ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'] as const;

function loggingView(input: Checked<CreateClusterRequest>) {
  const enabled = new Set(
    (input.logging?.clusterLogging ?? []).flatMap((setup) => (setup.enabled === true ? (setup.types ?? []) : [])),
  );
  const [on, off] = [LOG_TYPES.filter((type) => enabled.has(type)), LOG_TYPES.filter((type) => !enabled.has(type))];
  return {
    clusterLogging: [
      ...(on.length > 0 ? [{ types: on, enabled: true }] : []),
      ...(off.length > 0 ? [{ types: off, enabled: false }] : []),
    ],
  };
}

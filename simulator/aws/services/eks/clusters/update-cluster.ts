import type {
  Update,
  UpdateClusterConfigRequest,
  UpdateClusterConfigResponse,
  UpdateClusterVersionRequest,
  UpdateClusterVersionResponse,
  UpdateType,
} from '@aws-sdk/client-eks';
import { NotSimulatedError } from '../../../errors.ts';
import type { CallContext } from '../../../types.ts';
import { operation } from '../../../types.ts';
import type { Checked } from '../checked.ts';
import { clusterNamed, eksError, invalidParameter } from '../faults.ts';
import { onCluster } from '../permissions.ts';
import type { ClusterRecord } from '../state.ts';
import { drawSeconds, type EksTiming } from '../timings.ts';
import { beginUpdate, refuseWhileUpdating, updateView } from '../updates.ts';
import { checkEndpoints, checkVersion } from './cluster-checks.ts';
import { minorOf } from './cluster-versions.ts';

type Params = NonNullable<Update['params']>;
type Change = { type: UpdateType; params: Params; apply: () => void };

const MODE_ORDER = ['CONFIG_MAP', 'API_AND_CONFIG_MAP', 'API'];

export const updateClusterOperations = {
  UpdateClusterConfig: operation<Checked<UpdateClusterConfigRequest>, UpdateClusterConfigResponse>({
    authorize: (input, context) => [onCluster(context, 'UpdateClusterConfig', input.name, updateKeys(input))],
    run: (input, context) => {
      const cluster = updatable(context, input.name, 'updateClusterConfig');
      const changes = changesOf(input, cluster);
      const [change, ...others] = changes;
      if (!change) throw invalidParameter('No changes needed for the cluster config provided');
      if (others.length > 0) throw invalidParameter('Only one type of update can be allowed.');
      return { update: begin(context, cluster, change, 'updateClusterConfig') };
    },
  }),
  UpdateClusterVersion: operation<Checked<UpdateClusterVersionRequest>, UpdateClusterVersionResponse>({
    authorize: (input, context) => [
      onCluster(context, 'UpdateClusterVersion', input.name, { 'eks:kubernetesVersion': input.version }),
    ],
    run: (input, context) => {
      if (input.rollbackConfig) throw new NotSimulatedError('EKS UpdateClusterVersion with rollbackConfig');
      const cluster = updatable(context, input.name, 'updateClusterVersion');
      checkVersion(context.simulation, input.version);
      const step = minorOf(input.version) - minorOf(cluster.version);
      if (step === 0) throw invalidParameter(`Cluster is already at version: ${input.version}`);
      if (step !== 1)
        throw invalidParameter(
          `Unsupported Kubernetes minor version update from ${cluster.version} to ${input.version}`,
        );
      const params: Params = [{ type: 'Version', value: input.version }];
      return {
        update: begin(context, cluster, { type: 'VersionUpdate', params, apply: () => {} }, 'updateClusterVersion'),
      };
    },
  }),
};

function updatable(context: CallContext, name: string, operationName: string): ClusterRecord {
  const cluster = clusterNamed(context.simulation, name);
  refuseWhileUpdating(cluster, operationName);
  if (cluster.status !== 'ACTIVE') {
    throw eksError('ResourceInUseException', `Cluster ${name} is in ${cluster.status} state and cannot be updated`, {
      clusterName: name,
    });
  }
  return cluster;
}

function begin(context: CallContext, cluster: ClusterRecord, change: Change, timing: EksTiming): Update {
  const { simulation } = context;
  const update = beginUpdate(simulation, cluster, change.type, change.params);
  change.apply();
  cluster.status = 'UPDATING';
  const seconds = drawSeconds(simulation, timing, `${cluster.name}:${cluster.updates.length}`);
  simulation.schedule(seconds, 'eks:cluster-updated', { cluster: cluster.name, uid: cluster.uid, update: update.id });
  return updateView(update);
}

function updateKeys(input: Checked<UpdateClusterConfigRequest>): Record<string, string> {
  const keys = {
    'eks:authenticationMode': input.accessConfig?.authenticationMode,
    'eks:deletionProtection': input.deletionProtection,
    'eks:endpointPrivateAccess': input.resourcesVpcConfig?.endpointPrivateAccess,
    'eks:endpointPublicAccess': input.resourcesVpcConfig?.endpointPublicAccess,
    'eks:supportType': input.upgradePolicy?.supportType,
  };
  return Object.fromEntries(
    Object.entries(keys).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]])),
  );
}

function changesOf(input: Checked<UpdateClusterConfigRequest>, cluster: ClusterRecord): Change[] {
  const known = [
    'name',
    'clientRequestToken',
    'resourcesVpcConfig',
    'logging',
    'accessConfig',
    'upgradePolicy',
    'deletionProtection',
  ];
  const unknown = Object.keys(input).filter((key) => !known.includes(key));
  if (unknown.length > 0) throw new NotSimulatedError(`EKS UpdateClusterConfig with ${unknown.join(', ')}`);
  return [
    ...(input.resourcesVpcConfig ? [endpointChange(input, cluster)] : []),
    ...(input.logging ? [loggingChange(input, cluster)] : []),
    ...(input.accessConfig ? [modeChange(input, cluster)] : []),
    ...(input.upgradePolicy ? [supportChange(input, cluster)] : []),
    ...(input.deletionProtection === undefined ? [] : [protectionChange(input.deletionProtection, cluster)]),
  ];
}

function endpointChange(input: Checked<UpdateClusterConfigRequest>, cluster: ClusterRecord): Change {
  const current = cluster.view.resourcesVpcConfig ?? {};
  const asked = input.resourcesVpcConfig ?? {};
  if (asked.subnetIds || asked.securityGroupIds || asked.controlPlaneEgressMode)
    throw new NotSimulatedError('EKS UpdateClusterConfig of subnets, security groups or egress mode');
  const next = {
    endpointPublicAccess: asked.endpointPublicAccess ?? current.endpointPublicAccess ?? true,
    endpointPrivateAccess: asked.endpointPrivateAccess ?? current.endpointPrivateAccess ?? false,
    publicAccessCidrs: asked.publicAccessCidrs ?? current.publicAccessCidrs ?? ['0.0.0.0/0'],
  };
  checkEndpoints({
    isPublic: next.endpointPublicAccess,
    isPrivate: next.endpointPrivateAccess,
    cidrs: next.publicAccessCidrs,
  });
  const isSame = Object.entries(next).every(
    ([key, value]) => JSON.stringify(value) === JSON.stringify(current[key as keyof typeof next]),
  );
  if (isSame) {
    throw invalidParameter(
      `Cluster is already at the desired configuration with endpointPrivateAccess: ${next.endpointPrivateAccess} , endpointPublicAccess: ${next.endpointPublicAccess}, and Public Endpoint Restrictions: [${next.publicAccessCidrs.join(', ')}]`,
    );
  }
  return {
    type: 'EndpointAccessUpdate',
    params: [
      { type: 'EndpointPublicAccess', value: String(next.endpointPublicAccess) },
      { type: 'EndpointPrivateAccess', value: String(next.endpointPrivateAccess) },
      { type: 'PublicAccessCidrs', value: JSON.stringify(next.publicAccessCidrs) },
    ],
    apply: () => {
      cluster.view.resourcesVpcConfig = { ...current, ...next };
    },
  };
}

function loggingChange(input: Checked<UpdateClusterConfigRequest>, cluster: ClusterRecord): Change {
  const current = cluster.view.logging?.clusterLogging ?? [];
  const isOn = new Map(current.flatMap((setup) => (setup.types ?? []).map((type) => [type, setup.enabled === true])));
  const before = JSON.stringify([...isOn]);
  for (const setup of input.logging?.clusterLogging ?? [])
    for (const type of setup.types ?? []) isOn.set(type, setup.enabled === true);
  if (JSON.stringify([...isOn]) === before) throw invalidParameter('No changes needed for the logging config provided');
  const types = (enabled: boolean) => [...isOn].filter(([, value]) => value === enabled).map(([type]) => type);
  const clusterLogging = [true, false]
    .map((enabled) => ({ types: types(enabled), enabled }))
    .filter((setup) => setup.types.length > 0);
  return {
    type: 'LoggingUpdate',
    params: [{ type: 'ClusterLogging', value: JSON.stringify({ clusterLogging }) }],
    apply: () => {
      cluster.view.logging = { clusterLogging };
    },
  };
}

function modeChange(input: Checked<UpdateClusterConfigRequest>, cluster: ClusterRecord): Change {
  const mode = input.accessConfig?.authenticationMode;
  if (!mode) throw invalidParameter('accessConfig must specify an authenticationMode');
  if (MODE_ORDER.indexOf(mode) <= MODE_ORDER.indexOf(cluster.authenticationMode))
    throw invalidParameter(`Unsupported authentication mode update from ${cluster.authenticationMode} to ${mode}`);
  return {
    type: 'AccessConfigUpdate',
    params: [{ type: 'AuthenticationMode', value: mode }],
    apply: () => {
      cluster.authenticationMode = mode;
      cluster.view.accessConfig = { ...cluster.view.accessConfig, authenticationMode: mode };
    },
  };
}

function supportChange(input: Checked<UpdateClusterConfigRequest>, cluster: ClusterRecord): Change {
  const supportType = input.upgradePolicy?.supportType;
  if (!supportType || supportType === cluster.view.upgradePolicy?.supportType)
    throw invalidParameter('No changes needed for the upgrade policy provided');
  return {
    type: 'UpgradePolicyUpdate',
    params: [{ type: 'UpgradePolicy', value: JSON.stringify({ supportType }) }],
    apply: () => {
      cluster.view.upgradePolicy = { supportType };
    },
  };
}

function protectionChange(enabled: boolean, cluster: ClusterRecord): Change {
  if (enabled === cluster.deletionProtection)
    throw invalidParameter(`Cluster is already at the desired deletion protection: ${enabled}`);
  return {
    type: 'DeletionProtectionUpdate',
    params: [{ type: 'DeletionProtection', value: String(enabled) }],
    apply: () => {
      cluster.deletionProtection = enabled;
    },
  };
}

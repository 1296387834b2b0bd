import type {
  Addon,
  AddonPodIdentityAssociations,
  CreateAddonRequest,
  CreateAddonResponse,
  DeleteAddonRequest,
  DeleteAddonResponse,
  DescribeAddonRequest,
  DescribeAddonResponse,
  ListAddonsRequest,
  ListAddonsResponse,
  UpdateAddonRequest,
  UpdateAddonResponse,
} from '@aws-sdk/client-eks';
import type { Simulation } from '../../../../core/simulation.ts';
import { NotSimulatedError } from '../../../errors.ts';
import { type AccessRequest, type CallContext, operation } from '../../../types.ts';
import type { Checked } from '../checked.ts';
import { addonNamed, clusterNamed, clusterReadyFor, eksError } from '../faults.ts';
import { pageOf } from '../paging.ts';
import { onCluster, onPart, partArn, requestTags, tagOnCreate } from '../permissions.ts';
import { addAssociation } from '../pod-identity/associations.ts';
import { checkPodRole, podRoleAccess } from '../pod-identity/pod-identity.ts';
import type { EksPorts } from '../ports.ts';
import { type AddonRecord, type ClusterRecord, findCluster, freshUuid } from '../state.ts';
import { checkTags } from '../tags-check.ts';
import { drawSeconds } from '../timings.ts';
import { beginUpdate, updateView } from '../updates.ts';
import { parseConfiguration } from './addon-configuration.ts';
import { applyAddon, isInstalled, lackingDeployments } from './addon-objects.ts';
import { addonVersionOperations, chooseVersion } from './addon-versions.ts';

export function addonOperations(ports: EksPorts) {
  return {
    ...addonVersionOperations,
    CreateAddon: operation<Checked<CreateAddonRequest>, CreateAddonResponse>({
      authorize: (input, context) => createAccess(input, context),
      run: (input, { simulation }) => {
        const cluster = clusterReadyFor(simulation, input.clusterName, ['ACTIVE', 'UPDATING']);
        refuseUnknown(input);
        const existing = cluster.addons[input.addonName];
        if (existing?.requestToken !== undefined && existing.requestToken === input.clientRequestToken)
          return { addon: addonView(existing, cluster, ports) };
        if (existing) {
          throw eksError('ResourceInUseException', 'Addon already exists.', {
            clusterName: cluster.name,
            addonName: input.addonName,
          });
        }
        const addon = createAddon(simulation, ports, cluster, input);
        return { addon: addonView(addon, cluster, ports) };
      },
    }),
    DescribeAddon: operation<Checked<DescribeAddonRequest>, DescribeAddonResponse>({
      authorize: (input, context) => [onAddon(context, 'DescribeAddon', input)],
      run: (input, { simulation }) => {
        const cluster = clusterNamed(simulation, input.clusterName);
        return { addon: addonView(addonNamed(cluster, input.addonName), cluster, ports) };
      },
    }),
    ListAddons: operation<Checked<ListAddonsRequest>, ListAddonsResponse>({
      authorize: (input, context) => [onCluster(context, 'ListAddons', input.clusterName)],
      run: (input, { simulation }) => {
        const page = pageOf(Object.keys(clusterNamed(simulation, input.clusterName).addons).sort(), input);
        return { addons: page.items, ...(page.nextToken ? { nextToken: page.nextToken } : {}) };
      },
    }),
    UpdateAddon: operation<Checked<UpdateAddonRequest>, UpdateAddonResponse>({
      authorize: (input, context) => [onAddon(context, 'UpdateAddon', input)],
      run: (input, { simulation }) => {
        const cluster = clusterReadyFor(simulation, input.clusterName, ['ACTIVE', 'UPDATING']);
        refuseUnknown(input);
        if (input.podIdentityAssociations) throw new NotSimulatedError('EKS UpdateAddon with podIdentityAssociations');
        const addon = settledAddon(cluster, input.addonName);
        const version = chooseVersion(addon.name, cluster.version, input.addonVersion ?? addon.version);
        parseConfiguration(addon.name, input.configurationValues);
        addon.status = 'UPDATING';
        addon.version = version;
        addon.modifiedAtMs = simulation.now();
        if (input.configurationValues !== undefined) addon.configurationValues = input.configurationValues;
        const params = [
          { type: 'AddonVersion' as const, value: version },
          { type: 'ResolveConflicts' as const, value: input.resolveConflicts ?? 'NONE' },
        ];
        const update = beginUpdate(simulation, cluster, 'AddonUpdate', params, { addonName: addon.name });
        const seconds = drawSeconds(
          simulation,
          'updateAddon',
          `${cluster.name}:${addon.name}:${cluster.updates.length}`,
        );
        simulation.schedule(seconds, 'eks:addon-settled', due(cluster, addon, update.id));
        return { update: updateView(update) };
      },
    }),
    DeleteAddon: operation<Checked<DeleteAddonRequest>, DeleteAddonResponse>({
      authorize: (input, context) => [onAddon(context, 'DeleteAddon', input)],
      run: (input, { simulation }) => {
        const cluster = clusterNamed(simulation, input.clusterName);
        const addon = settledAddon(cluster, input.addonName);
        addon.status = 'DELETING';
        const seconds = drawSeconds(simulation, 'deleteAddon', `${cluster.name}:${addon.name}`);
        simulation.schedule(seconds, 'eks:addon-gone', { ...due(cluster, addon), preserve: input.preserve ?? false });
        return { addon: addonView(addon, cluster, ports) };
      },
    }),
  };
}

function createAccess(input: Checked<CreateAddonRequest>, context: CallContext): AccessRequest[] {
  const associations = wantedAssociations(input);
  return [
    onCluster(context, 'CreateAddon', input.clusterName, requestTags(input.tags)),
    ...tagOnCreate(partArn(context, 'addon', input.clusterName, input.addonName, '*'), input.tags),
    ...(associations.length > 0 ? [onCluster(context, 'CreatePodIdentityAssociation', input.clusterName)] : []),
    ...associations.flatMap((association) => podRoleAccess(association.roleArn)),
  ];
}

function wantedAssociations(input: Checked<CreateAddonRequest>): Checked<AddonPodIdentityAssociations>[] {
  return (input.podIdentityAssociations ?? []).map(({ serviceAccount = '', roleArn = '' }) => ({
    serviceAccount,
    roleArn,
  }));
}

function createAddon(
  simulation: Simulation,
  ports: EksPorts,
  cluster: ClusterRecord,
  input: Checked<CreateAddonRequest>,
): AddonRecord {
  const kube = ports.kubernetes.find(cluster.name);
  if (!kube) throw new Error(`cluster ${cluster.name} is ${cluster.status} and has no Kubernetes`);
  const version = chooseVersion(input.addonName, cluster.version, input.addonVersion);
  const settings = parseConfiguration(input.addonName, input.configurationValues);
  for (const association of wantedAssociations(input)) checkPodRole(simulation, ports.iam, association.roleArn);
  const uid = freshUuid(simulation);
  const nowMs = simulation.now();
  const seconds = drawSeconds(simulation, 'createAddon', `${cluster.name}:${input.addonName}`);
  const addon: AddonRecord = {
    name: input.addonName,
    arn: `${cluster.arn.replace(':cluster/', ':addon/')}/${input.addonName}/${uid}`,
    uid,
    status: 'CREATING',
    version,
    createdAtMs: nowMs,
    modifiedAtMs: nowMs,
    settlesAtMs: nowMs + 1000 * seconds,
    ...(input.configurationValues === undefined ? {} : { configurationValues: input.configurationValues }),
    ...(input.clientRequestToken === undefined ? {} : { requestToken: input.clientRequestToken }),
    issues: [],
    associationArns: [],
    tags: checkTags(input.tags),
  };
  if (isInstalled(kube, addon.name) && input.resolveConflicts !== 'OVERWRITE') {
    addon.issues = [
      {
        code: 'ConfigurationConflict',
        message: `Conflicts found when trying to apply. Will not continue due to resolve conflicts mode.`,
        resourceIds: [],
      },
    ];
  } else applyAddon(kube, addon.name, version, settings);
  for (const { serviceAccount, roleArn } of wantedAssociations(input)) {
    const owned = addAssociation(simulation, cluster, {
      namespace: 'kube-system',
      serviceAccount,
      roleArn,
      ownerArn: addon.arn,
    });
    addon.associationArns.push(owned.arn);
  }
  cluster.addons[addon.name] = addon;
  simulation.schedule(seconds, 'eks:addon-settled', due(cluster, addon));
  return addon;
}

function due(cluster: ClusterRecord, addon: AddonRecord, update?: string) {
  return { cluster: cluster.name, addon: addon.name, uid: addon.uid, ...(update === undefined ? {} : { update }) };
}

function settledAddon(cluster: ClusterRecord, name: string): AddonRecord {
  const addon = addonNamed(cluster, name);
  if (['CREATING', 'UPDATING', 'DELETING'].includes(addon.status)) {
    throw eksError(
      'ResourceInUseException',
      `Addon ${name} cannot be changed as it is currently in ${addon.status} state`,
      {
        clusterName: cluster.name,
        addonName: name,
      },
    );
  }
  return addon;
}

function refuseUnknown(input: { serviceAccountRoleArn?: string | undefined; namespaceConfig?: unknown }): void {
  if (input.serviceAccountRoleArn !== undefined || input.namespaceConfig !== undefined)
    throw new NotSimulatedError('EKS add-on with serviceAccountRoleArn or namespaceConfig');
}

function onAddon(
  context: CallContext,
  action: string,
  input: { clusterName: string; addonName: string },
): AccessRequest {
  const addon = findCluster(context.simulation, input.clusterName)?.addons[input.addonName];
  return onPart(action, addon, partArn(context, 'addon', input.clusterName, input.addonName, '*'));
}

/** An ACTIVE add-on whose Deployment lacks pods shows as DEGRADED, and as ACTIVE again when they run. */
function addonView(addon: AddonRecord, cluster: ClusterRecord, ports: EksPorts): Addon {
  const kube = ports.kubernetes.find(cluster.name);
  const lacking = addon.status === 'ACTIVE' && kube ? lackingDeployments(kube, addon.name) : [];
  const issues = lacking.map((name) => ({
    code: 'InsufficientNumberOfReplicas',
    message: `The add-on is unhealthy because it doesn't have the desired number of replicas: ${name}`,
    resourceIds: [],
  }));
  return {
    addonName: addon.name,
    clusterName: cluster.name,
    status: lacking.length > 0 ? 'DEGRADED' : addon.status,
    addonVersion: addon.version,
    health: { issues: [...addon.issues, ...issues] as NonNullable<NonNullable<Addon['health']>['issues']> },
    addonArn: addon.arn,
    createdAt: new Date(addon.createdAtMs),
    modifiedAt: new Date(addon.modifiedAtMs),
    tags: addon.tags,
    ...(addon.configurationValues === undefined ? {} : { configurationValues: addon.configurationValues }),
    ...(addon.associationArns.length > 0 ? { podIdentityAssociations: addon.associationArns } : {}),
    namespaceConfig: { namespace: 'kube-system' },
  };
}

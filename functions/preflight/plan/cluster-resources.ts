import { endpointOf, writtenLogs } from '../../../shared/aws/control-plane.ts';
import { OPERATOR_GROUP, READER_GROUP } from '../../../shared/clusters/access.ts';
import { namesOf } from '../../../shared/clusters/names.ts';
import { isTaggedFor } from '../../../shared/clusters/ownership.ts';
import { ADDON_NAMES, ADDON_STEPS, type AddonName, ownCluster, type World } from '../world.ts';
import { asAdopted, compared, type PlannedResource, planned } from './planned-resource.ts';

/** 730 hours at 0.10 dollars; extended support adds 0.50 an hour. */
const STANDARD_MONTH = '73.00';
const EXTENDED_MONTH = '438.00';

/** What EKS makes: the control plane, who may speak to it, the add-ons and the bootstrap nodes. */
export function clusterResources(world: World): PlannedResource[] {
  return [
    controlPlane(world),
    ...accessEntries(world),
    ...ADDON_NAMES.map((name) => addon(world, name)),
    bootstrapNodes(world),
  ];
}

function controlPlane(world: World): PlannedResource {
  const { metadata, spec } = world.cluster;
  const version = world.offers.kubernetesVersions.find((known) => known.version === spec.kubernetesVersion);
  const monthlyUsd = !version ? null : version.isInStandardSupport ? STANDARD_MONTH : EXTENDED_MONTH;
  const thing = {
    step: 'cluster',
    resource: 'EKS cluster',
    name: metadata.name,
    seconds: [420, 600],
    monthlyUsd,
  } as const;
  const { kubernetesVersion, supportType, network } = spec;
  const endpoint = endpointOf(network);
  const wanted = {
    ...endpoint,
    ...(endpoint.publicAccessCidrs ? { publicAccessCidrs: endpoint.publicAccessCidrs.sort() } : {}),
    logging: [...spec.logging].sort(),
    supportType,
  };
  const found = ownCluster(world);
  if (found && world.adoption) return planned(thing, { action: 'adopt', reason: 'its settings stay as they are' });
  if (!found) {
    return planned(thing, {
      action: 'create',
      after: { kubernetesVersion, subnetIds: network.subnetIds, ...wanted },
    });
  }
  if (found.status === 'CREATING') return planned(thing, { action: 'create', reason: 'EKS is making it' });
  const present = found.resourcesVpcConfig;
  const settings = {
    ...present,
    publicAccessCidrs: [...(present?.publicAccessCidrs ?? [])].sort(),
    logging: writtenLogs(found).sort(),
    supportType: found.upgradePolicy?.supportType,
  };
  return planned({ ...thing, seconds: [60, 180] }, compared(settings, wanted));
}

function accessEntries(world: World): PlannedResource[] {
  const { roles, existing } = world;
  const wanted = [
    { name: roles.installer, groups: [] },
    { name: roles.operator, groups: [OPERATOR_GROUP] },
    { name: roles.reader, groups: [READER_GROUP] },
    { name: existing.row?.roles.karpenterNode ?? "the role of Karpenter's nodes, from the stack", groups: [] },
  ];
  return wanted.map(({ name, groups }) => {
    const thing = { step: 'access', resource: 'access entry', name, seconds: [1, 60] } as const;
    const found = existing.accessEntries[name];
    const after = { kubernetesGroups: groups };
    if (!found) return planned(thing, { action: 'create', after });
    const present = found.kubernetesGroups ?? [];
    if (groups.every((group) => present.includes(group))) return planned(thing, { action: 'none' });
    return planned(thing, compared({ kubernetesGroups: present }, after));
  });
}

function addon({ cluster, offers, existing, adoption }: World, name: AddonName): PlannedResource {
  const thing = { step: ADDON_STEPS[name], resource: 'add-on', name, seconds: [20, 90] } as const;
  const pinned = cluster.spec.addons[name]?.version;
  const found = existing.addons[name];
  if (!found && adoption) {
    const change = adoption.plan.changes.find((one) => one.resource === 'add-on' && one.name === name);
    if (!change) return planned(thing, { action: 'none', reason: 'whatever is in its place is used as it is' });
    const { consent, why: reason } = change;
    return planned(thing, { action: 'create', reason, consent });
  }
  if (!found) {
    return planned(thing, {
      action: 'create',
      after: { version: pinned ?? offers.addonVersions[name]?.defaultVersion },
    });
  }
  const decision = compared({ version: found.addonVersion }, { version: pinned ?? found.addonVersion });
  return planned(thing, asAdopted(decision, isTaggedFor(cluster.metadata.name, found.tags)));
}

function bootstrapNodes({ cluster, existing, adoption }: World): PlannedResource {
  const { instanceTypes, minSize, desiredSize, maxSize } = cluster.spec.bootstrapNodes;
  const thing = {
    step: 'bootstrap-nodes',
    resource: 'node group',
    name: namesOf(cluster.metadata.name).nodeGroupName,
    seconds: [120, 240],
    monthlyUsd: null,
  } as const;
  const found = existing.nodegroup;
  if (adoption?.plan.bootstrapNodes === false) {
    return planned(thing, { action: 'none', reason: 'the nodes that are there have room for the controller' });
  }
  if (!found && adoption) {
    const change = adoption.plan.changes.find(({ consent }) => consent === 'add-bootstrap-nodes');
    const after = { instanceTypes, minSize, desiredSize, maxSize };
    if (!change) return planned(thing, { action: 'unknown', reason: 'only where the controller finds no room', after });
    return planned(thing, { action: 'create', reason: change.why, consent: change.consent, after });
  }
  if (!found) return planned(thing, { action: 'create', after: { instanceTypes, minSize, desiredSize, maxSize } });
  // The desired size belongs to whoever scales the group.
  return planned({ ...thing, seconds: [10, 40] }, compared({ ...found.scalingConfig }, { minSize, maxSize }));
}

import type { Simulation } from '../../../core/simulation.ts';
import { SimulatedAwsError } from '../../errors.ts';
import {
  type AccessEntryRecord,
  type AddonRecord,
  type AssociationRecord,
  type ClusterRecord,
  findCluster,
  type NodegroupRecord,
} from './state.ts';

type Details = {
  readonly clusterName?: string | undefined;
  readonly nodegroupName?: string | undefined;
  readonly addonName?: string | undefined;
  readonly validZones?: readonly string[];
};

const STATUS = {
  InvalidParameterException: 400,
  InvalidRequestException: 400,
  ResourceInUseException: 409,
  ResourceNotFoundException: 404,
  ResourceLimitExceededException: 400,
  UnsupportedAvailabilityZoneException: 400,
  BadRequestException: 400,
  NotFoundException: 404,
} as const;

/** An EKS exception with the members that its SDK class has beside the message. */
export function eksError(code: keyof typeof STATUS, message: string, details: Details = {}): SimulatedAwsError {
  return Object.assign(new SimulatedAwsError(code, message, STATUS[code]), details);
}

export function invalidParameter(message: string, details?: Details): SimulatedAwsError {
  return eksError('InvalidParameterException', message, details);
}

export function clusterNamed(simulation: Simulation, name: string): ClusterRecord {
  const cluster = findCluster(simulation, name);
  if (!cluster)
    throw eksError('ResourceNotFoundException', `No cluster found for name: ${name}.`, { clusterName: name });
  return cluster;
}

/** The cluster, when it can take new parts; EKS wants ACTIVE for node groups, and ACTIVE or UPDATING for add-ons. */
export function clusterReadyFor(simulation: Simulation, name: string, allowed: readonly string[]): ClusterRecord {
  const cluster = clusterNamed(simulation, name);
  if (!allowed.includes(cluster.status)) {
    throw eksError('InvalidRequestException', `Cluster '${name}' is not in ${allowed.join(' or ')} status`, {
      clusterName: name,
    });
  }
  return cluster;
}

export function nodegroupNamed(cluster: ClusterRecord, name: string): NodegroupRecord {
  const nodegroup = cluster.nodegroups[name];
  if (!nodegroup) {
    throw eksError('ResourceNotFoundException', `No node group found for name: ${name}.`, {
      clusterName: cluster.name,
      nodegroupName: name,
    });
  }
  return nodegroup;
}

export function addonNamed(cluster: ClusterRecord, name: string): AddonRecord {
  const addon = cluster.addons[name];
  if (!addon) {
    throw eksError('ResourceNotFoundException', `No addon: ${name} found in cluster: ${cluster.name}`, {
      clusterName: cluster.name,
      addonName: name,
    });
  }
  return addon;
}

export function accessEntryOf(cluster: ClusterRecord, principalArn: string): AccessEntryRecord {
  const entry = cluster.accessEntries[principalArn];
  if (!entry) {
    throw eksError(
      'ResourceNotFoundException',
      `The specified principalArn could not be found. You can view your available access entries with 'list-access-entries'.`,
      { clusterName: cluster.name },
    );
  }
  return entry;
}

export function associationOf(cluster: ClusterRecord, id: string): AssociationRecord {
  const association = cluster.associations[id];
  if (!association) {
    throw eksError('ResourceNotFoundException', `No PodIdentityAssociation found for id: ${id}`, {
      clusterName: cluster.name,
    });
  }
  return association;
}

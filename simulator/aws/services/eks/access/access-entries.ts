import type {
  AccessEntry,
  CreateAccessEntryRequest,
  CreateAccessEntryResponse,
  DeleteAccessEntryRequest,
  DeleteAccessEntryResponse,
  DescribeAccessEntryRequest,
  DescribeAccessEntryResponse,
  ListAccessEntriesRequest,
  ListAccessEntriesResponse,
  UpdateAccessEntryRequest,
  UpdateAccessEntryResponse,
} from '@aws-sdk/client-eks';
import { type AccessRequest, type CallContext, operation } from '../../../types.ts';
import type { Checked } from '../checked.ts';
import { accessEntryOf, eksError } from '../faults.ts';
import { pageOf } from '../paging.ts';
import { accessEntryArn, onCluster, onPart, requestTags, tagOnCreate } from '../permissions.ts';
import type { EksPorts } from '../ports.ts';
import { type AccessEntryRecord, eksState, findCluster } from '../state.ts';
import { checkTags } from '../tags-check.ts';
import { addAccessEntry } from './entries.ts';
import { checkGroups, checkNewEntry, checkUsername, clusterWithEntries } from './entry-checks.ts';
import { grantIdentity, revokeAll } from './grants.ts';

export function accessEntryOperations(ports: EksPorts) {
  return {
    CreateAccessEntry: operation<Checked<CreateAccessEntryRequest>, CreateAccessEntryResponse>({
      authorize: (input, context) => [
        onCluster(context, 'CreateAccessEntry', input.clusterName, {
          ...requestTags(input.tags),
          'eks:principalArn': input.principalArn,
          'eks:accessEntryType': input.type ?? 'STANDARD',
          ...(input.username === undefined ? {} : { 'eks:username': input.username }),
          ...(input.kubernetesGroups === undefined ? {} : { 'eks:kubernetesGroups': input.kubernetesGroups }),
        }),
        ...tagOnCreate(accessEntryArn(context, input.clusterName, input.principalArn, '*'), input.tags),
      ],
      run: (input, context) => {
        const { simulation } = context;
        const cluster = clusterWithEntries(context, input.clusterName);
        const details = { clusterName: cluster.name };
        if (cluster.accessEntries[input.principalArn]) {
          throw eksError(
            'ResourceInUseException',
            'The specified access entry resource is already in use on this cluster.',
            details,
          );
        }
        checkNewEntry(input, context, ports.iam);
        const { accessEntriesPerCluster: limit } = eksState(simulation).limits;
        if (Object.keys(cluster.accessEntries).length >= limit)
          throw eksError('ResourceLimitExceededException', `Access entry limit of ${limit} exceeded`, details);
        const entry = addAccessEntry(simulation, context, cluster, {
          principalArn: input.principalArn,
          type: input.type ?? 'STANDARD',
          username: input.username,
          kubernetesGroups: input.kubernetesGroups,
          tags: checkTags(input.tags),
        });
        return { accessEntry: entryView(entry, cluster.name) };
      },
    }),
    DescribeAccessEntry: operation<Checked<DescribeAccessEntryRequest>, DescribeAccessEntryResponse>({
      authorize: (input, context) => [onEntry(context, 'DescribeAccessEntry', input)],
      run: (input, context) => {
        const cluster = clusterWithEntries(context, input.clusterName);
        return { accessEntry: entryView(accessEntryOf(cluster, input.principalArn), cluster.name) };
      },
    }),
    ListAccessEntries: operation<Checked<ListAccessEntriesRequest>, ListAccessEntriesResponse>({
      authorize: (input, context) => [onCluster(context, 'ListAccessEntries', input.clusterName)],
      run: (input, context) => {
        const cluster = clusterWithEntries(context, input.clusterName);
        const arns = Object.values(cluster.accessEntries)
          .filter(
            (entry) =>
              input.associatedPolicyArn === undefined ||
              entry.policies.some((policy) => policy.policyArn === input.associatedPolicyArn),
          )
          .map((entry) => entry.principalArn);
        const page = pageOf(arns, input);
        return { accessEntries: page.items, ...(page.nextToken ? { nextToken: page.nextToken } : {}) };
      },
    }),
    UpdateAccessEntry: operation<Checked<UpdateAccessEntryRequest>, UpdateAccessEntryResponse>({
      authorize: (input, context) => [onEntry(context, 'UpdateAccessEntry', input)],
      run: (input, context) => {
        const cluster = clusterWithEntries(context, input.clusterName);
        const details = { clusterName: cluster.name };
        const entry = accessEntryOf(cluster, input.principalArn);
        if (entry.type !== 'STANDARD') {
          throw eksError('InvalidRequestException', `An access entry of type ${entry.type} can't be modified`, details);
        }
        checkGroups(input.kubernetesGroups, details);
        checkUsername(input.username, details);
        entry.username = input.username ?? entry.username;
        entry.kubernetesGroups = [...(input.kubernetesGroups ?? entry.kubernetesGroups)];
        entry.modifiedAtMs = context.simulation.now();
        grantIdentity(context.simulation, cluster, entry.principalArn, {
          username: entry.username,
          groups: entry.kubernetesGroups,
        });
        return { accessEntry: entryView(entry, cluster.name) };
      },
    }),
    DeleteAccessEntry: operation<Checked<DeleteAccessEntryRequest>, DeleteAccessEntryResponse>({
      authorize: (input, context) => [onEntry(context, 'DeleteAccessEntry', input)],
      run: (input, context) => {
        const cluster = clusterWithEntries(context, input.clusterName);
        accessEntryOf(cluster, input.principalArn);
        revokeAll(context.simulation, cluster, input.principalArn);
        delete cluster.accessEntries[input.principalArn];
        return {};
      },
    }),
  };
}

/** An action on an access entry, with the keys that the entry itself gives. */
export function onEntry(
  context: CallContext,
  action: string,
  input: { clusterName: string | undefined; principalArn: string | undefined },
  keys: Readonly<Record<string, string | readonly string[]>> = {},
): AccessRequest {
  const clusterName = input.clusterName ?? '';
  const principalArn = input.principalArn ?? '';
  const entry = findCluster(context.simulation, clusterName)?.accessEntries[principalArn];
  return onPart(action, entry, accessEntryArn(context, clusterName, principalArn, '*'), {
    'eks:clusterName': clusterName,
    'eks:principalArn': principalArn,
    ...(entry
      ? {
          'eks:accessEntryType': entry.type,
          'eks:username': entry.username,
          'eks:kubernetesGroups': entry.kubernetesGroups,
        }
      : {}),
    ...keys,
  });
}

function entryView(entry: AccessEntryRecord, clusterName: string): AccessEntry {
  return {
    clusterName,
    principalArn: entry.principalArn,
    kubernetesGroups: entry.kubernetesGroups,
    accessEntryArn: entry.arn,
    createdAt: new Date(entry.createdAtMs),
    modifiedAt: new Date(entry.modifiedAtMs),
    tags: entry.tags,
    username: entry.username,
    type: entry.type,
  };
}

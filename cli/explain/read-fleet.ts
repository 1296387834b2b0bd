import { type Fault, pathText } from '../../shared/clusters/fault.ts';
import { namesOf } from '../../shared/clusters/names.ts';
import type { ClusterQueue, OwnerFact } from '../../shared/events/decision.ts';
import { type OwnersFile, ownersSchema } from '../../shared/fleet-file/schema.ts';
import { readJson } from '../read-json.ts';

/** What a fleet file says about routing. */
export type Fleet = {
  readonly queues: readonly ClusterQueue[];
  readonly owners: ReadonlyMap<string, OwnerFact>;
  readonly accountIds: ReadonlySet<string>;
  readonly regions: ReadonlySet<string>;
};

export const NO_FLEET: Fleet = { queues: [], owners: new Map(), accountIds: new Set(), regions: new Set() };

function fleetOf({ clusters, instances }: OwnersFile, nowMs: number): Fleet {
  const isThere = ({ deletedAt }: OwnersFile['clusters'][number]) => !deletedAt || Date.parse(deletedAt) > nowMs;
  return {
    queues: clusters.filter(isThere).map(({ cluster, accountId, region }) => {
      const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
      const queueUrl = `https://sqs.${region}.${domain}/${accountId}/${namesOf(cluster).queueName}`;
      return { cluster, accountId, region, queueUrl };
    }),
    owners: new Map(
      instances.map(({ instanceId, cluster, launchedAt }) => [
        instanceId,
        { cluster, launchedMs: launchedAt ? Date.parse(launchedAt) : null },
      ]),
    ),
    accountIds: new Set(clusters.map(({ accountId }) => accountId)),
    regions: new Set(clusters.map(({ region }) => region)),
  };
}

/** The fleet that the text of a file describes, or every fault in it. */
export function readFleet(text: string, nowMs: number): { fleet: Fleet } | { faults: readonly Fault[] } {
  const json = readJson(text);
  if ('faults' in json) return json;
  const result = ownersSchema.safeParse(json.value);
  if (result.success) return { fleet: fleetOf(result.data, nowMs) };
  return { faults: result.error.issues.map(({ path, message }) => ({ path: pathText(path), message })) };
}

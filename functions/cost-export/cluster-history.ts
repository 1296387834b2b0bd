import type { ClusterFacts } from '../../shared/aws/cluster-support.ts';
import { OpsError } from '../../shared/errors/ops-error.ts';
import type { ClusterHistory } from '../../shared/ledger/cluster-history.ts';

type Look = {
  readonly cluster: string;
  /** Undefined: EKS has no cluster of that name now. */
  readonly facts: ClusterFacts | undefined;
  readonly supportDates: ReadonlyMap<string, string>;
  readonly now: string;
};

/**
 * What is known of a cluster after another look. Changes are dated when they are noticed, a day late at most. Undefined: EKS does
 * not have it, and nobody remembers that it did.
 */
export function historyAfter(known: ClusterHistory | undefined, look: Look): ClusterHistory | undefined {
  const { cluster, facts, now } = look;
  if (!facts) return known && { ...dated(known, look), deletedAt: known.deletedAt ?? now };
  const { version, createdAt, ...rest } = facts;
  const isSame = known !== undefined && known.createdAt === createdAt;
  const versions = isSame ? [...known.versions] : [];
  if (versions.at(-1)?.version !== version)
    versions.push({ version, from: isSame ? now : createdAt, endOfStandardSupport: '' });
  return dated({ cluster, createdAt, ...rest, deletedAt: null, versions }, look);
}

/** EKS moves these dates now and then; what it no longer lists keeps its own. */
function dated(history: ClusterHistory, { supportDates, cluster }: Look): ClusterHistory {
  const versions = history.versions.map((entry) => {
    const endOfStandardSupport = supportDates.get(entry.version) ?? entry.endOfStandardSupport;
    if (endOfStandardSupport !== '') return { ...entry, endOfStandardSupport };
    throw new OpsError(
      'SupportDateUnknown',
      `EKS says not when standard support of Kubernetes ${entry.version} ends, which ${cluster} runs: eks:DescribeClusterVersions lists it no more, or not yet`,
      { details: { cluster, version: entry.version } },
    );
  });
  return { ...history, versions };
}

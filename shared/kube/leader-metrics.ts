import type { KubeApi, Manifest } from './api.ts';
import { KubeError } from './errors.ts';
import type { Sample, WantedFamilies } from './metrics-page.ts';
import { pageReader, type ReadPage } from './page-reader.ts';

/** What the pod that leads says of itself. Counters begin at zero with each process: `process` tells two of them apart. */
export type LeaderMetrics = {
  readonly pod: string;
  /** The pod's uid and when its process started, in seconds since the epoch. */
  readonly process: string;
  readonly samples: readonly Sample[];
};

/** What came of asking the leader, and why there are no metrics where there are none. */
export type LeaderScrape =
  | { readonly outcome: 'read'; readonly metrics: LeaderMetrics; readonly malformed: number }
  /** Nobody holds the lease, or who held it is gone. */
  | { readonly outcome: 'no-leader'; readonly why: string }
  | Unread;

type Unread = {
  /**
   * `gone`: the pod is there and serves no page. `changed`: another process led before the page was read to its end, and what it says
   * may be of either. `truncated`: the page ended before its end.
   */
  readonly outcome: 'gone' | 'changed' | 'truncated';
  readonly why: string;
};

const LEASE = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', name: 'karpenter-leader-election' } as const;
const METRICS_PORT = 8080;
const STARTED = 'process_start_time_seconds';
const LEADS = 'leader_election_master_status';

type Kube = Pick<KubeApi, 'read' | 'podPage'>;

/**
 * The samples of the wanted families, of the controller pod that holds the lease: a standby shows zeros that are not so. The page
 * may be large; it is filtered while it arrives. Throws KubeError where the API server does not answer or refuses.
 */
export async function scrapeLeader(kube: Kube, namespace: string, wanted: WantedFamilies): Promise<LeaderScrape> {
  const before = await leaderOf(kube, namespace);
  if (typeof before === 'string') return { outcome: 'no-leader', why: before };
  const page = await readPage(kube, { namespace, name: before.pod, wanted });
  if ('outcome' in page) return page;
  const started = page.samples.find(({ name }) => name === STARTED)?.value;
  if (!page.isWhole || started === undefined)
    return { outcome: 'truncated', why: `the metrics of pod ${before.pod} end after ${page.bytes} bytes` };
  const after = await leaderOf(kube, namespace);
  const why = whyNotOf(before, after, page);
  if (why !== undefined) return { outcome: 'changed', why };
  return {
    outcome: 'read',
    metrics: {
      pod: before.pod,
      process: `${before.uid}/${started}`,
      samples: page.samples.filter(({ name }) => wanted.has(name)),
    },
    malformed: page.malformed,
  };
}

/** The leader's page could not be used; `outcome` says whether there is a leader that should have served it. */
export class LeaderUnreadError extends KubeError {
  readonly outcome: Unread['outcome'];

  constructor({ outcome, why }: Unread) {
    super(503, "read the leader's metrics", why);
    this.outcome = outcome;
  }
}

/** The leader's samples; undefined while no pod leads. Throws LeaderUnreadError, and KubeError where the API server does not answer. */
export async function leaderMetrics(
  kube: Kube,
  namespace: string,
  wanted: WantedFamilies,
): Promise<LeaderMetrics | undefined> {
  const scrape = await scrapeLeader(kube, namespace, wanted);
  if (scrape.outcome === 'read') return scrape.metrics;
  if (scrape.outcome === 'no-leader') return undefined;
  throw new LeaderUnreadError(scrape);
}

type Leader = { readonly pod: string; readonly uid: string; readonly identity: string; readonly restarts: number };

/** Who leads; a text that says why nobody does. */
async function leaderOf(kube: Kube, namespace: string): Promise<Leader | string> {
  const lease = await kube.read({ ...LEASE, namespace });
  const { holderIdentity: identity = '' } = (lease?.['spec'] ?? {}) as { readonly holderIdentity?: string };
  // The identity is the pod's name, an underscore, and a part that is another for each process.
  const pod = identity.slice(0, Math.max(0, identity.lastIndexOf('_')));
  if (pod === '') return `nobody holds the lease ${LEASE.name} in ${namespace}`;
  const object = await kube.read({ apiVersion: 'v1', kind: 'Pod', name: pod, namespace });
  if (!object) return `the pod ${pod}, which holds the lease ${LEASE.name}, is gone`;
  return { pod, uid: String(object.metadata['uid'] ?? ''), identity, restarts: restartsOf(object) };
}

function restartsOf(pod: Manifest): number {
  const { containerStatuses = [] } = (pod['status'] ?? {}) as {
    readonly containerStatuses?: readonly { readonly restartCount?: number }[];
  };
  return containerStatuses.reduce((sum, { restartCount = 0 }) => sum + restartCount, 0);
}

async function readPage(
  kube: Kube,
  { namespace, name, wanted }: { readonly namespace: string; readonly name: string; readonly wanted: WantedFamilies },
): Promise<ReadPage | Unread> {
  const reader = pageReader(new Map([...wanted, [STARTED, []], [LEADS, []]]));
  try {
    await kube.podPage({ namespace, name, port: METRICS_PORT }, '/metrics', reader.write);
  } catch (error) {
    if (!(error instanceof KubeError) || error.isAccessDenied) throw error;
    const { bytes } = reader.end();
    if (bytes > 0) return { outcome: 'truncated', why: `after ${bytes} bytes: ${error.message}` };
    // The API server speaks for the pod when it cannot reach it; a status of 0 means that the API server itself did not answer.
    if (error.status === 0 || error.status === 429) throw error;
    return { outcome: 'gone', why: error.message };
  }
  return reader.end();
}

function whyNotOf(before: Leader, after: Leader | string, { samples }: ReadPage): string | undefined {
  if (typeof after === 'string') return after;
  if (after.identity !== before.identity || after.uid !== before.uid)
    return `pod ${after.pod} took the lead from ${before.pod} while its metrics were read`;
  if (after.restarts !== before.restarts) return `pod ${before.pod} restarted while its metrics were read`;
  const leads = samples.find(({ name }) => name === LEADS);
  return leads?.value === 0 ? `pod ${before.pod} holds the lease and does not lead` : undefined;
}

/** Up to so many nodes are looked at each minute. */
const NODES_A_MINUTE = 500;
const LONGEST_MINUTES = 15;
/** A schedule does not ring to the millisecond. */
const SLACK_MS = 10_000;

/**
 * Whether requests and capacity are to be read of each node now. Large clusters less often, so that neither their API server nor
 * the ledger has more than some 500 nodes a minute to do: 5,000 nodes every ten minutes, and never less than every 15.
 */
export function isUtilisationDue(nodes: number, lastMs: number | undefined, nowMs: number): boolean {
  if (lastMs === undefined) return true;
  const minutes = Math.min(LONGEST_MINUTES, Math.max(1, Math.ceil(nodes / NODES_A_MINUTE)));
  return nowMs - lastMs >= minutes * 60_000 - SLACK_MS;
}

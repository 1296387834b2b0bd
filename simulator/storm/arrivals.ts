/** A message that reached a cluster's queue. */
export type Arrival = {
  readonly cluster: string;
  readonly atMs: number;
  /** As the message's attribute says: forward or broadcast. */
  readonly decision: string;
  /** The first copy or the one that is sent again on purpose. */
  readonly copy: string;
};

/** The arrivals of one event. Nearly all events have one, so the first needs no collection. */
export class Arrivals {
  isBroadcast = false;
  #cluster: string | undefined;
  #copy = '';
  #atMs = 0;
  /** By cluster and copy, all but the first. */
  #more: Map<string, number> | undefined;
  /** By cluster and copy, where the same came again. */
  #again: Map<string, number> | undefined;

  /** When the same copy is in that queue already: milliseconds since it came there last. */
  add({ cluster, atMs, decision, copy }: Arrival): number | undefined {
    if (decision === 'broadcast') this.isBroadcast = true;
    if (this.#cluster === undefined) {
      this.#cluster = cluster;
      this.#copy = copy;
      this.#atMs = atMs;
      return undefined;
    }
    const slot = slotOf(cluster, copy);
    const isFirst = this.#cluster === cluster && this.#copy === copy;
    const before = this.#again?.get(slot) ?? (isFirst ? this.#atMs : this.#more?.get(slot));
    if (before === undefined) {
      this.#more ??= new Map();
      this.#more.set(slot, atMs);
      return undefined;
    }
    this.#again ??= new Map();
    this.#again.set(slot, atMs);
    return atMs - before;
  }

  /** When the first copy came to a cluster's queue, of whichever kind it was. */
  firstMs(cluster: string): number | undefined {
    let first = this.#cluster === cluster ? this.#atMs : undefined;
    for (const copy of COPIES) {
      const atMs = this.#more?.get(slotOf(cluster, copy));
      if (atMs !== undefined) first = Math.min(first ?? atMs, atMs);
    }
    return first;
  }

  /** When the last of the owners had it; undefined while none has. */
  lastAtOwnersMs(owners: readonly string[]): number | undefined {
    let last: number | undefined;
    for (const owner of owners) {
      const atMs = this.firstMs(owner);
      if (atMs !== undefined) last = Math.max(last ?? atMs, atMs);
    }
    return last;
  }
}

const COPIES = ['first', 'second'];

function slotOf(cluster: string, copy: string): string {
  return `${cluster} ${copy}`;
}

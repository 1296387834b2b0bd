import type { Action, Draft } from './action.ts';
import type { Cell } from './cells.ts';
import { sumOf } from './cells.ts';
import type { Span } from './days.ts';
import type { IdlePool } from './idle.ts';
import { moneyOf } from './money.ts';
import { gravitonDraft, idleDrafts, type NodePool, newSwaps, pinnedDrafts, spotDraft } from './pool-actions.ts';
import type { Pool } from './pools.ts';
import type { PriceBook } from './price-book.ts';
import { dollars } from './render/figures.ts';
import type { Pinned, PoolLimit, Support } from './standing-costs.ts';

function componentDrafts(cells: readonly Cell[]): Draft[] {
  const drafts: Draft[] = [];
  const clusters = Map.groupBy(cells, ({ cluster }) => cluster);
  for (const [cluster, members] of clusters) {
    const costOf = (component: Cell['component']) => sumOf(members.filter((cell) => cell.component === component)).cost;
    const unused = costOf('reservation-unused');
    const addresses = costOf('ipv4');
    const where = cluster === null ? '' : ` of ${cluster}`;
    if (unused > 0n) {
      drafts.push({
        kind: 'free-reservation',
        cluster,
        nodePool: null,
        atoms: unused,
        what: `Cancel or fill the capacity reservations${where}.`,
        reason: 'A reservation costs its on-demand price for every instance that does not run in it.',
        risk: 'What is given back may not be had again when it is needed.',
      });
    }
    if (addresses > 0n) {
      drafts.push({
        kind: 'drop-ipv4',
        cluster,
        nodePool: null,
        atoms: addresses,
        what: `Launch the nodes${where} without public addresses.`,
        reason: 'Every public IPv4 address is charged by the hour.',
        risk: 'Private subnets need a NAT gateway or endpoints, which cost too.',
      });
    }
  }
  return drafts;
}

function supportDrafts(cells: readonly Cell[], support: readonly Support[], currency: string): Draft[] {
  return support.flatMap(({ cluster, version, daysLeft, endOfStandardSupport, perMonth }): Draft[] => {
    const paid = sumOf(cells.filter((cell) => cell.cluster === cluster && cell.component === 'extended-support')).cost;
    if (paid === 0n && daysLeft > 90) return [];
    return [
      {
        kind: 'upgrade-cluster',
        cluster,
        nodePool: null,
        atoms: paid,
        what: `Upgrade ${cluster} from Kubernetes ${version}.`,
        reason: `Its standard support ${daysLeft < 0 ? 'ended' : 'ends'} on ${endOfStandardSupport.slice(0, 10)}${perMonth === null ? '' : `; extended support costs ${dollars(perMonth, currency)} a month`}.`,
        risk: 'An upgrade replaces the nodes. Check removed APIs and the versions of add-ons and Karpenter first.',
      },
    ];
  });
}

function limitDrafts(limits: readonly PoolLimit[]): Draft[] {
  return limits.map(({ cluster, nodePool, resource, limit, peak }) => ({
    kind: 'lower-limit',
    cluster,
    nodePool,
    atoms: 0n,
    what: `Lower the ${resource} limit of NodePool ${nodePool}, ${limit} now.`,
    reason: `It never ran more than ${peak}: the limit would not stop a runaway for long.`,
    risk: 'Too low a limit leaves pods pending when load grows. It saves nothing by itself.',
  }));
}

/** What to do next, what saves most first. Savings of two lines may overlap: a node can be made spot, or smaller, or both. */
export function actionsFor(known: {
  readonly pools: readonly Pool[];
  readonly cells: readonly Cell[];
  readonly window: Span;
  readonly book: PriceBook;
  readonly idle: readonly IdlePool[];
  readonly support: readonly Support[];
  readonly limits: readonly PoolLimit[];
  readonly pinned: readonly Pinned[];
  readonly currency: string;
}): Action[] {
  const { cells, window, book, idle, support, limits, pinned, currency } = known;
  const pools = known.pools.filter((pool): pool is NodePool => pool.nodePool !== null);
  const swapOf = newSwaps(book);
  const drafts = [
    ...pools.flatMap((pool) => spotDraft(pool, window, book)),
    ...pools.flatMap((pool) => gravitonDraft(pool, window, swapOf)),
    ...idleDrafts(idle, pinned),
    ...pinnedDrafts(pinned, idle),
    ...componentDrafts(cells),
    ...supportDrafts(cells, support, currency),
    ...limitDrafts(limits),
  ];
  // Of what saves nothing by itself, support that ends comes before limits.
  const text = ({ kind, cluster, nodePool, what }: Draft) =>
    JSON.stringify([kind === 'upgrade-cluster' ? '' : kind, cluster, nodePool, what]);
  drafts.sort((a, b) => (a.atoms > b.atoms ? -1 : a.atoms < b.atoms ? 1 : text(a) < text(b) ? -1 : 1));
  return drafts.map(({ atoms, ...draft }) => ({ ...draft, saves: moneyOf(atoms) }));
}

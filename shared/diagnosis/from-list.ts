import type { Manifest } from '../kube/api.ts';
import { at, type Facts, type Look } from './facts.ts';

type Read = { readonly facts: Facts } | { readonly faults: readonly string[] };

/** Which kinds a look needs; a list that has none of a kind may come of a cluster that has none, or of a command without it. */
const KINDS: Readonly<Record<string, Look>> = {
  Deployment: 'deployment',
  Lease: 'leader',
  NodePool: 'nodePools',
  EC2NodeClass: 'nodeClasses',
  NodeClaim: 'nodeClaims',
  Node: 'nodes',
  Pod: 'pendingPods',
  Event: 'events',
};
/** There is one of each in every cluster, so their absence says that they were not asked for. */
const ALWAYS_THERE = ['Pod', 'Lease', 'Deployment', 'Node'];

/** Facts of a list that `kubectl get -A -o json` wrote, of several kinds at once; `log` are the lines of the leading controller. */
export function factsOfList(text: string, log: readonly string[] | undefined, nowMs: number): Read {
  const items = itemsOf(text);
  if ('faults' in items) return items;
  const of = (kind: string) => items.objects.filter((object) => object['kind'] === kind);
  const controllers = of('Deployment').filter(({ metadata }) => metadata.name === 'karpenter');
  const lease = of('Lease').find(({ metadata }) => metadata.name === 'karpenter-leader-election');
  const karpenterNamespace = controllers[0]?.metadata.namespace ?? lease?.metadata.namespace ?? 'kube-system';
  const holder = String(at(lease, 'spec', 'holderIdentity') ?? '');
  const absent = ALWAYS_THERE.filter((kind) => of(kind).length === 0);
  return {
    facts: {
      nowMs,
      karpenterNamespace,
      deployment: controllers[0],
      controllerPods: of('Pod').filter(
        ({ metadata }) =>
          metadata.namespace === karpenterNamespace && metadata.labels?.['app.kubernetes.io/name'] === 'karpenter',
      ),
      leader: holder.slice(0, Math.max(0, holder.lastIndexOf('_'))) || undefined,
      log: log ?? [],
      nodePools: of('NodePool'),
      nodeClasses: of('EC2NodeClass'),
      nodeClaims: of('NodeClaim'),
      nodes: of('Node'),
      pendingPods: of('Pod').filter((pod) => at(pod, 'status', 'phase') === 'Pending'),
      events: of('Event'),
      unread: [
        ...absent.flatMap((kind) => [{ what: KINDS[kind] ?? 'nodes', why: `the file has no ${kind}` } as const]),
        ...(log ? [] : [{ what: 'log', why: 'give it with --log' } as const]),
      ],
    },
  };
}

function itemsOf(text: string): { readonly objects: readonly Manifest[] } | { readonly faults: readonly string[] } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { faults: [`is not JSON (kubectl get -o json writes it): ${error instanceof Error ? error.message : ''}`] };
  }
  const items = at(value, 'items');
  if (!Array.isArray(items))
    return { faults: ['items: is required: the file must be a List of kubectl get -A -o json'] };
  const faults = items.flatMap((item: unknown, index) => {
    const isObject = typeof at(item, 'kind') === 'string' && typeof at(item, 'metadata', 'name') === 'string';
    return isObject ? [] : [`items[${index}]: must be an object with kind and metadata.name`];
  });
  if (faults.length > 0) return { faults: faults.slice(0, 10) };
  return items.length === 0 ? { faults: ['items: is empty'] } : { objects: items as Manifest[] };
}

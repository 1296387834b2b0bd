import type { Container, Node, Pod } from '../objects.ts';
import { resourceAmount } from '../quantities.ts';

/** Resource name to amount: cpu in thousandths, the rest in whole units. */
export type Amounts = Record<string, number>;

function add(into: Amounts, more: Amounts): Amounts {
  const sum = { ...into };
  for (const [resource, amount] of Object.entries(more)) sum[resource] = (sum[resource] ?? 0) + amount;
  return sum;
}

function largest(left: Amounts, right: Amounts): Amounts {
  const result = { ...left };
  for (const [resource, amount] of Object.entries(right)) result[resource] = Math.max(result[resource] ?? 0, amount);
  return result;
}

function parse(amounts: Readonly<Record<string, string | number>> | undefined): Amounts {
  return Object.fromEntries(
    Object.entries(amounts ?? {}).map(([resource, quantity]) => [resource, resourceAmount(resource, quantity)]),
  );
}

/** A container's requests; a limit without a request is the request. */
function containerRequests({ resources }: Container): Amounts {
  return parse({ ...resources?.limits, ...resources?.requests });
}

// Pods are copies that nobody changes in place, and each is weighed many times.
const weighed = new WeakMap<Pod, Amounts>();

export function podRequests(pod: Pod): Amounts {
  const known = weighed.get(pod) ?? weigh(pod);
  weighed.set(pod, known);
  return known;
}

/**
 * What a pod takes of its node: the sum of its containers and sidecars, or the most that an init container needs beside the
 * sidecars started before it, whichever is more; plus overhead. Pod-level requests replace the sum.
 */
function weigh(pod: Pod): Amounts {
  let sidecars: Amounts = {};
  let initial: Amounts = {};
  for (const container of pod.spec.initContainers ?? []) {
    const requests = containerRequests(container);
    if (container.restartPolicy === 'Always') {
      sidecars = add(sidecars, requests);
      initial = largest(initial, sidecars);
    } else {
      initial = largest(initial, add(sidecars, requests));
    }
  }
  const running = pod.spec.containers.map(containerRequests).reduce(add, sidecars);
  const total = { ...largest(running, initial), ...parse(pod.spec.resources?.requests) };
  return add(total, parse(pod.spec.overhead));
}

const summed = new WeakMap<readonly Pod[], Amounts>();

/** What the pods on a node request together. The list is not changed any more. */
export function requestedBy(pods: readonly Pod[]): Amounts {
  const known = summed.get(pods) ?? pods.map(podRequests).reduce(add, {});
  summed.set(pods, known);
  return known;
}

const parsed = new WeakMap<Node, Amounts>();

export function allocatableOf(node: Node): Amounts {
  const known = parsed.get(node) ?? parse(node.status?.allocatable);
  parsed.set(node, known);
  return known;
}

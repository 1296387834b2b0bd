import type { Labels, Node, Pod } from '../objects.ts';

/** A node, real or imagined, with the pods that are bound to it (terminating ones too, finished ones not). */
export type NodeInfo = { readonly node: Node; readonly pods: readonly Pod[] };

/** What scheduling looks at beside the pod and the candidate node. */
export type ClusterView = {
  readonly nodes: readonly NodeInfo[];
  /** Namespace name to its labels, for namespace selectors. */
  readonly namespaces: Readonly<Record<string, Labels>>;
};

/** The nodes with the candidate among them, as it is imagined. */
export function nodesWith(view: ClusterView, candidate: NodeInfo): readonly NodeInfo[] {
  const others = view.nodes.filter((other) => other.node.metadata.name !== candidate.node.metadata.name);
  return [...others, candidate];
}

export function topologyValue(node: Node, key: string): string | undefined {
  return node.metadata.labels?.[key];
}

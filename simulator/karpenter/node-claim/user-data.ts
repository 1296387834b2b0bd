import type { Taint } from '../../kubernetes/controllers/objects.ts';

/** What a machine needs to know to become a node, as nodeadm reads it. */
export type NodeConfig = {
  readonly clusterName: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  readonly maxPods?: number;
  readonly clusterDns?: readonly string[];
};

const BOUNDARY = '//';
const TYPE = 'application/node.eks.aws';

/** AL2023 user data: a NodeConfig (JSON is YAML too) after what the class adds, as MIME, in base64. */
export function userDataOf(config: NodeConfig, endpoint: string, own: string | undefined): string {
  const { clusterName, labels, taints, maxPods, clusterDns } = config;
  const list = Object.entries(labels).sort(([left], [right]) => (left < right ? -1 : 1));
  const document = {
    apiVersion: 'node.eks.aws/v1alpha1',
    kind: 'NodeConfig',
    spec: {
      cluster: { name: clusterName, apiServerEndpoint: endpoint },
      kubelet: {
        config: {
          registerWithTaints: taints,
          ...(maxPods ? { maxPods } : {}),
          ...(clusterDns ? { clusterDNS: clusterDns } : {}),
        },
        flags: [`--node-labels=${list.map(([key, value]) => `${key}=${value}`).join(',')}`],
      },
    },
  };
  const parts = [
    ...(own === undefined ? [] : [`Content-Type: text/x-shellscript; charset="us-ascii"\n\n${own}`]),
    `Content-Type: ${TYPE}\n\n${JSON.stringify(document)}`,
  ];
  const head = `MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="${BOUNDARY}"\n\n`;
  const text = `${head}${parts.map((part) => `--${BOUNDARY}\n${part}\n`).join('')}--${BOUNDARY}--`;
  return Buffer.from(text).toString('base64');
}

/** The NodeConfig in an instance's user data; undefined where there is none. */
export function nodeConfigIn(userData: string | null): NodeConfig | undefined {
  const text = Buffer.from(userData ?? '', 'base64').toString();
  const [, json] = text.split(`Content-Type: ${TYPE}\n\n`);
  if (json === undefined) return undefined;
  const { spec } = JSON.parse(json.slice(0, json.lastIndexOf(`\n--${BOUNDARY}--`))) as {
    spec: {
      cluster: { name: string };
      kubelet: { config: { registerWithTaints: Taint[]; maxPods?: number }; flags: string[] };
    };
  };
  const [flag = ''] = spec.kubelet.flags;
  const pairs = flag
    .replace('--node-labels=', '')
    .split(',')
    .filter((pair) => pair !== '');
  const { registerWithTaints: taints, maxPods } = spec.kubelet.config;
  return {
    clusterName: spec.cluster.name,
    labels: Object.fromEntries(
      pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
    ),
    taints,
    ...(maxPods === undefined ? {} : { maxPods }),
  };
}

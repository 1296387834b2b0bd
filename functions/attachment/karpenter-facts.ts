import type { EksPodIdentity } from '../../shared/aws/eks.ts';
import type { KubeApi, Manifest } from '../../shared/kube/api.ts';

/** What attach needs to know of a Karpenter that somebody else runs. */
export type KarpenterFacts = {
  readonly version: string;
  /** The name of the queue that it reads; empty: interruption handling is off. */
  readonly queue: string;
  /** The role with which it calls AWS; empty where neither Pod Identity nor IRSA tells. */
  readonly roleArn: string;
};

type Container = {
  readonly name?: string;
  readonly image?: string;
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
};
type PodSpec = { readonly containers?: readonly Container[]; readonly serviceAccountName?: string };

type Ports = { readonly kube: KubeApi; readonly podIdentity: Pick<EksPodIdentity, 'find'> };

/** Undefined when there is no Deployment karpenter in the namespace. */
export async function karpenterFacts(
  cluster: string,
  namespace: string,
  { kube, podIdentity }: Ports,
): Promise<KarpenterFacts | undefined> {
  const deployment = await kube.read({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'karpenter', namespace });
  if (!deployment) return undefined;
  const spec = podSpecOf(deployment);
  const [pods, association] = await Promise.all([
    kube.list({ apiVersion: 'v1', kind: 'Pod', namespace }, 'app.kubernetes.io/name=karpenter'),
    podIdentity.find(cluster, namespace, spec.serviceAccountName ?? 'default'),
  ]);
  // The webhook of IRSA puts the role into the pods.
  const irsa = pods.flatMap((pod) => environmentOf(pod['spec'] as PodSpec, 'AWS_ROLE_ARN') ?? []);
  return {
    version: versionOf(deployment),
    queue: environmentOf(spec, 'INTERRUPTION_QUEUE') ?? '',
    roleArn: association?.roleArn ?? irsa[0] ?? '',
  };
}

function podSpecOf(deployment: Manifest): PodSpec {
  const { template } = (deployment['spec'] ?? {}) as { template?: { spec?: PodSpec } };
  return template?.spec ?? {};
}

function environmentOf({ containers = [] }: PodSpec, name: string): string | undefined {
  return containers.flatMap(({ env = [] }) => env).find((variable) => variable.name === name)?.value;
}

/** The chart writes it into a label; an image by tag has it too. */
function versionOf(deployment: Manifest): string {
  const label = deployment.metadata.labels?.['app.kubernetes.io/version'];
  const images = (podSpecOf(deployment).containers ?? []).map(({ image = '' }) => image);
  const tag = images.flatMap((image) => /:v?(\d+\.\d+\.\d+)/.exec(image)?.[1] ?? [])[0];
  return label?.replace(/^v/, '') ?? tag ?? 'unknown';
}

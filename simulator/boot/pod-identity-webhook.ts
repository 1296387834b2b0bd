import { podIdentityFor } from '../aws/services/eks/pod-identity/associations.ts';
import type { Simulation } from '../core/simulation.ts';
import type { KubeObject } from '../kubernetes/types.ts';

type Container = { env?: { name: string; value?: string }[]; [field: string]: unknown };

const TOKEN_FOLDER = '/var/run/secrets/pods.eks.amazonaws.com/serviceaccount';
const VOLUME = 'eks-pod-identity-token';

/**
 * What EKS's webhook does to a pod whose service account has an association that is effective at this moment. A pod that is
 * admitted earlier gets nothing, and never will.
 */
export function podIdentityWebhook(options: {
  simulation: Simulation;
  clusterName: string;
  region: string;
  /** The role that a service account's annotation names: IRSA. */
  roleOf: (namespace: string, serviceAccount: string) => string | undefined;
}) {
  const { simulation, clusterName, region, roleOf } = options;
  return (pod: KubeObject): KubeObject => {
    const spec = (pod.spec ?? {}) as { serviceAccountName?: string; containers?: Container[]; volumes?: object[] };
    const serviceAccount = spec.serviceAccountName ?? 'default';
    const namespace = pod.metadata.namespace ?? 'default';
    const annotated = roleOf(namespace, serviceAccount);
    if (annotated !== undefined) return withWebIdentity(pod, annotated);
    if (!podIdentityFor(simulation, clusterName, namespace, serviceAccount, simulation.now())) return pod;
    const added = [
      { name: 'AWS_STS_REGIONAL_ENDPOINTS', value: 'regional' },
      { name: 'AWS_DEFAULT_REGION', value: region },
      { name: 'AWS_REGION', value: region },
      { name: 'AWS_CONTAINER_CREDENTIALS_FULL_URI', value: 'http://169.254.170.23/v1/credentials' },
      { name: 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE', value: `${TOKEN_FOLDER}/${VOLUME}` },
    ];
    const inject = (container: Container): Container => ({
      ...container,
      env: [...(container.env ?? []), ...added.filter(({ name }) => !container.env?.some((own) => own.name === name))],
      volumeMounts: [
        ...((container['volumeMounts'] as object[] | undefined) ?? []),
        { name: VOLUME, mountPath: TOKEN_FOLDER, readOnly: true },
      ],
    });
    const token = {
      serviceAccountToken: { audience: 'pods.eks.amazonaws.com', expirationSeconds: 86_400, path: VOLUME },
    };
    return {
      ...pod,
      spec: {
        ...spec,
        containers: (spec.containers ?? []).map(inject),
        volumes: [...(spec.volumes ?? []), { name: VOLUME, projected: { sources: [token] } }],
      },
    };
  };
}

/** What the webhook of IRSA does: the role by its name, and a token that STS takes for it. */
function withWebIdentity(pod: KubeObject, roleArn: string): KubeObject {
  const spec = (pod.spec ?? {}) as { containers?: Container[] };
  const added = [
    { name: 'AWS_ROLE_ARN', value: roleArn },
    { name: 'AWS_WEB_IDENTITY_TOKEN_FILE', value: '/var/run/secrets/eks.amazonaws.com/serviceaccount/token' },
  ];
  const inject = (container: Container): Container => ({ ...container, env: [...(container.env ?? []), ...added] });
  return { ...pod, spec: { ...spec, containers: (spec.containers ?? []).map(inject) } };
}

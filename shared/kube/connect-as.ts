import { EKSClient } from '@aws-sdk/client-eks';
import { STSClient } from '@aws-sdk/client-sts';
import { clock } from '../runs/step-context.ts';
import { type KubeApi, kubeApi } from './api.ts';
import { type ClusterConnector, clusterConnector } from './connect.ts';

type Environment = { readonly AWS_REGION: string };
type Clients = { readonly eks?: EKSClient; readonly sts?: STSClient };

/** Endpoints of clusters for one of the roles that they know; clients that the function has already are used again. */
export function endpointAs(
  kubernetesRoleArn: string,
  environment: Environment,
  clients: Clients = {},
): ClusterConnector {
  const { eks = new EKSClient({}), sts = new STSClient({}) } = clients;
  return clusterConnector({ eks, sts, region: environment.AWS_REGION, kubernetesRoleArn, clock });
}

/** The Kubernetes API of clusters, as one of the roles that they know. */
export function kubeAs(
  kubernetesRoleArn: string,
  environment: Environment,
  clients: Clients = {},
): (cluster: string) => Promise<KubeApi> {
  const connect = endpointAs(kubernetesRoleArn, environment, clients);
  return async (cluster) => kubeApi(await connect(cluster));
}
